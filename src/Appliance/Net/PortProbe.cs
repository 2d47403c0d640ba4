using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Tandem.Configuration;

namespace Tandem.Net;

/// <summary>Finds out before a start whether ports are free.</summary>
internal static class PortProbe
{
    /// <summary>Why nothing can listen there; null: it is free.</summary>
    public static string? WhyNot(ProtocolType protocol, IPEndPoint endPoint)
    {
        if (endPoint.Port <= 0) return null;
        try
        {
            using var socket = new Socket(endPoint.AddressFamily, protocol == ProtocolType.Udp ? SocketType.Dgram : SocketType.Stream, protocol);
            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = false;
            socket.Bind(endPoint);
            if (protocol == ProtocolType.Tcp) socket.Listen(1);
            return null;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => "another program uses it",
                SocketError.AccessDenied => "this user may not use it",
                SocketError.AddressNotAvailable => "this host does not have the address",
                SocketError.AddressFamilyNotSupported => "this host has no such address family",
                _ => error.Message,
            };
        }
    }

    /// <summary>UDP ports of the ranges that some socket of this host holds, from the kernel's tables.</summary>
    public static IReadOnlyList<int> TakenUdp(IReadOnlyList<MediaPortRange> ranges)
    {
        SortedSet<int> taken = [];
        foreach (string table in (string[])["/proc/net/udp", "/proc/net/udp6"])
        {
            if (!File.Exists(table)) continue;
            foreach (string line in File.ReadLines(table).Skip(1))
            {
                string local = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];    // hexadecimal address:port
                int port = int.Parse(local.AsSpan(local.LastIndexOf(':') + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                if (ranges.Any(range => port >= range.First && port <= range.Last)) taken.Add(port);
            }
        }
        return [.. taken];
    }
}
