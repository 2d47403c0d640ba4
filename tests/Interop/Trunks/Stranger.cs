using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Interop.Peers;

namespace Interop.Trunks;

/// <summary>Somebody with a socket, who asks again where he is not heard and comes back when he is thrown out.</summary>
internal sealed class Stranger(TandemProcess tandem, string transport, IPAddress source) : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60), s_again = TimeSpan.FromSeconds(1);

    private readonly byte[] _buffer = new byte[65536];
    private Socket? _udp;
    private TcpClient? _tcp;
    private Stream? _stream;
    private ClientWebSocket? _socket;
    private int _moves;

    public int Port { get; private set; } = 5060;

    /// <summary>Where he is.</summary>
    public async Task<string> HostAsync()
    {
        await ConnectAsync();
        return (_udp?.LocalEndPoint as IPEndPoint)?.Address.ToString() ?? source.ToString();
    }

    /// <summary>Goes to another address, where he is one: no source may send much of one kind.</summary>
    public async Task MoveAsync()
    {
        if (transport == "udp") Leave();
        _moves++;
        await ConnectAsync();
    }

    /// <returns>The final status; 0: none, where none is due.</returns>
    public async Task<int> AskAsync(string message, string id, bool isAnswered) => Status(await HearAsync(message, id, isAnswered));

    /// <returns>The final answer without its body; empty: none, where none is due.</returns>
    public async Task<string> HearAsync(string message, string id, bool isAnswered = true)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(message);
        using CancellationTokenSource limit = new(s_patience);
        while (true)
        {
            try
            {
                await ConnectAsync();
                await WriteAsync(bytes, limit.Token);
                if (!isAnswered) return "";
                if (await ReadAsync(id, limit.Token) is { Length: > 0 } answer) return answer;
            }
            catch (Exception e) when (e is IOException or SocketException or WebSocketException)
            {
                // Thrown out: he comes back and asks again.
            }
            if (transport != "udp") Leave();
            if (limit.IsCancellationRequested) throw new TimeoutException($"no answer within {s_patience} to\n{message}");
        }
    }

    public ValueTask DisposeAsync()
    {
        Leave();
        return ValueTask.CompletedTask;
    }

    private void Leave()
    {
        _stream?.Dispose();
        _tcp?.Dispose();
        _udp?.Dispose();
        _socket?.Dispose();
        (_stream, _tcp, _udp, _socket) = (null, null, null, null);
    }

    private async Task ConnectAsync()
    {
        if (_udp is not null || _stream is not null || _socket is not null) return;
        if (transport == "udp")
        {
            byte[] address = source.GetAddressBytes();
            if (address[3] == 9) address[2] = (byte)_moves;    // 127.0.N.9
            _udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            _udp.Bind(new IPEndPoint(new IPAddress(address), 0));
            await _udp.ConnectAsync(tandem.Sip);
            Port = ((IPEndPoint)_udp.LocalEndPoint!).Port;
            return;
        }
        if (transport == "ws")
        {
            _socket = new ClientWebSocket();
            _socket.Options.AddSubProtocol("sip");
            await _socket.ConnectAsync(new Uri($"ws://127.0.0.1:{tandem.WebPort}/ws"), CancellationToken.None);
            return;
        }
        _tcp = new TcpClient(new IPEndPoint(source, 0));
        await _tcp.ConnectAsync(IPAddress.Loopback, transport == "tls" ? tandem.TlsPort : tandem.SipPort);
        Port = ((IPEndPoint)_tcp.Client.LocalEndPoint!).Port;
        Stream stream = _tcp.GetStream();
        if (transport == "tls")
        {
#pragma warning disable CA5359 // a certificate of the appliance's own making
            var tls = new SslStream(stream, false, (_, _, _, _) => true);
#pragma warning restore CA5359
            await tls.AuthenticateAsClientAsync("tandem");
            stream = tls;
        }
        _stream = stream;
    }

    private async Task WriteAsync(byte[] bytes, CancellationToken limit)
    {
        if (_udp is not null) await _udp.SendAsync(bytes, limit);
        else if (_stream is not null) await _stream.WriteAsync(bytes, limit);
        else await _socket!.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, limit);
    }

    /// <returns>The final answer with that Call-ID; empty: over UDP none came in time, else the connection was closed.</returns>
    private async Task<string> ReadAsync(string id, CancellationToken limit)
    {
        using CancellationTokenSource soon = CancellationTokenSource.CreateLinkedTokenSource(limit);
        if (_udp is not null) soon.CancelAfter(s_again);
        StringBuilder all = new();
        try
        {
            while (true)
            {
                int length = _udp is not null ? await _udp.ReceiveAsync(_buffer, SocketFlags.None, soon.Token)
                    : _stream is not null ? await _stream.ReadAsync(_buffer, soon.Token)
                    : (await _socket!.ReceiveAsync(_buffer, soon.Token)).Count;
                if (length == 0) return "";
                all.Append(Encoding.UTF8.GetString(_buffer, 0, length));
                if (Final(all.ToString(), id) is { Length: > 0 } answer) return answer;
            }
        }
        catch (OperationCanceledException)
        {
            return "";
        }
    }

    private static int Status(string answer) => answer.Length == 0 ? 0 : int.Parse(answer.AsSpan(8, 3), CultureInfo.InvariantCulture);

    private static string Final(string text, string id)
    {
        for (int at = text.IndexOf("SIP/2.0 ", StringComparison.Ordinal); at >= 0; at = text.IndexOf("\nSIP/2.0 ", at + 1, StringComparison.Ordinal))
        {
            string message = text[at..].TrimStart('\n');
            int end = message.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0) return "";
            if (Status(message) >= 200 && message[..end].Contains($"Call-ID: {id}\r\n", StringComparison.Ordinal)) return message[..(end + 2)];
        }
        return "";
    }
}
