using System.Runtime.InteropServices;

namespace Tandem.Net.Datagrams;

/// <summary>Native memory for one loop's datagrams: buffers of one size, named by number, handed out and taken back on the loop's thread.</summary>
/// <remarks>
/// It grows by a chunk when all are out (a peak, never steady state) and never shrinks. Whoever holds a number owns the buffer and gives
/// it back once: with <see cref="Return"/>, or by sending it.
/// </remarks>
internal sealed unsafe class DatagramBuffers : IDisposable
{
    /// <summary>Bytes of one buffer.</summary>
    public const int BufferLength = 2048;

    /// <summary>Free bytes before a received datagram: room for a longer header than it came with.</summary>
    public const int Headroom = 64;

    /// <summary>The largest datagram taken; with the tailroom for an SRTP tag it covers an Ethernet frame.</summary>
    public const int MaxDatagram = BufferLength - Headroom - Tailroom;

    private const int Tailroom = 64, PerChunk = 512;

    private readonly List<nint> _chunks = [];
    private int[] _free = [];
    private int _freeCount;

    public DatagramBuffers() => Grow();

    /// <summary>Buffers in existence.</summary>
    public int Count => _chunks.Count * PerChunk;

    /// <summary>Buffers that somebody holds.</summary>
    public int Outstanding => Count - _freeCount;

    /// <summary>A buffer with undefined content.</summary>
    public int Rent()
    {
        if (_freeCount == 0) Grow();
        return _free[--_freeCount];
    }

    public void Return(int buffer) => _free[_freeCount++] = buffer;

    public byte* Pointer(int buffer) => (byte*)_chunks[buffer / PerChunk] + (buffer % PerChunk * BufferLength);

    public Span<byte> Span(int buffer, int offset, int length) => new Span<byte>(Pointer(buffer), BufferLength).Slice(offset, length);

    public void Dispose()
    {
        foreach (nint chunk in _chunks) NativeMemory.AlignedFree((void*)chunk);
        _chunks.Clear();
        _freeCount = 0;
    }

    private void Grow()
    {
        int first = Count;
        _chunks.Add((nint)NativeMemory.AlignedAlloc(PerChunk * BufferLength, 4096));
        Array.Resize(ref _free, Count);
        for (int i = Count - 1; i >= first; i--) _free[_freeCount++] = i;
    }
}
