using System.Text.Json.Nodes;

namespace Tandem.Http;

/// <summary>One request, whatever way it came.</summary>
/// <param name="Input">Put together from body, query and path.</param>
/// <param name="IfMatch">Change only what is still this.</param>
/// <param name="IfNoneMatch">Give only what is not this.</param>
internal sealed record ApiRequest(ApiOperation Operation, JsonObject Input, string? IfMatch = null, string? IfNoneMatch = null);
