using System.Net;
using System.Net.NetworkInformation;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>The port of a user agent in life: a shard and its transports, names by DNS.</summary>
internal sealed class ShardPort : SignallingPort
{
    private readonly SignallingShard _shard;
    private readonly SipTransports _transports;
    private readonly ShardTimer _alarm;
    private readonly HashSet<IPAddress> _ownAddresses = OwnAddresses();    // asked here: it takes milliseconds, and the shard has none

    public ShardPort(SignallingShard shard, SipTransports transports, HostNames names)
    {
        (_shard, _transports, Dns) = (shard, transports, names);
        _alarm = shard.CreateTimer(static port => ((ShardPort)port!).Woken?.Invoke(), this);
        transports.Received = (message, flow) => Received?.Invoke(message, flow);
        transports.Malformed = (error, message, flow) => Malformed?.Invoke(error, message, flow);
        transports.FlowClosed = flow => FlowClosed?.Invoke(flow);
        transports.Undelivered = (in Net.Interop.NativeSocketAddress target, ReadOnlySpan<byte> beginning) => Undelivered?.Invoke(target, beginning);
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

    public override HostNames Dns { get; }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static HashSet<IPAddress> OwnAddresses()
    {
        HashSet<IPAddress> addresses = [];
        foreach (NetworkInterface nic in NetworkInterface.GetAllNetworkInterfaces())
            foreach (UnicastIPAddressInformation own in nic.GetIPProperties().UnicastAddresses) addresses.Add(own.Address);
        return addresses;
    }
}
