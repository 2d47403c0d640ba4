using System.Globalization;

namespace Tandem.Configuration;

/// <summary>A part of every day, <c>22:00-06:00</c>; it may pass midnight. The end does not belong to it.</summary>
public sealed record DailyWindow(TimeOnly Start, TimeOnly End)
{
    /// <summary>Reads <c>HH:mm-HH:mm</c>; the two differ.</summary>
    public static bool TryParse(string text, out DailyWindow window)
    {
        window = new DailyWindow(default, default);
        string[] parts = text.Split('-');
        if (parts.Length != 2 || !TryTime(parts[0], out TimeOnly start) || !TryTime(parts[1], out TimeOnly end) || start == end) return false;
        window = new DailyWindow(start, end);
        return true;
    }

    public bool Contains(TimeOnly time) => time.IsBetween(Start, End);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Start:HH\\:mm}-{End:HH\\:mm}");

    private static bool TryTime(string text, out TimeOnly time) =>
        TimeOnly.TryParseExact(text.Trim(), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
}
