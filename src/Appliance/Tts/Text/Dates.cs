using System.Globalization;
using System.Text.RegularExpressions;

namespace Tandem.Tts.Text;

/// <summary>Dates: 2026-11-22, 11/22/2026, 22.11.2026, Nov 3rd, 3 November 2026, Mon-Fri, the 1990s.</summary>
internal static partial class Dates
{
    private const string MonthPattern =
        @"(?<month>January|February|March|April|May|June|July|August|September|October|November|December|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)";

    private const string DayOfWeek = @"Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun";

    private static readonly string[] Months =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    private static readonly string[] Days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

    public static string Expand(string text)
    {
        text = DayRange().Replace(text, static m => $"{Day(m.Groups[1].Value)} to {Day(m.Groups[2].Value)}");
        text = ShortDay().Replace(text, static m => Day(m.Value));
        text = Iso().Replace(text, static m => Say(m, m.Groups[1], Number(m.Groups[2]), Number(m.Groups[3])) + (m.Groups[4].Success ? ", " : ""));
        text = Slashed().Replace(text, static m => Number(m.Groups[1]) is var first && first > 12
            ? Say(m, m.Groups[3], Number(m.Groups[2]), first)
            : Say(m, m.Groups[3], first, Number(m.Groups[2])));
        text = Dotted().Replace(text, static m => Say(m, m.Groups[3], Number(m.Groups[2]), Number(m.Groups[1])));
        text = MonthDay().Replace(text, static m => ValidDay(m.Groups["day"])
            ? $"{Month(m)} {NumberWords.Ordinal(Number(m.Groups["day"]))}{YearOf(m)}" : m.Value);
        text = DayMonth().Replace(text, static m => ValidDay(m.Groups["day"])
            ? $"{(m.Groups["the"].Success ? m.Groups["the"].Value : "the ")}{NumberWords.Ordinal(Number(m.Groups["day"]))} of {Month(m)}{YearOf(m)}" : m.Value);
        text = MonthYear().Replace(text, static m => $"{Month(m)} {NumberWords.Year(Number(m.Groups["year"]))}");
        text = Decade().Replace(text, static m => Plural(NumberWords.Year(Number(m.Groups[1]))));
        return BareYear().Replace(text, static m => m.Groups[1].Value + NumberWords.Year(Number(m.Groups[2])));
    }

    private static string Say(Match m, Group year, int month, int day)
    {
        if (month is < 1 or > 12 || day is < 1 or > 31) return m.Value;
        int full = Number(year) + (year.Length == 2 ? 2000 : 0);
        return $"{Months[month - 1]} {NumberWords.Ordinal(day)}, {NumberWords.Year(full)}";
    }

    private static string YearOf(Match m) => m.Groups["year"].Success ? $", {NumberWords.Year(Number(m.Groups["year"]))}" : "";

    private static string Month(Match m) => Array.Find(Months, name => name.StartsWith(m.Groups["month"].Value[..3], StringComparison.OrdinalIgnoreCase))!;

    private static string Day(string abbreviation) => Array.Find(Days, day => day.StartsWith(abbreviation[..3], StringComparison.Ordinal))!;

    /// <summary>nineteen ninety → nineteen nineties.</summary>
    private static string Plural(string year) => year.EndsWith('y') ? year[..^1] + "ies" : year + "s";

    private static bool ValidDay(Group day) => Number(day) is >= 1 and <= 31;

    private static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex($@"\b({DayOfWeek})\b\.? ?- ?({DayOfWeek})\b\.?")]
    private static partial Regex DayRange();

    /// <summary>Sat, Sun and Wed are words too: only before a date, a time or another day.</summary>
    [GeneratedRegex($@"\b(?:(?:Mon|Tues?|Thu(?:rs?)?|Fri)\b\.?(?=,? |,|$)|(?:Wed|Sat|Sun)\b\.?(?=,? (?:at )?\d|,? (?:and|to|through|or) (?:{DayOfWeek})|,? {MonthPattern}))|(?<=\b(?:and|to|through|or) )(?:Wed|Sat|Sun)\b(?=[.,;]? |[.,;]?$)(?!\w)")]
    private static partial Regex ShortDay();

    [GeneratedRegex(@"(?<![\w-])(\d{4})-(\d{1,2})-(\d{1,2})(?:(T)(?=\d{1,2}:)|(?![\d-]))")]
    private static partial Regex Iso();

    [GeneratedRegex(@"(?<![\w/.])(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?![\w/])")]
    private static partial Regex Slashed();

    [GeneratedRegex(@"(?<![\w.])(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\w|\.\d)")]
    private static partial Regex Dotted();

    [GeneratedRegex($@"\b{MonthPattern} (?<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?<year>(?:1[1-9]|20)\d\d))?(?![\w:%]|[.,]\d| ?[ap]\.?m\b)")]
    private static partial Regex MonthDay();

    [GeneratedRegex($@"(?<!\w|\d[.,:/-])(?<the>the )?(?<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {MonthPattern}(?:,? (?<year>(?:1[1-9]|20)\d\d))?(?!\w)")]
    private static partial Regex DayMonth();

    [GeneratedRegex($@"\b{MonthPattern},? (?<year>(?:1[1-9]|20)\d\d)(?![\w:%]|[.,]\d)")]
    private static partial Regex MonthYear();

    [GeneratedRegex(@"(?<![\w$])((?:1[1-9]|20)\d0)'?s\b")]
    private static partial Regex Decade();

    /// <summary>A year without a month: only where the sentence says that it is one.</summary>
    [GeneratedRegex(@"\b((?:[Ii]n|[Ss]ince|[Uu]ntil|[Bb]efore|[Aa]fter|[Dd]uring|[Yy]ear|[Cc]opyright) )((?:1[1-9]|20)\d\d)(?=[.,;!?]?(?:\s|$))(?!,? (?!and\b|or\b|to\b|was\b|is\b|for\b|we\b|the\b|at\b|with\b|by\b|when\b|you\b|your\b|our\b)[a-z])")]
    private static partial Regex BareYear();
}
