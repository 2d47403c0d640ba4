namespace Tandem.Storage;

/// <summary>A list of words in one column, separated by commas.</summary>
internal static class DbList
{
    public static string Join(IEnumerable<string> words) => string.Join(',', words);

    public static IReadOnlyList<string> Split(string text) =>
        text.Length == 0 ? [] : text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
