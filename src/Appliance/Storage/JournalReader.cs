namespace Tandem.Storage;

/// <summary>Reads whole entries of one segment from an offset on.</summary>
internal sealed class JournalReader(JournalFolder folder)
{
    private const int WindowBytes = 2 * JournalFrame.MaxPayloadBytes;

    /// <summary>Up to <paramref name="maxEntries"/> entries.</summary>
    /// <param name="limit">Bytes of the file that count; what is behind them is still being written.</param>
    /// <param name="next">Where the first entry not returned starts.</param>
    /// <param name="damaged">True where the bytes at <paramref name="next"/> are not a whole entry although more bytes count.</param>
    public List<CallLogEntry> Read(JournalPosition start, long limit, int maxEntries, out JournalPosition next, out bool damaged)
    {
        List<CallLogEntry> entries = [];
        byte[] window = ReadWindow(start, limit);
        int offset = 0;
        while (entries.Count < maxEntries && JournalFrame.TryRead(window.AsSpan(offset), out CallLogEntry? entry, out int length))
        {
            entries.Add(entry!);
            offset += length;
        }
        next = start with { Offset = start.Offset + offset };
        damaged = entries.Count == 0 && window.Length > 0;
        return entries;
    }

    /// <summary>Bytes in the segment; 0 where it was never begun.</summary>
    public long LengthOf(long segment)
    {
        var file = new FileInfo(folder.PathOf(segment));
        return file.Exists ? file.Length : 0;
    }

    private byte[] ReadWindow(JournalPosition start, long limit)
    {
        if (limit <= start.Offset) return [];
        using var file = new FileStream(folder.PathOf(start.Segment), FileMode.Open, FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        byte[] window = new byte[(int)Math.Min(WindowBytes, Math.Min(limit, file.Length) - start.Offset)];
        file.Position = start.Offset;
        file.ReadExactly(window);
        return window;
    }
}
