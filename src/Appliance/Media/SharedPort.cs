using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Tandem.Net.Interop;

namespace Tandem.Media;

/// <summary>The port that all WebRTC legs of one loop share, bound on each address of this host, so that what is sent leaves from where its peer looks.</summary>
/// <remarks>Addresses that come later are not served: legs on those have ports of their own until the next start.</remarks>
internal sealed partial class SharedPort
{
    /// <summary>A quarter of a second of 10,000 legs, as the kernel counts small datagrams.</summary>
    private const int ReceiveBufferBytes = 32 << 20, SendBufferBytes = 8 << 20;

    private readonly List<(IPAddress Address, FileDescriptor Socket)> _sockets = [];

    private SharedPort(int port) => Port = port;

    public int Port { get; }

    /// <summary>Owned by the loop once it has started.</summary>
    public IReadOnlyList<(IPAddress Address, FileDescriptor Socket)> Sockets => _sockets;

    /// <exception cref="IOException">Somebody else has the port: a failed start.</exception>
    public static SharedPort Bind(int port, ILogger log)
    {
        var shared = new SharedPort(port);
        int smallest = int.MaxValue;
        foreach (IPAddress address in Addresses())
        {
            FileDescriptor socket = FileDescriptor.BindUdp(address, port, out int error);
            if (error == Errno.AddressInUse)
            {
                shared.Dispose();
                throw new IOException($"UDP port {port} on {address} (media.webrtc_port) is in use. Choose another one, or 0 for a port a call.");
            }
            if (socket.IsInvalid) continue;    // an address that is just coming or going
            PortPool.MarkExpedited(socket, address);
            smallest = Math.Min(smallest, Widen(socket));
            shared._sockets.Add((address, socket));
        }
        if (smallest < ReceiveBufferBytes) Narrow(log, port, smallest >> 10, ReceiveBufferBytes);
        return shared;
    }

    /// <summary>Which of <see cref="Sockets"/> serve a leg that asks for this address, that one first; empty: none has it.</summary>
    public int[] Serving(IPAddress local)
    {
        bool any = local.Equals(IPAddress.Any) || local.Equals(IPAddress.IPv6Any);
        int first = _sockets.FindIndex(socket => any ? socket.Address.AddressFamily == local.AddressFamily && !IPAddress.IsLoopback(socket.Address) : socket.Address.Equals(local));
        if (first < 0) first = any ? _sockets.FindIndex(socket => socket.Address.AddressFamily == local.AddressFamily) : -1;
        if (first < 0) return [];
        bool loopback = IPAddress.IsLoopback(_sockets[first].Address);
        return [first, .. Enumerable.Range(0, _sockets.Count).Where(i => i != first && IPAddress.IsLoopback(_sockets[i].Address) == loopback)];
    }

    /// <summary>Closes what no loop has taken.</summary>
    public void Dispose()
    {
        foreach ((_, FileDescriptor socket) in _sockets) socket.Dispose();
    }

    private static List<IPAddress> Addresses()
    {
        List<IPAddress> found = [];
        foreach (NetworkInterface card in NetworkInterface.GetAllNetworkInterfaces())
        {
            foreach (UnicastIPAddressInformation entry in card.GetIPProperties().UnicastAddresses)
            {
                if (entry.Address is { IsIPv6LinkLocal: false, AddressFamily: AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 } && !found.Contains(entry.Address))
                    found.Add(entry.Address);
            }
        }
        return found;
    }

    private static int Widen(FileDescriptor socket)
    {
        if (!socket.SetOption(SocketOptions.LevelSocket, SocketOptions.ReceiveBufferForce, ReceiveBufferBytes))    // needs CAP_NET_ADMIN
            socket.SetOption(SocketOptions.LevelSocket, SocketOptions.ReceiveBuffer, ReceiveBufferBytes);
        if (!socket.SetOption(SocketOptions.LevelSocket, SocketOptions.SendBufferForce, SendBufferBytes))
            socket.SetOption(SocketOptions.LevelSocket, SocketOptions.SendBuffer, SendBufferBytes);
        return socket.GetOption(SocketOptions.LevelSocket, SocketOptions.ReceiveBuffer) / 2;    // the kernel tells the double of what was set
    }

    [LoggerMessage(LogLevel.Warning, "The kernel grants the shared WebRTC port {Port} a receive buffer of {Granted} KiB only: bursts may be lost. Give the appliance CAP_NET_ADMIN, or set net.core.rmem_max to {Wanted}")]
    private static partial void Narrow(ILogger log, int port, int granted, int wanted);
}
