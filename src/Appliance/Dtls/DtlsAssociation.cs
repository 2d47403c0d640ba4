using Tandem.Media;
using Tandem.Net.Interop;

namespace Tandem.Dtls;

/// <summary>An association with one peer: its handshake, then what comes later, a repeated last flight or the end.</summary>
/// <remarks>The media loop calls <see cref="Start"/>, <see cref="Put"/> and <see cref="Cancel"/>, which never wait; the rest runs on a worker.</remarks>
internal sealed class DtlsAssociation
{
    private const int MaxDatagrams = 200;    // a handshake takes four; with losses and fragments some dozens

    private readonly DtlsEndpoint _endpoint;
    private readonly DtlsSettings _settings;
    private readonly byte[]? _unprovenAddress;
    private readonly DtlsPipe _pipe;
    private readonly Action<DtlsAssociation, SrtpSettings> _onKeys;
    private readonly Action<DtlsAssociation, string> _onEnded;
    private DtlsSession? _session;
    private int _state;
    private int _scheduled;

    /// <param name="endpoint">Ours.</param>
    /// <param name="settings">Role and the peer's fingerprints.</param>
    /// <param name="peer">Where it is.</param>
    /// <param name="proven">ICE has proved that it is there: no cookie is needed.</param>
    /// <param name="send">Takes each datagram for it, on a worker's thread.</param>
    /// <param name="onKeys">Takes the keys, once, on a worker's thread.</param>
    /// <param name="onEnded">Takes why there are none, or no more, once, on a worker's thread.</param>
    public DtlsAssociation(
        DtlsEndpoint endpoint, DtlsSettings settings, in NativeSocketAddress peer, bool proven, Action<DtlsAssociation, byte[]> send,
        Action<DtlsAssociation, SrtpSettings> onKeys, Action<DtlsAssociation, string> onEnded)
    {
        (_endpoint, _settings, _onKeys, _onEnded) = (endpoint, settings, onKeys, onEnded);
        Peer = peer;
        Source = peer.WithPort(0);
        if (!proven) _unprovenAddress = System.Text.Encoding.ASCII.GetBytes(peer.ToString());
        _pipe = new DtlsPipe(datagram => send(this, datagram));
    }

    /// <summary>Of the peer at the start.</summary>
    public NativeSocketAddress Peer { get; }

    /// <summary>The host of the peer: handshakes are counted by it.</summary>
    public NativeSocketAddress Source { get; }

    public TimeSpan SubmittedAt { get; private set; }

    /// <summary>The next in <see cref="DtlsWorkers"/>' queue, which owns it.</summary>
    public DtlsAssociation? Next { get; set; }

    /// <summary>It is counted among those in flight; <see cref="DtlsWorkers"/>' own.</summary>
    public bool HasPlace { get; set; }

    /// <summary>When it took that place; the workers' own.</summary>
    public TimeSpan BeganAt { get; set; }

    /// <summary>It has not got keys yet.</summary>
    public bool IsHandshake => Volatile.Read(ref _state) == State.Handshake;

    /// <summary>Begins the handshake.</summary>
    public void Start(TimeSpan now)
    {
        SubmittedAt = now;
        _endpoint.Workers.Submit(this);
    }

    /// <summary>Copies in a datagram of the peer.</summary>
    public void Put(ReadOnlySpan<byte> datagram)
    {
        int state = Volatile.Read(ref _state);
        if (state == State.Ended) return;
        _pipe.Put(datagram);
        if (state == State.Connected) Schedule();
    }

    /// <summary>Nobody wants it any more; nothing is told.</summary>
    public void Cancel()
    {
        Interlocked.Exchange(ref _state, State.Ended);
        _pipe.Cancel();
    }

    /// <summary>There will be no keys: it was not let in, or its handshake failed.</summary>
    public void Refuse(string reason)
    {
        if (Interlocked.CompareExchange(ref _state, State.Ended, State.Handshake) == State.Handshake) _onEnded(this, reason);
    }

    /// <summary>Handshakes, or takes what came since; blocks meanwhile. A worker's thread.</summary>
    public void Run(DtlsWorker worker)
    {
        _pipe.Reader = worker;
        if (IsHandshake) Handshake();
        else TakeLate();
        _pipe.Reader = null;
    }

    private void Handshake()
    {
        var terms = new DtlsTerms(_settings.RemoteFingerprints, _endpoint.FirstResendMs);
        (_pipe.Deadline, _pipe.Budget) = (MediaClock.Now + _endpoint.HandshakeLimit, MaxDatagrams);
        try
        {
            DtlsHandshake.Run(_settings.Role, _endpoint.Credentials, terms, _pipe, _unprovenAddress, OnClosed);
        }
        catch (IOException e)
        {
            _pipe.Flush();    // the alert
            Refuse(DtlsHandshake.Explain(e, terms));
            return;
        }
#pragma warning disable CA1031 // the worker reports it; the leg must not wait for ever
        catch (Exception)
#pragma warning restore CA1031
        {
            Refuse("the DTLS handshake ended by an error of ours");
            throw;
        }
        byte[] lastFlight = _pipe.Flush();    // before what is sent under its keys; a client's has gone, as it waited for the server's
        _session = new DtlsSession(terms.Records!, lastFlight);
        if (Interlocked.CompareExchange(ref _state, State.Connected, State.Handshake) != State.Handshake) return;
        _onKeys(this, terms.Keys!);
        if (_pipe.HasArrived) Schedule();
    }

    private void Schedule()
    {
        if (Interlocked.Exchange(ref _scheduled, 1) == 0) _endpoint.Workers.Submit(this);
    }

    private void TakeLate()
    {
        while (Volatile.Read(ref _state) == State.Connected && _pipe.TryTake(out byte[]? datagram))
        {
            if (_session!.Take(datagram, _pipe.Pass) is { } end) End(end);
        }
        Volatile.Write(ref _scheduled, 0);
        Interlocked.MemoryBarrier();
        if (_pipe.HasArrived && Volatile.Read(ref _state) == State.Connected) Schedule();
    }

    private void OnClosed() => End("the DTLS peer closed the association");

    private void End(string reason)
    {
        if (Interlocked.Exchange(ref _state, State.Ended) != State.Ended) _onEnded(this, reason);
    }

    private static class State
    {
        public const int Handshake = 0, Connected = 1, Ended = 2;
    }
}
