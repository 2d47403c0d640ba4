namespace Sip.Core.Grammar;

/// <summary>The scheme of any URI, for what is neither sip nor sips (RFC 3261 §25.1 absoluteURI).</summary>
public static class SipScheme
{
    /// <summary>The text before the first colon, empty where there is no lawful scheme.</summary>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> uri)
    {
        int colon = uri.IndexOf((byte)':');
        if (colon <= 0) return default;
        ReadOnlySpan<byte> scheme = uri[..colon];
        return char.IsAsciiLetter((char)scheme[0]) && !scheme.ContainsAnyExcept(SipGrammar.Scheme) ? scheme : default;
    }

    public static bool IsSip(ReadOnlySpan<byte> scheme) =>
        System.Text.Ascii.EqualsIgnoreCase(scheme, "sip"u8) || System.Text.Ascii.EqualsIgnoreCase(scheme, "sips"u8);

    /// <summary>A sip or sips URI by its full grammar; any other scheme by the characters that a URI may hold.</summary>
    public static bool IsUri(ReadOnlySpan<byte> uri)
    {
        ReadOnlySpan<byte> scheme = Of(uri);
        if (scheme.IsEmpty) return false;
        return IsSip(scheme) ? SipUri.TryParse(uri, out _) : uri.Length > scheme.Length + 1 && !uri.ContainsAnyExcept(SipGrammar.AnyUri);
    }
}
