using System.Runtime.InteropServices;

namespace Tandem.Net.Interop;

/// <summary>
/// IP_PKTINFO and IPV6_PKTINFO control messages: which of our addresses a datagram was sent to, and which one the answer leaves from.
/// </summary>
internal static unsafe class PacketInfo
{
    /// <summary>Room for one control message of either family: cmsghdr (16 bytes) and in6_pktinfo (20), aligned to 8.</summary>
    public const int ControlLength = 40;

    private const int HeaderLength = 16;

    /// <summary>Asks the kernel to deliver the local address with each datagram.</summary>
    public static bool Enable(FileDescriptor socket, bool ipv6) => ipv6
        ? socket.SetOption(SocketOptions.LevelIpv6, SocketOptions.Ipv6ReceivePacketInfo, 1)
        : socket.SetOption(SocketOptions.LevelIp, SocketOptions.IpPacketInfo, 1);

    /// <summary>Reads the local address (port 0) from the control messages of a received datagram; false when there is none.</summary>
    public static bool TryRead(in MessageHeader message, out NativeSocketAddress local, out int interfaceIndex)
    {
        ReadOnlySpan<byte> control = new(message.Control, checked((int)message.ControlLength));
        while (control.Length >= HeaderLength)
        {
            ulong length = MemoryMarshal.Read<ulong>(control);
            int level = MemoryMarshal.Read<int>(control[8..]), type = MemoryMarshal.Read<int>(control[12..]);
            if (length < HeaderLength || length > (ulong)control.Length) break;
            ReadOnlySpan<byte> data = control[HeaderLength..(int)length];
            if (level == SocketOptions.LevelIp && type == SocketOptions.IpPacketInfo && data.Length >= 12)
            {
                interfaceIndex = MemoryMarshal.Read<int>(data);
                local = NativeSocketAddress.FromBytes(data.Slice(8, 4), 0, 0);
                return true;
            }
            if (level == SocketOptions.LevelIpv6 && type == SocketOptions.Ipv6PacketInfo && data.Length >= 20)
            {
                interfaceIndex = MemoryMarshal.Read<int>(data[16..]);
                local = NativeSocketAddress.FromBytes(data[..16], 0, 0);
                return true;
            }
            int step = ((int)length + 7) & ~7;
            if (step >= control.Length) break;
            control = control[step..];
        }
        local = default;
        interfaceIndex = 0;
        return false;
    }

    /// <summary>Writes the control message that makes a datagram leave from <paramref name="local"/>; returns its length for msg_controllen.</summary>
    /// <param name="local">The address to send from; its port does not matter.</param>
    /// <param name="control">At least <see cref="ControlLength"/> bytes.</param>
    /// <param name="interfaceIndex">0 leaves the choice of the interface to routing; a link-local IPv6 address needs it.</param>
    public static int Write(Span<byte> control, in NativeSocketAddress local, int interfaceIndex)
    {
        control[..ControlLength].Clear();
        Span<byte> data = control[HeaderLength..];
        int dataLength;
        if (local.IsIpv6)
        {
            local.WriteAddress(data);
            MemoryMarshal.Write(data[16..], interfaceIndex);
            MemoryMarshal.Write(control[8..], SocketOptions.LevelIpv6);
            MemoryMarshal.Write(control[12..], SocketOptions.Ipv6PacketInfo);
            dataLength = 20;
        }
        else
        {
            MemoryMarshal.Write(data, interfaceIndex);
            local.WriteAddress(data[4..]);    // ipi_spec_dst: the source address of what we send
            MemoryMarshal.Write(control[8..], SocketOptions.LevelIp);
            MemoryMarshal.Write(control[12..], SocketOptions.IpPacketInfo);
            dataLength = 12;
        }
        MemoryMarshal.Write(control, (ulong)(HeaderLength + dataLength));
        return (HeaderLength + dataLength + 7) & ~7;
    }
}
