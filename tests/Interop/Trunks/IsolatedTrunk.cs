using System.Net;
using System.Net.Sockets;
using Interop.Peers;

namespace Interop.Trunks;

/// <summary>A trunk with guard and defence as they are delivered, in a network of its own where datagrams may be forged.</summary>
public sealed class IsolatedTrunk : Trunk
{
    private IsolatedNetwork? _network;

    public string Network => _network!.Name;

    protected override TandemSetup Setup => new() { Network = Network, Settings = Waits };

    public override async ValueTask InitializeAsync()
    {
        _network = await IsolatedNetwork.CreateAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_network is not null) await _network.DisposeAsync();
    }

    /// <summary>A UDP socket there.</summary>
    internal Socket Listen(string address) => Networks.Inside(Network, () =>
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        return socket;
    });
}
