using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Tandem.Tests.Http;

/// <summary>Asks the API as a program or a page does.</summary>
internal sealed class ApiClient(HttpClient http, Func<string, Uri> url) : IDisposable
{
    /// <summary>What a browser would send back.</summary>
    public string? Cookie { get; set; }

    public string? Csrf { get; set; }

    public async Task<ApiResult> SendAsync(string method, string path, string? body = null, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), url(path));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (Cookie is not null) request.Headers.TryAddWithoutValidation("Cookie", Cookie);
        if (Csrf is not null) request.Headers.TryAddWithoutValidation("X-CSRF-Token", Csrf);
        foreach ((string name, string value) in fields) request.Headers.TryAddWithoutValidation(name, value);
        using HttpResponseMessage answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        string? set = answer.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? cookies) ? cookies.Single() : null;
        if (set is not null) Cookie = set.Split(';')[0];
        return new ApiResult((int)answer.StatusCode, text.Length > 0 && text[0] is '{' or '[' ? JsonNode.Parse(text) : null, answer.Headers.ETag?.ToString(), set,
            answer.Headers.TryGetValues("Retry-After", out IEnumerable<string>? wait) ? wait.Single() : null, answer.Content.Headers.ContentType?.MediaType);
    }

    public Task<ApiResult> GetAsync(string path, params (string Name, string Value)[] fields) => SendAsync("GET", path, null, fields);

    /// <summary>The status alone, of an answer that does not end.</summary>
    public async Task<int> StatusAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url(path));
        if (Cookie is not null) request.Headers.TryAddWithoutValidation("Cookie", Cookie);
        using HttpResponseMessage answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }

    /// <summary>Logs in and keeps what a page would keep.</summary>
    public async Task<ApiResult> LogInAsync(string name, string password)
    {
        ApiResult answer = await SendAsync("POST", "/session", $$"""{"name":"{{name}}","password":"{{password}}"}""");
        Csrf = answer.Body?["csrf_token"]?.ToString();
        return answer;
    }

    public void Dispose() => http.Dispose();
}
