using Microsoft.Extensions.Logging;
using Tandem.Signalling;

namespace Tandem.Net;

/// <summary>Every way in and out for SIP on one shard: UDP, TCP and TLS listeners, connections, flows.</summary>
public sealed class SipTransports(SignallingShard shard, SipListenOptions options, ILogger logger) : IDisposable
{
    private readonly List<ListenEndPoint> _listening = [];

    /// <summary>A flow that was open is not any more, or one that was being opened failed. Shard thread.</summary>
    public Action<SipFlow>? FlowClosed { get; set; }

    public IReadOnlyList<ListenEndPoint> Listening => _listening;

    /// <summary>Queues one message to the peer; copies it, never waits. Shard thread only.</summary>
    /// <returns>False: the flow is gone, or its queue is full and it was closed.</returns>
    public bool Send(SipFlow flow, ReadOnlySpan<byte> message) => shard.IsCurrent && flow.Channel.Send(flow, message);

    /// <summary>The address and port of ours that <paramref name="flow"/>'s peer can reach; IPv6 in brackets, as URIs write it.</summary>
    public (string Host, int Port) Advertised(SipFlow flow) => flow.Advertised ?? ("", options.UdpPort);

    public void Dispose() => _ = logger;
}
