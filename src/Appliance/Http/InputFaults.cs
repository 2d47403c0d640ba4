using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Tandem.Http;

/// <summary>Says which fields of an input are wrong, after it could not be read.</summary>
internal static class InputFaults
{
    public static ApiException Explain(JsonObject input, Type type, JsonException error)
    {
        Dictionary<string, IReadOnlyList<string>> faults = new(StringComparer.Ordinal);
        JsonTypeInfo form = ApiJson.Options.GetTypeInfo(type);
        foreach (JsonPropertyInfo field in form.Properties)
            if (Fault(input, field) is { } fault) faults[field.Name] = [fault];
        foreach ((string name, _) in input)
            if (form.Properties.All(field => field.Name != name)) faults[name] = [$"It is not known here; known are {string.Join(", ", form.Properties.Select(field => field.Name))}."];
        string what = faults.Count == 0 ? error.Message : string.Join(" ", faults.Select(fault => $"{fault.Key}: {fault.Value[0]}"));
        return new ApiException(400, $"The request is not understood: {what}") { Errors = faults };
    }

    /// <summary>No text of ours has it, and no database takes it.</summary>
    public static bool HasNul(JsonNode? value) => value switch
    {
        JsonValue text => text.GetValueKind() == JsonValueKind.String && text.GetValue<string>().Contains('\0', StringComparison.Ordinal),
        JsonArray items => items.Any(HasNul),
        _ => false,
    };

    private static string? Fault(JsonObject input, JsonPropertyInfo field)
    {
        if (!input.TryGetPropertyValue(field.Name, out JsonNode? value))
            return field.IsRequired || field.AssociatedParameter is { HasDefaultValue: false } ? "It is missing." : null;
        if (value is null) return field.AssociatedParameter is { IsNullable: false } || !field.IsSetNullable ? "It may not be null." : null;
        try
        {
            value.Deserialize(field.PropertyType, ApiJson.Options);
            return null;
        }
        catch (JsonException)
        {
            string text = value.ToJsonString(ApiJson.Options);
            return $"{(text.Length > 80 ? text[..80] + "…" : text)} is not {Words(field.PropertyType)}.";
        }
    }

    private static string Words(Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain.IsEnum) return "one of " + string.Join(", ", Enum.GetNames(plain).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName));
        if (plain == typeof(bool)) return "true or false";
        if (plain == typeof(char)) return "one character";
        if (plain == typeof(string)) return "a text";
        if (plain == typeof(DateTimeOffset)) return "a time such as 2026-01-31T09:30:00Z";
        if (plain.IsPrimitive || plain == typeof(decimal)) return plain == typeof(double) || plain == typeof(decimal) ? "a number" : "a whole number in range";
        return plain.IsAssignableTo(typeof(System.Collections.IEnumerable)) ? "a list" : "what belongs here";
    }
}
