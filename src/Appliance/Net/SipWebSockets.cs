using System.Net;
using System.Net.WebSockets;
using Microsoft.Extensions.Logging;
using Tandem.Signalling;

namespace Tandem.Net;

/// <summary>The WebSockets of one shard (RFC 7118), each a flow like a TCP connection's.</summary>
public sealed class SipWebSockets
{
    private readonly SipTransports _owner;
    private readonly SignallingShard _shard;
    private readonly ILogger _logger;
    private readonly HashSet<WebSocketChannel> _open = [];
    private bool _stopped;

    internal SipWebSockets(SipTransports owner, SignallingShard shard, ILogger logger) => (_owner, _shard, _logger) = (owner, shard, logger);

    /// <summary>Open ones. Shard thread.</summary>
    public int Count => _open.Count;

    /// <summary>Serves one WebSocket that speaks the sub-protocol <c>sip</c> until it ends, and disposes it. Any thread.</summary>
    /// <param name="socket">Open; its keep-alive pings are the caller's choice.</param>
    /// <param name="secure">Under TLS: WSS.</param>
    /// <param name="local">The address of ours that the peer reached.</param>
    /// <param name="remote">The peer's; behind a trusted proxy, the one that the proxy names.</param>
    /// <param name="abort">Cuts the connection under it, whatever still waits to be written.</param>
    /// <param name="limits">How long and how much.</param>
    public Task ServeAsync(WebSocket socket, bool secure, IPEndPoint local, IPEndPoint remote, Action abort, WebSocketLimits limits) =>
        new WebSocketChannel(_owner, _shard, _logger, socket, secure ? SipTransport.Wss : SipTransport.Ws, local, remote, abort, limits).RunAsync();

    /// <summary>Says goodbye to every peer and takes no more. Any thread.</summary>
    public Task CloseAllAsync() => _shard.IsRunning ? _shard.InvokeAsync(() => { CloseAll(); return true; }) : Task.CompletedTask;

    /// <summary>Shard thread, or after it has ended.</summary>
    internal void CloseAll()
    {
        _stopped = true;
        foreach (WebSocketChannel channel in (WebSocketChannel[])[.. _open]) channel.Close("the appliance stops");
    }

    internal void Enter(WebSocketChannel channel)
    {
        _owner.Counters.Accepted();
        _open.Add(channel);
        if (_stopped) channel.Close("the appliance stops");
        else if (!_owner.AdmitsConnection(channel.Flow.Remote.Address)) channel.Close("its source is banned or too fast");
    }

    internal void Forget(WebSocketChannel channel)
    {
        if (!_open.Remove(channel)) return;
        _owner.Counters.Closed();
        _owner.Closed(channel.Flow);
    }
}
