using System.Text.Json;
using System.Text.Json.Nodes;
using Tandem.Http.Access;

namespace Tandem.Http;

/// <summary>One thing that can be asked of the appliance, reachable in the same way over HTTP and, with no appliance running, directly.</summary>
public abstract class ApiOperation(string method, string route, Type input, Type output)
{
    public string Method { get; } = method;

    /// <summary>Path below <c>/api/v1</c>, parameters in braces: <c>/users/{name}</c>.</summary>
    public string Route { get; } = route;

    /// <summary>Every parameter, whether it travels in the path, the query or the body.</summary>
    public Type Input { get; } = input;

    /// <summary>The result, as it is written in JSON.</summary>
    public Type Output { get; } = output;

    /// <summary>Who may: everybody reads and admins change, unless said otherwise.</summary>
    public ApiRole Role { get; init; } = method == "GET" ? ApiRole.Viewer : ApiRole.Admin;

    /// <summary>What a token must be good for; null: any will do.</summary>
    public string? Scope { get; init; } = $"{route.Split('/')[1]}:{(method == "GET" ? "read" : "write")}";

    /// <summary>Whether it changes something and so stands in the audit log.</summary>
    public bool IsChange { get; init; } = method != "GET";

    /// <summary>Whether it waits until no other change of objects is under way; not where it takes as long as people do.</summary>
    public bool TakesTurns { get; init; } = true;

    /// <summary>The type of one item where the result is a plain list, which is cut into pages on its way out.</summary>
    public Type? ItemOfList { get; } = output.IsGenericType && output.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? output.GetGenericArguments()[0] : null;

    /// <summary>Names of the parameters in the path.</summary>
    public IReadOnlyList<string> PathParameters { get; } =
        [.. route.Split('/').Where(part => part.StartsWith('{')).Select(part => part.Trim('{', '}'))];

    /// <summary>The path of one object.</summary>
    public string Address(JsonObject input) => string.Join('/', Route.Split('/').Select(part =>
        part.StartsWith('{') ? Uri.EscapeDataString(input[part.Trim('{', '}')]?.ToString() ?? "") : part));

    /// <summary>Runs it on input put together from body, path and query.</summary>
    /// <returns>The result as JSON.</returns>
    /// <exception cref="ApiException">The input is wrong or the request cannot be carried out.</exception>
    public abstract Task<JsonNode?> RunAsync(ApiContext context, JsonObject input, CancellationToken cancellation);
}

/// <inheritdoc/>
/// <typeparam name="TIn">Every parameter, whether it travels in the path, the query or the body.</typeparam>
/// <typeparam name="TOut">The result, as it is written in JSON.</typeparam>
public sealed class ApiOperation<TIn, TOut>(string method, string route, Func<ApiContext, TIn, CancellationToken, Task<TOut>> handler)
    : ApiOperation(method, route, typeof(TIn), typeof(TOut))
{
    public Func<ApiContext, TIn, CancellationToken, Task<TOut>> Handler { get; } = handler;

    public override async Task<JsonNode?> RunAsync(ApiContext context, JsonObject input, CancellationToken cancellation)
    {
        TIn? parameters;
        try
        {
            parameters = input.Deserialize<TIn>(ApiJson.Options);
        }
        catch (JsonException error)
        {
            throw InputFaults.Explain(input, typeof(TIn), error);
        }
        return JsonSerializer.SerializeToNode(await Handler(context, parameters!, cancellation).ConfigureAwait(false), ApiJson.Options);
    }
}
