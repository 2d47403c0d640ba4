using System.Diagnostics.CodeAnalysis;

namespace Sip.Core.Transactions;

/// <summary>A binary heap of deadlines that can be moved and removed in place: O(log n), nothing allocated once grown.</summary>
/// <remarks>
/// Equal deadlines come out in the order in which they were set. Each deadline lies beside its item, so that finding a place reads no
/// item. One owner. Not thread-safe, on purpose.
/// </remarks>
public sealed class DeadlineHeap<T> where T : Timed
{
    private Entry[] _entries = new Entry[64];

    public int Count { get; private set; }

    /// <summary>Grows with every deadline that is set; see <see cref="TryTake"/>.</summary>
    public long Order { get; private set; }

    /// <summary>The earliest deadline; MaxValue: none.</summary>
    public TimeSpan Next => Count == 0 ? TimeSpan.MaxValue : _entries[0].DueAt;

    /// <summary>The item of the earliest deadline, which stays; null: none.</summary>
    public T? First => Count == 0 ? null : _entries[0].Item;

    /// <summary>Adds, moves or (with MaxValue) removes <paramref name="item"/>.</summary>
    public void Set(T item, TimeSpan dueAt)
    {
        if (item.DueAt == dueAt) return;
        item.DueAt = dueAt;
        var entry = new Entry(dueAt, Order++, item);
        if (dueAt == TimeSpan.MaxValue)
        {
            Remove(item);
            return;
        }
        if (item.HeapIndex < 0)
        {
            if (Count == _entries.Length) Array.Resize(ref _entries, Count * 2);
            item.HeapIndex = Count++;
        }
        Settle(entry, item.HeapIndex);
    }

    /// <summary>Takes the earliest item that is due at <paramref name="now"/> out of the heap.</summary>
    /// <param name="now">The time.</param>
    /// <param name="item">What is due.</param>
    /// <param name="before">Items set since <see cref="Order"/> had this value wait for the next turn: one that sets itself again for
    /// now must not keep the thread to itself.</param>
    public bool TryTake(TimeSpan now, [MaybeNullWhen(false)] out T item, long before = long.MaxValue)
    {
        item = Count > 0 && _entries[0].DueAt <= now && _entries[0].Order < before ? _entries[0].Item : null;
        if (item is null) return false;
        item.DueAt = TimeSpan.MaxValue;
        Remove(item);
        return true;
    }

    private void Remove(T item)
    {
        int hole = item.HeapIndex;
        if (hole < 0) return;
        item.HeapIndex = -1;
        Entry last = _entries[--Count];
        _entries[Count] = default;
        if (hole < Count) Settle(last, hole);
    }

    /// <summary>Puts an entry where it belongs, starting from a free place.</summary>
    private void Settle(in Entry entry, int at)
    {
        while (at > 0 && entry.IsBefore(_entries[(at - 1) / 2])) at = Move(from: (at - 1) / 2, to: at);
        for (int child; (child = Earlier(2 * at + 1)) >= 0 && _entries[child].IsBefore(entry);) at = Move(from: child, to: at);
        _entries[at] = entry;
        entry.Item.HeapIndex = at;
    }

    private int Move(int from, int to)
    {
        _entries[to] = _entries[from];
        _entries[to].Item.HeapIndex = to;
        return from;
    }

    private int Earlier(int left) =>
        left >= Count ? -1 : left + 1 < Count && _entries[left + 1].IsBefore(_entries[left]) ? left + 1 : left;

    private readonly record struct Entry(TimeSpan DueAt, long Order, T Item)
    {
        public bool IsBefore(in Entry other) => DueAt < other.DueAt || (DueAt == other.DueAt && Order < other.Order);
    }
}
