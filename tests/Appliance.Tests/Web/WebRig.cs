using System.Net;
using Appliance.Tests.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Configuration;
using Tandem.Http.Front;

namespace Tandem.Tests.Web;

/// <summary>The web server on loopback with ports of the kernel's choice, in front of transports whose messages are seen.</summary>
internal sealed class WebRig : IAsyncDisposable
{
    private WebRig(TransportHarness sip, WebServer server) => (Sip, Server) = (sip, server);

    public TransportHarness Sip { get; }

    public WebServer Server { get; }

    public static async Task<WebRig> StartAsync(Func<WebOptions, WebOptions>? change = null)
    {
        var sip = new TransportHarness();
        var options = new WebOptions { HttpPort = 0, HttpsPort = 0, Addresses = [IPAddress.Loopback] };
        var front = new WebFront { Options = change?.Invoke(options) ?? options, Certificates = sip.Transports.Certificates, Sip = sip.Transports };
        return new WebRig(sip, await WebServer.StartAsync(front, NullLoggerFactory.Instance, CancellationToken.None));
    }

    public IPEndPoint EndPoint(bool secure = false) => Server.Listeners.First(listener => listener.Secure == secure).Address;

    public Uri Url(string path, bool secure = false) => new($"{(secure ? "https" : "http")}://{EndPoint(secure)}{path}");

    public Task<WsPeer> ConnectAsync(bool secure = false, string? origin = null, params string[] protocols) =>
        WsPeer.ConnectAsync(EndPoint(secure), secure, origin, protocols);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Sip.DisposeAsync();
    }
}
