using System.Globalization;
using System.Text;

namespace Sip.Core.Sdp;

/// <summary>The fmtp parameters of Opus: RFC 7587 §6.1. They say what their writer wants to receive.</summary>
/// <param name="MaxPlaybackRateHz">The writer's ear: above half of it nothing need be sent.</param>
/// <param name="MaxAverageBitrateBps">0: as the sender thinks fit.</param>
/// <param name="InbandFec">The writer makes use of redundancy.</param>
/// <param name="Dtx">The writer prefers silence not to be sent.</param>
/// <param name="ConstantBitrate">The writer prefers no variable bitrate.</param>
/// <param name="Stereo">The writer prefers stereo.</param>
public sealed record OpusParameters(
    int MaxPlaybackRateHz = 48_000, int MaxAverageBitrateBps = 0, bool InbandFec = false, bool Dtx = false, bool ConstantBitrate = false, bool Stereo = false)
{
    /// <summary>Reads what an fmtp line says of Opus; what is absent, unknown or senseless has its default.</summary>
    public static OpusParameters Parse(string? fmtp)
    {
        var parameters = new OpusParameters();
        foreach (string field in fmtp?.Split(';') ?? [])
        {
            int equals = field.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || !int.TryParse(field.AsSpan(equals + 1).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int value)) continue;
            parameters = field[..equals].Trim().ToLowerInvariant() switch
            {
                "maxplaybackrate" when value >= 8000 => parameters with { MaxPlaybackRateHz = Math.Min(value, 48_000) },
                "maxaveragebitrate" when value >= 6000 => parameters with { MaxAverageBitrateBps = Math.Min(value, 510_000) },
                "useinbandfec" => parameters with { InbandFec = value == 1 },
                "usedtx" => parameters with { Dtx = value == 1 },
                "cbr" => parameters with { ConstantBitrate = value == 1 },
                "stereo" => parameters with { Stereo = value == 1 },
                _ => parameters,
            };
        }

        return parameters;
    }

    /// <summary>As an fmtp line of ours: we speak and hear one channel.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("minptime=10");
        if (InbandFec) text.Append(";useinbandfec=1");
        if (Dtx) text.Append(";usedtx=1");
        if (MaxPlaybackRateHz < 48_000) text.Append(CultureInfo.InvariantCulture, $";maxplaybackrate={MaxPlaybackRateHz};sprop-maxcapturerate={MaxPlaybackRateHz}");
        if (MaxAverageBitrateBps > 0) text.Append(CultureInfo.InvariantCulture, $";maxaveragebitrate={MaxAverageBitrateBps}");
        return text.Append(";stereo=0;sprop-stereo=0").ToString();
    }
}
