using System.Runtime.InteropServices;
using Tandem.Net.Interop;

namespace Tandem.Net;

/// <summary>Room for the datagrams of one recvmmsg call; shared by the UDP sockets of a shard, which read one after the other.</summary>
internal sealed unsafe class UdpReceiveBatch : IDisposable
{
    public const int Capacity = 32;

    private const int DatagramBytes = 65_536;

    private readonly MultiMessageHeader* _headers = NativeArray.Allocate<MultiMessageHeader>(Capacity);
    private readonly IoVector* _vectors = NativeArray.Allocate<IoVector>(Capacity);
    private readonly NativeSocketAddress* _sources = NativeArray.Allocate<NativeSocketAddress>(Capacity);
    private readonly byte* _controls = NativeArray.Allocate<byte>(Capacity * PacketInfo.ControlLength);
    private readonly byte* _bytes = (byte*)NativeMemory.AlignedAlloc(Capacity * DatagramBytes, 4096);    // pages are touched as datagrams need them
    private bool _disposed;

    public UdpReceiveBatch()
    {
        for (int i = 0; i < Capacity; i++)
        {
            _vectors[i] = new IoVector { Base = _bytes + (i * DatagramBytes), Length = DatagramBytes };
            _headers[i].Header = new MessageHeader
            {
                Name = _sources + i,
                Vectors = _vectors + i,
                VectorCount = 1,
                Control = _controls + (i * PacketInfo.ControlLength),
            };
        }
    }

    /// <summary>Takes what waits, up to <see cref="Capacity"/>; 0 when there is nothing.</summary>
    public int Receive(int descriptor)
    {
        for (int i = 0; i < Capacity; i++)
        {
            _headers[i].Header.NameLength = NativeSocketAddress.Size;
            _headers[i].Header.ControlLength = PacketInfo.ControlLength;
            _headers[i].Header.Flags = 0;
        }

        return Math.Max(0, Libc.ReceiveMessages(descriptor, _headers, Capacity, MessageFlags.DontWait, null));
    }

    public ReadOnlySpan<byte> Datagram(int index) => new(_bytes + (index * DatagramBytes), (int)_headers[index].Length);

    public ref readonly NativeSocketAddress Source(int index) => ref _sources[index];

    /// <summary>The address of ours that the datagram was sent to, port 0; false where the socket is bound to one address.</summary>
    public bool TryReadLocal(int index, out NativeSocketAddress local, out int interfaceIndex) =>
        PacketInfo.TryRead(_headers[index].Header, out local, out interfaceIndex);

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        NativeMemory.Free(_headers);
        NativeMemory.Free(_vectors);
        NativeMemory.Free(_sources);
        NativeMemory.Free(_controls);
        NativeMemory.AlignedFree(_bytes);
    }
}
