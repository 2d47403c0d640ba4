using System.Globalization;
using System.Text;

namespace Sip.Core.Sdp;

/// <summary>A session description (RFC 8866), owned and immutable. Not the hot path: strings, not spans.</summary>
public sealed record SessionDescription
{
    [ThreadStatic]
    private static StringBuilder? t_text;    // three descriptions are written for each call

    public required SdpOrigin Origin { get; init; }

    public string Name { get; init; } = "-";

    public SdpConnection? Connection { get; init; }

    public IReadOnlyList<SdpAttribute> Attributes { get; init; } = [];

    public IReadOnlyList<SdpMedia> Media { get; init; } = [];

    /// <summary>Session lines that are kept as they came, in order; <c>t=0 0</c> is written when none of them is a time.</summary>
    public IReadOnlyList<SdpLine> OtherLines { get; init; } = [];

    /// <summary>Reads a description. Tolerant where phones are sloppy (bare LF, order, missing s= and t=), strict where meaning is at stake.</summary>
    /// <remarks>Never throws on wire input; <paramref name="error"/> says why not, in words fit for a log line or a Warning.</remarks>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out SessionDescription? description, out string? error) =>
        SdpReader.TryRead(bytes, out description, out error);

    /// <summary>The description as it goes on the wire.</summary>
    public byte[] Write()
    {
        StringBuilder text = (t_text ??= new StringBuilder(2048)).Clear();
        Write(text);
        foreach (ReadOnlyMemory<char> chunk in text.GetChunks())
        {
            if (chunk.Length != text.Length) break;
            byte[] bytes = new byte[Encoding.UTF8.GetByteCount(chunk.Span)];
            Encoding.UTF8.GetBytes(chunk.Span, bytes);
            return bytes;
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>True when the two differ in nothing but the version of their origin.</summary>
    public bool SameContent(SessionDescription other)
    {
        if (!Origin.IsOfSession(other.Origin) || Name != other.Name || Connection != other.Connection || Media.Count != other.Media.Count
            || !SdpLists.AreEqual(Attributes, other.Attributes) || !SdpLists.AreEqual(OtherLines, other.OtherLines)) return false;
        for (int i = 0; i < Media.Count; i++)
        {
            if (!Media[i].SameContent(other.Media[i])) return false;
        }

        return true;
    }

    /// <summary>True when the peer says that nothing has changed since <paramref name="earlier"/>: a session refresh (RFC 3264 §8).</summary>
    public bool IsRefreshOf(SessionDescription earlier) => Origin == earlier.Origin;

    public override string ToString()
    {
        var text = new StringBuilder(512);
        Write(text);
        return text.ToString();
    }

    private void Write(StringBuilder text)
    {
        Line(text, 'v', "0");
        Line(text, 'o', Origin.ToString());
        Line(text, 's', Name.Length == 0 ? "-" : Name);
        Others(text, OtherLines, "iuep");
        if (Connection is not null) Line(text, 'c', Connection.ToString());
        Others(text, OtherLines, "b");
        if (!Others(text, OtherLines, "tr")) Line(text, 't', "0 0");
        Others(text, OtherLines, "zk");
        Others(text, OtherLines, null);
        WriteAttributes(text, Attributes);
        foreach (SdpMedia media in Media) Write(text, media);
    }

    private static void Write(StringBuilder text, SdpMedia media)
    {
        text.Append("m=").Append(media.Kind).Append(' ').Append(CultureInfo.InvariantCulture, $"{media.Port}");
        if (media.PortCount != 1) text.Append(CultureInfo.InvariantCulture, $"/{media.PortCount}");
        text.Append(' ').Append(media.Protocol);
        foreach (string format in media.Formats) text.Append(' ').Append(format);
        text.Append("\r\n");
        Others(text, media.OtherLines, "i");
        if (media.Connection is not null) Line(text, 'c', media.Connection.ToString());
        Others(text, media.OtherLines, "b");
        Others(text, media.OtherLines, "k");
        Others(text, media.OtherLines, null);
        WriteAttributes(text, media.Attributes);
    }

    private static void WriteAttributes(StringBuilder text, IReadOnlyList<SdpAttribute> attributes)
    {
        foreach (SdpAttribute attribute in attributes)
        {
            text.Append("a=").Append(attribute.Name);
            if (attribute.Value is not null) text.Append(':').Append(attribute.Value);
            text.Append("\r\n");
        }
    }

    /// <summary>Writes the lines of the given types, in order; null: of the types that have no place in RFC 8866 §5.</summary>
    private static bool Others(StringBuilder text, IReadOnlyList<SdpLine> lines, string? types)
    {
        bool any = false;
        foreach (SdpLine line in lines)
        {
            if (types is null ? "iuepbtrzk".Contains(line.Type) : !types.Contains(line.Type)) continue;
            any = true;
            Line(text, line.Type, line.Value);
        }

        return any;
    }

    private static void Line(StringBuilder text, char type, string value) => text.Append(type).Append('=').Append(value).Append("\r\n");
}
