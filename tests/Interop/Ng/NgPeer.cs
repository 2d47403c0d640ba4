using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Interop.Peers;

namespace Interop.Ng;

/// <summary>A small client of the ng protocol, in JSON.</summary>
public sealed class NgPeer : IDisposable
{
    private readonly UdpClient _socket;
    private int _cookie;

    private NgPeer(UdpClient socket) => _socket = socket;

    public static NgPeer Open(string? network, IPEndPoint ng) => new(Networks.Inside(network, () =>
    {
        var socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Connect(ng);
        return socket;
    }));

    public async Task<JsonDocument> AskAsync(object request)
    {
        string cookie = $"test_{++_cookie}";
        byte[] datagram = Encoding.UTF8.GetBytes($"{cookie} {JsonSerializer.Serialize(request)}");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await _socket.SendAsync(datagram, patience.Token);
        while (true)
        {
            string reply = Encoding.UTF8.GetString((await _socket.ReceiveAsync(patience.Token)).Buffer);
            if (reply.StartsWith(cookie + " ", StringComparison.Ordinal)) return JsonDocument.Parse(reply[(cookie.Length + 1)..]);
        }
    }

    public void Dispose() => _socket.Dispose();
}
