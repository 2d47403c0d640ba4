using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tandem.Http;

/// <summary>What names may look like; checked before anything is written.</summary>
/// <remarks>The field that is at fault is read off the checked expression: <c>input.DisplayName</c> is <c>display_name</c>.</remarks>
internal static partial class Names
{
    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}$")]
    private static partial Regex UserPattern { get; }

    [GeneratedRegex(@"^[A-Za-z0-9*#+][A-Za-z0-9*#_.+-]{0,63}$")]
    private static partial Regex NumberPattern { get; }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,50}$")]
    private static partial Regex MenuPattern { get; }

    [GeneratedRegex("[A-Za-z_]+")]
    private static partial Regex IdentifierPattern { get; }

    public static void CheckUser(string name, [CallerArgumentExpression(nameof(name))] string? field = null) =>
        Check(UserPattern.IsMatch(name), $"'{name}' is not a user name.", "Use up to 64 letters, digits and . _ + -, for example 1001 or alice.", field);

    public static void CheckNumber(string number, [CallerArgumentExpression(nameof(number))] string? field = null) =>
        Check(NumberPattern.IsMatch(number), $"'{number}' is not a number that can be dialled.", "Use up to 64 letters, digits and * # + . _ -, for example 9999.", field);

    public static void CheckAgent(string extension, [CallerArgumentExpression(nameof(extension))] string? field = null) =>
        Check(extension.Length <= 20 && NumberPattern.IsMatch(extension), $"'{extension}' is not an agent's extension.", "Use up to 20 letters and digits, for example 1001.", field);

    public static void CheckMenu(string id, [CallerArgumentExpression(nameof(id))] string? field = null) =>
        Check(MenuPattern.IsMatch(id), $"'{id}' is not a menu id.", "Use up to 50 letters, digits, _ and -, for example main.", field);

    public static void CheckDigit(char digit, [CallerArgumentExpression(nameof(digit))] string? field = null) =>
        Check(char.IsAsciiDigit(digit) || digit is '*' or '#', $"'{digit}' is not a key of a telephone.", "Use one of 0 to 9, * and #.", field);

    public static void CheckText(string what, string text, int longest, [CallerArgumentExpression(nameof(text))] string? field = null)
    {
        Check(text.Length <= longest, $"The {what} is {text.Length} characters long; {longest} are allowed.", "Shorten it.", field);
        Check(!text.Any(char.IsControl), $"The {what} contains control characters.", "Write it as plain text.", field);
    }

    public static void Check(bool valid, string message, string advice, [CallerArgumentExpression(nameof(valid))] string? field = null)
    {
        if (!valid) throw Fault(400, message, advice, field);
    }

    /// <summary>A refusal for a field's sake.</summary>
    /// <param name="status">400, or 404 where what it names is not there.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="advice">What to do.</param>
    /// <param name="field">The field, or the expression that was checked.</param>
    public static ApiException Fault(int status, string message, string advice, string? field) => new(status, message, advice)
    {
        Errors = field is null ? new Dictionary<string, IReadOnlyList<string>>() : new Dictionary<string, IReadOnlyList<string>> { [field] = [message] },
    };

    /// <summary>The field of an input that a checked expression is about; null: none.</summary>
    public static string? FieldIn(Type input, string expression) => IdentifierPattern.Matches(expression)
        .Select(match => JsonNamingPolicy.SnakeCaseLower.ConvertName(match.Value))
        .FirstOrDefault(name => input.GetProperties().Any(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name) == name));
}
