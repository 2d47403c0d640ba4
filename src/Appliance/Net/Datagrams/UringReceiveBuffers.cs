using Tandem.Net.Interop;
using Tandem.Net.Interop.Uring;

namespace Tandem.Net.Datagrams;

/// <summary>Buffers of the slab that lie with the kernel, waiting for datagrams.</summary>
/// <remarks>
/// The kernel goes through them in order, so only as many lie there as bursts have shown to be needed: a few stay in the processor's
/// cache, thousands do not. Into each it writes its own header and the sender's address, then the payload: the first two lie in the
/// headroom, so that the payload starts where a datagram starts with every backend.
/// </remarks>
internal sealed unsafe class UringReceiveBuffers(UringBufferRing ring, DatagramBuffers slab)
{
    private const int Before = 16 + NativeSocketAddress.Size;    // struct io_uring_recvmsg_out, then room for the address
    private const int FirstOffset = DatagramBuffers.Headroom - Before;
    private const int FewAtFirst = 256;

    private readonly int[] _bufferOf = new int[ring.Capacity];
    private readonly Stack<int> _freeIds = new(Enumerable.Range(0, ring.Capacity).Reverse());
    private int _wanted = Math.Min(FewAtFirst, ring.Capacity);
    private bool _short;

    /// <summary>Times that a datagram found no buffer: it waited in its socket until there were more.</summary>
    public long Shortages { get; private set; }

    /// <summary>Replaces what was taken, by more where it was not enough.</summary>
    public void Refill()
    {
        if (_short) _wanted = Math.Min(2 * _wanted, ring.Capacity);
        _short = false;
        bool added = false;
        for (; ring.Capacity - _freeIds.Count < _wanted; added = true)
        {
            int id = _freeIds.Pop(), buffer = slab.Rent();
            _bufferOf[id] = buffer;
            ring.Add(id, slab.Pointer(buffer) + FirstOffset, Before + DatagramBuffers.MaxDatagram);
        }
        if (added) ring.Publish();
    }

    /// <summary>A datagram found none.</summary>
    public void OnShortage()
    {
        Shortages++;
        _short = true;
    }

    /// <summary>The kernel has filled a buffer, or gives it back empty: the caller owns it.</summary>
    public int Take(int id)
    {
        _freeIds.Push(id);
        return _bufferOf[id];
    }

    /// <summary>Reads what the kernel wrote into a buffer.</summary>
    /// <returns>False: cut, too long to be media.</returns>
    public bool TryRead(int buffer, ref ReceivedDatagram datagram)
    {
        byte* first = slab.Pointer(buffer) + FirstOffset;
        var header = (ReceivedMessage*)first;
        if ((header->Flags & MessageFlags.Truncated) != 0) return false;
        datagram.Buffer = buffer;
        datagram.Offset = DatagramBuffers.Headroom;
        datagram.Length = (int)header->PayloadLength;
        datagram.Source = *(NativeSocketAddress*)(first + sizeof(ReceivedMessage));
        return true;
    }
}
