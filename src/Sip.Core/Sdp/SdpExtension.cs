using System.Globalization;

namespace Sip.Core.Sdp;

/// <summary>One <c>a=extmap</c> line (RFC 8285 §5): the number that an RTP header extension has in this session.</summary>
/// <param name="Id">1 to 14 fit the short form, up to 255 the long one.</param>
/// <param name="Uri">What it is.</param>
public sealed record SdpExtension(int Id, string Uri)
{
    public const string Name = "extmap";

    /// <summary>How loud the packet is (RFC 6464): the one extension that we take.</summary>
    public const string AudioLevel = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

    public static bool TryParse(string? value, out SdpExtension? extension)
    {
        extension = null;
        string[] fields = value?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (fields.Length < 2) return false;
        int slash = fields[0].IndexOf('/', StringComparison.Ordinal);
        string number = slash < 0 ? fields[0] : fields[0][..slash];
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int id) || id is < 1 or > 255) return false;
        extension = new SdpExtension(id, fields[1]);
        return true;
    }

    /// <summary>As a line of ours: we read it and never write it into packets.</summary>
    public SdpAttribute Write() => new(Name, string.Create(CultureInfo.InvariantCulture, $"{Id}/recvonly {Uri}"));

    /// <summary>The audio level among an m-line's extensions; null: it has none, or only takes it.</summary>
    public static SdpExtension? AudioLevelIn(SdpMedia media)
    {
        foreach (SdpAttribute attribute in media.Attributes)
        {
            if (!attribute.Name.Equals(Name, StringComparison.OrdinalIgnoreCase)) continue;
            if (TryParse(attribute.Value, out SdpExtension? extension) && extension!.Uri == AudioLevel
                && !attribute.Value!.Contains("/recvonly", StringComparison.Ordinal) && !attribute.Value.Contains("/inactive", StringComparison.Ordinal))
                return extension;
        }

        return null;
    }
}
