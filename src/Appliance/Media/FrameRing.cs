using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tandem.Media;

/// <summary>
/// Frames from one loop's legs to another loop's: single producer, single consumer, no lock. The bytes are copied in and out, so no buffer
/// has owners on two threads.
/// </summary>
internal sealed unsafe class FrameRing : IDisposable
{
    private const int Capacity = 256 * 1024;    // 100 ms of some 250 connections; a consumer that far behind has lost its calls anyway
    private const int Mask = Capacity - 1, Alignment = 8;

    private readonly byte* _bytes = (byte*)NativeMemory.AlignedAlloc(Capacity, 64);
    private PaddedPosition _written;
    private PaddedPosition _read;

    /// <summary>Frames that did not fit. Producer's.</summary>
    public long Dropped { get; private set; }

    public bool IsEmpty => Volatile.Read(ref _written.Value) == Volatile.Read(ref _read.Value);

    /// <summary>Producer: adds the payload of a frame for a leg of the other loop. A full ring drops it and counts.</summary>
    public bool TryWrite(long leg, in RelayFrame frame, ReadOnlySpan<byte> payload)
    {
        long position = _written.Value;
        int length = Align(Unsafe.SizeOf<Record>() + payload.Length);
        int toEnd = Capacity - (int)(position & Mask);
        long start = length <= toEnd ? position : position + toEnd;    // a record lies in one piece
        if (start + length - Volatile.Read(ref _read.Value) > Capacity)
        {
            Dropped++;
            return false;
        }
        if (start != position) *(int*)(_bytes + (position & Mask)) = 0;    // the rest of this round is skipped
        byte* at = _bytes + (start & Mask);
        *(Record*)at = new Record { Length = length, Leg = leg, Frame = frame };
        payload.CopyTo(new Span<byte>(at + sizeof(Record), payload.Length));
        Volatile.Write(ref _written.Value, start + length);
        return true;
    }

    /// <summary>Consumer: copies the oldest frame's payload into <paramref name="datagram"/> at <paramref name="offset"/> and takes it out.</summary>
    public bool TryRead(Span<byte> datagram, int offset, out long leg, out RelayFrame frame)
    {
        long position = _read.Value;
        if (position == Volatile.Read(ref _written.Value))
        {
            leg = 0;
            frame = default;
            return false;
        }
        byte* at = _bytes + (position & Mask);
        if (*(int*)at == 0)
        {
            position += Capacity - (position & Mask);
            at = _bytes;
        }
        var record = (Record*)at;
        leg = record->Leg;
        frame = record->Frame;
        frame.PayloadOffset = offset;
        new ReadOnlySpan<byte>(at + sizeof(Record), frame.PayloadLength).CopyTo(datagram[offset..]);
        Volatile.Write(ref _read.Value, position + record->Length);
        return true;
    }

    public void Dispose() => NativeMemory.AlignedFree(_bytes);

    private static int Align(int length) => (length + Alignment - 1) & ~(Alignment - 1);

    private struct Record
    {
        public int Length;    // 0: go on at the start
        public long Leg;
        public RelayFrame Frame;
    }

    /// <summary>Alone on its cache line: the two threads do not slow each other down.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct PaddedPosition
    {
        [FieldOffset(64)]
        public long Value;
    }
}
