using System.Net;
using System.Net.Sockets;

namespace Micro.Dtls;

/// <summary>A handshake of OpenSSL's client over a socket that was signalled to an engine.</summary>
internal static class UdpHandshake
{
    public static Socket Open()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 1000 };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    public static void Run(Socket socket, IPEndPoint engine, nint context)
    {
        using var client = new OpenSslPeer(context, isServer: false);
        var buffer = new byte[2048];
        byte[] flight = client.Step([]);
        while (!client.Done)
        {
            if (flight.Length > 0) socket.SendTo(flight, engine);
            int length = socket.Receive(buffer);
            flight = buffer[0] is >= 20 and <= 63 ? client.Step(buffer.AsSpan(0, length)) : [];
        }
    }
}
