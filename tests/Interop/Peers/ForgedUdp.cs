using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Interop.Peers;

/// <summary>Sends datagrams whose IP header names whom it likes as their source. Root, and a network namespace of its own.</summary>
internal sealed class ForgedUdp(string network, IPEndPoint to) : IDisposable
{
    private const int IpHeader = 20, UdpHeader = 8, Patience = 30;

    private readonly Socket _raw = Networks.Inside(network, () => new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Raw));

    /// <summary>One datagram. The kernel fills in length and checksum of the IP header; UDP's is left out, as IPv4 allows.</summary>
    public void Send(IPEndPoint from, string text)
    {
        byte[] body = Encoding.UTF8.GetBytes(text), packet = new byte[IpHeader + UdpHeader + body.Length];
        (packet[0], packet[8], packet[9]) = (0x45, 64, (byte)ProtocolType.Udp);
        from.Address.GetAddressBytes().CopyTo(packet, 12);
        to.Address.GetAddressBytes().CopyTo(packet, 16);
        Span<byte> udp = packet.AsSpan(IpHeader);
        BinaryPrimitives.WriteUInt16BigEndian(udp, (ushort)from.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], (ushort)to.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)(UdpHeader + body.Length));
        body.CopyTo(udp[UdpHeader..]);
        _raw.SendTo(packet, new IPEndPoint(to.Address, 0));
    }

    /// <summary>The final status that goes to whoever really is at that source; what is lost is sent again.</summary>
    /// <param name="victim">His socket.</param>
    public int Ask(Socket victim, string text, string id)
    {
        byte[] buffer = new byte[65_536];
        for (int second = 0; second < Patience; second++)
        {
            Send((IPEndPoint)victim.LocalEndPoint!, text);
            for (long until = Environment.TickCount64 + 1000; Environment.TickCount64 < until;)
            {
                if (!victim.Poll(TimeSpan.FromMilliseconds(10), SelectMode.SelectRead)) continue;
                string answer = Encoding.UTF8.GetString(buffer, 0, victim.Receive(buffer));
                if (!answer.StartsWith("SIP/2.0 ", StringComparison.Ordinal) || !answer.Contains($"branch=z9hG4bK{id};", StringComparison.Ordinal)) continue;
                int status = int.Parse(answer.AsSpan(8, 3), CultureInfo.InvariantCulture);
                if (status >= 200) return status;
            }
        }
        throw new TimeoutException($"nobody answers\n{text}");
    }

    public void Dispose() => _raw.Dispose();
}
