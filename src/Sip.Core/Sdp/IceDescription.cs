namespace Sip.Core.Sdp;

/// <summary>What one side's description says of ICE for one m-line (RFC 8839).</summary>
/// <param name="UsernameFragment">4 to 256 letters, digits, + or /.</param>
/// <param name="Password">22 to 256 of the same.</param>
/// <param name="IsLite">The writer only answers checks.</param>
/// <param name="Candidates">Of the peer's, only those that can be used here: UDP, the RTP component, an address and no name.</param>
public sealed record IceDescription(string UsernameFragment, string Password, bool IsLite, IReadOnlyList<SdpCandidate> Candidates)
{
    public const string LiteAttribute = "ice-lite";

    private const string FragmentAttribute = "ice-ufrag", PasswordAttribute = "ice-pwd", OptionsAttribute = "ice-options";

    /// <summary>More than this of a peer's candidates are not looked at.</summary>
    private const int MaxCandidates = 32;

    /// <summary>Whether a description has ICE for an m-line, well-formed or not.</summary>
    internal static bool IsIn(SdpMedia media, SessionDescription session) => Find(FragmentAttribute, media, session) is not null;

    /// <summary>What a peer's description says, its m-line before its session part.</summary>
    /// <param name="problem">Why it cannot be used; null where it can, and where there is no ICE at all.</param>
    internal static IceDescription? Read(SdpMedia media, SessionDescription session, out string? problem)
    {
        problem = null;
        string? fragment = Find(FragmentAttribute, media, session), password = Find(PasswordAttribute, media, session);
        if (fragment is null && password is null) return null;
        problem = "a=ice-ufrag or a=ice-pwd is missing or malformed";
        if (!IsIceText(fragment, 4, 256) || !IsIceText(password, 22, 256)) return null;
        problem = null;
        return new IceDescription(fragment!, password!, SdpAttributes.IndexOf(session.Attributes, LiteAttribute) >= 0, UsableCandidates(media));
    }

    /// <summary>Appends our lines for an m-line; <see cref="LiteAttribute"/> stands in the session's part.</summary>
    /// <remarks>All our candidates are there from the start, which the last line says to a peer that trickles.</remarks>
    internal void WriteTo(List<SdpAttribute> attributes)
    {
        attributes.Add(new SdpAttribute(FragmentAttribute, UsernameFragment));
        attributes.Add(new SdpAttribute(PasswordAttribute, Password));
        attributes.Add(new SdpAttribute(OptionsAttribute, "ice2"));
        foreach (SdpCandidate candidate in Candidates) attributes.Add(candidate.Write());
        attributes.Add(new SdpAttribute("end-of-candidates"));
    }

    internal static bool IsIceText(string? text, int shortest, int longest)
    {
        if (text is null || text.Length < shortest || text.Length > longest) return false;
        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '/')) return false;
        }

        return true;
    }

    private static string? Find(string name, SdpMedia media, SessionDescription session) =>
        (media.Attribute(name) ?? SdpAttributes.Value(session.Attributes, name))?.Trim();

    internal static List<SdpCandidate> UsableCandidates(SdpMedia media)
    {
        var usable = new List<SdpCandidate>();
        foreach (SdpAttribute attribute in media.Attributes)
        {
            if (usable.Count == MaxCandidates) break;
            if (!attribute.Name.Equals(SdpCandidate.Name, StringComparison.OrdinalIgnoreCase)) continue;
            if (SdpCandidate.TryParse(attribute.Value, out SdpCandidate? candidate) && candidate is { IsUdp: true, Component: 1, Address: not null, Port: > 0 })
                usable.Add(candidate);
        }

        return usable;
    }
}
