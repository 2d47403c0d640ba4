using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;

namespace Tandem.Http.Front;

/// <summary>Lets programs of this host through and nobody else: what has no log-in yet.</summary>
internal static class LocalOnly
{
    /// <summary>Signs of a proxy; the last is what reading a trusted one's X-Forwarded-For leaves behind.</summary>
    private static readonly string[] s_forwarded = ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", ForwardedHeadersDefaults.XOriginalForHeaderName];

    /// <summary>Not what a proxy on this host passes on, nor what a page of another host makes a browser here ask, nor by a name that was
    /// bent to point here.</summary>
    public static bool Allows(HttpContext http)
    {
        HttpRequest request = http.Request;
        if (http.Connection.RemoteIpAddress is not { } remote || !IPAddress.IsLoopback(remote)) return false;
        if (s_forwarded.Any(request.Headers.ContainsKey)) return false;
        string host = request.Host.Host.Trim('[', ']');
        if (!host.Equals("localhost", StringComparison.OrdinalIgnoreCase) && !(IPAddress.TryParse(host, out IPAddress? named) && IPAddress.IsLoopback(named))) return false;
        return request.Headers.Origin.Count == 0 || (request.Headers.Origin is [{ } origin] && OriginCheck.IsSameHost(request, origin));
    }

    public static Task RefuseAsync(HttpContext http) =>
        Problem.WriteAsync(http, 403, "Only from this host", "It has no log-in yet, so it answers programs on the appliance's own host only.");
}
