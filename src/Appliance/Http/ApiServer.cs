using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Tandem.Http;

/// <summary>Serves the API on the control socket: a Unix socket in the data folder that only its owner may open.</summary>
public sealed partial class ApiServer : IAsyncDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly WebApplication _web;
    private readonly string _socket;

    private ApiServer(WebApplication web, string socket)
    {
        _web = web;
        _socket = socket;
    }

    /// <exception cref="StartException">Another appliance serves this data folder, or the socket cannot be made.</exception>
    public static async Task<ApiServer> StartAsync(ApiContext context, ILoggerFactory log, CancellationToken cancellation)
    {
        string socket = context.Options.Data.ControlSocket;
        await ClaimAsync(socket, cancellation).ConfigureAwait(false);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, HostedLifetime>();
        builder.Services.AddSingleton(log);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1 << 20;
            kestrel.ListenUnixSocket(socket);
        });
        WebApplication web = builder.Build();
        ILogger logger = log.CreateLogger<ApiServer>();
        foreach (ApiOperation operation in ApiOperations.All)
            web.MapMethods("/api/v1" + operation.Route, [operation.Method], http => AnswerAsync(http, operation, context, logger));
        web.MapGet("/health", http => http.Response.WriteAsync("ok"));
        try
        {
            await web.StartAsync(cancellation).ConfigureAwait(false);
            File.SetUnixFileMode(socket, OwnerOnly);    // until here the folder's 0700 guards it
        }
        catch (Exception error) when (error is IOException or SocketException or ArgumentException)
        {
            await web.DisposeAsync().ConfigureAwait(false);
            throw new StartException($"The control socket {socket} cannot be made: {error.Message.TrimEnd('.')}.",
                "Use a data folder with a shorter path (the socket's name may have 107 bytes) that this user may write to.", error);
        }
        return new ApiServer(web, socket);
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _web.StopAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _web.DisposeAsync().ConfigureAwait(false);
        File.Delete(_socket);
    }

    /// <summary>A socket file without a listener is left over from a kill; one that answers belongs to somebody.</summary>
    private static async Task ClaimAsync(string path, CancellationToken cancellation)
    {
        if (!File.Exists(path)) return;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await probe.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            File.Delete(path);
            return;
        }
        throw new StartException($"An appliance is running on this data folder already ({path} answers).",
            "Ask it with 'tandem status', stop it first, or give another folder with --data DIR.");
    }

    private static async Task AnswerAsync(HttpContext http, ApiOperation operation, ApiContext context, ILogger logger)
    {
        CancellationToken gone = http.RequestAborted;
        try
        {
            JsonNode? result = await operation.RunAsync(context, await ReadInputAsync(http, gone).ConfigureAwait(false), gone).ConfigureAwait(false);
            await WriteAsync(http, 200, result, gone).ConfigureAwait(false);
        }
        catch (ApiException error)
        {
            await WriteAsync(http, error.Status, new ApiProblem(error.Message, error.Advice), gone).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // The caller left; nobody is there to be told.
        }
#pragma warning disable CA1031 // The edge of the API: a fault ends this request, not the appliance.
        catch (Exception error)
        {
            Failed(logger, operation.Method, operation.Route, error);
            await WriteAsync(http, 500, new ApiProblem($"It failed inside the appliance: {error.Message}", "See the log of the appliance."), gone)
                .ConfigureAwait(false);
        }
#pragma warning restore CA1031
    }

    /// <summary>Body, then query, then path: a later one wins.</summary>
    private static async Task<JsonObject> ReadInputAsync(HttpContext http, CancellationToken cancellation)
    {
        JsonObject input = [];
        if (http.Request.ContentLength is > 0 || http.Request.Headers.TransferEncoding.Count > 0)
        {
            try
            {
                input = await JsonSerializer.DeserializeAsync<JsonObject>(http.Request.Body, ApiJson.Options, cancellation).ConfigureAwait(false) ?? [];
            }
            catch (JsonException)
            {
                throw new ApiException(400, "The body is not a JSON object.", "Send application/json.");
            }
        }
        foreach (var (name, values) in http.Request.Query) input[name] = values.ToString();
        foreach (var (name, value) in http.Request.RouteValues) input[name] = value?.ToString();
        return input;
    }

    private static Task WriteAsync<T>(HttpContext http, int status, T body, CancellationToken cancellation)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(http.Response.Body, body, ApiJson.Options, cancellation);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Route} failed")]
    private static partial void Failed(ILogger logger, string method, string route, Exception error);
}
