using Microsoft.Extensions.Logging;
using Tandem.Media;
using Tandem.Net.Interop;
using Tandem.Observability;

namespace Tandem.Dtls;

/// <summary>
/// Threads for handshakes: BouncyCastle's block, so each handshake in flight has one. They have small stacks, are reused, and
/// their number is bounded, in all and for each source; what is beyond waits in line.
/// </summary>
/// <remarks>
/// They run real time, behind the media loops, and compute on all cores but one. Their garbage is the reason: while it is collected every thread
/// stands still, the loops too, until the last of these has come to a safe place; niced ones, on a busy host, took a tenth of a second to get there.
/// Media loops submit without a lock and without making a thread: one idle worker, the leader, is woken, and whoever takes work sees to it
/// that there is another leader. The lock is among workers only.
/// </remarks>
internal sealed partial class DtlsWorkers : IDisposable
{
    public const int MaxInFlight = 256, MaxPerSource = 4, MaxWaiting = 1024;

    private const int StackBytes = 256 * 1024;

    /// <summary>Handshakes that are begun at most while those before them are fresh: what is in flight is looked through while everything stands still for the garbage.</summary>
    private const int MaxFresh = 16;

    /// <summary>A handshake that did not begin in this time is refused; the same time limits it once it runs.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>A handshake takes some milliseconds; one that takes this long waits for its peer and keeps nobody back.</summary>
    private static readonly TimeSpan s_fresh = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan s_linger = TimeSpan.FromSeconds(10), s_expiryCheck = TimeSpan.FromMilliseconds(500);

    private readonly DtlsCores _cores = DtlsCores.AllButOne();
    private readonly ILogger _log;
    private readonly object _gate = new();
    private readonly List<DtlsWorker> _idle = [];
    private readonly LinkedList<DtlsAssociation> _waiting = new();
    private readonly Dictionary<NativeSocketAddress, int> _bySource = [];
    private readonly HashSet<DtlsAssociation> _running = [];
    private DtlsAssociation? _submitted;    // a stack, the newest first
    private DtlsWorker? _leader;
    private int _threads;
    private int _inFlight;
    private bool _stopping;

    public DtlsWorkers(ILogger log)
    {
        _log = log;
        lock (_gate) Spawn();
    }

    /// <summary>Threads alive, idle ones too.</summary>
    public int Threads
    {
        get { lock (_gate) return _threads; }
    }

    /// <summary>Handshakes that run.</summary>
    public int InFlight
    {
        get { lock (_gate) return _inFlight; }
    }

    /// <summary>Has <see cref="DtlsAssociation.Run"/> called on a thread. Any thread, without a lock; an association waits at most once at a time.</summary>
    public void Submit(DtlsAssociation association)
    {
        DtlsAssociation? seen = Volatile.Read(ref _submitted);
        while (true)
        {
            association.Next = seen;
            DtlsAssociation? found = Interlocked.CompareExchange(ref _submitted, association, seen);
            if (ReferenceEquals(found, seen)) break;
            seen = found;
        }
        Volatile.Read(ref _leader)?.Wake();    // none: all are at work, and look for more when they are done
    }

    /// <summary>Cancels what runs and what waits, and ends the threads.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            foreach (DtlsAssociation association in _running) association.Cancel();
            _leader?.Wake();
            foreach (DtlsWorker worker in _idle) worker.Wake();
            while (_threads > 0) Monitor.Wait(_gate);
        }
    }

    /// <summary>Within the lock.</summary>
    private void Spawn()
    {
        var worker = new DtlsWorker(_cores);
        _threads++;
        _leader = worker;
        new Thread(() => Work(worker), StackBytes) { IsBackground = true, Name = "dtls" }.Start();
    }

    private void Work(DtlsWorker worker)
    {
        if (Environment.ProcessorCount > 1) CurrentThread.Prefer(RealTimeRank.Handshakes);    // DtlsCores leaves the others theirs
        while (Next(worker) is { } association)
        {
            _cores.Enter();
            try
            {
                association.Run(worker);
            }
#pragma warning disable CA1031 // the worker's edge: a fault ends its own association, not the thread
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogFault(_log, e);
            }
            _cores.Leave();
            lock (_gate) Release(association);
            CollectionPacing.OnDtls();
        }
        worker.Dispose();
        lock (_gate)
        {
            _threads--;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits for work.</summary>
    /// <returns>Null: the thread is to end.</returns>
    private DtlsAssociation? Next(DtlsWorker worker)
    {
        while (true)
        {
            bool leads, someWait;
            lock (_gate)
            {
                if (Take() is { } association)
                {
                    if (ReferenceEquals(_leader, worker)) Promote();
                    _idle.Remove(worker);
                    return association;
                }
                if (_stopping)
                {
                    _idle.Remove(worker);
                    return null;
                }
                if (_leader is null)
                {
                    _idle.Remove(worker);
                    Interlocked.Exchange(ref _leader, worker);    // seen by those who submit before this looks at what they left
                    if (Volatile.Read(ref _submitted) is not null) continue;
                }
                leads = ReferenceEquals(_leader, worker);
                someWait = _waiting.Count > 0;
                if (!leads && !_idle.Contains(worker)) _idle.Add(worker);
            }
            bool woken = worker.Idle(someWait ? s_expiryCheck : s_linger);
            if (woken || leads) continue;
            lock (_gate)
            {
                if (ReferenceEquals(_leader, worker) || !_idle.Remove(worker)) continue;
                return null;
            }
        }
    }

    /// <summary>Within the lock: the leader goes to work; another idle thread leads, or a new one.</summary>
    private void Promote()
    {
        if (_idle.Count > 0)
        {
            DtlsWorker next = _idle[^1];
            _idle.RemoveAt(_idle.Count - 1);
            Interlocked.Exchange(ref _leader, next);
        }
        else if (_threads < MaxInFlight + 1) Spawn();
        else Interlocked.Exchange(ref _leader, null);
        if (_waiting.Count > 0 || Volatile.Read(ref _submitted) is not null) _leader?.Wake();
    }

    /// <summary>Within the lock: the first in line that may run now. Those that waited too long are refused.</summary>
    private DtlsAssociation? Take()
    {
        LineUp();
        if (_stopping)
        {
            foreach (DtlsAssociation left in _waiting) left.Cancel();
            _waiting.Clear();
            return null;
        }
        TimeSpan now = MediaClock.Now;
        for (LinkedListNode<DtlsAssociation>? node = _waiting.First, next; node is not null; node = next)
        {
            next = node.Next;
            DtlsAssociation association = node.Value;
            if (association.IsHandshake)
            {
                int running = _bySource.GetValueOrDefault(association.Source);
                bool full = running >= MaxPerSource || _inFlight >= MaxInFlight;
                if (!full && !MayBegin(now)) continue;
                if (full && now - association.SubmittedAt < Limit) continue;
                _waiting.Remove(node);
                if (full)
                {
                    association.Refuse(running >= MaxPerSource ? "its address has too many DTLS handshakes under way" : "too many DTLS handshakes are under way");
                    continue;
                }
                _bySource[association.Source] = running + 1;
                _inFlight++;
                association.HasPlace = true;
                association.BeganAt = now;
            }
            else _waiting.Remove(node);
            _running.Add(association);
            return association;
        }
        return null;
    }

    /// <summary>Within the lock.</summary>
    private bool MayBegin(TimeSpan now)
    {
        int fresh = 0;
        foreach (DtlsAssociation association in _running)
        {
            if (association.HasPlace && now - association.BeganAt < s_fresh) fresh++;
        }
        return fresh < MaxFresh;
    }

    private void LineUp()
    {
        DtlsAssociation? newest = Interlocked.Exchange(ref _submitted, null);
        LinkedListNode<DtlsAssociation>? last = _waiting.Last;
        for (; newest is not null; newest = newest.Next)    // the newest first: each goes before those already moved
        {
            if (_waiting.Count >= MaxWaiting) newest.Refuse("too many DTLS handshakes wait");
            else if (last is null) _waiting.AddFirst(newest);
            else _waiting.AddAfter(last, newest);
        }
    }

    /// <summary>Within the lock.</summary>
    private void Release(DtlsAssociation association)
    {
        _running.Remove(association);
        if (!association.HasPlace) return;
        association.HasPlace = false;
        _inFlight--;
        int left = _bySource[association.Source] - 1;
        if (left > 0) _bySource[association.Source] = left;
        else _bySource.Remove(association.Source);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A DTLS handshake ended by an error of ours")]
    private static partial void LogFault(ILogger log, Exception fault);
}
