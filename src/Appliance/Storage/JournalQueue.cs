using System.Collections.Concurrent;
using System.Diagnostics;

namespace Tandem.Storage;

/// <summary>Items from any thread for one that takes them in batches: the end of a lone call wakes it at once, what follows closely waits for company.</summary>
/// <remarks>To wake a thread costs more than to write what it was woken for, so that is done once for many items, and without spinning.</remarks>
internal sealed class JournalQueue : IDisposable
{
    private const int Busy = 0, Pacing = 1, Gathering = 2, Idle = 3;

    /// <summary>How long an item waits for others at most.</summary>
    private static readonly TimeSpan s_gather = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentQueue<object> _items = new();
    private readonly AutoResetEvent _wake = new(false);
    private int _state, _urgent, _count;
    private bool _hurry;
    private long _tookUrgentAt;

    /// <summary>How many items wait.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether <see cref="Complete"/> was called.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Any thread.</summary>
    /// <param name="item">What to hand over.</param>
    /// <param name="urgent">Wakes the taker even if it gathers, unless it has just been woken so; what was added before goes with it.</param>
    /// <param name="waitedFor">Wakes the taker whatever it does.</param>
    public void Add(object item, bool urgent, bool waitedFor = false)
    {
        Interlocked.Increment(ref _count);
        _items.Enqueue(item);
        if (waitedFor) Volatile.Write(ref _hurry, true);
        Wake(urgent || waitedFor, waitedFor);
    }

    /// <summary>No more will come.</summary>
    public void Complete()
    {
        IsComplete = true;
        Volatile.Write(ref _hurry, true);
        Wake(urgent: true, waitedFor: true);
    }

    /// <summary>Waits for items; the one thread that takes them.</summary>
    /// <param name="limit">How long at most.</param>
    /// <param name="most">How many to take at most.</param>
    /// <param name="taken">Gets the items in their order; none when the time was up or the queue is complete.</param>
    public void Take(TimeSpan limit, int most, List<object> taken)
    {
        // One that was urgent was taken a moment ago: the next ones share a wake-up.
        TimeSpan rest = _tookUrgentAt == 0 ? TimeSpan.Zero : s_gather - Stopwatch.GetElapsedTime(_tookUrgentAt);
        if (rest > TimeSpan.Zero && (limit == Timeout.InfiniteTimeSpan || limit > rest))
        {
            Park(Pacing, rest);
            if (limit != Timeout.InfiniteTimeSpan) limit -= rest;
        }
        if (_items.IsEmpty) Park(Idle, limit);
        if (!_items.IsEmpty && Volatile.Read(ref _urgent) == 0) Park(Gathering, s_gather);
        if (Interlocked.Exchange(ref _urgent, 0) == 1) _tookUrgentAt = Stopwatch.GetTimestamp();
        Volatile.Write(ref _hurry, IsComplete);
        while (taken.Count < most && _items.TryDequeue(out object? item)) taken.Add(item);
        Interlocked.Add(ref _count, -taken.Count);
        if (_items.IsEmpty) return;
        Volatile.Write(ref _urgent, 1);    // the rest has waited long enough
        Volatile.Write(ref _hurry, true);
    }

    public void Dispose() => _wake.Dispose();

    private void Wake(bool urgent, bool waitedFor)
    {
        if (urgent) Interlocked.Exchange(ref _urgent, 1);
        int state = Volatile.Read(ref _state);
        if (state == Idle || (urgent && state == Gathering) || (waitedFor && state == Pacing)) _wake.Set();
    }

    private void Park(int state, TimeSpan limit)
    {
        Interlocked.Exchange(ref _state, state);
        bool nothing = state == Pacing ? !Volatile.Read(ref _hurry) : Volatile.Read(ref _urgent) == 0 && (state == Gathering || _items.IsEmpty);
        if (nothing && limit != TimeSpan.Zero) _wake.WaitOne(WholeMilliseconds(limit));
        Interlocked.Exchange(ref _state, Busy);
    }

    /// <summary>Up to the next one, as a wait leaves parts of a millisecond out: the last of them would be asked for again and again.</summary>
    private static int WholeMilliseconds(TimeSpan limit) =>
        limit == Timeout.InfiniteTimeSpan ? Timeout.Infinite : (int)Math.Min(int.MaxValue, Math.Ceiling(limit.TotalMilliseconds));
}
