using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using Tandem.Signalling;

namespace Tandem.Net;

/// <summary>The TCP and TLS connections of one shard: limits, and which of them leads to whom. Shard thread only.</summary>
internal sealed partial class SipConnections(SipTransports owner, SignallingShard shard, SipListenOptions options, ILogger logger)
{
    private const SslProtocols Versions = SslProtocols.Tls12 | SslProtocols.Tls13;

    private readonly ConnectionLimits _limits = new(options.MaxConnections, options.MaxConnectionsPerSource);
    private readonly HashSet<StreamChannel> _all = [];
    private readonly Dictionary<(SipTransport Transport, IPEndPoint Remote, string TlsName), StreamChannel> _byRemote = [];

    public int Count => _all.Count;

    public void Accepted(SipTransport transport, Socket socket)
    {
        if (!TryEndPoints(socket, out IPEndPoint? local, out IPEndPoint? remote))
        {
            socket.Dispose();    // gone already
            return;
        }

        if (!owner.AdmitsConnection(remote!.Address) || !_limits.TryEnter(remote.Address))
        {
            owner.Counters.Refused();
            LogRefused(logger, transport, remote);
            socket.LingerState = new LingerOption(true, 0);    // a reset leaves no TIME_WAIT behind
            socket.Dispose();
            return;
        }

        owner.Counters.Accepted();
        SslServerAuthenticationOptions? tls = transport == SipTransport.Tls ? owner.Certificates.Current : null;
        StreamChannel channel = Add(transport, local!, remote, isOutgoing: false, tlsName: "");
        _ = channel.RunAsync(stop => StreamWire.AcceptAsync(socket, tls, shard.Scheduler, stop));
    }

    public SipFlow? Open(SipTransport transport, IPEndPoint remote, string? tlsName)
    {
        string name = transport == SipTransport.Tls ? tlsName ?? "" : "";
        if (_byRemote.TryGetValue((transport, remote, name), out StreamChannel? known)) return known.Flow;
        if (remote.Port == 0 || !_limits.TryEnterOutgoing()) return null;
        owner.Counters.Opened();
        IPAddress any = remote.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;
        StreamChannel channel = Add(transport, new IPEndPoint(any, 0), remote, isOutgoing: true, name);
        SslClientAuthenticationOptions? tls = transport == SipTransport.Tls ? ClientOptions(tlsName ?? remote.Address.ToString()) : null;
        _ = channel.RunAsync(stop =>
            StreamWire.ConnectAsync(new Socket(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp), remote, tls, shard.Scheduler, stop));
        return channel.Flow;
    }

    public void Forget(StreamChannel channel)
    {
        if (!_all.Remove(channel)) return;
        owner.Counters.Closed();
        if (channel.IsOutgoing) _limits.LeaveOutgoing();
        else _limits.Leave(channel.Flow.Remote.Address);
        var key = (channel.Flow.Transport, channel.Flow.Remote, channel.TlsName);
        if (_byRemote.TryGetValue(key, out StreamChannel? current) && current == channel) _byRemote.Remove(key);
    }

    public void CloseAll()
    {
        foreach (StreamChannel channel in (StreamChannel[])[.. _all]) channel.Close("the appliance stops");
    }

    private StreamChannel Add(SipTransport transport, IPEndPoint local, IPEndPoint remote, bool isOutgoing, string tlsName)
    {
        var channel = new StreamChannel(owner, shard, options, logger, transport, local, remote, isOutgoing, tlsName);
        _all.Add(channel);
        _byRemote[(transport, remote, tlsName)] = channel;
        return channel;
    }

    private SslClientAuthenticationOptions ClientOptions(string name)
    {
        var tls = new SslClientAuthenticationOptions { TargetHost = name, EnabledSslProtocols = Versions, AllowRenegotiation = false };
#pragma warning disable CA5359 // only where the operator has switched verification off
        if (!options.VerifyOutgoingTls) tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        return tls;
    }

    private static bool TryEndPoints(Socket socket, out IPEndPoint? local, out IPEndPoint? remote)
    {
        local = remote = null;
        try
        {
            local = socket.LocalEndPoint as IPEndPoint;
            remote = socket.RemoteEndPoint as IPEndPoint;
        }
        catch (SocketException)
        {
        }

        return local is not null && remote is not null;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Refused a {Transport} connection from {Remote}: too many, too fast or banned")]
    private static partial void LogRefused(ILogger logger, SipTransport transport, IPEndPoint remote);
}
