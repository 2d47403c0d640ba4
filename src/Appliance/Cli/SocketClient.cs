using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tandem.Http;

namespace Tandem.Cli;

/// <summary>The API of a running appliance over its Unix socket.</summary>
internal sealed class SocketClient : ApplianceClient
{
    private readonly HttpClient _http;

    private SocketClient(HttpClient http) => _http = http;

    public override bool IsRunning => true;

    /// <returns>Null where nothing answers on the socket.</returns>
    public static async Task<SocketClient?> TryConnectAsync(string path, CancellationToken cancellation)
    {
        if (!File.Exists(path)) return null;
        var http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, token) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), token).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        })
        { BaseAddress = new Uri("http://tandem"), Timeout = TimeSpan.FromMinutes(2) };
        try
        {
            using HttpResponseMessage health = await http.GetAsync(new Uri("/health", UriKind.Relative), cancellation).ConfigureAwait(false);
            return new SocketClient(http);
        }
        catch (HttpRequestException error) when (error.InnerException is SocketException { SocketErrorCode: SocketError.AccessDenied })
        {
            http.Dispose();
            throw new StartException($"The running appliance's socket {path} may be opened by its owner only.", "Run this as the user that runs the appliance.", error);
        }
        catch (HttpRequestException)
        {
            http.Dispose();
            return null;    // left over from a kill
        }
    }

    /// <summary>What happens from now on, or from after <paramref name="last"/> on, as server-sent events. It ends when the appliance cuts it off.</summary>
    /// <param name="kinds">Beginnings of kinds, with commas; null: all.</param>
    /// <param name="last">The id of the last event seen; null: none.</param>
    /// <param name="cancellation">Of the wait for its beginning.</param>
    /// <returns>The caller's to dispose.</returns>
    /// <exception cref="ApiException">It may not be watched now.</exception>
    public async Task<Stream> WatchAsync(string? kinds, string? last, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, ApiEndpoints.Root + EventStream.Route + (kinds is null ? "" : "?kind=" + Uri.EscapeDataString(kinds)));
        if (last is not null) request.Headers.Add("Last-Event-ID", last);
        HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        await CheckAsync(response, cancellation).ConfigureAwait(false);
        return await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
    }

    public override async Task<TOut> AskAsync<TIn, TOut>(ApiOperation<TIn, TOut> operation, TIn input, CancellationToken cancellation)
    {
        JsonObject parameters = JsonSerializer.SerializeToNode(input, ApiJson.Options)!.AsObject();
        if (operation.ItemOfList is null) return await AskAsync<TOut>(operation, parameters, cancellation).ConfigureAwait(false);
        var all = new JsonArray();
        for (string? cursor = ""; cursor is not null;)
        {
            var part = (JsonObject)parameters.DeepClone();
            part["limit"] = ListCursor.MostItems;
            if (cursor.Length > 0) part["cursor"] = cursor;
            Page<JsonNode> page = await AskAsync<Page<JsonNode>>(operation, part, cancellation).ConfigureAwait(false);
            foreach (JsonNode item in page.Items) all.Add(item.DeepClone());
            cursor = page.Next;
        }
        return all.Deserialize<TOut>(ApiJson.Options)!;
    }

    private async Task<TOut> AskAsync<TOut>(ApiOperation operation, JsonObject parameters, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(new HttpMethod(operation.Method), Address(operation, parameters));
        if (operation.Method is "POST" or "PUT") request.Content = JsonContent.Create(parameters, options: ApiJson.Options);
        using HttpResponseMessage response = await _http.SendAsync(request, cancellation).ConfigureAwait(false);
        await CheckAsync(response, cancellation).ConfigureAwait(false);
        return (await response.Content.ReadFromJsonAsync<TOut>(ApiJson.Options, cancellation).ConfigureAwait(false))!;
    }

    /// <exception cref="ApiException">It is a refusal.</exception>
    private static async Task CheckAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.IsSuccessStatusCode) return;
        ApiProblem? problem = await response.Content.ReadFromJsonAsync<ApiProblem>(ApiJson.Options, cancellation).ConfigureAwait(false);
        throw new ApiException((int)response.StatusCode, problem?.Detail ?? response.ReasonPhrase ?? "No reason given.", problem?.Advice ?? "");
    }

    public override ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Moves what the route names into the path and, where there is no body, the rest into the query.</summary>
    private static string Address(ApiOperation operation, JsonObject parameters)
    {
        var address = new StringBuilder(ApiEndpoints.Root);
        foreach (string part in operation.Route.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            string name = part.Trim('{', '}');
            address.Append('/').Append(name == part ? part : Uri.EscapeDataString(parameters[name]?.ToString() ?? ""));
            if (name != part) parameters.Remove(name);
        }
        if (operation.Method is "POST" or "PUT") return address.ToString();
        char separator = '?';
        foreach ((string name, JsonNode? value) in parameters)
        {
            if (value is null) continue;
            address.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value.ToString()));
            separator = '&';
        }
        return address.ToString();
    }
}
