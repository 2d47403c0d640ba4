using Sip.Core.Sdp;

namespace Tandem.Ng;

/// <summary>The <c>codec</c> options of one request: which codecs the other side is offered, and which are added by transcoding.</summary>
internal sealed class NgCodecRules
{
    public List<string> Strip { get; } = [];

    public List<string> Mask { get; } = [];

    public List<string> Except { get; } = [];

    public List<string> Offer { get; } = [];

    public List<string> Transcode { get; } = [];

    public List<string> Ignore { get; } = [];

    public bool AreEmpty => Strip.Count + Mask.Count + Except.Count + Offer.Count + Transcode.Count + Ignore.Count == 0;

    /// <summary>Takes one option; unknown ones are passed over. Accept and consume are covered by what transcoding does anyway, set says
    /// nothing that we could use.</summary>
    public void Add(ReadOnlySpan<byte> option, string codec)
    {
        if (option.SequenceEqual("strip"u8)) Strip.Add(codec);
        else if (option.SequenceEqual("mask"u8) || option.SequenceEqual("consume"u8)) Mask.Add(codec);
        else if (option.SequenceEqual("except"u8)) Except.Add(codec);
        else if (option.SequenceEqual("offer"u8)) Offer.Add(codec);
        else if (option.SequenceEqual("transcode"u8)) Transcode.Add(codec);
        else if (option.SequenceEqual("ignore"u8)) Ignore.Add(codec);
    }

    /// <summary>Whether a list names this format: <c>PCMU</c>, <c>opus/48000</c>, <c>opus/48000/2</c>, its payload type.</summary>
    public static bool Names(List<string> list, AudioFormat format)
    {
        foreach (string entry in list)
        {
            if (Names(entry, format)) return true;
        }
        return false;
    }

    /// <summary>Whether a list holds <c>all</c> (every voice codec, not events and comfort noise) or <c>full</c> (everything).</summary>
    public static bool NamesAll(List<string> list, AudioFormat format)
    {
        foreach (string entry in list)
        {
            if (entry == "full" || (entry == "all" && !NgFormats.IsSupplemental(format))) return true;
        }
        return false;
    }

    private static bool Names(ReadOnlySpan<char> entry, AudioFormat format)
    {
        Span<Range> fields = stackalloc Range[4];
        int count = entry.Split(fields, '/');
        ReadOnlySpan<char> name = entry[fields[0]];
        if (int.TryParse(name, out int payloadType)) return payloadType == format.PayloadType;
        if (!name.Equals(format.Name, StringComparison.OrdinalIgnoreCase)) return false;
        if (count > 1 && int.TryParse(entry[fields[1]], out int rate) && rate != format.ClockRateHz) return false;
        return count <= 2 || !int.TryParse(entry[fields[2]], out int channels) || channels == format.Channels;
    }
}
