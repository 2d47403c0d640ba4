using System.Net;
using System.Net.WebSockets;
using System.Text;

namespace Tandem.Tests.Web;

/// <summary>The browser's end of a SIP WebSocket.</summary>
internal sealed class WsPeer(ClientWebSocket socket) : IDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public ClientWebSocket Socket => socket;

    /// <exception cref="WebSocketException">The server refused; <see cref="ClientWebSocket.HttpStatusCode"/> is in its data.</exception>
    public static async Task<WsPeer> ConnectAsync(IPEndPoint server, bool secure, string? origin, string? forwardedFor, params string[] protocols)
    {
        var socket = new ClientWebSocket();
        foreach (string protocol in protocols.Length == 0 ? ["sip"] : protocols)
            if (protocol.Length > 0) socket.Options.AddSubProtocol(protocol);
        if (origin is not null) socket.Options.SetRequestHeader("Origin", origin);
        if (forwardedFor is not null) socket.Options.SetRequestHeader("X-Forwarded-For", forwardedFor);
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
#pragma warning disable CA5359 // tests of the transport, not of the certificate
        if (secure) socket.Options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        try
        {
            await socket.ConnectAsync(new Uri($"{(secure ? "wss" : "ws")}://{server}/ws"), CancellationToken.None).WaitAsync(Limit);
        }
        catch (WebSocketException e)
        {
            e.Data["status"] = (int)socket.HttpStatusCode;
            socket.Dispose();
            throw;
        }

        return new WsPeer(socket);
    }

    public Task SendAsync(string message) => SendAsync(Encoding.UTF8.GetBytes(message));

    public Task SendAsync(byte[] message, WebSocketMessageType type = WebSocketMessageType.Text, bool end = true) =>
        socket.SendAsync(message, type, end, CancellationToken.None).WaitAsync(Limit);

    /// <summary>One whole message; null: the server closed.</summary>
    public async Task<string?> ReceiveAsync() => await ReceiveBytesAsync() is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    public async Task<byte[]?> ReceiveBytesAsync()
    {
        byte[] buffer = new byte[100_000];
        int length = 0;
        while (true)
        {
            WebSocketReceiveResult part = await socket.ReceiveAsync(new ArraySegment<byte>(buffer, length, buffer.Length - length), CancellationToken.None).WaitAsync(Limit);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            length += part.Count;
            if (part.EndOfMessage) return buffer[..length];
        }
    }

    /// <summary>Reads until the server's Close frame or the end of the connection.</summary>
    public async Task<WebSocketCloseStatus?> UntilClosedAsync()
    {
        try
        {
            while (await ReceiveBytesAsync() is not null)
            {
            }
        }
        catch (WebSocketException)
        {
        }

        return socket.CloseStatus;
    }

    public void Dispose() => socket.Dispose();
}
