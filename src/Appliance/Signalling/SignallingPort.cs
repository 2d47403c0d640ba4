using System.Net;
using Sip.Core.Messages;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>All that a user agent has of the world: a clock, an alarm, a queue, flows and names. The shard's in life, virtual in tests.</summary>
/// <remarks>Everything is called and calls back on one thread.</remarks>
public abstract class SignallingPort
{
    /// <summary>A message that passed the parser. It is scratch: valid during the call.</summary>
    public Action<SipMessage, SipFlow>? Received { get; set; }

    /// <summary>One that did not, as far as it could be read. Scratch, as above.</summary>
    public Action<SipParseError, SipMessage, SipFlow>? Malformed { get; set; }

    public Action<SipFlow>? FlowClosed { get; set; }

    /// <summary>A datagram of ours did not arrive.</summary>
    internal UndeliveredHandler? Undelivered { get; set; }

    /// <summary>The alarm of <see cref="WakeAt"/> went off.</summary>
    public Action? Woken { get; set; }

    public abstract int Shard { get; }

    /// <summary>Monotonic.</summary>
    public abstract TimeSpan Now { get; }

    /// <summary>Sets the one alarm, replacing what was set; MaxValue: none.</summary>
    public abstract void WakeAt(TimeSpan at);

    /// <summary>Runs something after what runs now. Any thread.</summary>
    public abstract void Post(Action<object?> callback, object? state);

    /// <returns>False: the flow is gone.</returns>
    public abstract bool Send(SipFlow flow, ReadOnlySpan<byte> message);

    /// <summary>A flow to that address; on connections it may still be opening, and fail later by way of <see cref="FlowClosed"/>.</summary>
    /// <returns>Null: there is no socket of that transport or family.</returns>
    public abstract SipFlow? Open(SipTransport transport, IPEndPoint remote, string? name);

    /// <summary>Host (IPv6 in brackets) and port of ours that the flow's peer can reach.</summary>
    public abstract (string Host, int Port) Advertised(SipFlow flow);

    /// <summary>Whether that address is one that we listen on or advertise, port included (INTEROP 4).</summary>
    public abstract bool IsOwn(IPAddress address, int port);

    /// <summary>Answers for host names.</summary>
    public abstract HostNames Dns { get; }
}
