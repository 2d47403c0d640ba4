using Tandem.Dtls;
using Tandem.Net.Interop;

namespace Tandem.Media;

/// <summary>DTLS of one leg: which datagrams are the peer's, which handshake gave the keys, what there is to send.</summary>
/// <remarks>
/// Without ICE nothing proves where the peer is before the handshake is done. Each place that may be the peer's gets a handshake of its own
/// then, a few at most, and the first whose certificate fits is believed; a failure elsewhere than where the peer is expected is not the leg's.
/// </remarks>
internal sealed class LegDtls(MediaLeg leg, DtlsEndpoint? endpoint, Action<MediaEvent> raise)
{
    private const int MaxPlaces = 4;

    private readonly List<(DtlsAssociation Association, DtlsPlace Place)> _tried = [];
    private readonly Queue<(byte[] Datagram, DtlsAssociation From)> _outgoing = new();
    private DtlsSettings? _settings;
    private DtlsAssociation? _established;
    private TimeSpan _giveUpAt = TimeSpan.MaxValue;
    private string _lastFailure = "";
    private bool _failed;

    /// <summary>When there is something to do; MaxValue: never.</summary>
    public TimeSpan Deadline => _outgoing.Count > 0 ? TimeSpan.Zero : _giveUpAt;

    /// <summary>Keys come from a handshake, and there are none yet.</summary>
    public bool AwaitsKeys => _settings is not null && Keys is null;

    /// <summary>What the handshake gave; null: nothing yet.</summary>
    public SrtpSettings? Keys { get; private set; }

    /// <summary>Takes what was agreed on. An association lives on where role and fingerprints stay the same (RFC 8842 §4).</summary>
    public void Configure(DtlsSettings? settings)
    {
        if (settings == _settings) return;
        Close();
        (_settings, Keys, _established, _failed) = (settings, null, null, false);
        if (settings is not null && endpoint is null) Fail("DTLS is not spoken here");
    }

    /// <summary>As the active side: begins, where it has not begun yet.</summary>
    /// <param name="peer">Where the peer is; empty: not known yet.</param>
    /// <param name="place">How well that is known.</param>
    /// <param name="now">Monotonic.</param>
    public void Begin(in NativeSocketAddress peer, DtlsPlace place, TimeSpan now)
    {
        if (_settings is { Role: DtlsRole.Client } && AwaitsKeys && !_failed && _tried.Count == 0 && !peer.IsEmpty) Try(peer, place, now);
    }

    /// <summary>Takes a datagram from where the peer may be.</summary>
    /// <param name="datagram">Stays the caller's.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="place">How much is known of that.</param>
    /// <param name="now">Monotonic.</param>
    /// <returns>False: nobody's.</returns>
    public bool OnDatagram(ReadOnlySpan<byte> datagram, in NativeSocketAddress source, DtlsPlace place, TimeSpan now)
    {
        if (_settings is null || _failed) return false;
        DtlsAssociation? association;
        if (_established is { } established) association = place != DtlsPlace.Possible || source.Equals(established.Peer) ? established : null;
        else association = Find(source, place) ?? (LooksLikeClientHello(datagram) && _settings.Role == DtlsRole.Server ? Try(source, place, now) : null);
        association?.Put(datagram);
        return association is not null;
    }

    /// <summary>Carries out what an association left.</summary>
    /// <returns>The association that has just given <see cref="Keys"/>; null: none.</returns>
    public DtlsAssociation? Execute(DtlsCommand command)
    {
        DtlsAssociation from = command.From;
        int tried = _tried.FindIndex(candidate => ReferenceEquals(candidate.Association, from));
        if (tried < 0 && !ReferenceEquals(from, _established)) return null;    // forgotten meanwhile
        switch (command)
        {
            case DtlsDatagram sent:
                _outgoing.Enqueue((sent.Datagram, from));
                break;
            case DtlsKeys keys:
                _tried.RemoveAt(tried);
                CancelTried();
                (_established, Keys) = (from, keys.Keys);
                raise(new DtlsConnected(leg, Keys.Profile));
                return from;
            case DtlsEnded ended when tried < 0 || _tried[tried].Place != DtlsPlace.Possible:
                Fail(ended.Reason);
                break;
            case DtlsEnded ended:
                _tried.RemoveAt(tried);
                _lastFailure = ended.Reason;
                break;
        }
        return null;
    }

    /// <summary>Does what is due, and hands out what there is to send.</summary>
    /// <param name="now">Monotonic.</param>
    /// <param name="datagram">It.</param>
    /// <param name="peer">Where its association is.</param>
    public bool TryTake(TimeSpan now, out byte[] datagram, out NativeSocketAddress peer)
    {
        if (now >= _giveUpAt) Fail(_lastFailure);
        bool any = _outgoing.TryDequeue(out (byte[] Datagram, DtlsAssociation From) next);
        (datagram, peer) = any ? (next.Datagram, next.From.Peer) : ([], default);
        return any;
    }

    /// <summary>Ends all handshakes.</summary>
    public void Close()
    {
        CancelTried();
        _established?.Cancel();
        _outgoing.Clear();
    }

    /// <summary>The first record holds the beginning of a ClientHello: anything else begins no handshake.</summary>
    private static bool LooksLikeClientHello(ReadOnlySpan<byte> datagram) => datagram.Length > 25 && datagram[0] == 22 && datagram[3] == 0 && datagram[4] == 0 && datagram[13] == 1;

    private DtlsAssociation? Find(in NativeSocketAddress source, DtlsPlace place)
    {
        foreach ((DtlsAssociation association, DtlsPlace known) in _tried)
        {
            if (place == DtlsPlace.Proven ? known == DtlsPlace.Proven : association.Peer.Equals(source)) return association;
        }
        return null;
    }

    private DtlsAssociation? Try(in NativeSocketAddress source, DtlsPlace place, TimeSpan now)
    {
        if (endpoint is null || (_tried.Count >= MaxPlaces && place == DtlsPlace.Possible)) return null;
        var association = new DtlsAssociation(endpoint, _settings!, source, place == DtlsPlace.Proven,
            (from, datagram) => leg.Post(new DtlsDatagram(leg, from, datagram)),
            (from, keys) => leg.Post(new DtlsKeys(leg, from, keys)),
            (from, reason) => leg.Post(new DtlsEnded(leg, from, reason)));
        _tried.Add((association, place));
        if (place == DtlsPlace.Possible && _giveUpAt == TimeSpan.MaxValue) (_giveUpAt, _lastFailure) = (now + DtlsWorkers.Limit, "the DTLS peer fell silent");
        association.Start(now);
        return association;
    }

    private void CancelTried()
    {
        foreach ((DtlsAssociation association, _) in _tried) association.Cancel();
        _tried.Clear();
        _giveUpAt = TimeSpan.MaxValue;
    }

    /// <summary>The alert that says so to the peer still leaves.</summary>
    private void Fail(string reason)
    {
        CancelTried();
        _failed = true;
        raise(new DtlsFailed(leg, reason));
    }
}
