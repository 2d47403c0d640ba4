using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Interop.Peers;

/// <summary>A datagram on its way through the proxy.</summary>
/// <param name="Number">How many like it, by start line, have come this way, this one included.</param>
public sealed record ProxiedMessage(bool FromClient, string Text, int Number)
{
    /// <summary>What the message does: "INVITE" or "200 INVITE".</summary>
    public string Kind
    {
        get
        {
            string[] words = Text[..Math.Max(0, Text.IndexOf('\n', StringComparison.Ordinal))].Split(' ');
            return words[0] == "SIP/2.0" ? $"{words[1]} {CSeqMethod}" : words[0];
        }
    }

    private string CSeqMethod => Text.Split('\n').FirstOrDefault(l => l.StartsWith("CSeq:", StringComparison.OrdinalIgnoreCase))?.Trim().Split(' ')[^1] ?? "";
}

/// <summary>Stands between SIP clients and a server on loopback, passes their datagrams unchanged, and loses the ones it is told to.</summary>
public sealed class LossyUdpProxy : IDisposable
{
    private readonly Socket _front = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly ConcurrentDictionary<EndPoint, Socket> _upstream = [];
    private readonly ConcurrentDictionary<string, int> _counts = [];
    private readonly ConcurrentQueue<ProxiedMessage> _lost = [], _passed = [];
    private readonly IPEndPoint _server;
    private readonly Func<ProxiedMessage, bool> _lose;

    /// <param name="lose">Says of each message whether it is lost; must be thread-safe.</param>
    public LossyUdpProxy(IPEndPoint server, Func<ProxiedMessage, bool> lose)
    {
        (_server, _lose) = (server, lose);
        _front.Bind(new IPEndPoint(IPAddress.Loopback, Ports.Sip()));
        Start(_front, (bytes, from) =>
        {
            if (Passes(bytes.Span, fromClient: true)) _upstream.GetOrAdd(from, Connect).SendTo(bytes.Span, _server);
        });
    }

    public IPEndPoint EndPoint => (IPEndPoint)_front.LocalEndPoint!;

    public IReadOnlyCollection<ProxiedMessage> Lost => _lost;

    public IReadOnlyCollection<ProxiedMessage> Passed => _passed;

    public void Dispose()
    {
        _front.Dispose();
        foreach (Socket socket in _upstream.Values) socket.Dispose();
    }

    private Socket Connect(EndPoint client)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, Ports.Sip()));
        Start(socket, (bytes, _) =>
        {
            if (Passes(bytes.Span, fromClient: false)) _front.SendTo(bytes.Span, client);
        });
        return socket;
    }

    private bool Passes(ReadOnlySpan<byte> bytes, bool fromClient)
    {
        string text = Encoding.UTF8.GetString(bytes);
        ProxiedMessage message = new(fromClient, text, 0);
        message = message with { Number = _counts.AddOrUpdate($"{fromClient} {message.Kind}", 1, (_, n) => n + 1) };
        bool lost = _lose(message);
        (lost ? _lost : _passed).Enqueue(message);
        return !lost;
    }

    private static void Start(Socket socket, Action<ReadOnlyMemory<byte>, EndPoint> received) => new Thread(() =>
    {
        byte[] buffer = new byte[65536];
        while (true)
        {
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            try
            {
                int length = socket.ReceiveFrom(buffer, ref from);
                received(buffer.AsMemory(0, length), from);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
            {
                // The other side is not there at the moment.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    })
    { IsBackground = true, Name = "lossy proxy" }.Start();
}
