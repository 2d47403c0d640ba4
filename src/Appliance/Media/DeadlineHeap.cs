namespace Tandem.Media;

/// <summary>The legs of a loop by when they next have something to do: a binary heap that knows each leg's place in it.</summary>
/// <remarks>
/// A leg is armed for its deadline, or for earlier: a deadline that moved back (the peer was heard) is found out when the old one comes,
/// so a packet that is merely passed on never touches the heap.
/// </remarks>
internal sealed class DeadlineHeap
{
    private LoopLeg[] _heap = new LoopLeg[64];

    public int Count { get; private set; }

    /// <summary>When the first leg is due; MaxValue: none.</summary>
    public TimeSpan Earliest => Count > 0 ? _heap[0].ArmedFor : TimeSpan.MaxValue;

    public LoopLeg First => _heap[0];

    /// <summary>Arms a leg, new or not, for its deadline.</summary>
    public void Arm(LoopLeg leg, TimeSpan deadline)
    {
        if (leg.HeapIndex < 0)
        {
            if (Count == _heap.Length) Array.Resize(ref _heap, Count * 2);
            leg.HeapIndex = Count++;
        }
        leg.ArmedFor = deadline;
        SiftDown(leg, SiftUp(leg, leg.HeapIndex));
    }

    public void Remove(LoopLeg leg)
    {
        int hole = leg.HeapIndex;
        if (hole < 0) return;
        leg.HeapIndex = -1;
        LoopLeg last = _heap[--Count];
        _heap[Count] = null!;
        if (!ReferenceEquals(last, leg)) SiftDown(last, SiftUp(last, hole));
    }

    private int SiftUp(LoopLeg leg, int index)
    {
        while (index > 0 && _heap[(index - 1) / 2] is var parent && parent.ArmedFor > leg.ArmedFor)
        {
            Put(parent, index);
            index = (index - 1) / 2;
        }
        Put(leg, index);
        return index;
    }

    private void SiftDown(LoopLeg leg, int index)
    {
        for (int child = 2 * index + 1; child < Count; child = 2 * index + 1)
        {
            if (child + 1 < Count && _heap[child + 1].ArmedFor < _heap[child].ArmedFor) child++;
            if (_heap[child].ArmedFor >= leg.ArmedFor) break;
            Put(_heap[child], index);
            index = child;
        }
        Put(leg, index);
    }

    private void Put(LoopLeg leg, int index)
    {
        _heap[index] = leg;
        leg.HeapIndex = index;
    }
}
