namespace Tandem.Media;

/// <summary>Commands from any thread to one loop, in order, without a lock: producers push on a stack that the loop takes whole.</summary>
internal sealed class CommandQueue
{
    private LegCommand? _newest;

    public bool IsEmpty => Volatile.Read(ref _newest) is null;

    /// <summary>Any thread. A full fence: what the pushing thread reads next is read after the command can be seen.</summary>
    public void Push(LegCommand command)
    {
        LegCommand? seen = Volatile.Read(ref _newest);
        while (true)
        {
            command.Next = seen;
            LegCommand? found = Interlocked.CompareExchange(ref _newest, command, seen);
            if (ReferenceEquals(found, seen)) return;
            seen = found;
        }
    }

    /// <summary>The loop: everything so far, oldest first, linked by <see cref="LegCommand.Next"/>.</summary>
    public LegCommand? TakeAll()
    {
        LegCommand? newest = Interlocked.Exchange(ref _newest, null), oldest = null;
        while (newest is not null)
        {
            LegCommand? older = newest.Next;
            newest.Next = oldest;
            (oldest, newest) = (newest, older);
        }
        return oldest;
    }
}
