using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Load.Media;
using Micro.Dtls;

namespace Load.Handshakes;

/// <summary>
/// So many DTLS clients, OpenSSL's, that send their ClientHello at the same moment, once a second. Their calls are set up through ng beforehand;
/// four come from each of many addresses. Runs on a thread that stands back behind everything else on the machine.
/// </summary>
internal sealed class HandshakeStorm : IDisposable
{
    public const int PerSource = 4;

    private static readonly long s_patience = 15_000_000_000, s_interval = 1_000_000_000, s_resendAfter = 1_000_000_000;

    private readonly NgClient _ng;
    private readonly List<string> _callIds = [];
    private readonly Client[][] _storms;
    private readonly Socket[] _sockets;
    private readonly nint _context;
    private Thread? _thread;
    private volatile bool _ended;

    /// <param name="ng">The engine's; kept.</param>
    /// <param name="address">The engine's.</param>
    /// <param name="clients">Of each storm.</param>
    /// <param name="storms">How many storms there are ports for.</param>
    public HandshakeStorm(NgClient ng, IPAddress address, int clients, int storms)
    {
        _ng = ng;
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = new CertificateRequest("CN=client", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        _context = OpenSslPeer.NewContext(certificate.RawData, key.ExportECPrivateKey());
        string fingerprint = string.Join(':', Convert.ToHexString(SHA256.HashData(certificate.RawData)).Chunk(2).Select(pair => new string(pair)));
        _sockets = [.. Enumerable.Range(0, (clients + PerSource - 1) / PerSource).Select(i => Open(IPAddress.Parse(NetworkLab.Source(1, i))))];
        _storms = [.. Enumerable.Range(0, storms).Select(storm => Enumerable.Range(0, clients).Select(i => SetUp(address, fingerprint, $"{storm}-{i}", _sockets[i / PerSource])).ToArray())];
    }

    /// <summary>Handshakes that gave keys.</summary>
    public int Finished { get; private set; }

    /// <summary>Handshakes that were begun.</summary>
    public int Begun { get; private set; }

    /// <summary>From the moment of a storm to the end of each handshake of it.</summary>
    public Histogram Times { get; } = new();

    /// <summary>Begins; one storm a second until the end or until there are no more.</summary>
    public void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "storm" };
        _thread.Start();
    }

    /// <summary>Begins no further storm and returns when the last one is over.</summary>
    public void Finish()
    {
        _ended = true;
        _thread?.Join();
    }

    public void Dispose()
    {
        foreach (string id in _callIds) _ng.Delete(id);
        foreach (Socket socket in _sockets) socket.Dispose();
    }

    private static Socket Open(IPAddress address)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false, ReceiveBufferSize = 1 << 20 };
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }

    private Client SetUp(IPAddress engine, string fingerprint, string name, Socket socket)
    {
        string id = $"storm-{Environment.ProcessId}-{Native.Now()}-{name}";
        var local = (IPEndPoint)socket.LocalEndPoint!;
        string description = $"v=0\r\no=- 1 1 IN IP4 {local.Address}\r\ns=-\r\nc=IN IP4 {local.Address}\r\nt=0 0\r\nm=audio ";
        _ng.Exchange("offer", id, $"{description}{local.Port} UDP/TLS/RTP/SAVP 0\r\na=rtcp-mux\r\na=setup:active\r\na=fingerprint:sha-256 {fingerprint}\r\n",
            ("transport-protocol", "RTP/AVP"), ("ICE", "remove"), ("flags", new[] { "trust-address" }));
        string answer = _ng.Exchange("answer", id, $"{description}9 RTP/AVP 0\r\n", ("ICE", "remove"), ("flags", new[] { "trust-address" }));
        _callIds.Add(id);
        int at = answer.IndexOf("m=audio ", StringComparison.Ordinal) + 8;
        return new Client(socket, new IPEndPoint(engine, int.Parse(answer.AsSpan(at, answer.IndexOf(' ', at) - at), System.Globalization.CultureInfo.InvariantCulture)));
    }

    private void Run()
    {
        Native.StandBack();
        long next = Native.Now();
        foreach (Client[] clients in _storms)
        {
            if (_ended) return;
            Native.SleepUntil(next);
            RunOne(clients);
            next = Math.Max(next + s_interval, Native.Now());
        }
    }

    private void RunOne(Client[] clients)
    {
        Dictionary<int, Client> byPort = clients.ToDictionary(client => client.Leg.Port);
        var buffer = new byte[2048];
        foreach (Client client in clients) client.Begin(_context);    // what they say first costs time to make: all of it before the moment
        long start = Native.Now(), resendAt = start + s_resendAfter;
        foreach (Client client in clients) client.Send();
        Begun += clients.Length;
        int left = clients.Length;
        while (left > 0 && Native.Now() - start < s_patience)
        {
            List<Socket> ready = [.. _sockets];
            Socket.Select(ready, null, null, 50_000);
            foreach (Socket socket in ready)
            {
                while (socket.Available > 0)
                {
                    EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                    int length = socket.ReceiveFrom(buffer, ref from);
                    if (buffer[0] is < 20 or > 63 || !byPort.TryGetValue(((IPEndPoint)from).Port, out Client? client) || client.Done) continue;
                    if (!client.Take(buffer.AsSpan(0, length))) continue;
                    Times.Add(Native.Now() - start);
                    left--;
                }
            }
            if (Native.Now() < resendAt) continue;
            foreach (Client client in clients.Where(client => !client.Done)) client.Send();
            resendAt = Native.Now() + s_resendAfter;
        }
        Finished += clients.Length - left;
        foreach (Client client in clients) client.Dispose();
    }

    /// <summary>One of them.</summary>
    private sealed class Client(Socket socket, IPEndPoint leg) : IDisposable
    {
        private OpenSslPeer? _peer;
        private byte[] _flight = [];

        public IPEndPoint Leg => leg;

        public bool Done { get; private set; }

        public void Begin(nint context)
        {
            _peer = new OpenSslPeer(context, isServer: false);
            _flight = _peer.Step([]);
        }

        /// <summary>Sends its last flight, for the first time or again.</summary>
        public void Send()
        {
            if (_flight.Length > 0) socket.SendTo(_flight, leg);
        }

        /// <returns>True: it has just come to its end.</returns>
        public bool Take(ReadOnlySpan<byte> datagram)
        {
            byte[] answer = _peer!.Step(datagram);
            if (answer.Length > 0)
            {
                _flight = answer;
                Send();
            }
            return Done = _peer.Done;
        }

        public void Dispose() => _peer?.Dispose();
    }
}
