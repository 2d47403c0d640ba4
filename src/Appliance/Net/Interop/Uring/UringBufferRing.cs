using System.Runtime.InteropServices;

namespace Tandem.Net.Interop.Uring;

/// <summary>A ring of buffers that the kernel takes from, in order, for each datagram that arrives on any socket of one io_uring.</summary>
internal sealed unsafe class UringBufferRing : IDisposable
{
    private readonly UringRing _ring;
    private readonly ushort _mask;
    private ProvidedBuffer* _entries;
    private ushort _tail;

    private UringBufferRing(UringRing ring, int entries, ProvidedBuffer* memory)
    {
        _ring = ring;
        _mask = (ushort)(entries - 1);
        _entries = memory;
    }

    public int Capacity => _mask + 1;

    /// <param name="ring">Its owner disposes of this first.</param>
    /// <param name="entries">A power of two, 32,768 at most.</param>
    /// <returns>Null: the kernel refuses (errno).</returns>
    public static UringBufferRing? TryOpen(UringRing ring, int entries)
    {
        var memory = (ProvidedBuffer*)NativeMemory.AlignedAlloc((nuint)(entries * sizeof(ProvidedBuffer)), (nuint)Environment.SystemPageSize);
        new Span<ProvidedBuffer>(memory, entries).Clear();
        var registration = new BufferRingRegistration { Address = (ulong)memory, Entries = (uint)entries };
        if (ring.Register(UringRegistrations.BufferRing, &registration, 1) >= 0) return new UringBufferRing(ring, entries, memory);
        NativeMemory.AlignedFree(memory);
        return null;
    }

    /// <summary>Adds a buffer behind the others; the kernel sees it after <see cref="Publish"/>.</summary>
    public void Add(int id, byte* address, int length)
    {
        ProvidedBuffer* entry = _entries + (_tail & _mask);
        entry->Address = (ulong)address;
        entry->Length = (uint)length;
        entry->Id = (ushort)id;
        _tail = unchecked((ushort)(_tail + 1));
    }

    public void Publish() => Volatile.Write(ref _entries->Tail, _tail);

    public void Dispose()
    {
        if (_entries == null) return;
        var registration = new BufferRingRegistration();
        _ = _ring.Register(UringRegistrations.RemoveBufferRing, &registration, 1);
        NativeMemory.AlignedFree(_entries);
        _entries = null;
    }
}
