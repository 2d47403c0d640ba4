using System.Text.Json.Nodes;
using Tandem.Storage;

namespace Tandem.Http;

/// <summary>Carries out requests: may the caller, is the object what it thinks, and is it written down who changed what.</summary>
internal static class ApiRunner
{
    /// <exception cref="ApiException">It may not be, or cannot be, carried out.</exception>
    public static async Task<ApiAnswer> RunAsync(ApiContext context, ApiRequest request, CancellationToken cancellation)
    {
        ApiOperation operation = request.Operation;
        context.Caller.CheckMay(operation);
        foreach ((string name, JsonNode? value) in request.Input)
            Fields.Check(!InputFaults.HasNul(value), name, "it contains the character NUL.", "Write it as plain text.");
        try
        {
            return operation.IsChange
                ? await ChangeAsync(context, request, cancellation).ConfigureAwait(false)
                : await ReadAsync(context, request, cancellation).ConfigureAwait(false);
        }
        catch (ApiException error) when (error.Status == 422 && error.Errors.Keys.All(operation.PathParameters.Contains))
        {
            throw new ApiException(404, error.Message, error.Advice) { Errors = error.Errors };    // what the path names is the object itself
        }
        catch (ApiException error) when (error.Errors.Keys.Any(key => Names.FieldIn(operation.Input, key) != key && key is not ("limit" or "cursor")))
        {
            Dictionary<string, IReadOnlyList<string>> named = [];
            foreach ((string expression, IReadOnlyList<string> faults) in error.Errors)
                if (request.Input.ContainsKey(expression)) named[expression] = faults;    // a field that is not known
                else if (Names.FieldIn(operation.Input, expression) is { } field) named[field] = faults;
            throw new ApiException(error.Status, error.Message, error.Advice) { Errors = named, RetryAfter = error.RetryAfter };
        }
    }

    private static async Task<ApiAnswer> ReadAsync(ApiContext context, ApiRequest request, CancellationToken cancellation)
    {
        ApiOperation operation = request.Operation;
        JsonNode? body;
        if (operation.ItemOfList is null)
        {
            body = await operation.RunAsync(context, request.Input, cancellation).ConfigureAwait(false);
        }
        else
        {
            (int limit, string? cursor) = ListCursor.Take(request.Input);
            body = ListCursor.Cut((await operation.RunAsync(context, request.Input, cancellation).ConfigureAwait(false))!.AsArray(), limit, cursor);
        }
        if (operation.Method != "GET") return new ApiAnswer(body, null, false);
        string tag = EntityTag.Of(body, operation.Output);
        return new ApiAnswer(body, tag, request.IfNoneMatch is { } known && EntityTag.IsKnown(known, tag));
    }

    private static async Task<ApiAnswer> ChangeAsync(ApiContext context, ApiRequest request, CancellationToken cancellation)
    {
        ApiOperation? reader = ObjectOf(request.Operation);
        if (reader is null || !request.Operation.TakesTurns) return await ChangeAsync(context, request, reader, cancellation).ConfigureAwait(false);
        await context.Changing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await ChangeAsync(context, request, reader, cancellation).ConfigureAwait(false);
        }
        finally
        {
            context.Changing.Release();
        }
    }

    private static async Task<ApiAnswer> ChangeAsync(ApiContext context, ApiRequest request, ApiOperation? reader, CancellationToken cancellation)
    {
        (ApiOperation operation, JsonObject input) = (request.Operation, request.Input);
        string target = operation.Address(input);
        JsonNode? before = reader is null ? null : await StateAsync(context, reader, input, cancellation).ConfigureAwait(false);
        if (request.IfMatch is { } expected && (before is null || !EntityTag.IsUnchanged(expected, EntityTag.Of(before, reader!.Output))))
            throw new ApiException(412, $"{target} is no longer what the request was made for.", "GET it again, look at it, and send the change with its new ETag.");
        var change = new AuditedChange(new AuditRecord(0, context.Clock.GetUtcNow(), context.Caller.Name, context.Caller.Source,
            $"{operation.Method} {operation.Route}", target, Redaction.Text(input) ?? "{}", Redaction.Text(before), null));
        JsonNode? body = await operation.RunAsync(context with { Change = change }, input, cancellation).ConfigureAwait(false);
        JsonNode? after = reader is null ? null : await StateAsync(context, reader, input, cancellation).ConfigureAwait(false);
        await context.Database.WriteAsync(session =>
        {
            change.Finish(session, Redaction.Text(after));
            return 0;
        }, cancellation).ConfigureAwait(false);
        context.Events.Publish("config.changed", ("operation", $"{operation.Method} {operation.Route}"), ("target", target), ("who", context.Caller.Name));
        return new ApiAnswer(body, after is null ? null : EntityTag.Of(after, reader!.Output), false);
    }

    /// <summary>The object that a change is about, as it is read; null: it has none, or none yet.</summary>
    private static async Task<JsonNode?> StateAsync(ApiContext context, ApiOperation reader, JsonObject input, CancellationToken cancellation)
    {
        var names = new JsonObject();
        foreach (string name in reader.PathParameters) names[name] = input[name]?.DeepClone();
        try
        {
            return await reader.RunAsync(context, names, cancellation).ConfigureAwait(false);
        }
        catch (ApiException)
        {
            return null;
        }
    }

    /// <summary>Reads what an operation changes: <c>GET /users/{name}</c> for <c>PUT /users/{name}/password</c> and for <c>POST /users</c>.</summary>
    private static ApiOperation? ObjectOf(ApiOperation change) => ApiOperations.All
        .Where(read => read.Method == "GET" && read.Route.EndsWith('}') && (
            change.Route == read.Route || change.Route.StartsWith(read.Route + "/", StringComparison.Ordinal)
            || (change.Method == "POST" && read.Route.LastIndexOf('/') == change.Route.Length && read.Route.StartsWith(change.Route + "/", StringComparison.Ordinal))))
        .MaxBy(read => read.Route.Length);
}
