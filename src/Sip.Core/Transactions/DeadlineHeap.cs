using System.Diagnostics.CodeAnalysis;

namespace Sip.Core.Transactions;

/// <summary>A binary heap of deadlines that can be moved and removed in place: O(log n), nothing allocated once grown.</summary>
/// <remarks>Equal deadlines come out in the order in which they were set. One owner. Not thread-safe, on purpose.</remarks>
public sealed class DeadlineHeap<T> where T : Timed
{
    private T[] _items = new T[64];

    public int Count { get; private set; }

    /// <summary>Grows with every deadline that is set; see <see cref="TryTake"/>.</summary>
    public long Order { get; private set; }

    /// <summary>The earliest deadline; MaxValue: none.</summary>
    public TimeSpan Next => Count == 0 ? TimeSpan.MaxValue : _items[0].DueAt;

    /// <summary>Adds, moves or (with MaxValue) removes <paramref name="item"/>.</summary>
    public void Set(T item, TimeSpan dueAt)
    {
        if (item.DueAt == dueAt) return;
        item.DueAt = dueAt;
        item.Order = Order++;
        if (dueAt == TimeSpan.MaxValue)
        {
            Remove(item);
            return;
        }
        if (item.HeapIndex < 0)
        {
            if (Count == _items.Length) Array.Resize(ref _items, Count * 2);
            item.HeapIndex = Count++;
            _items[item.HeapIndex] = item;
        }
        Settle(item);
    }

    /// <summary>Takes the earliest item that is due at <paramref name="now"/> out of the heap.</summary>
    /// <param name="now">The time.</param>
    /// <param name="item">What is due.</param>
    /// <param name="before">Items set since <see cref="Order"/> had this value wait for the next turn: one that sets itself again for
    /// now must not keep the thread to itself.</param>
    public bool TryTake(TimeSpan now, [MaybeNullWhen(false)] out T item, long before = long.MaxValue)
    {
        item = Count > 0 && _items[0].DueAt <= now && _items[0].Order < before ? _items[0] : null;
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
        T last = _items[--Count];
        _items[Count] = null!;
        if (ReferenceEquals(last, item)) return;
        last.HeapIndex = hole;
        _items[hole] = last;
        Settle(last);
    }

    private void Settle(T item)
    {
        int at = item.HeapIndex;
        while (at > 0 && item.IsBefore(_items[(at - 1) / 2])) at = Move(from: (at - 1) / 2, to: at);
        for (int child; (child = Earlier(2 * at + 1)) >= 0 && _items[child].IsBefore(item);) at = Move(from: child, to: at);
        _items[at] = item;
        item.HeapIndex = at;
    }

    private int Move(int from, int to)
    {
        _items[to] = _items[from];
        _items[to].HeapIndex = to;
        return from;
    }

    private int Earlier(int left) =>
        left >= Count ? -1 : left + 1 < Count && _items[left + 1].IsBefore(_items[left]) ? left + 1 : left;
}
