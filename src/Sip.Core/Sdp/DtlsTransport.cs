using System.Net;

namespace Sip.Core.Sdp;

/// <summary>Our side of a DTLS-SRTP stream, with ICE as browsers do it or without (RFC 9429, RFC 8842, RFC 5764).</summary>
/// <param name="Fingerprint">Of our certificate.</param>
/// <param name="Ice">Our side of ICE; null: none.</param>
public sealed record DtlsTransport(SdpFingerprint Fingerprint, IceDescription? Ice)
{
    public const string Profile = "UDP/TLS/RTP/SAVPF";

    private const string MuxAttribute = "rtcp-mux";

    /// <summary>Whether we are client or server, once it is settled; it stays for the whole session (RFC 8842 §5.5).</summary>
    public SdpSetup Role { get; init; } = SdpSetup.ActPass;

    /// <summary>Be the client where the peer leaves the choice.</summary>
    public bool PrefersActive { get; init; }

    /// <summary>Whether an offer's audio, the first that is not switched off, asks for DTLS.</summary>
    /// <param name="ice">It also has ICE.</param>
    public static bool IsAskedFor(SessionDescription offer, out bool ice)
    {
        foreach (SdpMedia media in offer.Media)
        {
            if (!media.IsAudio || (media.Port == 0 && !SdpBundle.IsBundleOnly(media))) continue;
            SdpMedia transport = SdpBundle.TransportOf(media, offer);
            ice = IceDescription.IsIn(transport, offer);
            return IsDtls(media, transport, offer);
        }

        ice = false;
        return false;
    }

    /// <summary>Whether an m-line is DTLS: by its profile, and SAVP as SIP phones write it where a fingerprint is there and no key (RFC 5763 §5).</summary>
    public static bool IsDtls(SdpMedia media, SessionDescription session) => IsDtls(media, SdpBundle.TransportOf(media, session), session);

    /// <summary>Why a DTLS m-line cannot be used, whoever would; null where it can.</summary>
    public static string? ProblemOf(SdpMedia media, SessionDescription session)
    {
        Parse(media, session, out _, out string? problem);
        return problem;
    }

    /// <summary>Whether its writer has ICE for an m-line.</summary>
    public static bool HasIce(SdpMedia media, SessionDescription session) => IceDescription.IsIn(SdpBundle.TransportOf(media, session), session);

    /// <summary>The address of an m-line's first candidate that can be used; null: there is none yet.</summary>
    public static IPAddress? FirstCandidate(SdpMedia media) => IceDescription.UsableCandidates(media) is [var first, ..] ? first.Address : null;

    /// <summary>Whether an m-line stands in a BUNDLE group.</summary>
    public static bool IsBundled(SdpMedia media, SessionDescription session) =>
        SdpBundle.MidOf(media) is { } mid && Array.IndexOf(SdpBundle.Of(session), mid) >= 0;

    /// <summary>The group of one m-line, for the session's part.</summary>
    public static SdpAttribute Group(string mid) => SdpBundle.Group(mid);

    /// <summary>What an m-line of ours says of its transport, but for a=rtcp-mux, which goes with it.</summary>
    public IReadOnlyList<SdpAttribute> TransportAttributes() => TransportAttributes(Role);

    /// <summary>Our m-line with what an offer of ours says of its transport.</summary>
    /// <param name="plain">The m-line as RTP/AVP.</param>
    /// <param name="previous">The m-line in its place in our last description: its profile and identifier stay.</param>
    /// <param name="mid">Its identifier where it has none yet.</param>
    internal SdpMedia Offer(SdpMedia plain, SdpMedia? previous, string mid)
    {
        List<SdpAttribute> attributes = Attributes(plain, previous is null ? mid : SdpBundle.MidOf(previous) ?? mid, Role);
        attributes.Add(new SdpAttribute("rtcp-mux-only"));
        return plain with { Protocol = previous?.Protocol ?? Profile, Attributes = attributes };
    }

    /// <summary>Our m-line as the answer to an offered one.</summary>
    internal SdpMedia Answer(SdpMedia plain, SdpMedia offered, SdpSetup role)
    {
        List<SdpAttribute> attributes = Attributes(plain, SdpBundle.MidOf(offered), role);
        if (SdpExtension.AudioLevelIn(offered) is { } level) attributes.Add(level.Write());
        return plain with { Protocol = offered.Protocol, Attributes = attributes };
    }

    /// <summary>A description of ours with what it says of the whole session: ICE lite, and the m-line's group.</summary>
    /// <param name="bundle">The m-line's identifier goes into a BUNDLE group, alone: we take one m-line.</param>
    internal SessionDescription Announce(SessionDescription description, SdpMedia media, bool bundle)
    {
        var attributes = new List<SdpAttribute>(description.Attributes);
        if (Ice is { IsLite: true }) attributes.Add(new SdpAttribute(IceDescription.LiteAttribute));
        if (bundle && SdpBundle.MidOf(media) is { } mid) attributes.Add(SdpBundle.Group(mid));
        return description with { Attributes = attributes };
    }

    /// <summary>What becomes of an offered m-line: settled, or why not.</summary>
    public NegotiatedDtls? Consider(SdpMedia media, SessionDescription offer, out string? problem)
    {
        if (Read(media, offer, out SdpSetup setup, out problem) is not { } settled) return null;
        // Passive where there is a choice: the peer knows its path before we do (INTEROP 15). A role once taken is kept.
        SdpSetup role = setup switch
        {
            SdpSetup.Passive => SdpSetup.Active,
            SdpSetup.ActPass when Role == SdpSetup.Active || (Role == SdpSetup.ActPass && PrefersActive) => SdpSetup.Active,
            _ => SdpSetup.Passive,
        };
        return settled with { Role = role };
    }

    /// <summary>What the answer to an offer of ours settles, or why it cannot be used: plain RTP is no answer to DTLS.</summary>
    public NegotiatedDtls? Accept(SdpMedia theirs, SessionDescription answer, out string? problem)
    {
        if (Read(theirs, answer, out SdpSetup setup, out problem) is not { } settled) return null;
        if (setup == SdpSetup.ActPass) problem = "a=setup:actpass is no answer";
        else if ((setup == SdpSetup.Active && Role == SdpSetup.Active) || (setup == SdpSetup.Passive && Role == SdpSetup.Passive))
            problem = $"the answer's a=setup:{setup.Name()} leaves us a role that we do not have";
        if (problem is not null) return null;
        return settled with { Role = setup == SdpSetup.Passive ? SdpSetup.Active : SdpSetup.Passive };
    }

    private NegotiatedDtls? Read(SdpMedia media, SessionDescription session, out SdpSetup setup, out string? problem)
    {
        if (Parse(media, session, out setup, out problem) is not { } read) return null;
        if (Ice is null) return read with { RemoteIce = null };
        if (read.RemoteIce is null) problem = "the peer has no ICE";
        return problem is null ? read : null;
    }

    /// <summary>What a peer's m-line says, its role still open.</summary>
    private static NegotiatedDtls? Parse(SdpMedia media, SessionDescription session, out SdpSetup setup, out string? problem)
    {
        setup = default;
        SdpMedia transport = SdpBundle.TransportOf(media, session);
        problem = $"{media.Protocol} without DTLS is not acceptable here, {Profile} is";
        if (!IsDtls(media, transport, session)) return null;
        List<SdpFingerprint> fingerprints = Fingerprints(transport, session);
        problem = "DTLS without a=fingerprint of a hash that is known here";
        if (fingerprints.Count == 0) return null;
        problem = "DTLS without a=rtcp-mux is not supported";
        if (!transport.Has(MuxAttribute)) return null;
        problem = "a=setup is none that can be answered";
        if (SdpSetups.Of(transport, session) is not { } read || read == SdpSetup.HoldConn) return null;
        setup = read;
        IceDescription? ice = IceDescription.Read(transport, session, out problem);
        return problem is null ? new NegotiatedDtls(setup, fingerprints, ice) : null;
    }

    private static bool IsDtls(SdpMedia media, SdpMedia transport, SessionDescription session)
    {
        if (media.Protocol.Equals(Profile, StringComparison.OrdinalIgnoreCase) || media.Protocol.Equals("UDP/TLS/RTP/SAVP", StringComparison.OrdinalIgnoreCase))
            return true;
        return (media.Protocol.Equals("RTP/SAVPF", StringComparison.OrdinalIgnoreCase)
                || media.Protocol.Equals(MediaSecurity.SecureProfile, StringComparison.OrdinalIgnoreCase))
            && !media.Has(CryptoAttribute.Name)
            && (transport.Has(SdpFingerprint.Name) || SdpAttributes.IndexOf(session.Attributes, SdpFingerprint.Name) >= 0);
    }

    /// <summary>The m-line's, else the session's.</summary>
    private static List<SdpFingerprint> Fingerprints(SdpMedia media, SessionDescription session)
    {
        const int most = 8;
        var found = new List<SdpFingerprint>();
        foreach (SdpAttribute attribute in media.Has(SdpFingerprint.Name) ? media.Attributes : session.Attributes)
        {
            if (found.Count < most && attribute.Name.Equals(SdpFingerprint.Name, StringComparison.OrdinalIgnoreCase)
                && SdpFingerprint.TryParse(attribute.Value, out SdpFingerprint? fingerprint))
                found.Add(fingerprint!);
        }

        return found;
    }

    private List<SdpAttribute> Attributes(SdpMedia plain, string? mid, SdpSetup role)
    {
        var attributes = new List<SdpAttribute>();
        if (mid is not null) attributes.Add(new SdpAttribute(SdpBundle.MidAttribute, mid));
        attributes.AddRange(TransportAttributes(role));
        attributes.Add(new SdpAttribute(MuxAttribute));
        foreach (SdpAttribute attribute in plain.Attributes)
        {
            if (attribute.Name != "rtcp") attributes.Add(attribute);
        }

        attributes.Add(new SdpAttribute("msid", "tandem audio"));    // no a=ssrc: a browser that is told a wrong one plays silence (RFC 8829 §5.2.1 lets it be absent)
        return attributes;
    }

    private List<SdpAttribute> TransportAttributes(SdpSetup role)
    {
        var attributes = new List<SdpAttribute>();
        Ice?.WriteTo(attributes);
        attributes.Add(Fingerprint.Write());
        attributes.Add(new SdpAttribute(SdpSetups.Attribute, role.Name()));
        return attributes;
    }
}
