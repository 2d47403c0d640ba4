using System.Net;
using Tandem.Net;

namespace Appliance.Tests.Signalling;

/// <summary>A socket of the virtual network: UDP for everybody, or one end of a connection.</summary>
internal sealed class VirtualChannel(VirtualNetwork network, IPEndPoint local) : SipChannel
{
    private bool _closed;

    public IPEndPoint Local { get; } = local;

    /// <summary>The flow at the other end of a connection, once it is accepted.</summary>
    public SipFlow? Flow { get; set; }

    public VirtualChannel? Peer { get; set; }

    public override bool IsOpen => !_closed;

    public override bool Send(SipFlow flow, ReadOnlySpan<byte> message)
    {
        if (_closed) return false;
        network.Deliver(new VirtualDatagram(flow.Transport, Local, flow.Remote, message.ToArray(), flow.IsReliable ? this : null));
        return true;
    }

    public override void Close(string reason) => _closed = true;
}
