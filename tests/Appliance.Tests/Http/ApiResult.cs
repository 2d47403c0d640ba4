using System.Text.Json.Nodes;

namespace Tandem.Tests.Http;

/// <summary>An answer of the API.</summary>
internal sealed record ApiResult(int Status, JsonNode? Body, string? Tag, string? SetCookie, string? RetryAfter, string? ContentType)
{
    public string Text(string name) => Body![name]!.ToString();

    /// <summary>Fields that a problem names, in order.</summary>
    public string Fields => Body?["errors"] is JsonObject errors ? string.Join(',', errors.Select(error => error.Key).Order(StringComparer.Ordinal)) : "";
}
