using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using Tandem.Http.Access;
using Tandem.Http.Front;

namespace Tandem.Http;

/// <summary>The API under <c>/api/v1</c>: every operation as an endpoint.</summary>
internal static partial class ApiEndpoints
{
    public const string Root = "/api/v1";

    private static readonly JsonDocumentOptions s_body = new() { AllowDuplicateProperties = false };

    /// <param name="web">Where to.</param>
    /// <param name="context">What handlers work with.</param>
    /// <param name="door">Finds out who asks; null: whoever can ask here is the owner.</param>
    /// <param name="log">For faults of ours.</param>
    public static void Map(IEndpointRouteBuilder web, ApiContext context, PublicDoor? door, ILoggerFactory log)
    {
        ILogger logger = log.CreateLogger(typeof(ApiEndpoints));
        foreach (ApiOperation operation in ApiOperations.All)
        {
            web.MapMethods(Root + operation.Route, [operation.Method], http => GuardAsync(http, operation.Method + " " + operation.Route, logger,
                caller => AnswerAsync(http, operation, context with { Caller = caller, Reply = new ApiReply() }), door, operation.Role == ApiRole.None));
        }
        var events = new EventStream(context.Events, context.Heartbeat, context.Stopping);
        web.MapGet(Root + EventStream.Route, http => WatchAsync(http, events, door, logger));
        web.MapGet(Root + "/openapi.json", http =>
        {
            http.Response.ContentType = "application/json";
            return http.Response.WriteAsync(OpenApiDocument.Document.ToJsonString(ApiJson.Options), http.RequestAborted);
        });
        web.Map(Root + "/{**path}", http => Problem.WriteAsync(http, 404, "Not Found", $"There is nothing to {http.Request.Method} here; {Root}/openapi.json says what there is."));
    }

    private static Task WatchAsync(HttpContext http, EventStream events, PublicDoor? door, ILogger logger) =>
        GuardAsync(http, "GET " + EventStream.Route, logger, async caller =>
        {
            caller.CheckMay(ApiRole.Viewer, EventStream.Scope, EventStream.Route);
            await events.ServeAsync(http, async () => door is null || await door.MayStillAsync(http).ConfigureAwait(false)).ConfigureAwait(false);
        }, door, isOpen: false);

    /// <summary>Finds out who asks and lets <paramref name="answer"/> work; what goes wrong is told as a problem.</summary>
    private static async Task GuardAsync(HttpContext http, string what, ILogger logger, Func<ApiCaller, Task> answer, PublicDoor? door, bool isOpen)
    {
        CancellationToken gone = http.RequestAborted;
        http.Response.Headers.CacheControl = "no-store";
        try
        {
            ApiCaller caller = door is null ? ApiCaller.Owner("control socket") : await door.IdentifyAsync(http, isOpen).ConfigureAwait(false);
            if (caller.NewCookie is { } cookie) PublicDoor.SetCookie(http, cookie);
            await answer(caller).ConfigureAwait(false);
        }
        catch (ApiException error)
        {
            if (error.RetryAfter is { } wait) http.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString("0", CultureInfo.InvariantCulture);
            if (error.Status == 401) http.Response.Headers.WWWAuthenticate = "Bearer realm=\"tandem\"";
            await Problem.WriteAsync(http, ApiProblem.Of(error)).ConfigureAwait(false);
        }
        catch (BadHttpRequestException error)
        {
            string message = error.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? $"The body is longer than {http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize} bytes." : "The request breaks off, or is not one of HTTP.";
            await Problem.WriteAsync(http, ApiProblem.Of(new ApiException(error.StatusCode, message, "Send less at a time; on the host the command line takes up to 64 MB."))).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // The caller left; nobody is there to be told.
        }
#pragma warning disable CA1031 // The edge of the API: a fault ends this request, not the appliance.
        catch (Exception error)
        {
            Failed(logger, what, error);
            if (!http.Response.HasStarted)
                await Problem.WriteAsync(http, ApiProblem.Of(new ApiException(500, "It failed inside the appliance.", "See the log of the appliance."))).ConfigureAwait(false);
        }
#pragma warning restore CA1031
    }

    private static async Task AnswerAsync(HttpContext http, ApiOperation operation, ApiContext context)
    {
        CancellationToken gone = http.RequestAborted;
        JsonObject input = await ReadInputAsync(http, operation, gone).ConfigureAwait(false);
        ApiAnswer answer = await ApiRunner.RunAsync(context, new ApiRequest(operation, input, Field(http.Request.Headers.IfMatch),
            Field(http.Request.Headers.IfNoneMatch)), gone).ConfigureAwait(false);
        if (context.Reply.Cookie is { } cookie) PublicDoor.SetCookie(http, cookie);
        if (answer.Tag is { } tag) http.Response.Headers.ETag = tag;
        if (operation.Method == "GET") http.Response.Headers.CacheControl = "private, no-cache";
        if (answer.IsKnown)
        {
            http.Response.StatusCode = 304;
            return;
        }
        http.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(http.Response.Body, answer.Body, ApiJson.Options, gone).ConfigureAwait(false);
    }

    private static string? Field(Microsoft.Extensions.Primitives.StringValues values) => values.Count > 0 ? values.ToString() : null;

    /// <summary>Body, then query, then path: a later one wins.</summary>
    private static async Task<JsonObject> ReadInputAsync(HttpContext http, ApiOperation operation, CancellationToken cancellation)
    {
        JsonObject input = [];
        if (http.Request.ContentLength is > 0 || http.Request.Headers.TransferEncoding.Count > 0)
        {
            if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out MediaTypeHeaderValue? type) || type.MediaType != "application/json")
                throw new ApiException(415, "The body must be JSON.", "Send Content-Type: application/json.");
            try
            {
                input = await JsonNode.ParseAsync(http.Request.Body, null, s_body, cancellation).ConfigureAwait(false) as JsonObject ?? throw new JsonException("it is something else");
            }
            catch (JsonException error)
            {
                throw new ApiException(400, $"The body is not a JSON object: {error.Message}", "Send one object, each field once, as application/json.");
            }
        }
        foreach (var (name, values) in http.Request.Query) input[name] = values.ToString();
        foreach (string name in operation.PathParameters) input[name] = http.Request.RouteValues[name]?.ToString();
        return input;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Operation} failed")]
    private static partial void Failed(ILogger logger, string operation, Exception error);
}
