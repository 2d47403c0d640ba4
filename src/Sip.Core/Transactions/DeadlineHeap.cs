using System.Diagnostics.CodeAnalysis;

namespace Sip.Core.Transactions;

/// <summary>A binary heap of deadlines that can be moved and removed in place: O(log n), nothing allocated once grown.</summary>
/// <remarks>One owner. Not thread-safe, on purpose.</remarks>
public sealed class DeadlineHeap<T> where T : Timed
{
    private T[] _items = new T[64];

    public int Count { get; private set; }

    /// <summary>The earliest deadline; MaxValue: none.</summary>
    public TimeSpan Next => Count == 0 ? TimeSpan.MaxValue : _items[0].DueAt;

    /// <summary>Adds, moves or (with MaxValue) removes <paramref name="item"/>.</summary>
    public void Set(T item, TimeSpan dueAt)
    {
        if (item.DueAt == dueAt) return;
        item.DueAt = dueAt;
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
    public bool TryTake(TimeSpan now, [MaybeNullWhen(false)] out T item)
    {
        item = Count > 0 && _items[0].DueAt <= now ? _items[0] : null;
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
        while (at > 0 && _items[(at - 1) / 2].DueAt > item.DueAt) at = Move(from: (at - 1) / 2, to: at);
        for (int child; (child = Earlier(2 * at + 1)) >= 0 && _items[child].DueAt < item.DueAt;) at = Move(from: child, to: at);
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
        left >= Count ? -1 : left + 1 < Count && _items[left + 1].DueAt < _items[left].DueAt ? left + 1 : left;
}
