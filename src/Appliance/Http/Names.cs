using System.Text.RegularExpressions;

namespace Tandem.Http;

/// <summary>What names may look like; checked before anything is written.</summary>
internal static partial class Names
{
    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}$")]
    private static partial Regex UserPattern { get; }

    [GeneratedRegex(@"^[A-Za-z0-9*#+][A-Za-z0-9*#_.+-]{0,63}$")]
    private static partial Regex NumberPattern { get; }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,50}$")]
    private static partial Regex MenuPattern { get; }

    public static void CheckUser(string name) =>
        Check(UserPattern.IsMatch(name), $"'{name}' is not a user name.", "Use up to 64 letters, digits and . _ + -, for example 1001 or alice.");

    public static void CheckNumber(string number) =>
        Check(NumberPattern.IsMatch(number), $"'{number}' is not a number that can be dialled.", "Use up to 64 letters, digits and * # + . _ -, for example 9999.");

    public static void CheckAgent(string extension) =>
        Check(extension.Length <= 20 && NumberPattern.IsMatch(extension), $"'{extension}' is not an agent's extension.", "Use up to 20 letters and digits, for example 1001.");

    public static void CheckMenu(string id) =>
        Check(MenuPattern.IsMatch(id), $"'{id}' is not a menu id.", "Use up to 50 letters, digits, _ and -, for example main.");

    public static void CheckDigit(char digit) =>
        Check(char.IsAsciiDigit(digit) || digit is '*' or '#', $"'{digit}' is not a key of a telephone.", "Use one of 0 to 9, * and #.");

    public static void CheckText(string what, string text, int longest)
    {
        Check(text.Length <= longest, $"The {what} is {text.Length} characters long; {longest} are allowed.", "Shorten it.");
        Check(!text.Any(char.IsControl), $"The {what} contains control characters.", "Write it as plain text.");
    }

    public static void Check(bool valid, string message, string advice)
    {
        if (!valid) throw new ApiException(400, message, advice);
    }
}
