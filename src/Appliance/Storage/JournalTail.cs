namespace Tandem.Storage;

/// <summary>The newest entries of the journal, still in memory, so that they need not be read from the file again. Not thread-safe.</summary>
/// <remarks>It is bounded: while the database is away the journal alone is the queue.</remarks>
internal sealed class JournalTail
{
    private const int MostEntries = 8192;

    private readonly Queue<(JournalPosition Start, JournalPosition End, CallLogEntry[] Entries)> _batches = new();
    private int _count;

    public void Add(JournalPosition start, JournalPosition end, IReadOnlyList<CallLogEntry> entries)
    {
        if (_count + entries.Count > MostEntries) Clear();
        _batches.Enqueue((start, end, [.. entries]));
        _count += entries.Count;
    }

    /// <summary>Batches that follow each other from <paramref name="position"/> on in one segment; what lies before it is forgotten.</summary>
    public List<CallLogEntry> Take(JournalPosition position, int most, out JournalPosition next)
    {
        List<CallLogEntry> taken = [];
        next = position;
        while (taken.Count < most && _batches.TryPeek(out (JournalPosition Start, JournalPosition End, CallLogEntry[] Entries) batch) && batch.Start <= next)
        {
            if (batch.Start == next)
            {
                taken.AddRange(batch.Entries);
                next = batch.End;
            }
            _batches.Dequeue();
            _count -= batch.Entries.Length;
        }
        return taken;
    }

    private void Clear()
    {
        _batches.Clear();
        _count = 0;
    }
}
