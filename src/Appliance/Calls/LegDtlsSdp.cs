using System.Net;
using Rtp.Core.Ice;
using Sip.Core.Sdp;
using Tandem.Media;
using Tandem.Observability;

namespace Tandem.Calls;

/// <summary>ICE and DTLS of one leg between its SDP and its media: what ours say, and what both sides' come to. Shard thread only.</summary>
/// <param name="leg">Made with or without ICE.</param>
/// <param name="fingerprint">Of our certificate.</param>
/// <param name="address">Of ours, as the peer uses it.</param>
internal sealed class LegDtlsSdp(MediaLeg leg, DtlsFingerprint fingerprint, MediaAddress address)
{
    private readonly bool _reachable = LocalCandidates.AreReachable(address);
    private readonly SdpCandidate[] _candidates = [.. LocalCandidates.Of(leg, address).Select(ours => new SdpCandidate(
        ours.Foundation, ours.Component, ours.Priority, new IPEndPoint(ours.Address, ours.Port), SdpCandidateType.Host))];

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
        CollectionPacing.OnDtls();
        var dtls = new DtlsSettings(
            settled.Role == SdpSetup.Active ? DtlsRole.Client : DtlsRole.Server,
            [.. settled.Fingerprints.Select(theirs => new DtlsFingerprint(theirs.Algorithm, theirs.Value))]);
        if (settled.RemoteIce is not { } ice) return (null, dtls);
        if (_remote is null || IsRestart(ice)) _controlling = weOffered || ice.IsLite;
        (_remote, _peerIsLite) = (ice, ice.IsLite);
        return (new IceSettings(ice.UsernameFragment, ice.Password, ice.IsLite, _controlling!.Value, [.. ice.Candidates.Select(CandidateOf)]) { LocalIsLite = _reachable }, dtls);
    }

    private bool IsRestart(IceDescription ice) => _remote is { } before && (before.UsernameFragment != ice.UsernameFragment || before.Password != ice.Password);

    private IceDescription? Ice() => leg.Ice is not { } own ? null : new IceDescription(own.UsernameFragment, own.Password, IsLite: _reachable && !_peerIsLite, _candidates);

    private static IceCandidate CandidateOf(SdpCandidate candidate) => new(
        candidate.Foundation, candidate.Component, candidate.Priority, candidate.Address!, candidate.Port, candidate.Type switch
        {
            SdpCandidateType.ServerReflexive => IceCandidateKind.ServerReflexive,
            SdpCandidateType.PeerReflexive => IceCandidateKind.PeerReflexive,
            SdpCandidateType.Relayed => IceCandidateKind.Relayed,
            _ => IceCandidateKind.Host,
        });
}
