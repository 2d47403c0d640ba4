using System.Globalization;
using Codecs.Opus;
using Sip.Core.Sdp;
using Tandem.Calls;
using Tandem.Media;

namespace Tandem.Ng;

/// <summary>The codecs of both sides of a stream as pure functions: what is offered on, what the answer means for either side.</summary>
internal static class NgFormats
{
    private static readonly (AudioFormat Format, AudioCodec Codec)[] s_known =
    [
        (AudioFormat.Pcmu, AudioCodec.Pcmu), (AudioFormat.Pcma, AudioCodec.Pcma), (AudioFormat.G722, AudioCodec.G722),
        (AudioFormat.Opus, AudioCodec.Opus), (AudioFormat.L16, AudioCodec.L16), (AudioFormat.L16Wide, AudioCodec.L16Wide),
    ];

    /// <summary>Events and comfort noise: they go with a voice codec and are none.</summary>
    public static bool IsSupplemental(AudioFormat format) =>
        format.IsTelephoneEvent || format.IsComfortNoise;

    /// <summary>The codec that the media plane decodes and encodes; null: one that it can only pass on.</summary>
    public static AudioCodec? CodecOf(AudioFormat format)
    {
        foreach ((AudioFormat known, AudioCodec codec) in s_known)
        {
            if (known.SameCodec(format)) return codec == AudioCodec.Opus && !OpusLibrary.IsAvailable ? null : codec;
        }
        return null;
    }

    /// <summary>What the offerer may be answered with: what it offered, less what is to be ignored.</summary>
    public static List<AudioFormat> Acceptable(IReadOnlyList<AudioFormat> offered, NgCodecRules rules)
    {
        List<AudioFormat> acceptable = new(offered.Count);
        foreach (AudioFormat format in offered)
        {
            if (!NgCodecRules.Names(rules.Ignore, format) && !NgCodecRules.NamesAll(rules.Ignore, format)) acceptable.Add(format);
        }
        return acceptable;
    }

    /// <summary>What the other side is offered: the offerer's codecs in its order and under its payload types, less what is stripped or
    /// masked, and what is to be added by transcoding behind them.</summary>
    public static List<AudioFormat> Offer(IReadOnlyList<AudioFormat> offered, NgCodecRules rules)
    {
        List<AudioFormat> result = new(offered.Count + rules.Transcode.Count);
        if (rules.AreEmpty)
        {
            result.AddRange(offered);
            return result;
        }
        foreach (string first in rules.Offer)    // named ones come first, in the order named
        {
            foreach (AudioFormat format in offered)
            {
                if (NgCodecRules.Names([first], format) && !result.Contains(format)) result.Add(format);
            }
        }
        foreach (AudioFormat format in offered)
        {
            if (!result.Contains(format) && !IsHidden(format, rules)) result.Add(format);
        }
        foreach (string wanted in rules.Transcode) AddTranscoded(result, offered, wanted, rules);
        if (!result.Exists(format => !IsSupplemental(format))) result = [.. offered];    // rtpengine: a list that would be empty stays as it was
        return result;
    }

    /// <summary>What the answer of the other side means.</summary>
    /// <param name="acceptable">What the offerer may be answered with.</param>
    /// <param name="offered">What the other side was offered.</param>
    /// <param name="answered">What it took.</param>
    public static NgAgreement? Agree(IReadOnlyList<AudioFormat> acceptable, IReadOnlyList<AudioFormat> offered, IReadOnlyList<AudioFormat> answered)
    {
        List<AudioFormat> theirs = [];    // what the answerer took of what it was offered, under its own payload types
        foreach (AudioFormat format in answered)
        {
            if (Find(offered, format) is not null) theirs.Add(format);
        }
        AudioFormat? voice = theirs.Find(format => !IsSupplemental(format));
        if (voice is null) return null;
        List<AudioFormat> ours = [];
        foreach (AudioFormat format in theirs)
        {
            if (Find(acceptable, format) is { } same) ours.Add(same);
        }
        if (ours.Find(format => !IsSupplemental(format)) is { } shared)
        {
            if (Find(acceptable, voice) is null) ours = Reordered(ours, shared);
            return new NgAgreement(ours, theirs, Transcoded: false);
        }
        if (CodecOf(voice) is null) return null;
        foreach (AudioFormat format in acceptable)
        {
            if (CodecOf(format) is null) continue;
            ours = [format, .. acceptable.Where(other => other.IsTelephoneEvent)];    // keys become events or tones as each side has them
            return new NgAgreement(ours, theirs, Transcoded: true);
        }
        return null;
    }

    /// <summary>The same codec in a list, whatever its payload type.</summary>
    public static AudioFormat? Find(IReadOnlyList<AudioFormat> list, AudioFormat format)
    {
        foreach (AudioFormat candidate in list)
        {
            if (candidate.SameCodec(format)) return candidate;
        }
        return null;
    }

    private static List<AudioFormat> Reordered(List<AudioFormat> formats, AudioFormat first)
    {
        formats.Remove(first);
        formats.Insert(0, first);
        return formats;
    }

    private static bool IsHidden(AudioFormat format, NgCodecRules rules)
    {
        if (NgCodecRules.Names(rules.Strip, format) || NgCodecRules.Names(rules.Mask, format)) return true;
        return (NgCodecRules.NamesAll(rules.Strip, format) || NgCodecRules.NamesAll(rules.Mask, format))
            && !NgCodecRules.Names(rules.Except, format) && !NgCodecRules.Names(rules.Offer, format) && !NgCodecRules.Names(rules.Transcode, format);
    }

    private static void AddTranscoded(List<AudioFormat> result, IReadOnlyList<AudioFormat> offered, string wanted, NgCodecRules rules)
    {
        List<string> name = [wanted];
        foreach ((AudioFormat known, AudioCodec _) in s_known)
        {
            if (!NgCodecRules.Names(name, known) || Find(result, known) is not null || CodecOf(known) is null) continue;
            int payloadType = known.IsDynamic ? FreePayloadType(result, offered) : known.PayloadType;
            result.Add(known with { PayloadType = payloadType, Fmtp = known.IsOpus ? OpusFor(offered) : known.Fmtp });
        }
    }

    /// <summary>What the other side cannot hear need not be sent to us: Opus for a G.711 partner is asked for in narrowband.</summary>
    private static string OpusFor(IReadOnlyList<AudioFormat> offered)
    {
        int hears = 8000;
        foreach (AudioFormat format in offered)
        {
            if (CodecOf(format) is { } codec) hears = Math.Max(hears, codec.SampleRateHz());
        }
        return LegVoice.OpusFor(hears);
    }

    private static int FreePayloadType(List<AudioFormat> result, IReadOnlyList<AudioFormat> offered)
    {
        for (int payloadType = 96; payloadType < 128; payloadType++)
        {
            if (!result.Exists(format => format.PayloadType == payloadType) && !offered.Any(format => format.PayloadType == payloadType))
                return payloadType;
        }
        return 127;
    }

    /// <summary>A payload type as SDP writes it.</summary>
    public static string Number(AudioFormat format) => format.PayloadType.ToString(CultureInfo.InvariantCulture);
}
