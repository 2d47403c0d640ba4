using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace Tandem.Http.Front;

/// <summary>Refusals that say why (RFC 9457).</summary>
internal static class Problem
{
    private static readonly JsonSerializerOptions s_json = new(ApiJson.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <param name="http">Its response has not begun.</param>
    /// <param name="status">400 or more.</param>
    /// <param name="title">What is wrong, in a few words.</param>
    /// <param name="detail">What the caller can do about it.</param>
    public static Task WriteAsync(HttpContext http, int status, string title, string detail) =>
        WriteAsync(http, new ApiProblem("about:blank", title, status, detail));

    public static Task WriteAsync(HttpContext http, ApiProblem problem)
    {
        http.Response.StatusCode = problem.Status;
        http.Response.ContentType = "application/problem+json";
        http.Response.Headers.CacheControl = "no-store";
        return JsonSerializer.SerializeAsync(http.Response.Body, problem, s_json, http.RequestAborted);
    }
}
