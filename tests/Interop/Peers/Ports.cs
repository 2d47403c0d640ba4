using System.Net;
using System.Net.Sockets;

namespace Interop.Peers;

/// <summary>Port numbers of this project's own ranges, handed out once each until the range is used up.</summary>
public static class Ports
{
    private static readonly Lock Gate = new();
    private static int _sip = 25000, _rtp = 26000;

    /// <summary>A port free on UDP and TCP, and its neighbour (baresip's TLS listener) too.</summary>
    public static int Sip() => Take(ref _sip, 25000, 25999, 2);

    /// <summary>The first of <paramref name="count"/> free UDP ports; even.</summary>
    public static int Rtp(int count) => Take(ref _rtp, 26000, 29999, count + (count & 1));

    private static int Take(ref int next, int first, int last, int count)
    {
        lock (Gate)
        {
            for (int tries = 0; tries < 2000; tries++)
            {
                int port = next + count - 1 > last ? first : next;
                next = port + count;
                if (Enumerable.Range(port, count).All(IsFree)) return port;
            }
        }
        throw new InvalidOperationException($"no {count} free ports in {first}-{last}");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using Socket udp = new(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true };
            udp.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
            using Socket tcp = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
            tcp.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
