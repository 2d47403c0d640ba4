using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Tandem.Signalling;

namespace Tandem.Net;

/// <summary>One listening TCP socket; what it accepts becomes channels of the shard.</summary>
internal sealed partial class StreamListener : IDisposable
{
    private const int Backlog = 512;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;

    private StreamListener(SipTransport transport, Socket socket)
    {
        Transport = transport;
        _socket = socket;
        Address = (IPEndPoint)socket.LocalEndPoint!;
    }

    public SipTransport Transport { get; }

    public IPEndPoint Address { get; }

    /// <exception cref="SocketException">The address or port cannot be had.</exception>
    public static StreamListener Bind(SipTransport transport, IPAddress address, int port)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // SO_REUSEADDR: a restart must not wait for the old connections' TIME_WAIT. On Linux it never shares a listening port.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            if (address.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = false;
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(Backlog);
            return new StreamListener(transport, socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Accepts until the listener is disposed. Runs on the shard.</summary>
    public async Task RunAsync(SipTransports owner, SignallingShard shard, ILogger logger)
    {
        while (true)
        {
            Socket accepted;
            try
            {
                accepted = await _socket.AcceptAsync();
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.OperationAborted)
            {
                return;
            }
            catch (SocketException e)
            {
                LogAcceptFailed(logger, Transport, Address, e.SocketErrorCode);
                await shard.Delay(s_pause);    // out of descriptors: trying at once would spin
                continue;
            }

            owner.Accepted(Transport, accepted);
        }
    }

    public void Dispose() => _socket.Dispose();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Accepting on {Transport} {Address} failed: {Error}")]
    private static partial void LogAcceptFailed(ILogger logger, SipTransport transport, IPEndPoint address, SocketError error);
}
