using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tandem.Net;

namespace Tandem.Http.Front;

/// <summary>The web server that the world talks to: HTTP and HTTPS on the ports of <c>[web]</c>.</summary>
internal sealed class WebServer : IAsyncDisposable
{
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
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Configure(kestrel, front, listeners));
        WebApplication web = builder.Build();
        web.UseWebSockets();
        web.UseRouting();
        web.Map("/ws", new SipSocketEndpoint(front).ServeAsync);
        web.MapGet("/health", http => http.Response.WriteAsync("ok"));
        return web;
    }

    private static void Configure(KestrelServerOptions kestrel, WebFront front, IReadOnlyList<WebListener> listeners)
    {
        kestrel.AddServerHeader = false;
        foreach (WebListener listener in listeners)
        {
            kestrel.Listen(listener.Address, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;    // a WebSocket has its connection to itself, and so its limits
                if (listener.Secure)
                    listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(front.Certificates.Current) });
            });
        }
    }
}
