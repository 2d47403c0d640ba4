using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Tandem.Http;

/// <summary>The API under <c>/api/v1</c>: every operation as an endpoint.</summary>
internal static partial class ApiEndpoints
{
    public static void Map(IEndpointRouteBuilder web, ApiContext context, ILoggerFactory log)
    {
        ILogger logger = log.CreateLogger(typeof(ApiEndpoints));
        foreach (ApiOperation operation in ApiOperations.All)
            web.MapMethods("/api/v1" + operation.Route, [operation.Method], http => AnswerAsync(http, operation, context, logger));
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
