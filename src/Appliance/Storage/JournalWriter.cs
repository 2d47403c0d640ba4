using System.Buffers;

namespace Tandem.Storage;

/// <summary>Appends to the newest segment and starts another when it is full. One thread owns it.</summary>
/// <remarks>It never writes into a file of an earlier run, so that a torn end there stays at an end.</remarks>
internal sealed class JournalWriter : IDisposable
{
    private readonly JournalFolder _folder;
    private readonly long _segmentBytes;
    private readonly ArrayBufferWriter<byte> _frames = new(16 * 1024);
    private FileStream? _file;
    private JournalPosition _end;

    public JournalWriter(JournalFolder folder, long firstSegment, long segmentBytes)
    {
        _folder = folder;
        _segmentBytes = segmentBytes;
        _end = new JournalPosition(firstSegment, 0);
    }

    /// <summary>Hands the entries to the kernel: they survive a kill of the process from here on, and a loss of power from <see cref="Sync"/> on.</summary>
    /// <returns>The position after the last of them.</returns>
    /// <exception cref="IOException">The disk refused; nothing of this batch counts, and it may be tried again.</exception>
    public JournalPosition Append(IReadOnlyList<CallLogEntry> entries)
    {
        if (_end.Offset >= _segmentBytes)
        {
            Sync();
            _file?.Dispose();
            _file = null;
            _end = new JournalPosition(_end.Segment + 1, 0);
        }
        _file ??= new FileStream(_folder.PathOf(_end.Segment), new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            Share = FileShare.Read | FileShare.Delete,
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        _frames.ResetWrittenCount();
        foreach (CallLogEntry entry in entries) JournalFrame.Write(_frames, entry);
        try
        {
            _file.Write(_frames.WrittenSpan);
        }
        catch (IOException)
        {
            _file.SetLength(_end.Offset);    // half a batch must not stand between whole ones
            _file.Position = _end.Offset;
            throw;
        }
        _end = _end with { Offset = _end.Offset + _frames.WrittenCount };
        return _end;
    }

    /// <summary>Waits until what was appended is on the disk.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public void Sync() => _file?.Flush(flushToDisk: true);

    public void Dispose() => _file?.Dispose();
}
