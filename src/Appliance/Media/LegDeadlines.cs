namespace Tandem.Media;

/// <summary>The deadlines of a loop's legs by their slots: a binary heap that reads and writes no leg, so that thousands which rest stay out of the cache.</summary>
/// <remarks>One owner; allocates only while it grows.</remarks>
internal sealed class LegDeadlines
{
    private Entry[] _entries = new Entry[64];
    private int[] _places = new int[64];    // of each slot, and one; 0: in none
    private int _count;

    /// <summary>The earliest; MaxValue: none.</summary>
    public TimeSpan Next => _count == 0 ? TimeSpan.MaxValue : _entries[0].DueAt;

    /// <summary>What was set for a slot; MaxValue: nothing.</summary>
    public TimeSpan Of(int slot) => slot < _places.Length && _places[slot] is > 0 and var place ? _entries[place - 1].DueAt : TimeSpan.MaxValue;

    /// <summary>Adds, moves or (with MaxValue) removes the deadline of a slot.</summary>
    public void Set(int slot, TimeSpan dueAt)
    {
        if (slot >= _places.Length) Array.Resize(ref _places, Math.Max(slot + 1, 2 * _places.Length));
        int place = _places[slot] - 1;
        if (dueAt == TimeSpan.MaxValue)
        {
            if (place >= 0) Remove(slot, place);
            return;
        }
        if (place < 0)
        {
            if (_count == _entries.Length) Array.Resize(ref _entries, 2 * _count);
            place = _count++;
        }
        Settle(new Entry(dueAt, slot), place);
    }

    /// <summary>Some of the slots that are due, the earliest first; they stay.</summary>
    /// <returns>How many.</returns>
    public int Due(TimeSpan now, Span<int> slots)
    {
        int count = 0;
        if (Next <= now) slots[count++] = 0;
        for (int read = 0; read < count; read++)    // places until here, children behind their parents
        {
            int child = 2 * slots[read] + 1;
            for (int last = Math.Min(child + 1, _count - 1); child <= last && count < slots.Length; child++)
            {
                if (_entries[child].DueAt <= now) slots[count++] = child;
            }
        }
        for (int i = 0; i < count; i++) slots[i] = _entries[slots[i]].Slot;
        return count;
    }

    private void Remove(int slot, int hole)
    {
        _places[slot] = 0;
        Entry last = _entries[--_count];
        if (hole < _count) Settle(last, hole);
    }

    /// <summary>Puts an entry where it belongs, starting from a free place.</summary>
    private void Settle(in Entry entry, int at)
    {
        while (at > 0 && entry.DueAt < _entries[(at - 1) / 2].DueAt) at = Move(from: (at - 1) / 2, to: at);
        for (int child; (child = Earlier(2 * at + 1)) >= 0 && _entries[child].DueAt < entry.DueAt;) at = Move(from: child, to: at);
        _entries[at] = entry;
        _places[entry.Slot] = at + 1;
    }

    private int Move(int from, int to)
    {
        _entries[to] = _entries[from];
        _places[_entries[to].Slot] = to + 1;
        return from;
    }

    private int Earlier(int left) =>
        left >= _count ? -1 : left + 1 < _count && _entries[left + 1].DueAt < _entries[left].DueAt ? left + 1 : left;

    private readonly record struct Entry(TimeSpan DueAt, int Slot);
}
