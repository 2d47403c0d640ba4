using System.Diagnostics.CodeAnalysis;

namespace Tandem.Routing;

/// <summary>Hours of the week in one time zone: <c>mon-fri 08:00-18:00, sat 09:00-13:00 Europe/Madrid</c>.</summary>
/// <remarks>By the clock on the wall there: 08:00 is 08:00 in summer and winter. Hours over midnight belong to the day on which they begin.</remarks>
public sealed class TimeWindow
{
    /// <summary>What is accepted, for messages.</summary>
    public const string Form = "Write days, hours and a time zone, for example \"mon-fri 08:00-18:00, sat 09:00-13:00 Europe/Madrid\", or \"22:00-06:00 UTC\".";

    private const int MinutesPerDay = 24 * 60;
    private static readonly string[] s_days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    private readonly TimeZoneInfo _zone;
    private readonly List<Span> _spans;

    private TimeWindow(TimeZoneInfo zone, List<Span> spans) => (_zone, _spans) = (zone, spans);

    /// <param name="problem">What is wrong with the text, in words.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out TimeWindow? window, [NotNullWhen(false)] out string? problem)
    {
        window = null;
        string trimmed = text.Trim();
        int space = trimmed.LastIndexOfAny([' ', '\t']);
        string name = trimmed[(space + 1)..];
        if (space < 0 || char.IsAsciiDigit(name[0]) || TryDays(name, out _))
        {
            problem = "the time zone is missing";
            return false;
        }
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(name, out TimeZoneInfo? zone))
        {
            problem = $"'{name}' is no time zone of the IANA list";
            return false;
        }
        List<Span> spans = [];
        foreach (string part in trimmed[..space].Split(',', StringSplitOptions.TrimEntries))
        {
            if (!TrySpan(part, out Span span, out problem)) return false;
            spans.Add(span);
        }
        window = new TimeWindow(zone, spans);
        problem = null;
        return true;
    }

    public bool IsOpen(DateTimeOffset at)
    {
        DateTimeOffset local = Local(at);
        int day = (int)local.DayOfWeek, minute = (int)local.TimeOfDay.TotalMinutes;
        foreach (Span span in _spans)
        {
            bool today = span.Days[day], yesterday = span.Days[(day + 6) % 7];
            if (span.From < span.To ? today && minute >= span.From && minute < span.To
                : today && minute >= span.From || yesterday && minute < span.To) return true;
        }
        return false;
    }

    /// <summary>The time that the clocks of the zone show.</summary>
    public DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, _zone);

    /// <summary><c>mon-fri 08:00-18:00</c>, <c>sat</c>, <c>08:00-18:00</c>.</summary>
    private static bool TrySpan(string text, out Span span, [NotNullWhen(false)] out string? problem)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        span = new Span([true, true, true, true, true, true, true], 0, MinutesPerDay);
        problem = null;
        int next = 0;
        if (next < words.Length && TryDays(words[next], out bool[]? days))
        {
            span = span with { Days = days };
            next++;
        }
        if (next < words.Length && TryHours(words[next], out int from, out int to))
        {
            span = span with { From = from, To = to };
            next++;
        }
        if (words.Length > 0 && next == words.Length) return true;
        problem = words.Length == 0 ? "days or hours are missing" : $"'{words[next]}' is neither days like mon-fri nor hours like 08:00-18:00";
        return false;
    }

    private static bool TryDays(string word, [NotNullWhen(true)] out bool[]? days)
    {
        days = null;
        string[] ends = word.Split('-');
        if (ends.Length > 2) return false;
        int first = Day(ends[0]), last = Day(ends[^1]);
        if (first < 0 || last < 0) return false;
        days = new bool[s_days.Length];
        for (int day = first; ; day = (day + 1) % s_days.Length)
        {
            days[day] = true;
            if (day == last) return true;
        }
    }

    private static int Day(string word) => Array.FindIndex(s_days, day => day.Equals(word, StringComparison.OrdinalIgnoreCase));

    private static bool TryHours(string word, out int from, out int to)
    {
        (from, to) = (0, 0);
        string[] ends = word.Split('-');
        return ends.Length == 2 && TryMinute(ends[0], out from) && TryMinute(ends[1], out to) && from != to && from < MinutesPerDay;
    }

    private static bool TryMinute(string word, out int minute)
    {
        minute = 0;
        string[] parts = word.Split(':');
        if (parts.Length != 2 || parts[0].Length is < 1 or > 2 || parts[1].Length != 2 || !parts.All(part => part.All(char.IsAsciiDigit))) return false;
        (int hour, int rest) = (int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture), int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
        minute = (hour * 60) + rest;
        return rest < 60 && minute <= MinutesPerDay;
    }

    /// <param name="Days">By <see cref="DayOfWeek"/>.</param>
    /// <param name="From">Minute of the day.</param>
    /// <param name="To">The first minute that is no more in it; at or before <paramref name="From"/>: of the next day.</param>
    private readonly record struct Span(bool[] Days, int From, int To);
}
