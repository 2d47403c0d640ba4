using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Sip.Core.Messages;
using Tandem.Defence;
using Tandem.Net.Interop;
using Tandem.Signalling;

namespace Tandem.Net;

/// <summary>Every way in and out for SIP on one shard: UDP, TCP and TLS listeners, connections, flows.</summary>
/// <remarks>Callbacks come on the shard's thread, and members are called there, except where they say otherwise.</remarks>
public sealed partial class SipTransports : IDisposable
{
    private static readonly TimeSpan s_releaseLimit = TimeSpan.FromSeconds(5), s_sieveDelay = TimeSpan.FromMilliseconds(500);

    private readonly SignallingShard _shard;
    private readonly SipListenOptions _options;
    private readonly ILogger _logger;
    private readonly AdvertisedAddresses _advertised;
    private readonly SipMessage _message = new();
    private readonly SipConnections _connections;
    private readonly UdpReceiveBatch _received = new();
    private readonly UdpErrors _errors = new();
    private readonly UdpFlowCache _flows;
    private readonly UdpKeepAlives _keepAlives;
    private readonly List<UdpListener> _udp = [];
    private readonly List<StreamListener> _streams = [];
    private ListenEndPoint[] _listening = [];
    private readonly SourceSieve _sieve = new();
    private bool _disposed, _sieveDue;

    public SipTransports(SignallingShard shard, SipListenOptions options, ILogger logger)
    {
        _shard = shard;
        _options = options;
        _logger = logger;
        _advertised = new AdvertisedAddresses(options.ExternalAddresses, options.LocalNetworks);
        _flows = new UdpFlowCache(options.CachedFlows);
        _keepAlives = new UdpKeepAlives(shard, options.KeepAliveInterval);
        _connections = new SipConnections(this, shard, options, logger);
        Certificates = new TlsCertificates(options, logger);
        WebSockets = new SipWebSockets(this, shard, logger);
    }

    /// <summary>A message that parsed. The message is a scratch object, valid during the call only; to keep it, parse its
    /// <see cref="SipMessage.Bytes"/> into one of your own.</summary>
    public Action<SipMessage, SipFlow>? Received { get; set; }

    /// <summary>Bytes that did not parse, as far as they could be read, with the reason: answer what deserves it
    /// (<see cref="SipParseErrors.StatusOf"/> and <see cref="SipMessage.RejectStatus"/>). Scratch, as above.</summary>
    public Action<SipParseError, SipMessage, SipFlow>? Malformed { get; set; }

    /// <summary>A connection that was open is not any more, or one that was being opened failed. Posted: never within a call of ours.</summary>
    public Action<SipFlow>? FlowClosed { get; set; }

    /// <summary>A datagram of ours did not arrive, as ICMP says. Anybody may send such a message: what it quotes has to be known as ours.</summary>
    internal UndeliveredHandler? Undelivered { get; set; }

    /// <summary>The way in for WebSockets (RFC 7118), which a web server accepts.</summary>
    public SipWebSockets WebSockets { get; }

    /// <summary>Says what may come in; null: everything. Set before <see cref="Start"/>.</summary>
    internal SipGate? Gate { get; set; }

    /// <summary>What SIP over TLS shows; HTTPS may share it. Any thread.</summary>
    public TlsCertificates Certificates { get; }

    /// <summary>What is bound, with the real ports. Any thread, after <see cref="Start"/>.</summary>
    public IReadOnlyList<ListenEndPoint> Listening => _listening;

    /// <summary>Any thread.</summary>
    public SipTransportCounters Counters { get; } = new();

    /// <summary>Open connections, and those being opened.</summary>
    public int Connections => _connections.Count + WebSockets.Count;

    /// <summary>Binds everything and begins to listen. Set the callbacks before. Any thread, once.</summary>
    /// <exception cref="IOException">An address or port cannot be had; the message says which and why.</exception>
    public void Start()
    {
        BindUdp();
        BindStreams(SipTransport.Tcp, _options.TcpPort);
        if (_options.TlsPort >= 0 && BindStreams(SipTransport.Tls, _options.TlsPort)) _ = Certificates.Current;
        foreach (ListenEndPoint endPoint in _listening) LogListening(_logger, endPoint);
        _shard.Post(() =>
        {
            if (_disposed) return;
            foreach (UdpListener listener in _udp) listener.Attach();
            foreach (StreamListener listener in _streams) _shard.Run(() => listener.RunAsync(this, _shard, _logger));
            if (!_udp.Exists(listener => listener.IsSieved)) return;
            Gate!.Met = SieveLater;
            Sieve();
        });
    }

    /// <summary>A place where SIP comes in by way of somebody else: a web server's WebSocket. Any thread, not two at a time.</summary>
    public void AddListening(ListenEndPoint endPoint) => _listening = [.. _listening, endPoint];

    /// <summary>A flow for requests of ours: over UDP from the listener that routing would use; over TCP and TLS an open connection to that
    /// address, else a new one that connects in the background while messages queue.</summary>
    /// <param name="transport">UDP, TCP or TLS; a WebSocket is opened by the client only.</param>
    /// <param name="remote">Where to.</param>
    /// <param name="tlsName">Name that the certificate of a TLS peer must have; null: its address.</param>
    /// <returns>Null: no listener of that family, no route, or too many connections.</returns>
    public SipFlow? Open(SipTransport transport, IPEndPoint remote, string? tlsName = null) => _disposed ? null : transport switch
    {
        SipTransport.Udp => OpenUdp(remote),
        SipTransport.Tcp or SipTransport.Tls => _connections.Open(transport, remote, tlsName),
        _ => null,
    };

    /// <summary>Queues one message to the peer, over the connection that it came back over if it did; copies it, never waits.</summary>
    /// <returns>False: the flow is gone, or its queue is full and it was closed.</returns>
    public bool Send(SipFlow flow, ReadOnlySpan<byte> message)
    {
        if (_disposed) return false;
        SipFlow current = flow.Current;
        return current.Channel.Send(current, message);
    }

    /// <summary>Keeps the NAT's hole to a UDP peer open with a CRLFCRLF every 30 s until <see cref="StopKeepAlive"/>. Harmless twice.
    /// Connections need none from us: the kernel probes them.</summary>
    public void KeepAlive(SipFlow flow)
    {
        if (!flow.IsReliable && !_disposed) _keepAlives.Add(flow);
    }

    public void StopKeepAlive(SipFlow flow) => _keepAlives.Remove(flow);

    /// <summary>The address and port of ours that the peer can reach; IPv6 in brackets, as URIs write it.</summary>
    public (string Host, int Port) Advertised(SipFlow flow)
    {
        if (flow.Advertised is { } known) return known;
        IPAddress address = AdvertisedAddress(flow);
        string host = address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
        (string, int) advertised = (host, AdvertisedPort(flow));
        if (flow.Local.Port != 0) flow.Advertised = advertised;    // not while a connection is still being made
        return advertised;
    }

    /// <summary>The address of ours that the peer can reach, as SDP needs it.</summary>
    public IPAddress AdvertisedAddress(SipFlow flow) => _advertised.For(flow.Remote.Address, flow.Local.Address);

    /// <summary>True where the peer reaches us without NAT between.</summary>
    public bool IsLocal(IPAddress remote) => _advertised.IsLocal(remote);

    /// <summary>Hands in one whole message that came over a flow.</summary>
    /// <returns>False: it did not parse; <see cref="Malformed"/> was told.</returns>
    public bool Deliver(SipFlow flow, ReadOnlySpan<byte> bytes)
    {
        if (flow.IsReliable && Gate is { } gate && !gate.AdmitsMessage(flow, bytes, _shard.Now))
        {
            flow.Channel.Close("its source is banned or too fast");
            return true;
        }

        SipParseError error = _message.Parse(bytes);
        if (error == SipParseError.None)
        {
            Counters.Received();
            if (_message.IsRequest && Gate?.AdmitsRequest(_message, flow, _shard.Now) == false) return true;
            Received?.Invoke(_message, flow);
            return true;
        }

        Counters.Malformed();
        Malformed?.Invoke(error, _message, flow);
        return false;
    }

    /// <summary>Tells of the end of a flow, later.</summary>
    internal void Closed(SipFlow flow) => _shard.Post(static state =>
    {
        var (self, ended) = ((SipTransports, SipFlow))state!;
        self.FlowClosed?.Invoke(ended);
    }, (this, flow));

    /// <summary>Closes everything. Any thread; waits for the shard to let go, so not from a thread that it waits for.</summary>
    public void Dispose()
    {
        if (_shard.IsCurrent || !_shard.IsRunning) Release();
        else _shard.InvokeAsync(() => { Release(); return true; }).Wait(s_releaseLimit);
    }

    /// <summary>One datagram. Shard thread.</summary>
    internal void Take(UdpListener listener, ReadOnlySpan<byte> bytes, in NativeSocketAddress remote, in NativeSocketAddress local, int interfaceIndex)
    {
        if (UdpKeepAlives.IsKeepAlive(bytes))
        {
            Counters.KeepAlive();
            return;
        }

        if (Gate is { } gate && !gate.AdmitsDatagram(remote, bytes.TrimStart("\r\n"u8), _shard.Now)) return;
        SipFlow flow = UdpFlow(listener, remote, local, interfaceIndex);
        Deliver(flow, bytes.TrimStart("\r\n"u8));
    }

    internal void DeliverMalformed(SipFlow flow, SipParseError error, ReadOnlySpan<byte> header)
    {
        Counters.Malformed();
        _ = _message.Parse(header);
        Malformed?.Invoke(error, _message, flow);
    }

    /// <summary>Whether that peer may open a connection now.</summary>
    internal bool AdmitsConnection(IPAddress remote) => Gate?.AdmitsConnection(remote, _shard.Now) != false;

    internal void Accepted(SipTransport transport, Socket socket) => _connections.Accepted(transport, socket);

    internal void Forget(StreamChannel channel)
    {
        _connections.Forget(channel);
        Closed(channel.Flow);
    }

    /// <summary>Programs are made anew now and then, not for every phone that appears.</summary>
    private void SieveLater()
    {
        if (_sieveDue) return;
        _sieveDue = true;
        _shard.Schedule(s_sieveDelay, Sieve);
    }

    private void Sieve()
    {
        _sieveDue = false;
        if (_disposed || !_sieve.Set(Gate!.Known(_shard.Now))) return;
        foreach (UdpListener listener in _udp) listener.Sieve(_sieve);
    }

    private SipFlow UdpFlow(UdpListener listener, in NativeSocketAddress remote, in NativeSocketAddress local, int interfaceIndex)
    {
        if (_flows.Find(listener, remote, local) is { } known) return known;
        var ours = new IPEndPoint(local.IsEmpty ? listener.Address.Address : local.ToAddress(), listener.Address.Port);
        var flow = new SipFlow(SipTransport.Udp, ours, remote.ToEndPoint(), listener.Channel)
        {
            NativeRemote = remote,
            NativeLocal = listener.IsWildcard ? local : default,
            InterfaceIndex = ours.Address.IsIPv6LinkLocal ? interfaceIndex : 0,
        };
        _flows.Add(listener, remote, local, flow);
        return flow;
    }

    private SipFlow? OpenUdp(IPEndPoint remote)
    {
        if (remote.Port == 0) return null;
        NativeSocketAddress target = NativeSocketAddress.From(remote);
        IPAddress family = target.IsIpv6 ? IPAddress.IPv6Any : IPAddress.Any;
        IPAddress? route = AdvertisedAddresses.RouteTo(remote.Address);
        UdpListener? best = null;
        foreach (UdpListener listener in _udp)
        {
            if (listener.Address.AddressFamily != family.AddressFamily) continue;
            if (best is null || listener.Address.Address.Equals(route)) best = listener;
        }

        if (best is null || (best.IsWildcard && route is null)) return null;
        NativeSocketAddress local = NativeSocketAddress.From(best.IsWildcard ? route! : best.Address.Address, 0);
        return UdpFlow(best, target, local, interfaceIndex: 0);
    }

    private int AdvertisedPort(SipFlow flow)
    {
        ListenEndPoint? sameFamily = null;
        foreach (ListenEndPoint endPoint in _listening)
        {
            if (endPoint.Transport != flow.Transport || endPoint.Address.AddressFamily != flow.Remote.AddressFamily) continue;
            if (endPoint.Address.Port == flow.Local.Port) return flow.Local.Port;
            sameFamily ??= endPoint;
        }

        return sameFamily?.Address.Port ?? flow.Local.Port;
    }

    private void BindUdp()
    {
        int port = _options.UdpPort;
        if (port < 0) return;
        foreach (IPAddress address in _options.Addresses)
        {
            UdpListener? listener = UdpListener.Bind(this, _shard, _received, _errors, address, port, Gate?.IsEnabled == true, out int error);
            if (listener is null && IsMissingFamily(address, error)) continue;
            if (listener is null) throw CannotListen(SipTransport.Udp, address, port, Describe(error));
            _udp.Add(listener);
            AddListening(new ListenEndPoint(SipTransport.Udp, listener.Address));
            if (port == 0) port = listener.Address.Port;    // one port for all addresses
        }
    }

    private bool BindStreams(SipTransport transport, int port)
    {
        if (port < 0) return false;
        bool any = false;
        foreach (IPAddress address in _options.Addresses)
        {
            try
            {
                var listener = StreamListener.Bind(transport, address, port);
                _streams.Add(listener);
                AddListening(new ListenEndPoint(transport, listener.Address));
                if (port == 0) port = listener.Address.Port;
                any = true;
            }
            catch (SocketException e) when (!IsMissingFamily(address, e.NativeErrorCode))
            {
                throw CannotListen(transport, address, port, e.Message);
            }
            catch (SocketException e)
            {
                LogSkipped(_logger, transport, address, e.Message);
            }
        }

        return any;
    }

    /// <summary>A host without IPv6 serves IPv4 and says so.</summary>
    private static bool IsMissingFamily(IPAddress address, int errno) =>
        address.Equals(IPAddress.IPv6Any) && errno is Errno.FamilyNotSupported or Errno.AddressNotAvailable;

    private static string Describe(int errno) => new System.ComponentModel.Win32Exception(errno).Message;

    private IOException CannotListen(SipTransport transport, IPAddress address, int port, string why)
    {
        Release();
        return new IOException($"cannot listen for SIP on {transport} {new IPEndPoint(address, port)}: {why}");
    }

    private void Release()
    {
        if (_disposed) return;
        _disposed = true;
        _keepAlives.Clear();
        foreach (StreamListener listener in _streams) listener.Dispose();
        _connections.CloseAll();
        WebSockets.CloseAll();
        Certificates.Dispose();
        foreach (UdpListener listener in _udp)
        {
            listener.Flush();
            listener.Detach();
            listener.Dispose();
        }

        _received.Dispose();
        _errors.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "SIP listens on {EndPoint}")]
    private static partial void LogListening(ILogger logger, ListenEndPoint endPoint);

    [LoggerMessage(Level = LogLevel.Warning, Message = "SIP does not listen on {Transport} {Address}: {Reason}")]
    private static partial void LogSkipped(ILogger logger, SipTransport transport, IPAddress address, string reason);
}
