namespace Tandem.Signalling;

/// <summary>Binary heap of timers that know their own place, so that moving and cancelling cost O(log n).</summary>
/// <remarks>Equal deadlines come out in the order in which they were set.</remarks>
internal sealed class DeadlineHeap
{
    private ShardTimer[] _items = new ShardTimer[64];
    private long _order;

    public int Count { get; private set; }

    /// <summary>The earliest deadline; <see cref="TimeSpan.MaxValue"/> when there is none.</summary>
    public TimeSpan Next => Count == 0 ? TimeSpan.MaxValue : _items[0].Deadline;

    public void Set(ShardTimer timer, TimeSpan deadline)
    {
        if (deadline == TimeSpan.MaxValue)
        {
            Remove(timer);
            return;
        }

        timer.Order = _order++;
        timer.Deadline = deadline;
        if (timer.Index < 0)
        {
            if (Count == _items.Length) Array.Resize(ref _items, Count * 2);
            Place(timer, Count++);
        }

        SiftUp(timer);
        SiftDown(timer);
    }

    public void Remove(ShardTimer timer)
    {
        int index = timer.Index;
        if (index < 0) return;
        ShardTimer last = _items[--Count];
        _items[Count] = null!;
        timer.Index = -1;
        if (ReferenceEquals(last, timer)) return;
        Place(last, index);
        SiftUp(last);
        SiftDown(last);
    }

    /// <summary>Grows with every timer that is set; see <see cref="TakeDue"/>.</summary>
    public long Order => _order;

    /// <summary>Takes out the earliest timer whose deadline has come; null when there is none.</summary>
    /// <param name="now">The time.</param>
    /// <param name="before">Timers set since <see cref="Order"/> had this value wait for the next turn: one that sets itself again for
    /// now must not keep the thread to itself.</param>
    public ShardTimer? TakeDue(TimeSpan now, long before = long.MaxValue)
    {
        if (Count == 0 || _items[0].Deadline > now || _items[0].Order >= before) return null;
        ShardTimer timer = _items[0];
        Remove(timer);
        return timer;
    }

    private void SiftUp(ShardTimer timer)
    {
        while (timer.Index > 0)
        {
            int parent = (timer.Index - 1) / 2;
            if (!Before(timer, _items[parent])) return;
            Swap(timer, _items[parent]);
        }
    }

    private void SiftDown(ShardTimer timer)
    {
        while (true)
        {
            int child = (2 * timer.Index) + 1;
            if (child >= Count) return;
            if (child + 1 < Count && Before(_items[child + 1], _items[child])) child++;
            if (!Before(_items[child], timer)) return;
            Swap(timer, _items[child]);
        }
    }

    private void Swap(ShardTimer a, ShardTimer b)
    {
        int index = a.Index;
        Place(a, b.Index);
        Place(b, index);
    }

    private void Place(ShardTimer timer, int index)
    {
        _items[index] = timer;
        timer.Index = index;
    }

    private static bool Before(ShardTimer a, ShardTimer b) =>
        a.Deadline < b.Deadline || (a.Deadline == b.Deadline && a.Order < b.Order);
}
