using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;

namespace Interop.Peers;

/// <summary>Sends spoiled messages to an appliance's ports from inside its network namespace, so many and no more, at a bounded rate.</summary>
public sealed class Spray(string? network, Mutator mutator)
{
    public int Datagrams { get; private set; }

    public int StreamMessages { get; private set; }

    public int MediaDatagrams { get; private set; }

    /// <summary>Counts what others have sent as well.</summary>
    public void Add(IEnumerable<Spray> others)
    {
        foreach (Spray other in others)
        {
            Datagrams += other.Datagrams;
            StreamMessages += other.StreamMessages;
            MediaDatagrams += other.MediaDatagrams;
        }
    }

    public async Task DatagramsAsync(IPEndPoint to, int count, int perSecond)
    {
        using Socket socket = Open(to.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await PacedAsync(count, perSecond, () =>
        {
            Send(socket, mutator.Next(), to);
            Datagrams++;
        });
    }

    /// <summary>To every port of a range in turn.</summary>
    public async Task MediaAsync(IPAddress address, int firstPort, int ports, int count, int perSecond)
    {
        using Socket socket = Open(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await PacedAsync(count, perSecond, () => Send(socket, mutator.NextMedia(), new IPEndPoint(address, firstPort + MediaDatagrams++ % ports)));
    }

    /// <summary>Some messages to a connection, then another connection: what is wrong enough ends it anyhow.</summary>
    public async Task StreamsAsync(IPEndPoint to, int count, int perConnection, bool tls)
    {
        for (int sent = 0; sent < count;)
        {
            using Socket socket = Open(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(to);
                Stream stream = new NetworkStream(socket);
                if (tls)
                {
                    SslStream secure = new(stream, leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
                    await secure.AuthenticateAsClientAsync("tandem").WaitAsync(TimeSpan.FromSeconds(5));
                    stream = secure;
                }
                await using (stream)
                {
                    for (int n = 0; n < perConnection && sent < count; n++, sent++, StreamMessages++) await stream.WriteAsync(mutator.Next());
                    await stream.FlushAsync();
                }
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // The appliance has ended a connection that sent nonsense: it may.
                sent++;
                StreamMessages++;
            }
            await Clock.SecondsAsync(0.005);
        }
    }

    /// <summary>Messages in WebSocket frames, or in place of them.</summary>
    public async Task WebSocketsAsync(IPEndPoint to, int count, int perConnection)
    {
        byte[] hello = System.Text.Encoding.ASCII.GetBytes($"GET /ws HTTP/1.1\r\nHost: {to}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sip\r\n\r\n");
        for (int sent = 0; sent < count;)
        {
            using Socket socket = Open(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(to);
                await using NetworkStream stream = new(socket);
                await stream.WriteAsync(hello);
                byte[] answer = new byte[1024];
                int got = await stream.ReadAsync(answer);    // 101 comes in one piece; 429 does where it was too fast
                if (!answer.AsSpan(0, got).StartsWith("HTTP/1.1 101"u8)) sent++;
                using WebSocket web = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { KeepAliveInterval = TimeSpan.Zero });
                for (int n = 0; n < perConnection && sent < count; n++, sent++, StreamMessages++)
                {
                    if (n == perConnection - 1) await stream.WriteAsync(mutator.Next());
                    else await web.SendAsync(mutator.Next(), WebSocketMessageType.Binary, endOfMessage: n % 3 != 0, CancellationToken.None);
                }
            }
            catch (Exception e) when (e is IOException or SocketException or WebSocketException)
            {
                sent++;
                StreamMessages++;
            }
            await Clock.SecondsAsync(0.005);
        }
    }

    private static async Task PacedAsync(int count, int perSecond, Action send)
    {
        long start = Stopwatch.GetTimestamp();
        for (int sent = 0; sent < count;)
        {
            int due = Math.Min(count, (int)(Stopwatch.GetElapsedTime(start).TotalSeconds * perSecond));
            for (; sent < due; sent++) send();
            await Clock.SecondsAsync(0.005);
        }
    }

    private static void Send(Socket socket, byte[] bytes, IPEndPoint to)
    {
        try
        {
            socket.SendTo(bytes, to);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused)
        {
            // A closed port said so about an earlier datagram.
        }
    }

    private Socket Open(AddressFamily family, SocketType type, ProtocolType protocol) =>
        Networks.Inside(network, () => new Socket(family, type, protocol));
}
