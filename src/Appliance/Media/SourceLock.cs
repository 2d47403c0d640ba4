using Tandem.Net.Interop;

namespace Tandem.Media;

/// <summary>What to make of where a packet came from.</summary>
internal enum SourceVerdict : byte
{
    /// <summary>The learned source.</summary>
    Accept,

    /// <summary>It has just become the learned source.</summary>
    Locked,

    /// <summary>May become it; not used yet.</summary>
    Learning,

    /// <summary>From elsewhere: to be counted and dropped.</summary>
    Foreign,
}

/// <summary>Learns where a peer's media comes from, once, and then holds on to it.</summary>
/// <remarks>
/// The signalled address is believed at once. A phone behind NAT comes from another one: that is learned when it has kept sending for a
/// short window in which the signalled address was silent, the signalled host on another port before other hosts. Should the signalled
/// address speak after all, it is taken instead, that once. Only packets that fit what was negotiated may be shown to this.
/// </remarks>
internal sealed class SourceLock
{
    /// <summary>From the first packet of a stranger until it is believed: five packets of a phone.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMilliseconds(100);

    /// <summary>The same for the source of before a change of address, which often still sends for a moment.</summary>
    public static readonly TimeSpan FormerSourceWindow = TimeSpan.FromSeconds(1);

    private const int MinPackets = 3;

    private bool _anyHost;
    private NativeSocketAddress _signalled;
    private NativeSocketAddress _former;
    private NativeSocketAddress _candidate;
    private int _candidatePackets;
    private TimeSpan _candidateFirst;
    private TimeSpan _candidateLast;

    public bool IsLocked { get; private set; }

    /// <summary>The learned source; empty before.</summary>
    public NativeSocketAddress Source { get; private set; }

    /// <summary>Starts to learn: at the first exchange, and when a re-INVITE changed the address.</summary>
    /// <param name="signalled">From the peer's SDP.</param>
    /// <param name="anyHost">The peer may be behind NAT: another host than the signalled one can be learned.</param>
    public void Expect(in NativeSocketAddress signalled, bool anyHost)
    {
        _anyHost = anyHost;
        _former = Source;
        _signalled = signalled;
        _candidate = default;
        Source = default;
        IsLocked = false;
    }

    /// <summary>Whether a packet from here would be dropped whatever it holds. Changes nothing.</summary>
    public bool IsForeign(in NativeSocketAddress source) =>
        IsLocked && !source.Equals(Source) && !source.Equals(_signalled);

    /// <summary>Whether the peer may turn out to be here. Changes nothing.</summary>
    public bool MayBecome(in NativeSocketAddress source) =>
        IsLocked ? source.Equals(Source) : source.Equals(_signalled) || _anyHost || source.SameAddress(_signalled);

    /// <summary>The peer has proved to be here.</summary>
    public void Believe(in NativeSocketAddress source)
    {
        IsLocked = true;
        Source = source;
    }

    /// <summary>Takes note of a packet that fits the negotiation.</summary>
    public SourceVerdict OnFittingPacket(in NativeSocketAddress source, TimeSpan now)
    {
        if (IsLocked && source.Equals(Source)) return SourceVerdict.Accept;
        if (source.Equals(_signalled)) return Lock(source);
        if (IsLocked || (!_anyHost && !source.SameAddress(_signalled))) return SourceVerdict.Foreign;

        bool known = source.Equals(_candidate);
        if (!known && Prefers(source, now))
        {
            _candidate = source;
            _candidateFirst = now;
            _candidatePackets = 0;
            known = true;
        }
        if (!known) return SourceVerdict.Learning;

        _candidateLast = now;
        _candidatePackets++;
        TimeSpan window = source.Equals(_former) ? FormerSourceWindow : Window;
        return _candidatePackets >= MinPackets && now - _candidateFirst >= window ? Lock(source) : SourceVerdict.Learning;
    }

    private bool Prefers(in NativeSocketAddress source, TimeSpan now) =>
        _candidate.IsEmpty
        || now - _candidateLast > Window    // it fell silent
        || (source.SameAddress(_signalled) && !_candidate.SameAddress(_signalled));

    private SourceVerdict Lock(in NativeSocketAddress source)
    {
        IsLocked = true;
        Source = source;
        return SourceVerdict.Locked;
    }
}
