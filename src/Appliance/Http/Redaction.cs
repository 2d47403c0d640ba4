using System.Text.Json.Nodes;

namespace Tandem.Http;

/// <summary>JSON as it may be written down: without secrets.</summary>
internal static class Redaction
{
    private const string Hidden = "(hidden)";

    public static string? Text(JsonNode? node) => node is null ? null : Hide(node.DeepClone()).ToJsonString(ApiJson.Options);

    private static JsonNode Hide(JsonNode node)
    {
        if (node is JsonObject fields)
        {
            foreach ((string name, JsonNode? value) in fields.ToArray())
                if (IsSecret(name) && value is JsonValue) fields[name] = Hidden;
                else if (value is not null) Hide(value);
        }
        else if (node is JsonArray items)
        {
            foreach (JsonNode? item in items)
                if (item is not null) Hide(item);
        }
        return node;
    }

    private static bool IsSecret(string name) => name.Contains("password", StringComparison.OrdinalIgnoreCase)
        || name.Contains("secret", StringComparison.OrdinalIgnoreCase) || name.Contains("token", StringComparison.OrdinalIgnoreCase)
        || name == "csv";    // a file of carriers has their passwords in it
}
