using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Interop.Peers;
using Tandem.Routing;
using Tandem.Storage;
using Xunit;

namespace Interop.Trunks;

/// <summary>
/// Nobody who is not registered here can place a call to the outside: every method, over every transport, with every header trick below, from
/// any source, the carrier's own included. The carrier's gateway listens on UDP and TCP and must hear nothing.
/// </summary>
public sealed class TollSafetyTests(Trunk trunk) : IClassFixture<Trunk>
{
    private const string Called = "+34911222333";

    private static readonly string[] s_methods =
        ["INVITE", "REFER", "MESSAGE", "SUBSCRIBE", "NOTIFY", "PUBLISH", "REGISTER", "OPTIONS", "UPDATE", "PRACK", "INFO", "BYE", "ACK", "CANCEL", "FOO"];

    /// <summary>Header lines that claim what is not so. GATEWAY stands for the carrier's gateway.</summary>
    private static readonly string[] s_tricks =
    [
        "P-Asserted-Identity: <sip:1001@127.0.0.1>",
        "P-Asserted-Identity : <sip:1001@127.0.0.1>\r\nP-Asserted-Identity: <tel:+34911000001>",
        "P-Preferred-Identity: <sip:1001@127.0.0.1>",
        "Remote-Party-ID: <sip:1001@127.0.0.1>;party=calling;screen=yes",
        "Route: <sip:GATEWAY;lr>",
        "Route: <sip:127.0.0.1;lr>, <sip:GATEWAY;lr>",
        "Record-Route: <sip:GATEWAY;lr>",
        "Path: <sip:GATEWAY;lr>",
        "Refer-To: <sip:+34911222333@GATEWAY>\r\nReferred-By: <sip:1001@127.0.0.1>",
        "Replaces: 1@1;to-tag=1;from-tag=1",
        "Diversion: <sip:1001@127.0.0.1>;reason=unconditional",
        "History-Info: <sip:1001@127.0.0.1>;index=1",
        "X-Forwarded-For: 127.0.0.2\r\nX-Real-IP: 127.0.0.2",
        "X-Carrier: acme\r\nx-carrier\t: acme",
        "P-Charging-Vector: icid-value=1\r\nP-Served-User: <sip:1001@127.0.0.1>",
        "Authorization: Digest username=\"1001\", realm=\"tandem\", nonce=\"\", uri=\"sip:1@1\", response=\"\"",
        "Proxy-Authorization: Digest username=\"1001\", realm=\"tandem\", nonce=\"1\", uri=\"sip:1@1\", response=\"d41d8cd98f00b204e9800998ecf8427e\", algorithm=MD5",
        "Proxy-Authorization: Digest username=\"trunkuser\", realm=\"tandem\", nonce=\"1\", uri=\"sip:1@1\", response=\"00000000000000000000000000000000\", qop=auth, nc=00000001, cnonce=\"1\"",
        "Proxy-Authorization: Digest username=\"\", realm=\"\", nonce=\"\", uri=\"\", response=\"\"",
        "Proxy-Authorization: Basic MTAwMTo=",
        "Proxy-Authorization: Digest",
        "Via: SIP/2.0/UDP 127.0.0.2:5060;branch=z9hG4bKcarrier;received=127.0.0.2",
        "Identity: e30.e30.sig;info=<https://x>;alg=ES256",
    ];

    /// <summary>Request URIs and identities. ME stands for the appliance.</summary>
    private static readonly (string Uri, string From)[] s_targets =
    [
        ("sip:+34911222333@ME", "<sip:1001@ME>"),
        ("sip:+34911222333@GATEWAY", "<sip:1001@ME>"),
        ("sip:+34911222333@ME;maddr=127.0.0.2", "<sip:1001@ME>"),
        ("sip:%2B34911222333@ME", "\"1001\" <sip:1001@127.0.0.1>"),
        ("sip:0911222333;phone-context=+34@ME;user=phone", "<sip:+34911000001@ME>"),
        ("tel:+34911222333", "<tel:+34911000001>"),
        ("sip:sip%3A+34911222333%40GATEWAY@ME", "<sip:acme@ME>"),
        ("sip:112@ME", "<sip:1001@ME>"),
        ("sip:+34911222333@ME?Route=%3Csip:GATEWAY%3E", "<sip:trunkuser@ME>"),
        ("sip:1001@ME", "<sip:+34911222333@GATEWAY>"),
    ];

    [Theory]
    [InlineData("udp", "127.0.0.1")]
    [InlineData("udp", "127.0.0.9")]
    [InlineData("udp", "127.0.0.2")]
    [InlineData("tcp", "127.0.0.1")]
    [InlineData("tcp", "127.0.0.2")]
    [InlineData("tls", "127.0.0.1")]
    [InlineData("ws", "127.0.0.1")]
    public Task A_stranger_reaches_nobody_outside(string transport, string source) => trunk.RunAsync(async () =>
    {
        int port = Ports.Sip();
        string gateway = $"127.0.0.2:{port}", me = trunk.Tandem.Sip.ToString();
        using UdpClient udp = new(new IPEndPoint(Trunk.Carrier, port));
        using TcpListener tcp = new(Trunk.Carrier, port);
        tcp.Start();
        await trunk.ConfigureAsync(Trunk.Acme with { InboundUser = "trunkuser" }, [$"sip:{gateway}", $"sip:{gateway};transport=tcp"], session =>
        {
            UserStore.Save(session, User.WithPassword("trunkuser", "", "tandem", "long-secret-9"), DateTimeOffset.UtcNow);
            DidStore.Save(session, new Did(Trunk.Did, false, null, ExtensionKind.Menu, "main"), DateTimeOffset.UtcNow);
        });
        await using Stranger stranger = await Stranger.ConnectAsync(trunk.Tandem, transport, IPAddress.Parse(source));
        int sent = 0;
        foreach (string method in s_methods)
        {
            foreach ((string uri, string from) in s_targets) await SendAsync(method, uri, from, "Subject: x");
            foreach (string trick in s_tricks) await SendAsync(method, s_targets[0].Uri, s_targets[0].From, trick);
        }
        // The last question is one that is answered, so all before it have been dealt with.
        await stranger.AnsweredAsync(sent);
        Assert.Empty(await trunk.Database.QueryAsync("SELECT * FROM call_legs WHERE direction = 'out'"));
        Assert.Equal(0, udp.Available);
        Assert.False(tcp.Pending());
        Assert.DoesNotContain("INVITE to ", Outgoing(trunk.Tandem.Log), StringComparison.Ordinal);

        Task SendAsync(string method, string uri, string from, string lines)
        {
            string text = $"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/{stranger.Via} {source}:{stranger.Port};branch=z9hG4bK{transport}{source}{++sent};rport\r\nMax-Forwards: 70\r\n"
                + $"From: {from};tag=s{sent}\r\nTo: <sip:{Called}@ME>\r\nCall-ID: toll-{transport}-{source}-{sent}\r\nCSeq: 1 {method}\r\n"
                + $"Contact: <sip:1001@{source}:{stranger.Port}>\r\n{lines}\r\n{Body(method)}";
            return stranger.SendAsync(text.Replace("GATEWAY", gateway, StringComparison.Ordinal).Replace("ME", me, StringComparison.Ordinal));
        }
    });

    private static string Body(string method)
    {
        const string sdp = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n";
        return method == "INVITE" ? $"Content-Type: application/sdp\r\nContent-Length: {sdp.Length}\r\n\r\n{sdp}" : "Content-Length: 0\r\n\r\n";
    }

    /// <summary>The log's lines about INVITEs that the appliance sent.</summary>
    private static string Outgoing(string log) =>
        string.Join('\n', log.Split('\n').Where(line => line.Contains(": INVITE to ", StringComparison.Ordinal)));

    /// <summary>Somebody with a socket.</summary>
    private sealed class Stranger : IAsyncDisposable
    {
        private readonly UdpClient? _udp;
        private readonly TcpClient? _tcp;
        private readonly Stream? _stream;
        private readonly ClientWebSocket? _socket;
        private readonly CancellationTokenSource _stop = new();
        private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Task _reading = Task.CompletedTask;

        private Stranger(UdpClient? udp, TcpClient? tcp, Stream? stream, ClientWebSocket? socket, string via)
        {
            (_udp, _tcp, _stream, _socket, Via) = (udp, tcp, stream, socket, via);
            Port = ((udp?.Client ?? tcp?.Client)?.LocalEndPoint as IPEndPoint)?.Port ?? 5060;
        }

        public string Via { get; }

        public int Port { get; }

        public static async Task<Stranger> ConnectAsync(TandemProcess tandem, string transport, IPAddress source)
        {
            Stranger stranger;
            if (transport == "udp")
            {
                var udp = new UdpClient(new IPEndPoint(source, 0));
                udp.Connect(tandem.Sip);
                stranger = new Stranger(udp, null, null, null, "UDP");
            }
            else if (transport == "ws")
            {
                var socket = new ClientWebSocket();
                socket.Options.AddSubProtocol("sip");
                await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{tandem.WebPort}/ws"), CancellationToken.None);
                stranger = new Stranger(null, null, null, socket, "WS");
            }
            else
            {
                var tcp = new TcpClient(new IPEndPoint(source, 0));
                await tcp.ConnectAsync(IPAddress.Loopback, transport == "tls" ? tandem.TlsPort : tandem.SipPort);
                Stream stream = tcp.GetStream();
                if (transport == "tls")
                {
#pragma warning disable CA5359 // a certificate of the appliance's own making
                    var tls = new SslStream(stream, false, (_, _, _, _) => true);
#pragma warning restore CA5359
                    await tls.AuthenticateAsClientAsync("tandem");
                    stream = tls;
                }
                stranger = new Stranger(null, tcp, stream, null, transport == "tls" ? "TLS" : "TCP");
            }
            stranger._reading = stranger.ReadAsync();
            return stranger;
        }

        public async Task SendAsync(string message)
        {
            try
            {
                await WriteAsync(Encoding.UTF8.GetBytes(message));
            }
            catch (Exception e) when (e is IOException or SocketException or WebSocketException)
            {
                // Thrown out: nothing that follows reaches anybody.
            }
        }

        private async Task WriteAsync(byte[] bytes)
        {
            if (_udp is not null)
            {
                await _udp.SendAsync(bytes);
                await Task.Delay(1);    // a socket buffer holds some hundreds of them
            }
            else if (_stream is not null) await _stream.WriteAsync(bytes);
            else await _socket!.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }

        /// <summary>Asks until an answer to this very question comes.</summary>
        public async Task AnsweredAsync(int number)
        {
            for (int tries = 0; tries < 60 && !_answered.Task.IsCompleted; tries++)
            {
                await SendAsync($"OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/{Via} 127.0.0.1:{Port};branch=z9hG4bKlast{number}{tries};rport\r\nMax-Forwards: 70\r\n"
                    + $"From: <sip:x@x>;tag=1\r\nTo: <sip:x@x>\r\nCall-ID: the-last-{number}\r\nCSeq: {tries + 1} OPTIONS\r\nContent-Length: 0\r\n\r\n");
                await Task.WhenAny(_answered.Task, Task.Delay(500));
            }
            Assert.True(_answered.Task.IsCompleted || _reading.IsCompleted, "no answer any more, and the connection is open");
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            _udp?.Dispose();
            _tcp?.Dispose();
            _socket?.Dispose();
            await Task.WhenAny(_reading, Task.Delay(5000));
            _stop.Dispose();
        }

        private async Task ReadAsync()
        {
            var all = new StringBuilder();
            byte[] buffer = new byte[65536];
            try
            {
                while (!_stop.IsCancellationRequested)
                {
                    int length = _udp is not null ? await _udp.Client.ReceiveAsync(buffer, SocketFlags.None, _stop.Token)
                        : _stream is not null ? await _stream.ReadAsync(buffer, _stop.Token)
                        : (await _socket!.ReceiveAsync(buffer, _stop.Token)).Count;
                    if (length == 0) return;
                    all.Append(Encoding.UTF8.GetString(buffer, 0, length));
                    if (all.ToString().Contains("the-last-", StringComparison.Ordinal)) _answered.TrySetResult();
                    if (all.Length > 200_000) all.Remove(0, all.Length - 1000);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or WebSocketException or ObjectDisposedException)
            {
                // The other side has had enough, or the test is over.
            }
        }
    }
}
