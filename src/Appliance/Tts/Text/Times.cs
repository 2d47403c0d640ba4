using System.Globalization;
using System.Text.RegularExpressions;

namespace Tandem.Tts.Text;

/// <summary>Times of day: 9:30am, 17:45, 5 p.m., 9am-5pm.</summary>
internal static partial class Times
{
    public static string Expand(string text)
    {
        text = Range().Replace(text, "$1 to ");
        text = Clock().Replace(text, m => Say(m) + SentenceEnd.DotAfter(m, text));
        text = Hour().Replace(text, m => $"{NumberWords.Cardinal(Number(m.Groups["hour"]))} {Half(m)}" + SentenceEnd.DotAfter(m, text));
        return BareHalf().Replace(text, m => Half(m) + SentenceEnd.DotAfter(m, text));
    }

    private static string Say(Match m)
    {
        int hour = Number(m.Groups["hour"]), minute = Number(m.Groups["minute"]);
        string seconds = m.Groups["second"].Success ? $" and {NumberWords.Cardinal(Number(m.Groups["second"]))} seconds" : "";
        string minutes = minute < 10 ? "oh " + NumberWords.Cardinal(minute) : NumberWords.Cardinal(minute);
        if (m.Groups["half"].Success) return $"{NumberWords.Cardinal(hour)}{(minute == 0 ? "" : " " + minutes)}{seconds} {Half(m)}";
        if (seconds.Length > 0) return $"{NumberWords.Cardinal(hour)} {minutes}{seconds}";
        return (hour, minute) switch
        {
            (0, 0) => "midnight",
            ( <= 12, 0) => $"{NumberWords.Cardinal(hour)} o'clock",
            (_, 0) => $"{NumberWords.Cardinal(hour)} hundred",
            _ => $"{NumberWords.Cardinal(hour)} {minutes}",
        };
    }

    private static string Half(Match m) => m.Groups["half"].ValueSpan[0] is 'a' or 'A' ? "AM" : "PM";

    private static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<![\w:.])(\d{1,2}(?::\d{2})?(?: ?[AaPp]\.?[Mm]\.?)?) ?- ?(?=\d{1,2}(?::\d{2}(?!\d)| ?[AaPp]\.?[Mm]\b))")]
    private static partial Regex Range();

    [GeneratedRegex(@"(?<![\w:.])(?<hour>[01]?\d|2[0-3]):(?<minute>[0-5]\d)(?::(?<second>[0-5]\d))?(?: ?(?<half>[AaPp])(?:[Mm]\b|\.[Mm]\.?(?!\w)))?(?!\w|:\d)")]
    private static partial Regex Clock();

    [GeneratedRegex(@"(?<![\w:.$])(?<hour>1[0-2]|0?[1-9]) ?(?<half>[AaPp])(?:[Mm]\b|\.[Mm]\.?(?!\w))")]
    private static partial Regex Hour();

    /// <summary>The half of a time that is written in words already.</summary>
    [GeneratedRegex(@"\b(?<half>[AaPp])\.[Mm]\.(?!\w)")]
    private static partial Regex BareHalf();
}
