using System.Net;
using Rtp.Core.Ice;
using Sip.Core.Sdp;
using Tandem.Media;

namespace Tandem.Calls;

/// <summary>ICE and DTLS of one leg between its SDP and its media: what ours say, and what both sides' come to. Shard thread only.</summary>
/// <param name="leg">Made with or without ICE.</param>
/// <param name="fingerprint">Of our certificate.</param>
/// <param name="advertise">The address that the peer knows us by.</param>
internal sealed class LegDtlsSdp(MediaLeg leg, DtlsFingerprint fingerprint, IPAddress advertise)
{
    /// <summary>A host candidate of the RTP component with the highest local preference (RFC 8445 §5.1.2.1).</summary>
    private const uint HostPriority = (126u << 24) | (65535u << 8) | 255u;

    private readonly SdpFingerprint _fingerprint = new(fingerprint.Algorithm, fingerprint.Value);
    private SdpSetup _role = SdpSetup.ActPass;
    private IceDescription? _remote;
    private bool? _controlling;
    private bool _peerIsLite;

    /// <summary>Be the DTLS client where the peer leaves the choice.</summary>
    public bool PrefersClient { get; set; }

    /// <summary>For offers and answers.</summary>
    public DtlsTransport Transport => new(_fingerprint, Ice()) { Role = _role, PrefersActive = PrefersClient };

    /// <summary>Follows what an offer of the peer asks for before it is answered: a restart of ICE, checks of ours towards a lite peer.</summary>
    /// <returns>True: our side changed, and the answer has to be made of it again.</returns>
    public bool Follow(NegotiatedDtls? offered)
    {
        if (offered?.RemoteIce is not { } ice) return false;
        bool restarts = IsRestart(ice), turnsLite = ice.IsLite != _peerIsLite;
        if (restarts) leg.RestartIce();
        (_peerIsLite, _remote) = (ice.IsLite, restarts ? null : _remote);
        return restarts || turnsLite;
    }

    /// <summary>What the leg is to do.</summary>
    /// <param name="settled">By offer and answer.</param>
    /// <param name="weOffered">The offer was ours: we control ICE while it is not started anew.</param>
    public (IceSettings? Ice, DtlsSettings Dtls) Settle(NegotiatedDtls settled, bool weOffered)
    {
        _role = settled.Role;
        var dtls = new DtlsSettings(
            settled.Role == SdpSetup.Active ? DtlsRole.Client : DtlsRole.Server,
            [.. settled.Fingerprints.Select(theirs => new DtlsFingerprint(theirs.Algorithm, theirs.Value))]);
        if (settled.RemoteIce is not { } ice) return (null, dtls);
        if (_remote is null || IsRestart(ice)) _controlling = weOffered || ice.IsLite;
        (_remote, _peerIsLite) = (ice, ice.IsLite);
        return (new IceSettings(ice.UsernameFragment, ice.Password, ice.IsLite, _controlling!.Value, [.. ice.Candidates.Select(CandidateOf)]), dtls);
    }

    private bool IsRestart(IceDescription ice) => _remote is { } before && (before.UsernameFragment != ice.UsernameFragment || before.Password != ice.Password);

    private IceDescription? Ice() => leg.Ice is not { } own ? null : new IceDescription(own.UsernameFragment, own.Password, IsLite: !_peerIsLite,
        [new SdpCandidate("1", component: 1, HostPriority, new IPEndPoint(advertise, leg.LocalRtp.Port), SdpCandidateType.Host)]);

    private static IceCandidate CandidateOf(SdpCandidate candidate) => new(
        candidate.Foundation, candidate.Component, candidate.Priority, candidate.Address!, candidate.Port, candidate.Type switch
        {
            SdpCandidateType.ServerReflexive => IceCandidateKind.ServerReflexive,
            SdpCandidateType.PeerReflexive => IceCandidateKind.PeerReflexive,
            SdpCandidateType.Relayed => IceCandidateKind.Relayed,
            _ => IceCandidateKind.Host,
        });
}
