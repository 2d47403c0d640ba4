using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Tandem.Net;

namespace Tandem.Http.Front;

/// <summary><c>/ws</c>: the way in for SIP over WebSocket (RFC 7118 §4).</summary>
internal sealed class SipSocketEndpoint(WebFront front)
{
    private const string SubProtocol = "sip";

    /// <summary>By the address that a trusted proxy names; Kestrel's own gate counts the proxy's.</summary>
    private readonly ConnectionGate _gate = new(front.Options.MaxConnections, front.Options.MaxConnectionsPerSource);

    private readonly WebSocketLimits _limits = new(front.Options.WriteQueueBytes, front.Options.MessageTimeout);

    public async Task ServeAsync(HttpContext http)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            http.Response.Headers.Upgrade = "websocket";
            await Problem.WriteAsync(http, 426, "Upgrade Required", "Open a WebSocket here, with the sub-protocol sip.").ConfigureAwait(false);
            return;
        }

        if (!http.WebSockets.WebSocketRequestedProtocols.Contains(SubProtocol))
        {
            await Problem.WriteAsync(http, 400, "Wrong sub-protocol", "Ask for the WebSocket sub-protocol sip (RFC 7118).").ConfigureAwait(false);
            return;
        }

        if (!OriginCheck.Allows(http.Request, front.Options.AllowedOrigins))
        {
            await Problem.WriteAsync(http, 403, "Origin not allowed", "Pages of this origin may not open a SIP WebSocket: see web.allowed_origins.").ConfigureAwait(false);
            return;
        }

        ConnectionInfo connection = http.Connection;
        var local = new IPEndPoint(connection.LocalIpAddress ?? IPAddress.None, connection.LocalPort);
        var remote = new IPEndPoint(connection.RemoteIpAddress ?? IPAddress.None, connection.RemotePort);
        using IDisposable? place = _gate.TryEnter(remote.Address);
        if (place is null)
        {
            http.Response.Headers.RetryAfter = "30";
            await Problem.WriteAsync(http, 429, "Too many WebSockets", "One address may hold only so many: see web.max_connections_per_source.").ConfigureAwait(false);
            return;
        }

        WebSocket socket = await http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            SubProtocol = SubProtocol,
            KeepAliveInterval = front.Options.PingInterval,
            KeepAliveTimeout = front.Options.PingTimeout,
        }).ConfigureAwait(false);
        await front.Sip.WebSockets.ServeAsync(socket, http.Request.IsHttps, local, remote, http.Abort, _limits).ConfigureAwait(false);
    }
}
