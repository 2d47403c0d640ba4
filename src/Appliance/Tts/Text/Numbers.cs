using System.Globalization;
using System.Text.RegularExpressions;

namespace Tandem.Tts.Text;

/// <summary>Percent, ordinals, fractions, ranges, versions and every other number.</summary>
internal static partial class Numbers
{
    /// <summary>Numbers that a sign belongs to, before signs become words.</summary>
    public static string BeforeSigns(string text)
    {
        text = Percent().Replace(text, static m => $"{NumberWords.Of(m.Groups[1].Value)} percent");
        text = Ordinal().Replace(text, static m => NumberWords.Ordinal(long.Parse(m.Groups[1].Value.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture)));
        text = AroundTheClock().Replace(text, "twenty four seven");
        text = Fraction().Replace(text, Say);
        text = Range().Replace(text, static m => $"{NumberWords.Of(m.Groups[1].Value)} to {NumberWords.Of(m.Groups[2].Value)}");
        return Dotted().Replace(text, static m => string.Join(" dot ", m.Value.Split('.').Select(part => part.Length > 2 ? NumberWords.Digits(part) : NumberWords.Of(part))));
    }

    /// <summary>Every number that is left.</summary>
    public static string Expand(string text) => Plain().Replace(text, static m => NumberWords.Of(m.Value));

    private static string Say(Match m)
    {
        string whole = m.Groups["whole"].Success ? NumberWords.Of(m.Groups["whole"].Value) + " and " : "";
        int top = int.Parse(m.Groups["top"].ValueSpan, CultureInfo.InvariantCulture), bottom = int.Parse(m.Groups["bottom"].ValueSpan, CultureInfo.InvariantCulture);
        string? part = bottom switch
        {
            2 => top == 1 ? "half" : "halves",
            4 => top == 1 ? "quarter" : "quarters",
            >= 3 and <= 10 or 16 or 100 => NumberWords.Ordinal(bottom) + (top == 1 ? "" : "s"),
            _ => null,
        };
        if (part is null || top >= bottom) return $"{whole}{NumberWords.Cardinal(top)} over {NumberWords.Cardinal(bottom)}";
        return $"{whole}{(whole.Length > 0 && top == 1 ? "a" : NumberWords.Cardinal(top))} {part}";
    }

    [GeneratedRegex(@"(?<![\w.,])(-?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,9})?) ?%")]
    private static partial Regex Percent();

    [GeneratedRegex(@"(?<![\w.,])(\d{1,3}(?:,\d{3})+|\d{1,15})(?:st|nd|rd|th)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Ordinal();

    [GeneratedRegex(@"(?<![\w/])24/7(?![\w/])")]
    private static partial Regex AroundTheClock();

    [GeneratedRegex(@"(?<![\w/.,])(?:(?<whole>\d{1,4}) )?(?<top>\d{1,3})/(?<bottom>\d{1,3})(?![\w/]|\.\d)")]
    private static partial Regex Fraction();

    [GeneratedRegex(@"(?<![\w.,/:-])(\d{1,4}(?:\.\d{1,2})?) ?- ?(\d{1,4}(?:\.\d{1,2})?)(?![\w:/-]|[.,]\d)")]
    private static partial Regex Range();

    /// <summary>An address or a version: 192.168.0.1, 1.2.3.</summary>
    [GeneratedRegex(@"(?<![\w.])\d{1,5}(?:\.\d{1,5}){2,7}(?!\w|\.\d)")]
    private static partial Regex Dotted();

    [GeneratedRegex(@"(?<![\w)])-(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|(?:(?<!\d)\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|(?<!\w)\.\d+")]
    private static partial Regex Plain();
}
