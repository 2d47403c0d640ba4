using System.Net;
using Tandem.Net.Interop;

namespace Tandem.Net;

/// <summary>Where a message came from and how to answer it (RFC 5626 §2): a pair of UDP addresses or one connection.</summary>
/// <remarks>
/// Made by <see cref="SipTransports"/>, read on any thread, used for sending on the shard's thread only. Flows over UDP compare by
/// transport and addresses, because the cache that hands them out is bounded and may make a second object for the same pair;
/// flows over connections compare by identity.
/// </remarks>
public sealed class SipFlow : IEquatable<SipFlow>
{
    private SipFlow? _successor;

    public SipFlow(SipTransport transport, IPEndPoint local, IPEndPoint remote, SipChannel channel)
    {
        Transport = transport;
        Local = local;
        Remote = remote;
        Channel = channel;
    }

    public SipTransport Transport { get; }

    /// <summary>The address of ours that the peer used; on an outgoing connection, the local address once it is connected.</summary>
    public IPEndPoint Local { get; internal set; }

    /// <summary>The peer's address as its packets show it: behind NAT, the NAT's.</summary>
    public IPEndPoint Remote { get; }

    public SipChannel Channel { get; }

    public bool IsOpen => Channel.IsOpen;

    /// <summary>The connection that the same user agent came back over, or this one. Shard thread.</summary>
    public SipFlow Current
    {
        get
        {
            SipFlow flow = this;
            while (flow._successor is { } next) flow = next;
            return flow;
        }
    }

    /// <summary>True where the transport delivers or fails: no retransmission timers (RFC 3261 §17).</summary>
    public bool IsReliable => Transport != SipTransport.Udp;

    public bool IsSecure => Transport is SipTransport.Tls or SipTransport.Wss;

    /// <summary>The transport as the Via field writes it.</summary>
    public ReadOnlySpan<byte> ViaTransport => Transport switch
    {
        SipTransport.Udp => "UDP"u8,
        SipTransport.Tcp => "TCP"u8,
        SipTransport.Tls => "TLS"u8,
        SipTransport.Ws => "WS"u8,
        _ => "WSS"u8,
    };

    /// <summary>UDP: the two ends as the kernel takes them; an empty local address leaves the choice to routing.</summary>
    internal NativeSocketAddress NativeRemote { get; init; }

    internal NativeSocketAddress NativeLocal { get; init; }

    /// <summary>The interface of a link-local <see cref="NativeLocal"/>; else 0.</summary>
    internal int InterfaceIndex { get; init; }

    /// <summary>What to write into Via and Contact for this peer, worked out once: see <see cref="SipTransports.Advertised"/>.</summary>
    internal (string Host, int Port)? Advertised { get; set; }

    /// <summary>Whatever was to go over this flow goes over <paramref name="successor"/> from now on. Shard thread.</summary>
    internal void ReplaceBy(SipFlow successor)
    {
        successor._successor = null;    // whoever comes back to an earlier connection must not close a circle
        _successor = successor;
    }

    public bool Equals(SipFlow? other) => ReferenceEquals(this, other)
        || (other is not null && !IsReliable && Transport == other.Transport && Remote.Equals(other.Remote) && Local.Equals(other.Local));

    public override bool Equals(object? obj) => Equals(obj as SipFlow);

    public override int GetHashCode() => IsReliable
        ? System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this)
        : HashCode.Combine(Transport, Remote, Local);

    public override string ToString() => $"{Transport} {Remote}";
}
