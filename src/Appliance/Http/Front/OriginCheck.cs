using Microsoft.AspNetCore.Http;
using Tandem.Configuration;

namespace Tandem.Http.Front;

/// <summary>Which web pages may use us from a browser (RFC 6454). What is no browser sends no Origin and is let in.</summary>
internal static class OriginCheck
{
    /// <summary>Pages of the host that the request is for, on whatever port, and those of the list.</summary>
    public static bool Allows(HttpRequest request, IReadOnlyList<WebOrigin> allowed)
    {
        if (request.Headers.Origin.Count == 0) return true;
        if (request.Headers.Origin is not [{ Length: > 0 } origin]) return false;
        foreach (WebOrigin one in allowed)
            if (one.Covers(origin)) return true;
        return IsSameHost(request, origin);
    }

    public static bool IsSameHost(HttpRequest request, string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out Uri? page) && page.Scheme is "http" or "https"
        && string.Equals(page.Host, request.Host.Host, StringComparison.OrdinalIgnoreCase);
}
