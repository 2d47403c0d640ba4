using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Tandem.Media;

/// <summary>
/// Payloads from one thread to another, each with a head that says what it is: single producer, single consumer, no lock. The bytes are
/// copied in and out, so no buffer has owners on two threads.
/// </summary>
/// <typeparam name="THead">Blittable; travels with each payload.</typeparam>
internal sealed unsafe class FrameRing<THead> : IDisposable
    where THead : unmanaged
{
    private const int Alignment = 8;

    private readonly byte* _bytes;
    private readonly int _capacity;
    private readonly int _mask;
    private PaddedPosition _written;
    private PaddedPosition _read;
    private long _dropped;

    /// <param name="capacity">Bytes, heads included: a power of two.</param>
    public FrameRing(int capacity)
    {
        Debug.Assert(int.IsPow2(capacity), "positions are masked");
        (_capacity, _mask) = (capacity, capacity - 1);
        _bytes = (byte*)NativeMemory.AlignedAlloc((nuint)capacity, 64);
    }

    /// <summary>Payloads that did not fit. Any thread.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    public bool IsEmpty => Volatile.Read(ref _written.Value) == Volatile.Read(ref _read.Value);

    /// <summary>Producer: adds a payload. A full ring drops it and counts.</summary>
    public bool TryWrite(in THead head, ReadOnlySpan<byte> payload)
    {
        long position = _written.Value;
        int length = Align(sizeof(Record) + payload.Length);
        int toEnd = _capacity - (int)(position & _mask);
        long start = length <= toEnd ? position : position + toEnd;    // a record lies in one piece
        if (start + length - Volatile.Read(ref _read.Value) > _capacity)
        {
            Volatile.Write(ref _dropped, _dropped + 1);
            return false;
        }
        if (start != position) *(int*)(_bytes + (position & _mask)) = 0;    // the rest of this round is skipped
        byte* at = _bytes + (start & _mask);
        *(Record*)at = new Record { Length = length, PayloadLength = payload.Length, Head = head };
        payload.CopyTo(new Span<byte>(at + sizeof(Record), payload.Length));
        Volatile.Write(ref _written.Value, start + length);
        return true;
    }

    /// <summary>Consumer: copies the oldest payload to the start of <paramref name="destination"/>, which has room for it, and takes it out.</summary>
    public bool TryRead(Span<byte> destination, out THead head, out int payloadLength)
    {
        long position = _read.Value;
        if (position == Volatile.Read(ref _written.Value))
        {
            head = default;
            payloadLength = 0;
            return false;
        }
        byte* at = _bytes + (position & _mask);
        if (*(int*)at == 0)
        {
            position += _capacity - (position & _mask);
            at = _bytes;
        }
        var record = (Record*)at;
        head = record->Head;
        payloadLength = record->PayloadLength;
        new ReadOnlySpan<byte>(at + sizeof(Record), payloadLength).CopyTo(destination);
        Volatile.Write(ref _read.Value, position + record->Length);
        return true;
    }

    public void Dispose() => NativeMemory.AlignedFree(_bytes);

    private static int Align(int length) => (length + Alignment - 1) & ~(Alignment - 1);

    private struct Record
    {
        public int Length;    // 0: go on at the start
        public int PayloadLength;
        public THead Head;
    }
}

/// <summary>Alone on its cache line: the two threads do not slow each other down.</summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal struct PaddedPosition
{
    [FieldOffset(64)]
    public long Value;
}
