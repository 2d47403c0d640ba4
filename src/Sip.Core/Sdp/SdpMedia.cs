using System.Globalization;
using System.Net;

namespace Sip.Core.Sdp;

/// <summary>One <c>m=</c> line with what belongs to it (RFC 8866 §5.14).</summary>
public sealed record SdpMedia
{
    /// <summary><c>audio</c>, <c>video</c>, <c>application</c>…; as written.</summary>
    public required string Kind { get; init; }

    /// <summary>0: rejected or switched off.</summary>
    public required int Port { get; init; }

    /// <summary>Ports in a row for layered streams; 1 unless written.</summary>
    public int PortCount { get; init; } = 1;

    /// <summary><c>RTP/AVP</c>, <c>UDP/TLS/RTP/SAVPF</c>…; as written.</summary>
    public required string Protocol { get; init; }

    /// <summary>Payload types in order of preference for RTP; anything else as written.</summary>
    public required IReadOnlyList<string> Formats { get; init; }

    public SdpConnection? Connection { get; init; }

    public IReadOnlyList<SdpAttribute> Attributes { get; init; } = [];

    /// <summary>i, b, k and unknown lines, in order.</summary>
    public IReadOnlyList<SdpLine> OtherLines { get; init; } = [];

    public bool IsAudio => Kind.Equals("audio", StringComparison.OrdinalIgnoreCase);

    /// <summary>Milliseconds of audio per packet that the writer wishes to receive (RFC 8866 §6.4); null when absent or senseless.</summary>
    public int? PtimeMs => Milliseconds("ptime");

    public int? MaxPtimeMs => Milliseconds("maxptime");

    /// <summary>True when the two are written alike.</summary>
    public bool SameContent(SdpMedia other) =>
        Kind == other.Kind && Port == other.Port && PortCount == other.PortCount && Protocol == other.Protocol && Connection == other.Connection
        && SdpLists.AreEqual(Formats, other.Formats) && SdpLists.AreEqual(Attributes, other.Attributes) && SdpLists.AreEqual(OtherLines, other.OtherLines);

    public bool Has(string name) => SdpAttributes.IndexOf(Attributes, name) >= 0;

    /// <summary>Value of the first attribute of that name; null when there is none or it has no value.</summary>
    public string? Attribute(string name) => SdpAttributes.Value(Attributes, name);

    /// <summary>The stream's direction: its own attribute, else the session's, else both ways.</summary>
    public MediaDirection DirectionIn(SessionDescription session) =>
        SdpAttributes.Direction(Attributes) ?? SdpAttributes.Direction(session.Attributes) ?? MediaDirection.SendRecv;

    /// <summary>Where the stream's packets should go, its own <c>c=</c> before the session's; null when neither is there.</summary>
    public SdpConnection? ConnectionIn(SessionDescription session) => Connection ?? session.Connection;

    /// <summary>The formats as codecs, in order; static payload types need no rtpmap (RFC 3551 §6), unknown ones are left out.</summary>
    public IReadOnlyList<AudioFormat> AudioFormats()
    {
        var formats = new List<AudioFormat>(Formats.Count);
        foreach (string text in Formats)
        {
            if (byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out byte payloadType)
                && payloadType <= 127
                && AudioFormat.Find(Attributes, payloadType) is { } format)
                formats.Add(format);
        }

        return formats;
    }

    /// <summary>RTCP's destination: <c>a=rtcp</c> (RFC 3605), else the port above RTP's (RFC 3550 §11).</summary>
    public IPEndPoint RtcpFor(IPEndPoint rtp)
    {
        int port = Math.Min(rtp.Port + 1, IPEndPoint.MaxPort);
        string[] fields = Attribute("rtcp")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (fields.Length == 0 || !ushort.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out ushort given) || given == 0)
            return new IPEndPoint(rtp.Address, port);
        bool six = fields.Length >= 4 && fields[2].Equals("IP6", StringComparison.OrdinalIgnoreCase);
        bool named = fields.Length >= 4 && SdpConnection.TryParseAddress(fields[3], six, out SdpConnection? at)
            && at!.Address is not null && !at.IsUnspecified && at.Address.AddressFamily == rtp.AddressFamily;
        return new IPEndPoint(named ? IPAddress.Parse(fields[3]) : rtp.Address, given);
    }

    private int? Milliseconds(string name)
    {
        // Some phones write fractions ("20.0"); the whole part says what they mean.
        string? text = Attribute(name)?.Trim();
        if (text is null) return null;
        int dot = text.IndexOf('.', StringComparison.Ordinal);
        ReadOnlySpan<char> whole = dot < 0 ? text : text.AsSpan(0, dot);
        return ushort.TryParse(whole, NumberStyles.None, CultureInfo.InvariantCulture, out ushort ms) && ms > 0 ? ms : null;
    }
}
