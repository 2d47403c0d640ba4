namespace Sip.Core.Sdp;

/// <summary>Looking things up in a list of <c>a=</c> lines. Names of attributes are case-sensitive by the RFC, but not on the street.</summary>
internal static class SdpAttributes
{
    public static int IndexOf(IReadOnlyList<SdpAttribute> attributes, string name)
    {
        for (int i = 0; i < attributes.Count; i++)
        {
            if (attributes[i].Name.Equals(name, StringComparison.OrdinalIgnoreCase)) return i;
        }

        return -1;
    }

    public static string? Value(IReadOnlyList<SdpAttribute> attributes, string name) =>
        IndexOf(attributes, name) is >= 0 and int at ? attributes[at].Value : null;

    public static MediaDirection? Direction(IReadOnlyList<SdpAttribute> attributes)
    {
        foreach (SdpAttribute attribute in attributes)
        {
            if (attribute.Value is null && MediaDirections.TryParse(attribute.Name, out MediaDirection direction)) return direction;
        }

        return null;
    }

    /// <summary>The value after a payload type, as rtpmap and fmtp write it: <c>101 telephone-event/8000</c>.</summary>
    public static string? ForPayloadType(IReadOnlyList<SdpAttribute> attributes, string name, int payloadType)
    {
        foreach (SdpAttribute attribute in attributes)
        {
            if (attribute.Value is null || !attribute.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) continue;
            ReadOnlySpan<char> value = attribute.Value.AsSpan().Trim();
            int space = value.IndexOfAny(' ', '\t');
            if (space > 0 && byte.TryParse(value[..space], out byte number) && number == payloadType)
                return value[space..].Trim().ToString();
        }

        return null;
    }
}
