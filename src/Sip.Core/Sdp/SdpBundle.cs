namespace Sip.Core.Sdp;

/// <summary>The group of m-lines that share one transport (RFC 8843).</summary>
internal static class SdpBundle
{
    public const string MidAttribute = "mid";

    private const string GroupAttribute = "group", Bundle = "BUNDLE";

    /// <summary>The first BUNDLE group's identifiers, in order; empty: there is none.</summary>
    public static string[] Of(SessionDescription session)
    {
        foreach (SdpAttribute attribute in session.Attributes)
        {
            if (!attribute.Name.Equals(GroupAttribute, StringComparison.OrdinalIgnoreCase)) continue;
            string[] words = attribute.Value?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
            if (words.Length > 0 && words[0] == Bundle) return words[1..];
        }

        return [];
    }

    public static SdpAttribute Group(string mid) => new(GroupAttribute, $"{Bundle} {mid}");

    /// <summary>The identifier of an m-line where it is a token and can be repeated; null: it has none.</summary>
    public static string? MidOf(SdpMedia media) => media.Attribute(MidAttribute)?.Trim() is { Length: > 0 and <= 64 } mid && !mid.Contains(' ') ? mid : null;

    /// <summary>Port 0 that does not say no: the m-line goes by the transport of its group's first (§6).</summary>
    public static bool IsBundleOnly(SdpMedia media) => media.Port == 0 && media.Has("bundle-only");

    /// <summary>The m-line whose transport attributes count for an m-line: its own, or its group's first where it is bundle-only.</summary>
    public static SdpMedia TransportOf(SdpMedia media, SessionDescription session)
    {
        if (!IsBundleOnly(media) || Of(session) is not [var tagged, ..] members || Array.IndexOf(members, MidOf(media)) < 0) return media;
        foreach (SdpMedia other in session.Media)
        {
            if (MidOf(other) == tagged) return other;
        }

        return media;
    }
}
