namespace Sip.Core.Transactions;

/// <summary>Something with a deadline that one <see cref="DeadlineHeap{T}"/> holds.</summary>
public abstract class Timed
{
    /// <summary>When it is due; MaxValue while no heap holds it.</summary>
    public TimeSpan DueAt { get; internal set; } = TimeSpan.MaxValue;

    internal int HeapIndex { get; set; } = -1;
}
