namespace Sip.Core.Sdp;

/// <summary>SRTP as offer and answer settle it by SDES (RFC 4568) and, without SAVP, opportunistically (RFC 8643).</summary>
/// <param name="Mode">Whether.</param>
/// <param name="Keys">Ours, one for each suite of <see cref="CryptoSuite.All"/>; kept for the whole session, so that an exchange that changes nothing else changes no key.</param>
public sealed record MediaSecurity(SrtpMode Mode, IReadOnlyList<CryptoKey> Keys)
{
    public const string PlainProfile = "RTP/AVP", SecureProfile = "RTP/SAVP";

    /// <summary>RTP/AVP alone.</summary>
    public static MediaSecurity Off { get; } = new(SrtpMode.Off, []);

    /// <summary>Our m-line with what an offer of ours says of security.</summary>
    /// <param name="plain">The m-line as RTP/AVP.</param>
    /// <param name="previous">The m-line in its place in our last description: its profile stays; null in a new session.</param>
    internal SdpMedia Offer(SdpMedia plain, SdpMedia? previous)
    {
        if (Mode == SrtpMode.Off) return plain;
        List<SdpAttribute> attributes = [];
        foreach (CryptoKey key in Keys)
        {
            if (key.Suite.IsOffered) attributes.Add(new CryptoAttribute(attributes.Count + 1, key.Suite, key.Bytes).Write());
        }

        attributes.AddRange(plain.Attributes);
        bool secure = previous is null ? Mode == SrtpMode.Required : IsSecure(previous);
        return plain with { Protocol = secure ? SecureProfile : PlainProfile, Attributes = attributes };
    }

    /// <summary>What becomes of an offered m-line.</summary>
    internal SecurityChoice Consider(SdpMedia offered)
    {
        bool secure = IsSecure(offered);
        if (!secure && !IsPlain(offered)) return new($"{offered.Protocol} is not supported, {PlainProfile} and {SecureProfile} are");
        if (Mode == SrtpMode.Off) return secure ? new($"{SecureProfile} is switched off here") : default;
        (CryptoAttribute? line, string? problem) = FirstUsable(offered);
        if (line is not null) return new(null, line);
        if (secure) return new($"{SecureProfile} without keys that can be used: {problem ?? "there is no a=crypto"}");
        return Mode == SrtpMode.Required ? new($"SRTP is required: {problem ?? "there is no a=crypto"}") : default;
    }

    /// <summary>Our m-line as the answer to an offered one.</summary>
    /// <param name="plain">The m-line as RTP/AVP.</param>
    /// <param name="offered">The peer's; its profile is the answer's too.</param>
    /// <param name="choice">From <see cref="Consider"/>.</param>
    /// <param name="settled">The keys of both; null: plain.</param>
    internal SdpMedia Answer(SdpMedia plain, SdpMedia offered, in SecurityChoice choice, out NegotiatedSrtp? settled)
    {
        settled = null;
        if (choice.Line is not { } line) return plain;
        byte[] key = KeyFor(line.Suite);
        settled = new NegotiatedSrtp(line.Suite, key, line.Key);
        return plain with { Protocol = offered.Protocol, Attributes = [new CryptoAttribute(line.Tag, line.Suite, key).Write(), .. plain.Attributes] };
    }

    /// <summary>What the answer to an offer of ours settles.</summary>
    /// <returns>Why it cannot be used; null where it can.</returns>
    internal string? Accept(SdpMedia ours, SdpMedia theirs, out NegotiatedSrtp? settled)
    {
        settled = null;
        if (IsSecure(ours) != IsSecure(theirs) || IsPlain(ours) != IsPlain(theirs)) return $"the answer is {theirs.Protocol}, the offer is {ours.Protocol}";
        if (!ours.Has(CryptoAttribute.Name)) return null;
        (CryptoAttribute? line, string? problem) = FirstUsable(theirs);
        if (line is null)
        {
            if (problem is not null) return problem;
            return IsSecure(ours) || Mode == SrtpMode.Required ? "SRTP is required and the answer has none" : null;
        }

        foreach (SdpAttribute attribute in ours.Attributes)
        {
            if (attribute.Name != CryptoAttribute.Name || !CryptoAttribute.TryParse(attribute.Value!, out CryptoAttribute? offered, out _)) continue;
            if (offered!.Tag != line.Tag || offered.Suite != line.Suite) continue;
            settled = new NegotiatedSrtp(line.Suite, offered.Key, line.Key);
            return null;
        }

        return "the answer's a=crypto is none of the offer's";
    }

    private static bool IsPlain(SdpMedia media) => media.Protocol.Equals(PlainProfile, StringComparison.OrdinalIgnoreCase);

    private static bool IsSecure(SdpMedia media) => media.Protocol.Equals(SecureProfile, StringComparison.OrdinalIgnoreCase);

    /// <summary>The first line that can be used, or what is wrong with the first one; both null: there is none.</summary>
    private static (CryptoAttribute? Line, string? Problem) FirstUsable(SdpMedia media)
    {
        string? first = null;
        foreach (SdpAttribute attribute in media.Attributes)
        {
            if (!attribute.Name.Equals(CryptoAttribute.Name, StringComparison.OrdinalIgnoreCase)) continue;
            if (CryptoAttribute.TryParse(attribute.Value ?? "", out CryptoAttribute? line, out string? problem)) return (line, null);
            first ??= problem;
        }

        return (null, first);
    }

    private byte[] KeyFor(CryptoSuite suite)
    {
        foreach (CryptoKey key in Keys)
        {
            if (key.Suite == suite) return key.Bytes;
        }

        throw new InvalidOperationException($"There is no key of ours for {suite.Name}.");
    }
}

/// <summary>Whether an offered m-line's security suits us.</summary>
/// <param name="Problem">Why it does not; null where it does.</param>
/// <param name="Line">The crypto line to answer; null: plain, or DTLS.</param>
/// <param name="Dtls">What DTLS settles; null: there is none.</param>
internal readonly record struct SecurityChoice(string? Problem, CryptoAttribute? Line = null, NegotiatedDtls? Dtls = null);
