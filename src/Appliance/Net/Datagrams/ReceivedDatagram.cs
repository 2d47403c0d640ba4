using Tandem.Net.Interop;

namespace Tandem.Net.Datagrams;

/// <summary>A datagram in a buffer of the loop's slab; whoever takes it from the I/O owns the buffer.</summary>
internal struct ReceivedDatagram
{
    /// <summary>The number its socket was added under.</summary>
    public int Socket;

    public int Buffer;

    /// <summary>Where it starts in the buffer: at least <see cref="DatagramBuffers.Headroom"/>.</summary>
    public int Offset;

    public int Length;

    public NativeSocketAddress Source;
}
