using System.Net;
using Appliance.Tests.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Configuration;
using Tandem.Http.Front;
using Tandem.Net;

namespace Tandem.Tests.Web;

/// <summary>The web server on loopback with ports of the kernel's choice, in front of transports whose messages are seen.</summary>
internal sealed class WebRig : IAsyncDisposable
{
    private WebRig(TransportHarness sip, WebServer server) => (Sip, Server) = (sip, server);

    public TransportHarness Sip { get; }

    public WebServer Server { get; }

    public static async Task<WebRig> StartAsync(Func<WebOptions, WebOptions>? change = null, TlsCertificates? certificates = null)
    {
        var sip = new TransportHarness();
        var options = new WebOptions { HttpPort = 0, HttpsPort = 0, Addresses = [IPAddress.Loopback] };
        var front = new WebFront { Options = change?.Invoke(options) ?? options, Certificates = certificates ?? sip.Transports.Certificates, Sip = sip.Transports, Pages = Pages() };
        return new WebRig(sip, await WebServer.StartAsync(front, NullLoggerFactory.Instance, CancellationToken.None));
    }

    public IPEndPoint EndPoint(bool secure = false) => Server.Listeners.First(listener => listener.Secure == secure).Address;

    public Uri Url(string path, bool secure = false) => new($"{(secure ? "https" : "http")}://{EndPoint(secure)}{path}");

    public Task<WsPeer> ConnectAsync(bool secure = false, string? origin = null, params string[] protocols) =>
        WsPeer.ConnectAsync(EndPoint(secure), secure, origin, forwardedFor: null, protocols);

    /// <summary>As a proxy connects for a client of its own.</summary>
    public Task<WsPeer> ConnectForAsync(string client) => WsPeer.ConnectAsync(EndPoint(), secure: false, origin: null, client);

    private static StaticFiles Pages() => new([("phone/index.html", Text("<!doctype html><title>phone</title>")),
        ("phone/app-0123ABCD.js", Text(string.Concat(Enumerable.Repeat("console.log('softphone');\n", 200)))), ("phone/icon.png", new byte[2000])]);

    private static byte[] Text(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Sip.DisposeAsync();
    }
}
