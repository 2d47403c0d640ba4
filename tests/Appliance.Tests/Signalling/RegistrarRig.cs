using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Sip.Core.Messages;
using Sip.Core.Registration;
using Tandem.Net;
using Tandem.Signalling;
using Tandem.Storage;

namespace Tandem.Tests.Signalling;

/// <summary>A user agent with registrar and authenticator on a clock of its own; requests go in as text, answers come out as
/// text.</summary>
internal sealed class RegistrarRig
{
    public const string Realm = "tandem";

    private readonly StubPort _port = new();
    private readonly StubChannel _channel = new();
    private readonly SipMessage _message = new();
    private int _branch;

    public RegistrarRig()
    {
        Agent = new UserAgent(_port, new UserAgentOptions(), NullLogger.Instance);
        Registrar = new Registrar(Agent, new RegistrarOptions
        {
            Limits = new BindingLimits(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(3600)),
            Save = (user, bindings) => Saved[user] = bindings,
            KeepAlive = flow => KeptAlive.Add(flow.Remote),
            StopKeepAlive = flow => KeptAlive.Remove(flow.Remote),
            Clock = new StubClock(_port),
        }, NullLogger.Instance);
        Authenticator = new RequestAuthenticator(Realm, name => Users.GetValueOrDefault(name), () => _port.Time, NullLogger.Instance);
        Agent.Admit = Authenticator.Admit;
        Agent.IncomingInvite = session => Invited.Add(session.User ?? "");
        foreach (string name in (string[])["1001", "1002"]) Users[name] = User.WithPassword(name, "", Realm, "pw" + name);
    }

    public UserAgent Agent { get; }
    public Registrar Registrar { get; }
    public RequestAuthenticator Authenticator { get; }
    public Dictionary<string, User> Users { get; } = [];
    public Dictionary<string, IReadOnlyList<StoredBinding>> Saved { get; } = [];
    public HashSet<IPEndPoint> KeptAlive { get; } = [];
    public List<string> Invited { get; } = [];
    public TimeSpan Now => _port.Time;
    public DateTimeOffset Today => DateTimeOffset.UnixEpoch + _port.Time;

    public SipFlow Flow(string remote = "192.0.2.7:5060", SipTransport transport = SipTransport.Udp) =>
        new(transport, IPEndPoint.Parse("192.0.2.1:5060"), IPEndPoint.Parse(remote), transport == SipTransport.Udp ? _channel
            : new StubChannel());

    public void Pass(double seconds)
    {
        TimeSpan until = _port.Time + TimeSpan.FromSeconds(seconds);
        while (_port.Alarm <= until)
        {
            _port.Time = _port.Alarm;
            _port.Alarm = TimeSpan.MaxValue;
            _port.Woken!();
        }
        _port.Time = until;
    }

    /// <summary>Sends a request; the final answer if it came at once, else "".</summary>
    public string Send(SipFlow flow, string method = "REGISTER", string user = "1001", string headers = "", string? to = null,
        int cseq = 1, string callId = "call1",
        string agent = "test")
    {
        int before = _port.Sent.Count;
        string text = $"{method} sip:{(method == "REGISTER" ? "" : "9999@")}192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK{++_branch}\r\n" +
            $"From: <sip:{user}@192.0.2.1>;tag=f{_branch}\r\nTo: <sip:{to ?? user}@192.0.2.1>\r\nCall-ID: {callId}\r\nCSeq: {cseq} {method}\r\nMax-Forwards: 70\r\n" +
            $"User-Agent: {agent}\r\n" + (method == "INVITE" ? "Contact: <sip:x@192.0.2.7>\r\n" : "") + headers +
                "Content-Length: 0\r\n\r\n";
        if (_message.Parse(Encoding.UTF8.GetBytes(text)) != SipParseError.None) throw new ArgumentException(text);
        _port.Received!(_message, flow);
        return Answers(before);
    }

    /// <summary>Final answers sent since there were that many.</summary>
    public string Answers(int since) =>
        string.Concat(_port.Sent.Skip(since).Where(text => !text.StartsWith("SIP/2.0 1", StringComparison.Ordinal)));

    public int SentCount => _port.Sent.Count;

    /// <summary>Requests of ours, and what they went over.</summary>
    public IEnumerable<(string Text, SipFlow Flow)> Requests =>
        _port.Sent.Zip(_port.SentOver).Where(sent => !sent.First.StartsWith("SIP/2.0", StringComparison.Ordinal));

    /// <summary>A message as it is.</summary>
    public void Receive(SipFlow flow, string text)
    {
        if (_message.Parse(Encoding.UTF8.GetBytes(text)) != SipParseError.None) throw new ArgumentException(text);
        _port.Received!(_message, flow);
    }

    /// <summary>The credentials that a client with that password sends to the challenge in <paramref name="answer"/>.</summary>
    public static string Credentials(string answer, string user = "1001", string? password = null, string method = "REGISTER",
        string algorithm = "MD5", int nc = 1)
    {
        string line = answer.Split("\r\n").First(text => text.Contains("-Authenticate:", StringComparison.Ordinal)
            && text.Contains($"algorithm={algorithm},", StringComparison.Ordinal));
        string nonce = line.Split("nonce=\"")[1].Split('"')[0], count = nc.ToString("x8", null);
        string ha1 = Hash($"{user}:{Realm}:{password ?? "pw" + user}"), ha2 = Hash($"{method}:sip:x");
        string header = line.StartsWith("WWW", StringComparison.Ordinal) ? "Authorization" : "Proxy-Authorization";
        return $"{header}: Digest username=\"{user}\", realm=\"{Realm}\", nonce=\"{nonce}\", uri=\"sip:x\", response=\"{Hash($"{ha1}:{nonce}:{count}:c:auth:{ha2}")}\", " +
            $"cnonce=\"c\", qop=auth, nc={count}, algorithm={algorithm}\r\n";

        string Hash(string text) => Convert.ToHexStringLower(algorithm == "MD5"
#pragma warning disable CA5351 // what phones send
            ? MD5.HashData(Encoding.UTF8.GetBytes(text))
#pragma warning restore CA5351
            : SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>REGISTER, challenge, REGISTER with credentials; the second answer.</summary>
    public string Register(SipFlow flow, string headers, string user = "1001", int cseq = 1, string callId = "call1")
    {
        string challenge = Send(flow, user: user, headers: headers, cseq: cseq, callId: callId);
        return Send(flow, user: user, headers: Credentials(challenge, user) + headers, cseq: cseq + 1, callId: callId);
    }

    public void Close(SipFlow flow)
    {
        flow.Channel.Close("test");
        _port.FlowClosed!(flow);
    }

    private sealed class StubClock(StubPort port) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + port.Time;
    }

    private sealed class StubChannel : SipChannel
    {
        private bool _open = true;
        public override bool IsOpen => _open;
        public override bool Send(SipFlow flow, ReadOnlySpan<byte> message) => true;
        public override void Close(string reason) => _open = false;
    }

    private sealed class StubPort : SignallingPort
    {
        private readonly StubChannel _udp = new();
        public TimeSpan Time { get; set; } = TimeSpan.FromSeconds(1000);
        public TimeSpan Alarm { get; set; } = TimeSpan.MaxValue;
        public List<string> Sent { get; } = [];
        public List<SipFlow> SentOver { get; } = [];
        public override int Shard => 0;
        public override TimeSpan Now => Time;
        public override void WakeAt(TimeSpan at) => Alarm = at;
        public override void Post(Action<object?> callback, object? state) => callback(state);

        public override bool Send(SipFlow flow, ReadOnlySpan<byte> message)
        {
            Sent.Add(Encoding.UTF8.GetString(message));
            SentOver.Add(flow);
            return true;
        }

        public override SipFlow? Open(SipTransport transport, IPEndPoint remote, string? name) =>
            transport == SipTransport.Udp ? new SipFlow(transport, IPEndPoint.Parse("192.0.2.1:5060"), remote, _udp) : null;

        public override (string Host, int Port) Advertised(SipFlow flow) => ("192.0.2.1", 5060);
        public override bool IsOwn(IPAddress address, int port) => false;
        public override HostNames Dns { get; } = new global::Appliance.Tests.Signalling.VirtualNames([]);
    }
}
