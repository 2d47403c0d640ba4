using System.ComponentModel;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tandem.Http;

/// <summary>A field of an input record as text: an option of the command line, a cell of a CSV file.</summary>
internal sealed class TextField
{
    private static readonly char[] s_listSeparators = [',', ';'];

    private TextField(PropertyInfo property)
    {
        Name = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
        Type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        Description = property.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "";
        IsRequired = property.IsDefined(typeof(RequiredMemberAttribute));
    }

    /// <summary>As in JSON: <c>max_calls</c>.</summary>
    public string Name { get; }

    public Type Type { get; }

    public string Description { get; }

    public bool IsRequired { get; }

    /// <summary>What it takes, where that is one of some words; else empty.</summary>
    public string Words => Type.IsEnum ? string.Join(", ", Enum.GetNames(Type).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)) : Type == typeof(bool) ? "true, false" : "";

    /// <summary>The fields of a record in the order in which it declares them.</summary>
    public static IReadOnlyList<TextField> Of<T>() => [.. typeof(T).GetProperties().Where(property => property.SetMethod is not null).Select(property => new TextField(property))];

    /// <summary>Makes the record of the texts that are given.</summary>
    /// <exception cref="ApiException">One of them is not what its field takes, or a field that must be there is missing.</exception>
    public static T Read<T>(IReadOnlyList<TextField> fields, Func<TextField, string?> text)
    {
        JsonObject input = [];
        foreach (TextField field in fields)
        {
            if (text(field) is { } given) input[field.Name] = field.ToJson(given);
            else if (field.IsRequired) throw Fields.Fault(400, field.Name, "it is missing.", field.Description);
        }
        return input.Deserialize<T>(ApiJson.Options)!;
    }

    private JsonNode ToJson(string text)
    {
        JsonNode node = Type == typeof(string) ? JsonValue.Create(text)
            : Type.IsGenericType ? new JsonArray([.. text.Split(s_listSeparators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(item => JsonValue.Create(item))])
            : JsonValue.Create(Type.IsEnum ? text.Replace('-', '_') : text);
        try
        {
            node.Deserialize(Type, ApiJson.Options);
            return node;
        }
        catch (JsonException)
        {
            throw Fields.Fault(400, Name, $"'{text}' is not possible.", Words.Length > 0 ? $"Use one of {Words}." : "Use a number.");
        }
    }
}
