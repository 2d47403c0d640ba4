namespace Sip.Core.Sdp;

/// <summary>Choosing among lists of formats: codecs, and the digits and noise that go beside them.</summary>
internal static class AudioFormatLists
{
    /// <summary>The offer's formats that we speak, in its order and under its numbers, digits last; empty when there is no codec.</summary>
    public static List<AudioFormat> CommonFormats(SdpMedia media, AudioCapabilities capabilities)
    {
        IReadOnlyList<AudioFormat> offered = media.AudioFormats();
        var common = new List<AudioFormat>();
        foreach (AudioFormat format in offered)
        {
            if (format.IsCodec && Find(capabilities.Codecs, format) is not null && Find(common, format) is null) common.Add(format);
        }

        int codecs = common.Count;
        if (codecs == 0) return common;
        common = capabilities.InAnswerOrder(common);
        if (Find(offered, AudioFormat.ComfortNoise) is { } noise && common.Exists(static format => format.ClockRateHz == 8000)) common.Add(noise);
        if (!capabilities.TelephoneEvent) return common;
        foreach (AudioFormat format in offered)
        {
            if (!format.IsTelephoneEvent || Find(common, format) is not null) continue;
            for (int i = 0; i < codecs; i++)
            {
                if (!FitsClock(common[i], format)) continue;
                common.Add(format);
                break;
            }
        }

        return common;
    }

    /// <summary>Digits have the clock of their codec (RFC 4733 §2.3), but some phones know them at 8000 only, whatever they speak.</summary>
    private static bool FitsClock(AudioFormat codec, AudioFormat digits) =>
        digits.ClockRateHz == codec.ClockRateHz || digits.ClockRateHz == 8000;

    /// <summary>The digits to send beside a codec: those of its clock before those that fit at all.</summary>
    public static AudioFormat? TelephoneEventFor(List<AudioFormat> formats, AudioFormat codec)
    {
        AudioFormat? fits = null;
        foreach (AudioFormat format in formats)
        {
            if (!format.IsTelephoneEvent || !FitsClock(codec, format)) continue;
            if (format.ClockRateHz == codec.ClockRateHz) return format;
            fits ??= format;
        }

        return fits;
    }

    /// <summary>The peer's payload types with our own parameters: fmtp says what its writer can receive.</summary>
    public static List<AudioFormat> WithOwnParameters(List<AudioFormat> formats, AudioCapabilities capabilities)
    {
        var ours = new List<AudioFormat>(formats.Count);
        foreach (AudioFormat format in formats)
            ours.Add(format with { Fmtp = format.IsTelephoneEvent ? PayloadTypes.Digits : Find(capabilities.Codecs, format)?.Fmtp });
        return ours;
    }

    public static void AddTelephoneEvents(List<AudioFormat> formats, PayloadTypes payloadTypes)
    {
        int codecs = formats.Count;
        for (int i = 0; i < codecs; i++)
        {
            if (!formats[i].IsCodec) continue;
            AudioFormat digits = PayloadTypes.TelephoneEvent(formats[i].ClockRateHz);
            if (Find(formats, digits) is null) formats.Add(payloadTypes.Assign(digits));
        }
    }

    public static bool HasCodec(List<AudioFormat> formats)
    {
        foreach (AudioFormat format in formats)
        {
            if (format.IsCodec) return true;
        }

        return false;
    }

    public static AudioFormat FirstCodec(List<AudioFormat> formats)
    {
        foreach (AudioFormat format in formats)
        {
            if (format.IsCodec) return format;
        }

        return formats[0];
    }

    public static AudioFormat? Find(IReadOnlyList<AudioFormat> formats, AudioFormat wanted)
    {
        foreach (AudioFormat format in formats)
        {
            if (format.SameCodec(wanted)) return format;
        }

        return null;
    }
}
