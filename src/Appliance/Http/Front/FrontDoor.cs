using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Tandem.Configuration;

namespace Tandem.Http.Front;

/// <summary>What every request passes before it is served: rate, redirect to HTTPS, the fields that protect pages.</summary>
/// <param name="options">The settings.</param>
/// <param name="httpsPort">Where HTTPS is, or -1.</param>
internal sealed class FrontDoor(WebOptions options, int httpsPort)
{
    private const int BurstSeconds = 5, HstsSeconds = 180 * 24 * 3600;

    private const string PagePolicy = "default-src 'self'; connect-src 'self'; img-src 'self' data:; media-src 'self' blob:; "
        + "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private readonly RequestRates _rates = new(options.RequestsPerSecond, options.RequestsPerSecond * BurstSeconds);

    public Task PassAsync(HttpContext http, RequestDelegate next)
    {
        Protect(http);
        if (http.Connection.RemoteIpAddress is not { } remote || !_rates.TryTake(remote, Stopwatch.GetElapsedTime(0)))
        {
            http.Response.Headers.RetryAfter = "1";
            return Problem.WriteAsync(http, 429, "Too many requests", string.Create(CultureInfo.InvariantCulture,
                $"One address may make {options.RequestsPerSecond} requests a second."));
        }

        if (!Redirects(http, remote)) return next(http);
        HttpRequest request = http.Request;
        string host = request.Host.HasValue ? request.Host.Host : new HostString(Literal(http.Connection.LocalIpAddress!)).Host;
        string port = httpsPort == 443 ? "" : string.Create(CultureInfo.InvariantCulture, $":{httpsPort}");
        http.Response.StatusCode = 308;
        http.Response.Headers.Location = $"https://{host}{port}{request.Path.ToUriComponent()}{request.QueryString.ToUriComponent()}";
        return Task.CompletedTask;
    }

    /// <summary>WebSocket clients follow no redirects, and health is asked for by machines.</summary>
    private bool Redirects(HttpContext http, IPAddress remote) => options.Redirect && httpsPort >= 0 && !http.Request.IsHttps
        && !IPAddress.IsLoopback(remote) && http.Request.Path.Value is not ("/ws" or "/health");

    private void Protect(HttpContext http)
    {
        IHeaderDictionary fields = http.Response.Headers;
        fields.XContentTypeOptions = "nosniff";
        fields.ContentSecurityPolicy = PagePolicy;
        fields.XFrameOptions = "DENY";
        fields["Referrer-Policy"] = "no-referrer";
        fields["Permissions-Policy"] = "microphone=(self), camera=(), geolocation=()";
        fields["Cross-Origin-Opener-Policy"] = "same-origin";
        fields["Cross-Origin-Resource-Policy"] = "same-origin";

        // A browser applies it to every port of the name (RFC 6797 §8.3) and would then speak TLS to our plain one: only where it came on 443.
        if (options.Redirect && http.Request.IsHttps && http.Request.Host.Port is null or 443)
            fields[HeaderNames.StrictTransportSecurity] = string.Create(CultureInfo.InvariantCulture, $"max-age={HstsSeconds}");
    }

    private static string Literal(IPAddress address) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
}
