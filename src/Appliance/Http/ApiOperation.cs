using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tandem.Http;

/// <summary>One thing that can be asked of the appliance, reachable in the same way over HTTP and, with no appliance running, directly.</summary>
public abstract class ApiOperation(string method, string route)
{
    public string Method { get; } = method;

    /// <summary>Path below <c>/api/v1</c>, parameters in braces: <c>/users/{name}</c>.</summary>
    public string Route { get; } = route;

    /// <summary>Runs it on input put together from body, path and query.</summary>
    /// <returns>The result as JSON.</returns>
    /// <exception cref="ApiException">The input is wrong or the request cannot be carried out.</exception>
    public abstract Task<JsonNode?> RunAsync(ApiContext context, JsonObject input, CancellationToken cancellation);
}

/// <inheritdoc/>
/// <typeparam name="TIn">Every parameter, whether it travels in the path, the query or the body.</typeparam>
/// <typeparam name="TOut">The result, as it is written in JSON.</typeparam>
public sealed class ApiOperation<TIn, TOut>(string method, string route, Func<ApiContext, TIn, CancellationToken, Task<TOut>> handler)
    : ApiOperation(method, route)
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
            throw new ApiException(400, $"The request is not understood: {error.Message}");
        }
        return JsonSerializer.SerializeToNode(await Handler(context, parameters!, cancellation).ConfigureAwait(false), ApiJson.Options);
    }
}
