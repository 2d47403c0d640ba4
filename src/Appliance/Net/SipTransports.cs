using System.Net;
using Microsoft.Extensions.Logging;
using Sip.Core.Messages;
using Tandem.Signalling;

namespace Tandem.Net;

/// <summary>Every way in and out for SIP on one shard: UDP, TCP and TLS listeners, connections, flows.</summary>
public sealed class SipTransports(SignallingShard shard, SipListenOptions options, ILogger logger) : IDisposable
{
    private readonly List<ListenEndPoint> _listening = [];

    /// <summary>A message that parsed. Shard thread. The message is a scratch object, valid during the call only; to keep it, parse its
    /// <see cref="SipMessage.Bytes"/> into one of your own.</summary>
    public Action<SipMessage, SipFlow>? Received { get; set; }

    /// <summary>Bytes that did not parse, as far as they could be read, with the reason: answer what deserves it
    /// (<see cref="SipParseErrors.StatusOf"/> and <see cref="SipMessage.RejectStatus"/>). Shard thread; scratch, as above.</summary>
    public Action<SipParseError, SipMessage, SipFlow>? Malformed { get; set; }

    /// <summary>A flow that was open is not any more, or one that was being opened failed. Shard thread.</summary>
    public Action<SipFlow>? FlowClosed { get; set; }

    public IReadOnlyList<ListenEndPoint> Listening => _listening;

    /// <summary>Binds everything and begins to listen. Set the callbacks before. Any thread, once.</summary>
    /// <exception cref="IOException">An address or port cannot be had; the message says which and why.</exception>
    public void Start() => _listening.Clear();

    /// <summary>A flow for requests of ours: over UDP from the listener that routing would use; over TCP and TLS an open connection to that
    /// address, else a new one that connects in the background while messages queue. Shard thread only.</summary>
    /// <param name="tlsName">Name that the certificate of a TLS peer must have; null: its address.</param>
    /// <returns>Null: no listener of that transport and family, or too many connections.</returns>
    public SipFlow? Open(SipTransport transport, IPEndPoint remote, string? tlsName = null) => _listening.Count == 0 ? null : throw new NotSupportedException();

    /// <summary>Keeps the NAT's hole to a UDP peer open with a CRLFCRLF every 30 s until <see cref="StopKeepAlive"/>. Shard thread only.
    /// Connections need none from us.</summary>
    public void KeepAlive(SipFlow flow) => _ = _listening.Count + (flow.IsOpen ? 1 : 0);

    public void StopKeepAlive(SipFlow flow) => _ = _listening.Count + (flow.IsOpen ? 1 : 0);

    /// <summary>Queues one message to the peer; copies it, never waits. Shard thread only.</summary>
    /// <returns>False: the flow is gone, or its queue is full and it was closed.</returns>
    public bool Send(SipFlow flow, ReadOnlySpan<byte> message) => shard.IsCurrent && flow.Channel.Send(flow, message);

    /// <summary>The address and port of ours that <paramref name="flow"/>'s peer can reach; IPv6 in brackets, as URIs write it.</summary>
    public (string Host, int Port) Advertised(SipFlow flow) => flow.Advertised ?? ("", options.UdpPort);

    public void Dispose() => _ = logger;
}
