using System.Net;
using Sip.Core.Messages;
using Tandem.Net;
using Tandem.Signalling;

namespace Appliance.Tests.Signalling;

/// <summary>A user agent's port on the virtual network; it listens on one address over UDP and TCP.</summary>
internal sealed class VirtualPort : SignallingPort
{
    private readonly VirtualNetwork _network;
    private readonly VirtualChannel _udp;
    private readonly List<SipFlow> _connections = [];
    private readonly SipMessage _scratch = new();
    private long _alarm;

    public VirtualPort(VirtualNetwork network, string address, int shard = 0)
    {
        _network = network;
        Address = IPEndPoint.Parse(address);
        Shard = shard;
        _udp = new VirtualChannel(network, Address);
        network.Attach(Address, Receive);
    }

    public IPEndPoint Address { get; }

    public Dictionary<string, IReadOnlyList<IPAddress>> Names { get; } = [];

    /// <summary>SRV and NAPTR records by name.</summary>
    public Dictionary<string, IReadOnlyList<ServiceRecord>> Services { get; } = [];

    public Dictionary<string, IReadOnlyList<NamePointer>> Pointers { get; } = [];

    /// <summary>Addresses that refuse connections.</summary>
    public HashSet<IPEndPoint> Refusing { get; } = [];

    public override int Shard { get; }

    public override TimeSpan Now => _network.Now;

    public override void WakeAt(TimeSpan at)
    {
        long alarm = ++_alarm;
        if (at == TimeSpan.MaxValue) return;
        _network.At(at, () =>
        {
            if (alarm == _alarm) Woken?.Invoke();
        });
    }

    public override void Post(Action<object?> callback, object? state) => _network.At(Now, () => callback(state));

    public override bool Send(SipFlow flow, ReadOnlySpan<byte> message) => flow.Channel.Send(flow, message);

    public override SipFlow? Open(SipTransport transport, IPEndPoint remote, string? name)
    {
        if (transport == SipTransport.Udp) return new SipFlow(transport, Address, remote, _udp);
        foreach (SipFlow open in _connections)
            if (open.IsOpen && open.Transport == transport && open.Remote.Equals(remote)) return open;
        var flow = new SipFlow(transport, Address, remote, new VirtualChannel(_network, Address));
        ((VirtualChannel)flow.Channel).Flow = flow;
        _connections.Add(flow);
        if (Refusing.Contains(remote)) _network.At(Now + TimeSpan.FromMilliseconds(10), () => Break(flow));
        return flow;
    }

    public void Break(SipFlow flow)
    {
        flow.Channel.Close("test");
        FlowClosed?.Invoke(flow);
    }

    public override (string Host, int Port) Advertised(SipFlow flow) => (Address.Address.ToString(), Address.Port);

    public override bool IsOwn(IPAddress address, int port) => Address.Address.Equals(address) && Address.Port == port;

    public override HostNames Dns => VirtualDns;

    public VirtualNames VirtualDns => field ??= new VirtualNames(Names, Services, Pointers);

    private void Receive(VirtualDatagram datagram)
    {
        SipFlow flow = datagram.Connection is { } connection ? Accept(datagram.Transport, connection) : new SipFlow(SipTransport.Udp, Address, datagram.From, _udp);
        SipParseError error = _scratch.Parse(datagram.Bytes);
        if (error == SipParseError.None) Received?.Invoke(_scratch, flow);
        else Malformed?.Invoke(error, _scratch, flow);
    }

    private SipFlow Accept(SipTransport transport, VirtualChannel connection)
    {
        if (connection.Peer is null)
        {
            connection.Peer = new VirtualChannel(_network, Address) { Peer = connection };
            connection.Peer.Flow = new SipFlow(transport, Address, connection.Local, connection.Peer);
        }
        return connection.Peer.Flow!;
    }
}
