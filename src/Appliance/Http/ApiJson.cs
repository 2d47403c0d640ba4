using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tandem.Http;

/// <summary>The one JSON form of the API and of <c>--json</c>: snake_case names, enums as words, numbers also from query texts.</summary>
public static class ApiJson
{
    public static JsonSerializerOptions Options { get; } = Make(indented: false);

    /// <summary>The same for people's eyes.</summary>
    public static JsonSerializerOptions Indented { get; } = Make(indented: true);

    private static JsonSerializerOptions Make(bool indented) => new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,    // bodies are application/json, never part of a page
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new FlexibleBoolean() },
        WriteIndented = indented,
    };

    /// <summary>Truth values also from the text of a query.</summary>
    private sealed class FlexibleBoolean : JsonConverter<bool>
    {
        public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            JsonTokenType.String when bool.TryParse(reader.GetString(), out bool truth) => truth,
            _ => throw new JsonException("not true or false"),
        };

        public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteBooleanValue(value);
    }
}
