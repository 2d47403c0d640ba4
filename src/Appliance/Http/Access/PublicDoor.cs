using System.Net;
using Microsoft.AspNetCore.Http;
using Tandem.Configuration;
using Tandem.Http.Front;

namespace Tandem.Http.Access;

/// <summary>Finds out who asks the public web server: by a token, or by the cookie of a session.</summary>
internal sealed class PublicDoor(AccessControl access, WebOptions options)
{
    public const string CsrfField = "X-CSRF-Token";

    /// <summary>The prefix makes browsers keep it to this host and to TLS.</summary>
    public const string SecureCookie = "__Host-tandem", PlainCookie = "tandem";

    private const string Scheme = "Bearer ";

    /// <param name="http">The request.</param>
    /// <param name="isOpen">It is for everybody: who is not known may ask as well.</param>
    /// <exception cref="ApiException">401: not known; 403: a page of elsewhere has sent a browser here.</exception>
    public async Task<ApiCaller> IdentifyAsync(HttpContext http, bool isOpen)
    {
        HttpRequest request = http.Request;
        string source = (http.Connection.RemoteIpAddress ?? IPAddress.None).ToString();
        bool changes = !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method);
        if (changes && !OriginCheck.Allows(request, options.AllowedOrigins))
            throw new ApiException(403, "Pages of this origin may not use the API.", "See web.allowed_origins.");
        if (isOpen) return new ApiCaller("", ApiRole.None, source);
        if (request.Headers.Authorization is [{ } authorization] && authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return await access.ByTokenAsync(authorization[Scheme.Length..].Trim(), source, http.RequestAborted).ConfigureAwait(false)
                ?? throw new ApiException(401, "This token is unknown or has expired.", "Make one with: tandem token add NAME");
        }
        if (request.Cookies[request.IsHttps ? SecureCookie : PlainCookie] is { Length: > 0 } cookie
            && await access.BySessionAsync(cookie, source, http.RequestAborted).ConfigureAwait(false) is { } caller)
        {
            if (changes && (request.Headers[CsrfField] is not [{ } proof] || !Secrets.AreEqual(proof, caller.Csrf!)))
                throw new ApiException(403, $"The field {CsrfField} is missing or wrong.", "Send the csrf_token that GET /api/v1/session gives.");
            return caller;
        }
        throw await access.HasPeopleAsync(http.RequestAborted).ConfigureAwait(false)
            ? new ApiException(401, "This needs a log-in.", "POST /api/v1/session with name and password, or send Authorization: Bearer TOKEN.")
            : new ApiException(401, "Nobody can log in yet.", "On the appliance's host: tandem person add NAME --role admin");
    }

    /// <summary>Whether who asked, a while ago, is still let in. Nothing counts as used by that.</summary>
    public async Task<bool> MayStillAsync(HttpContext http)
    {
        HttpRequest request = http.Request;
        if (request.Headers.Authorization is [{ } authorization])
            return await access.IsGoodTokenAsync(authorization[Scheme.Length..].Trim(), http.RequestAborted).ConfigureAwait(false);
        return request.Cookies[request.IsHttps ? SecureCookie : PlainCookie] is { Length: > 0 } cookie
            && await access.IsGoodSessionAsync(cookie, http.RequestAborted).ConfigureAwait(false);
    }

    /// <param name="http">Its answer has not begun.</param>
    /// <param name="value">Empty: the cookie shall go.</param>
    public static void SetCookie(HttpContext http, string value)
    {
        bool secure = http.Request.IsHttps;
        var cookie = new CookieOptions { HttpOnly = true, Secure = secure, SameSite = SameSiteMode.Strict, Path = "/" };
        if (value.Length > 0) http.Response.Cookies.Append(secure ? SecureCookie : PlainCookie, value, cookie);
        else http.Response.Cookies.Delete(secure ? SecureCookie : PlainCookie, cookie);
    }
}
