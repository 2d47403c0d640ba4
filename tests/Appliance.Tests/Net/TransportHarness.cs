using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Sip.Core.Messages;
using Tandem.Defence;
using Tandem.Net;
using Tandem.Signalling;

namespace Appliance.Tests.Net;

/// <summary>Transports on a shard of their own, on loopback with ports of the kernel's choice, and what they saw as events to await.</summary>
internal sealed class TransportHarness : IAsyncDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("tandem-test-").FullName;

    public TransportHarness(Func<SipListenOptions, SipListenOptions>? change = null, SipGate? gate = null)
    {
        var options = new SipListenOptions
        {
            Addresses = [IPAddress.Loopback],
            UdpPort = 0,
            TcpPort = 0,
            TlsPort = -1,
            CertificateFolder = _folder,
        };
        Options = change is null ? options : change(options);
        Shard.Start();
        Transports = new SipTransports(Shard, Options, NullLogger.Instance)
        {
            Received = (message, flow) => Messages.Writer.TryWrite(new Seen(Encoding.UTF8.GetString(message.Bytes), flow, SipParseError.None, Shard.IsCurrent)),
            Malformed = (error, message, flow) => Messages.Writer.TryWrite(new Seen("", flow, error, Shard.IsCurrent)),
            FlowClosed = flow => Closed.Writer.TryWrite(flow),
            Gate = gate,
        };
        Transports.Start();
    }

    public SipListenOptions Options { get; }

    public SignallingShard Shard { get; } = new(NullLogger.Instance);

    public SipTransports Transports { get; }

    public Channel<Seen> Messages { get; } = Channel.CreateUnbounded<Seen>();

    public Channel<SipFlow> Closed { get; } = Channel.CreateUnbounded<SipFlow>();

    public string Folder => _folder;

    public static byte[] Request(string callId, string body = "") => Encoding.UTF8.GetBytes(
        $"OPTIONS sip:a@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK{callId}\r\nFrom: <sip:b@127.0.0.1>;tag=1\r\n" +
        $"To: <sip:a@127.0.0.1>\r\nCall-ID: {callId}\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    public IPEndPoint Listener(SipTransport transport, AddressFamily family = AddressFamily.InterNetwork)
    {
        IPEndPoint bound = Transports.Listening.First(l => l.Transport == transport && l.Address.AddressFamily == family).Address;
        if (bound.Address.Equals(IPAddress.Any)) return new IPEndPoint(IPAddress.Loopback, bound.Port);
        return bound.Address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.IPv6Loopback, bound.Port) : bound;
    }

    public async Task<Seen> NextAsync() => await Messages.Reader.ReadAsync().AsTask().WaitAsync(Limit);

    public async Task<SipFlow> NextClosedAsync() => await Closed.Reader.ReadAsync().AsTask().WaitAsync(Limit);

    public Task<T> OnShard<T>(Func<T> function) => Shard.InvokeAsync(function).WaitAsync(Limit);

    public Task<bool> SendAsync(SipFlow flow, byte[] bytes) => OnShard(() => Transports.Send(flow, bytes));

    public async ValueTask DisposeAsync()
    {
        await Task.Run(Transports.Dispose);
        Shard.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    internal sealed record Seen(string Text, SipFlow Flow, SipParseError Error, bool OnShard);
}
