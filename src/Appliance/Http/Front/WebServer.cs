using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tandem.Configuration;
using Tandem.Http.Access;
using Tandem.Net;
using IPNetwork = System.Net.IPNetwork;

namespace Tandem.Http.Front;

/// <summary>The web server that the world talks to: HTTP and HTTPS on the ports of <c>[web]</c>.</summary>
internal sealed partial class WebServer : IAsyncDisposable
{
    private const int MaxBodyBytes = 1 << 20, MaxHeaderBytes = 16 * 1024, MaxHeaders = 64, MaxRequestLineBytes = 4096;

    private static readonly TimeSpan s_stopLimit = TimeSpan.FromSeconds(3);

    private readonly WebApplication _web;
    private readonly WebFront _front;

    private WebServer(WebApplication web, WebFront front, IReadOnlyList<WebListener> listeners) => (_web, _front, Listeners) = (web, front, listeners);

    /// <summary>Where it listens, with the real ports.</summary>
    public IReadOnlyList<WebListener> Listeners { get; }

    /// <exception cref="StartException">A port cannot be had, or the certificate cannot be used.</exception>
    public static async Task<WebServer> StartAsync(WebFront front, ILoggerFactory log, CancellationToken cancellation)
    {
        List<WebListener> listeners = [];
        try
        {
            listeners.AddRange(WebListener.Bind(secure: false, front.Options.Addresses, front.Options.HttpPort));
            listeners.AddRange(WebListener.Bind(secure: true, front.Options.Addresses, front.Options.HttpsPort));
            if (listeners.Exists(listener => listener.Secure)) _ = front.Certificates.Current;
            WebApplication web = Build(front, listeners, log);
            await web.StartAsync(cancellation).ConfigureAwait(false);
            foreach (WebListener listener in listeners)
                front.Sip.AddListening(new ListenEndPoint(listener.Secure ? SipTransport.Wss : SipTransport.Ws, listener.Address));
            return new WebServer(web, front, listeners);
        }
        catch (Exception error)
        {
            foreach (WebListener listener in listeners) listener.Socket.Dispose();
            if (error is IOException or SocketException)
                throw new StartException($"The web server cannot start: {error.Message.TrimEnd('.')}.", "See web.http_port, web.https_port and web.tls_certificate.", error);
            throw;
        }
    }

    /// <summary>Says goodbye to WebSockets, then closes everything; takes a few seconds at most.</summary>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(s_stopLimit);
        await _front.Sip.WebSockets.CloseAllAsync().WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _web.StopAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _web.DisposeAsync().ConfigureAwait(false);
    }

    private static WebApplication Build(WebFront front, IReadOnlyList<WebListener> listeners, ILoggerFactory log)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, HostedLifetime>();
        builder.Services.AddSingleton(log);
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = endPoint =>
            listeners.First(listener => ReferenceEquals(listener.Address, endPoint)).Socket);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Configure(kestrel, front, listeners, log.CreateLogger<WebServer>()));
        WebApplication web = builder.Build();
        web.UseForwardedHeaders(Forwarding(front.Options.TrustedProxies));
        web.Use(next => { var door = new FrontDoor(front.Options, HttpsPort(listeners)); return http => door.PassAsync(http, next); });
        web.Use(next => http => IsPrivate(http.Request.Path) && !LocalOnly.Allows(http) ? LocalOnly.RefuseAsync(http) : next(http));
        web.UseWebSockets();
        web.UseRouting();
        web.Map("/ws", new SipSocketEndpoint(front).ServeAsync);
        web.MapGet("/health", http => http.Response.WriteAsync("ok"));
        if (front.Api is { } api) ApiEndpoints.Map(web, api, new PublicDoor(api.Access, front.Options), log);
        web.MapFallback("{**path}", http => ServePageAsync(front.Pages, http));    // without the pattern, not for names with a dot
        return web;
    }

    /// <summary>What a proxy of the list says of its client; what others say is not read.</summary>
    private static ForwardedHeadersOptions Forwarding(IReadOnlyList<IPNetwork> proxies)
    {
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = proxies.Count == 0 ? ForwardedHeaders.None : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (IPNetwork proxy in proxies) options.KnownIPNetworks.Add(proxy);
        return options;
    }

    private static bool IsPrivate(PathString path) => path.StartsWithSegments("/metrics", StringComparison.Ordinal);

    private static int HttpsPort(IReadOnlyList<WebListener> listeners) => listeners.FirstOrDefault(listener => listener.Secure)?.Address.Port ?? -1;

    private static async Task ServePageAsync(StaticFiles pages, HttpContext http)
    {
        if (!await pages.TryServeAsync(http).ConfigureAwait(false))
            await Problem.WriteAsync(http, 404, "Not found", "The softphone is at /phone, SIP over WebSocket at /ws.").ConfigureAwait(false);
    }

    private static void Configure(KestrelServerOptions kestrel, WebFront front, IReadOnlyList<WebListener> listeners, ILogger logger)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        kestrel.Limits.MaxRequestHeaderCount = MaxHeaders;
        kestrel.Limits.MaxRequestLineSize = MaxRequestLineBytes;
        kestrel.Limits.RequestHeadersTimeout = front.Options.HeadersTimeout;
        kestrel.Limits.KeepAliveTimeout = front.Options.IdleTimeout;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        kestrel.Limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        var gate = new ConnectionGate(front.Options.MaxConnections, front.Options.MaxConnectionsPerSource);
        foreach (WebListener listener in listeners)
        {
            kestrel.Listen(listener.Address, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;    // a WebSocket has its connection to itself, and so its limits
                listen.Use(next => connection => PassGateAsync(front.Options, gate, connection, next, logger));
                if (!listener.Secure) return;
                listen.UseHttps(new TlsHandshakeCallbackOptions
                {
                    OnConnection = _ => ValueTask.FromResult(front.Certificates.Current),
                    HandshakeTimeout = front.Options.HeadersTimeout,
                });
            });
        }
    }

    /// <summary>A connection too many is cut before a byte of it is read. A trusted proxy's are many people's: those count by WebSocket.</summary>
    private static async Task PassGateAsync(WebOptions options, ConnectionGate gate, ConnectionContext connection, ConnectionDelegate next, ILogger logger)
    {
        IPAddress source = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        bool trusted = options.TrustedProxies.Any(network => network.Contains(source));
        using IDisposable? place = trusted ? null : gate.TryEnter(source);
        if (place is not null || trusted)
        {
            await next(connection).ConfigureAwait(false);
            return;
        }

        LogRefused(logger, source);
        connection.Abort();
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Refused a web connection from {Remote}: too many")]
    private static partial void LogRefused(ILogger logger, IPAddress remote);
}
