using System.Runtime.InteropServices;
using Tandem.Net.Interop;

namespace Tandem.Net;

/// <summary>
/// What ICMP says of datagrams that a socket has sent: the kernel keeps it in a queue of the socket's (ip(7), IP_RECVERR), with the first
/// bytes of the datagram. Shared by the UDP sockets of a shard, which read one after the other.
/// </summary>
internal sealed unsafe class UdpErrors : IDisposable
{
    public const int Capacity = 16;

    /// <summary>Enough for the request line and the Via of a request; an IPv4 router returns 548 bytes of payload at most.</summary>
    private const int PayloadBytes = 1024;

    private const int ControlLength = 160, HeaderLength = 16;    // the address of ours, the error, who says so
    private const byte OriginIcmp = 2, OriginIcmp6 = 3;

    private readonly MultiMessageHeader* _headers = NativeArray.Allocate<MultiMessageHeader>(Capacity);
    private readonly IoVector* _vectors = NativeArray.Allocate<IoVector>(Capacity);
    private readonly NativeSocketAddress* _targets = NativeArray.Allocate<NativeSocketAddress>(Capacity);
    private readonly byte* _controls = NativeArray.Allocate<byte>(Capacity * ControlLength);
    private readonly byte* _bytes = NativeArray.Allocate<byte>(Capacity * PayloadBytes);
    private bool _disposed;

    public UdpErrors()
    {
        for (int i = 0; i < Capacity; i++)
        {
            _vectors[i] = new IoVector { Base = _bytes + (i * PayloadBytes), Length = PayloadBytes };
            _headers[i].Header = new MessageHeader { Name = _targets + i, Vectors = _vectors + i, VectorCount = 1, Control = _controls + (i * ControlLength) };
        }
    }

    /// <summary>Asks the kernel to keep errors. What cannot be had is no fault: timers notice dead peers too.</summary>
    public static void Enable(FileDescriptor socket, bool ipv6) => _ = ipv6
        ? socket.SetOption(SocketOptions.LevelIpv6, SocketOptions.Ipv6ReceiveErrors, 1)
        : socket.SetOption(SocketOptions.LevelIp, SocketOptions.IpReceiveErrors, 1);

    /// <summary>Takes what waits, up to <see cref="Capacity"/>; 0 when there is nothing.</summary>
    public int Receive(int descriptor)
    {
        for (int i = 0; i < Capacity; i++)
        {
            _headers[i].Header.NameLength = NativeSocketAddress.Size;
            _headers[i].Header.ControlLength = ControlLength;
            _headers[i].Header.Flags = 0;
        }
        return Math.Max(0, Libc.ReceiveMessages(descriptor, _headers, Capacity, MessageFlags.ErrorQueue | MessageFlags.DontWait, null));
    }

    /// <summary>The beginning of the datagram that did not arrive.</summary>
    public ReadOnlySpan<byte> Datagram(int index) => new(_bytes + (index * PayloadBytes), (int)_headers[index].Length);

    /// <summary>Where it went.</summary>
    public ref readonly NativeSocketAddress Target(int index) => ref _targets[index];

    /// <summary>ICMP says that nobody is there: no such port, host or network, or no way that is allowed (RFC 3261 §18.4). Anything else may pass.</summary>
    public bool IsUnreachable(int index)
    {
        ref readonly MessageHeader header = ref _headers[index].Header;
        ReadOnlySpan<byte> control = new(header.Control, checked((int)header.ControlLength));
        while (control.Length >= HeaderLength)
        {
            ulong length = MemoryMarshal.Read<ulong>(control);
            int level = MemoryMarshal.Read<int>(control[8..]), type = MemoryMarshal.Read<int>(control[12..]);
            if (length < HeaderLength || length > (ulong)control.Length) return false;
            ReadOnlySpan<byte> data = control[HeaderLength..(int)length];
            bool isError = (level == SocketOptions.LevelIp && type == SocketOptions.IpReceiveErrors)
                || (level == SocketOptions.LevelIpv6 && type == SocketOptions.Ipv6ReceiveErrors);
            if (isError && data.Length >= 16)    // struct sock_extended_err: errno, origin, …
                return data[4] is OriginIcmp or OriginIcmp6 && MemoryMarshal.Read<int>(data)
                    is Errno.ConnectionRefused or Errno.HostUnreachable or Errno.NetworkUnreachable or Errno.AccessDenied;
            int step = ((int)length + 7) & ~7;
            if (step >= control.Length) return false;
            control = control[step..];
        }
        return false;
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        NativeMemory.Free(_headers);
        NativeMemory.Free(_vectors);
        NativeMemory.Free(_targets);
        NativeMemory.Free(_controls);
        NativeMemory.Free(_bytes);
    }
}
