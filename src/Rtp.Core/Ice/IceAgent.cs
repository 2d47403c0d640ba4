using Rtp.Core.Stun;

namespace Rtp.Core.Ice;

/// <summary>ICE of one stream with one component (RFC 8445): lite (§2.5), which answers the peer's checks, or full, which makes its own too.</summary>
/// <remarks>
/// One owner feeds it datagrams and the time, and sends what it writes. Whatever is not signed with the right password changes nothing.
/// It allocates for a new pair, never for a check on a known one. Not thread-safe, on purpose.
/// </remarks>
public sealed partial class IceAgent
{
    /// <summary>RFC 7675 §5.1: what has not been confirmed for this long is withdrawn.</summary>
    public static readonly TimeSpan ConsentLifetime = TimeSpan.FromSeconds(30);

    private readonly IReadOnlyList<IceBase> _bases;
    private readonly ulong _tieBreaker;
    private readonly IceChecks _checks;
    private IceGeneration _current;
    private IceGeneration? _former;    // in force until a pair of the current one is nominated
    private bool _lite = true;
    private bool _configured;
    private bool _lost;
    private IcePath _connected;

    /// <param name="bases">Our sockets for this stream: at least one.</param>
    /// <param name="usernameFragment">Ours.</param>
    /// <param name="password">Ours.</param>
    /// <param name="random">For the tie-breaker, transactions and intervals.</param>
    /// <param name="tag">The first 32 bits of every transaction of ours, so that one who has many agents finds the one that a response is for.</param>
    public IceAgent(IReadOnlyList<IceBase> bases, string usernameFragment, string password, RandomFill random, uint tag = 0)
    {
        _bases = bases;
        _current = new IceGeneration(new IceIdentity(usernameFragment, password));
        Span<byte> seed = stackalloc byte[sizeof(ulong)];
        random(seed);
        _tieBreaker = BitConverter.ToUInt64(seed);
        _checks = new IceChecks(_tieBreaker, tag, random);
    }

    /// <summary>The nominated path; before there is one, the best that is known to work; empty: nothing may be sent.</summary>
    public IcePath Selected { get; private set; }

    /// <summary><see cref="Selected"/> was nominated.</summary>
    public bool IsConnected => !_connected.IsEmpty;

    /// <summary>We choose the pair. A lite agent never does.</summary>
    public bool IsControlling { get; private set; }

    /// <summary>When <see cref="OnTimer"/> or <see cref="TryTakeCheck"/> has something to do; MaxValue: never.</summary>
    public TimeSpan Deadline { get; private set; } = TimeSpan.MaxValue;

    public IceCounters Counters { get; private set; }

    private IceGeneration InForce => _former is { Nominated: not null } && _current.Nominated is null ? _former : _current;

    /// <summary>New credentials of ours (§9); those before stay valid until a pair of the new ones is nominated.</summary>
    public void Restart(string usernameFragment, string password) => Begin(new IceIdentity(usernameFragment, password));

    /// <summary>Takes the peer's half: the first time, again with more candidates, or another one, which is a restart of the peer's.</summary>
    /// <param name="remote">From its SDP.</param>
    /// <param name="lite">We make no checks: then the peer must, and it controls.</param>
    /// <param name="controlling">The role to begin with; of a full agent.</param>
    /// <param name="now">Monotonic.</param>
    public IceOutcome Configure(IceRemote remote, bool lite, bool controlling, TimeSpan now)
    {
        bool restarts = _current.Remote is { } known && !known.Is(remote.UsernameFragment, remote.Password);
        if (restarts) Begin(_current.Local);
        bool begins = _current.Remote is null;
        _current.SetRemote(remote, now);
        if (!_configured || begins)
        {
            _lite = lite;
            IsControlling = controlling && !lite;
        }
        _configured = true;
        if (!_lite)
        {
            if (begins) IceChecks.TakeEarly(_current);
            Pair();
        }
        return Settle(now);
    }

    /// <summary>Whether media and DTLS from here are the peer's: over the nominated path, or another that a check has proved.</summary>
    /// <remarks>A controlling peer sends over the path of its choice before it nominates it (RFC 8445 §12.1): Chromium does so for 100 ms and more.</remarks>
    public bool Accepts(int baseId, in TransportAddress source) =>
        (!_connected.IsEmpty && _connected.Base == baseId && _connected.Remote.IsSame(source))
        || (!_lost && _configured && (Works(InForce, baseId, source) || Works(_current, baseId, source)));

    private static bool Works(IceGeneration generation, int baseId, in TransportAddress source) =>
        generation.Remote is not null && generation.Find(baseId, source) is { IsValid: true };

    /// <summary>The peer proved itself over this path within the given time.</summary>
    public bool IsAlive(int baseId, in TransportAddress source, TimeSpan within, TimeSpan now) =>
        InForce.Find(baseId, source) is { } pair && pair.HeardAt + within > now;

    /// <summary>Authentic media came over the selected path, which says as much as a check does to a lite agent.</summary>
    public void OnAuthenticMedia(TimeSpan now)
    {
        if (_lite && InForce.Nominated is { } pair) pair.HeardAt = now;
    }

    /// <summary>Does what is due but sends nothing; to be called at <see cref="Deadline"/>, before <see cref="TryTakeCheck"/>.</summary>
    public IceOutcome OnTimer(TimeSpan now)
    {
        if (!_lite) IceChecks.OnTimer(_current, now);
        return Settle(now);
    }

    /// <summary>Writes the next check that is due; to be called until it returns 0.</summary>
    /// <param name="packet">At least 400 bytes.</param>
    /// <param name="now">Monotonic.</param>
    /// <param name="path">Where to send it.</param>
    /// <returns>Its length; 0: none.</returns>
    public int TryTakeCheck(Span<byte> packet, TimeSpan now, out IcePath path)
    {
        path = default;
        if (_lite || _lost) return 0;
        int length = _checks.TryTake(_current, IsControlling, packet, now, out path);
        if (length == 0 && _former is { Nominated: not null }) length = _checks.TryTakeConsent(_former, IsControlling, packet, now, out path);
        Schedule();
        return length;
    }

    private void Begin(IceIdentity local)
    {
        if (_lost) _former = null;
        else if (_former is null || _current.Nominated is not null) _former = _current;
        _lost = false;
        _current = new IceGeneration(local);
        _checks.Begin();
    }

    /// <summary>All that signalled candidates and our sockets give, without those that are there (§6.1.2.2).</summary>
    private void Pair()
    {
        foreach (IceBase local in _bases)
        {
            foreach ((TransportAddress address, uint priority) in _current.Candidates)
            {
                if (address.IsIpv6 == local.IsIpv6 && _current.Find(local.Id, address) is null) _current.Add(local, address, priority);
            }
        }
    }

    /// <summary>Derives what others see of the machine's state.</summary>
    private IceOutcome Settle(TimeSpan now)
    {
        IceOutcome outcome = IceOutcome.None;
        if (_current.Nominated is not null && _former is not null) _former = null;
        IceGeneration inForce = InForce;
        if (!_lost && ConsentEnds(inForce) <= now)
        {
            _lost = true;
            outcome |= IceOutcome.ConsentLost;
        }
        IcePair? pair = !_configured || _lost ? null : inForce.Nominated ?? inForce.BestValid(IsControlling);
        IcePath selected = pair is null ? default : new IcePath(pair.Base, pair.Remote);
        if (selected != Selected)
        {
            Selected = selected;
            outcome |= IceOutcome.Moved;
        }
        IcePath connected = pair is not null && pair == inForce.Nominated ? selected : default;
        if (connected != _connected && !connected.IsEmpty) outcome |= IceOutcome.Connected;
        _connected = connected;
        Schedule();
        return outcome;
    }

    private TimeSpan ConsentEnds(IceGeneration inForce) =>
        inForce.Nominated is { } pair ? pair.HeardAt + ConsentLifetime
        : _configured && _current.Remote is not null ? _current.Since + ConsentLifetime
        : TimeSpan.MaxValue;

    private void Schedule()
    {
        TimeSpan next = _lost ? TimeSpan.MaxValue : ConsentEnds(InForce);
        if (!_lite && !_lost)
        {
            next = Earlier(next, _checks.Deadline(_current, IsControlling));
            if (_former is not null) next = Earlier(next, _checks.ConsentDeadline(_former));
        }
        Deadline = next;
    }

    private static TimeSpan Earlier(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
