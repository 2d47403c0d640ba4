using System.Globalization;
using System.Text.Json;

namespace Tandem.Cli;

/// <summary>An event as a line for people: when, what, of whom, and what changed.</summary>
internal static class EventLine
{
    /// <summary>What an event is about: the first of these that it has. Of two, the second is named after the word.</summary>
    private static readonly (string Name, string Word, string Second)[] s_subjects =
    [
        ("from", " to ", "to"), ("party", " to ", "to"), ("gateway", " of ", "carrier"), ("carrier", "", ""), ("user", "", ""), ("subject", "", ""), ("target", "", ""), ("operation", "", ""), ("who", "", ""),
    ];

    /// <param name="json">The event's data as it came: <c>{"kind":…,"at":…,"data":{…}}</c>.</param>
    /// <exception cref="JsonException">It is something else.</exception>
    public static string Of(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        if (document.RootElement is not { ValueKind: JsonValueKind.Object } e || !e.TryGetProperty("at", out JsonElement at) || !at.TryGetDateTimeOffset(out DateTimeOffset time)
            || !e.TryGetProperty("kind", out JsonElement kind) || !e.TryGetProperty("data", out JsonElement data) || data.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("This is no event.");
        }
        Dictionary<string, string> values = data.EnumerateObject().Where(value => value.Value.ValueKind != JsonValueKind.Null)
            .ToDictionary(value => value.Name, value => Printable(value.Value.ToString()), StringComparer.Ordinal);
        string subject = Subject(values);
        string changed = string.Join(", ", values.Select(value => $"{value.Key}: {value.Value}"));
        return $"{ObjectText.Time(time)}  {Printable(kind.ToString()),-20}  {subject}{(changed.Length > 0 ? "  " : "")}{changed}".TrimEnd();
    }

    /// <summary>Takes it out of <paramref name="values"/>.</summary>
    private static string Subject(Dictionary<string, string> values)
    {
        foreach ((string name, string word, string second) in s_subjects)
        {
            if (!values.Remove(name, out string? first)) continue;
            return values.Remove(second, out string? other) ? first + word + other : first;
        }
        return "";
    }

    /// <summary>Strangers choose what they are called: what a terminal would obey is shown as a question mark.</summary>
    private static string Printable(string text) => string.Create(text.Length, text, (line, source) =>
    {
        for (int i = 0; i < line.Length; i++) line[i] = char.IsControl(source[i]) || char.GetUnicodeCategory(source[i]) == UnicodeCategory.Format ? '?' : source[i];
    });
}
