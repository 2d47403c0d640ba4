using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tandem.Storage;

namespace Tandem.Http;

/// <summary>Tags of what was given (RFC 9110 §8.8.3), in two parts: of what people configured, and of the whole with its counters.</summary>
internal static class EntityTag
{
    public static string Of(JsonNode? body, Type type)
    {
        string whole = Hash(body?.ToJsonString(ApiJson.Options) ?? "null");
        if (body is not JsonObject fields || Live(type) is not { Count: > 0 } live) return $"\"{whole}\"";
        var settled = (JsonObject)fields.DeepClone();
        foreach (string name in live) settled.Remove(name);
        return $"\"{Hash(settled.ToJsonString(ApiJson.Options))}.{whole}\"";
    }

    /// <summary>Whether what is there now is what the caller has seen (If-Match): counters do not matter.</summary>
    public static bool IsUnchanged(string ifMatch, string tag) =>
        Tags(ifMatch).Any(known => known == "*" || Settled(known) == Settled(tag));

    /// <summary>Whether the caller has exactly this (If-None-Match).</summary>
    public static bool IsKnown(string ifNoneMatch, string tag) =>
        Tags(ifNoneMatch).Any(known => known == "*" || known == tag || known == "W/" + tag);

    private static string[] Tags(string field) => field.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string Settled(string tag) => tag.Trim('"').Split('.')[0];

    private static List<string> Live(Type type) => [.. type.GetProperties().Where(property => property.GetCustomAttribute<LiveAttribute>() is not null)
        .Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name))];

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
}
