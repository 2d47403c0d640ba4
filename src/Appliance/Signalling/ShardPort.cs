using System.Net;
using System.Net.NetworkInformation;
using DnsClient;
using DnsClient.Protocol;
using Microsoft.Extensions.Logging;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>The port of a user agent in life: a shard and its transports, names by DNS.</summary>
internal sealed partial class ShardPort : SignallingPort
{
    private static readonly TimeSpan _dnsTimeout = TimeSpan.FromSeconds(2);

    private readonly SignallingShard _shard;
    private readonly SipTransports _transports;
    private readonly ILogger _logger;
    private readonly ShardTimer _alarm;
    private readonly Lazy<LookupClient> _dns = new(() => new LookupClient(
        new LookupClientOptions { UseCache = true, Timeout = _dnsTimeout, Retries = 1, ThrowDnsErrors = false }));

    private readonly HashSet<IPAddress> _ownAddresses = OwnAddresses();    // asked here: it takes milliseconds, and the shard has none

    public ShardPort(SignallingShard shard, SipTransports transports, ILogger logger)
    {
        (_shard, _transports, _logger) = (shard, transports, logger);
        _alarm = shard.CreateTimer(static port => ((ShardPort)port!).Woken?.Invoke(), this);
        transports.Received = (message, flow) => Received?.Invoke(message, flow);
        transports.Malformed = (error, message, flow) => Malformed?.Invoke(error, message, flow);
        transports.FlowClosed = flow => FlowClosed?.Invoke(flow);
    }

    public override int Shard => _shard.Number;

    public override TimeSpan Now => _shard.Now;

    public override void WakeAt(TimeSpan at) => _alarm.SetAt(at);

    public override void Post(Action<object?> callback, object? state) => _shard.Post(callback, state);

    public override bool Send(SipFlow flow, ReadOnlySpan<byte> message) => _transports.Send(flow, message);

    public override SipFlow? Open(SipTransport transport, IPEndPoint remote, string? name) => _transports.Open(transport, remote, name);

    public override (string Host, int Port) Advertised(SipFlow flow) => _transports.Advertised(flow);

    public override bool IsOwn(IPAddress address, int port)
    {
        foreach (ListenEndPoint listener in _transports.Listening)
        {
            if (listener.Address.Port != port) continue;
            if (listener.Address.Address.Equals(address) || IsAny(address)) return true;
            if (IsAny(listener.Address.Address) && _ownAddresses.Contains(address)) return true;
        }
        return false;
    }

    /// <summary>Off the shard's thread from the first step: building a query may open sockets.</summary>
    public override Task<IReadOnlyList<IPAddress>> ResolveAsync(string host) => string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        ? Task.FromResult<IReadOnlyList<IPAddress>>([IPAddress.Loopback, IPAddress.IPv6Loopback])
        : Task.Run(() => QueryAsync(host));

    private async Task<IReadOnlyList<IPAddress>> QueryAsync(string host)
    {
        try
        {
            Task<IDnsQueryResponse> four = _dns.Value.QueryAsync(host, QueryType.A), six = _dns.Value.QueryAsync(host, QueryType.AAAA);
            List<IPAddress> addresses = [];
            foreach (ARecord record in (await four).Answers.ARecords()) addresses.Add(record.Address);
            foreach (AaaaRecord record in (await six).Answers.AaaaRecords()) addresses.Add(record.Address);
            return addresses;
        }
        catch (Exception e) when (e is DnsResponseException or OperationCanceledException or ArgumentException or InvalidOperationException
            or System.Net.Sockets.SocketException)
        {
            LogFailed(_logger, host, e.Message);
            return [];
        }
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static HashSet<IPAddress> OwnAddresses()
    {
        HashSet<IPAddress> addresses = [];
        foreach (NetworkInterface nic in NetworkInterface.GetAllNetworkInterfaces())
            foreach (UnicastIPAddressInformation own in nic.GetIPProperties().UnicastAddresses) addresses.Add(own.Address);
        return addresses;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The address of {Host} cannot be had: {Reason}")]
    private static partial void LogFailed(ILogger logger, string host, string reason);
}
