using System.Net;
using System.Net.Sockets;

namespace Tandem.Http.Front;

/// <summary>One bound socket of the web server.</summary>
/// <param name="Secure">HTTPS.</param>
/// <param name="Address">With the real port.</param>
/// <param name="Socket">Bound, not listening yet; Kestrel owns it once it has begun.</param>
internal sealed record WebListener(bool Secure, IPEndPoint Address, Socket Socket)
{
    private const int TcpLevel = 6, UserTimeout = 18, UserTimeoutMs = 30_000;    // TCP_USER_TIMEOUT

    public string Url => $"{(Secure ? "https" : "http")}://{Address}";

    /// <summary>Binds one port on every address; a host without IPv6 serves IPv4.</summary>
    /// <param name="secure">HTTPS.</param>
    /// <param name="addresses">The wildcards stand for one family each.</param>
    /// <param name="port">0: one that is free, the same for all; -1: none.</param>
    /// <exception cref="StartException">The port cannot be had.</exception>
    public static IEnumerable<WebListener> Bind(bool secure, IReadOnlyList<IPAddress> addresses, int port)
    {
        if (port < 0) yield break;
        foreach (IPAddress address in addresses)
        {
            if (TryBind(secure, address, port) is not { } listener) continue;
            port = listener.Address.Port;
            yield return listener;
        }
    }

    private static WebListener? TryBind(bool secure, IPAddress address, int port)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);    // TIME_WAIT of an earlier run
            if (address.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = false;
            socket.SetRawSocketOption(TcpLevel, UserTimeout, BitConverter.GetBytes(UserTimeoutMs));    // accepted sockets inherit it
            socket.Bind(new IPEndPoint(address, port));
            return new WebListener(secure, (IPEndPoint)socket.LocalEndPoint!, socket);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            if (address.Equals(IPAddress.IPv6Any) && e.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable) return null;
            string key = secure ? "web.https_port" : "web.http_port";
            throw new StartException($"The web server cannot listen on {new IPEndPoint(address, port)}: {e.Message.TrimEnd('.')}.",
                $"Find the program that has the port with 'ss -ltnp', or give another: --set {key}=PORT (-1 switches it off).", e);
        }
    }
}
