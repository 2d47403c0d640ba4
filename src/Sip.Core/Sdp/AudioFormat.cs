using System.Globalization;

namespace Sip.Core.Sdp;

/// <summary>One codec under one payload type (RFC 8866 §6.6).</summary>
/// <param name="Name">Encoding name as registered; compared without case.</param>
/// <param name="ClockRateHz">RTP clock, which for G.722 is 8000 though it samples at 16000.</param>
/// <param name="Channels">As written in rtpmap; 1 when absent.</param>
/// <param name="PayloadType">0–127.</param>
/// <param name="Fmtp">Parameters of the format; null when there are none.</param>
public sealed record AudioFormat(string Name, int ClockRateHz, int Channels, int PayloadType, string? Fmtp = null)
{
    public const string TelephoneEvent = "telephone-event";

    public static AudioFormat Pcmu { get; } = new("PCMU", 8000, 1, 0);

    public static AudioFormat Pcma { get; } = new("PCMA", 8000, 1, 8);

    /// <summary>Its RTP clock is 8000 by an error that was kept (RFC 3551 §4.5.2).</summary>
    public static AudioFormat G722 { get; } = new("G722", 8000, 1, 9);

    /// <summary>Always with two channels in rtpmap, whatever it carries (RFC 7587 §7); 111 is what browsers give it.</summary>
    public static AudioFormat Opus { get; } = new("opus", 48_000, 2, 111, new OpusParameters(InbandFec: true).ToString());

    public static AudioFormat L16 { get; } = new("L16", 8000, 1, 112);

    public static AudioFormat L16Wide { get; } = new("L16", 16_000, 1, 113);

    /// <summary>The background of silence: RFC 3389.</summary>
    public static AudioFormat ComfortNoise { get; } = new("CN", 8000, 1, 13);

    public bool IsOpus => ClockRateHz == 48_000 && Name.Equals(Opus.Name, StringComparison.OrdinalIgnoreCase);

    public bool IsComfortNoise => Name.Equals(ComfortNoise.Name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Speech, not what goes beside it.</summary>
    public bool IsCodec => !IsTelephoneEvent && !IsComfortNoise;

    public bool IsTelephoneEvent => Name.Equals(TelephoneEvent, StringComparison.OrdinalIgnoreCase);

    /// <summary>Payload types from 96 up mean what rtpmap says for this session only (RFC 3551 §3).</summary>
    public bool IsDynamic => PayloadType >= 96;

    /// <summary>The same codec, whatever its payload type and parameters. Some forget the channels of Opus.</summary>
    public bool SameCodec(AudioFormat other) =>
        ClockRateHz == other.ClockRateHz && (Channels == other.Channels || IsOpus) && Name.Equals(other.Name, StringComparison.OrdinalIgnoreCase);

    internal string RtpMap => string.Create(
        CultureInfo.InvariantCulture, $"{PayloadType} {Name}/{ClockRateHz}{(Channels == 1 ? "" : $"/{Channels}")}");

    internal static AudioFormat? Find(IReadOnlyList<SdpAttribute> attributes, int payloadType)
    {
        string? map = SdpAttributes.ForPayloadType(attributes, "rtpmap", payloadType);
        AudioFormat? format = map is null ? Static(payloadType) : FromRtpMap(map, payloadType);
        string? fmtp = SdpAttributes.ForPayloadType(attributes, "fmtp", payloadType);
        return format is null || format.Fmtp == fmtp ? format : format with { Fmtp = fmtp };
    }

    private static AudioFormat? FromRtpMap(string map, int payloadType)
    {
        Span<Range> fields = stackalloc Range[4];
        ReadOnlySpan<char> text = map;
        int count = text.Split(fields, '/');
        if (count < 2 || text[fields[0]].IsEmpty) return null;
        if (!int.TryParse(text[fields[1]].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int rate) || rate == 0) return null;
        int channels = 1;
        if (count > 2 && (!int.TryParse(text[fields[2]].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out channels) || channels == 0))
            return null;
        ReadOnlySpan<char> name = text[fields[0]].Trim();
        return Static(payloadType) is { } usual && usual.ClockRateHz == rate && usual.Channels == channels && name.SequenceEqual(usual.Name)
            ? usual
            : new AudioFormat(name.ToString(), rate, channels, payloadType);
    }

    /// <summary>The table of RFC 3551 §6, audio part.</summary>
    private static AudioFormat? Static(int payloadType) => payloadType switch
    {
        0 => Pcmu,
        3 => new("GSM", 8000, 1, 3),
        4 => new("G723", 8000, 1, 4),
        5 => new("DVI4", 8000, 1, 5),
        6 => new("DVI4", 16000, 1, 6),
        7 => new("LPC", 8000, 1, 7),
        8 => Pcma,
        9 => G722,
        10 => new("L16", 44100, 2, 10),
        11 => new("L16", 44100, 1, 11),
        12 => new("QCELP", 8000, 1, 12),
        13 => ComfortNoise,
        14 => new("MPA", 90000, 1, 14),
        15 => new("G728", 8000, 1, 15),
        16 => new("DVI4", 11025, 1, 16),
        17 => new("DVI4", 22050, 1, 17),
        18 => new("G729", 8000, 1, 18),
        _ => null,
    };
}
