using System.Globalization;

namespace Tandem.Tts.Text;

/// <summary>Numbers as English words, without hyphens and without "and".</summary>
internal static class NumberWords
{
    private static readonly string[] Small =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
        "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ];

    private static readonly string[] Tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    private static readonly (long Value, string Name)[] Scales =
        [(1_000_000_000_000, "trillion"), (1_000_000_000, "billion"), (1_000_000, "million"), (1000, "thousand"), (100, "hundred")];

    private static readonly Dictionary<string, string> IrregularOrdinals = new()
    {
        ["one"] = "first",
        ["two"] = "second",
        ["three"] = "third",
        ["five"] = "fifth",
        ["eight"] = "eighth",
        ["nine"] = "ninth",
        ["twelve"] = "twelfth",
    };

    /// <summary>1234 → one thousand two hundred thirty four.</summary>
    public static string Cardinal(long number)
    {
        if (number < 0) return "minus " + Cardinal(-number);
        if (number < 20) return Small[number];
        if (number < 100) return Join(Tens[number / 10], number % 10);
        foreach ((long value, string name) in Scales)
        {
            if (number >= value) return Join($"{Cardinal(number / value)} {name}", number % value);
        }
        return Small[number];
    }

    /// <summary>23 → twenty third.</summary>
    public static string Ordinal(long number)
    {
        string words = Cardinal(number);
        int space = words.LastIndexOf(' ') + 1;
        string last = words[space..];
        string ordinal = IrregularOrdinals.TryGetValue(last, out string? irregular) ? irregular : last.EndsWith('y') ? last[..^1] + "ieth" : last + "th";
        return words[..space] + ordinal;
    }

    /// <summary>1999 → nineteen ninety nine; 2007 → two thousand seven; 1905 → nineteen oh five.</summary>
    public static string Year(int year)
    {
        int century = year / 100, rest = year % 100;
        if (year is < 1100 or > 2099 || year is >= 2000 and < 2010) return Cardinal(year);
        string tail = rest == 0 ? "hundred" : rest < 10 ? "oh " + Small[rest] : Cardinal(rest);
        return $"{Cardinal(century)} {tail}";
    }

    /// <summary>Each digit by itself: 1001 → one zero zero one. Other characters are left out.</summary>
    public static string Digits(string text) => string.Join(' ', text.Where(char.IsAsciiDigit).Select(d => Small[d - '0']));

    /// <summary>A number as it is written: thousands separators, a decimal fraction, leading zeros.</summary>
    public static string Of(string written)
    {
        string number = written.Replace(",", "", StringComparison.Ordinal);
        string sign = "";
        if (number.StartsWith('-')) (sign, number) = ("minus ", number[1..]);
        int point = number.IndexOf('.', StringComparison.Ordinal);
        string whole = point < 0 ? number : number[..point];
        bool byDigit = whole.Length > 15 || (whole.Length > 1 && whole[0] == '0');
        string words = whole.Length == 0 ? "zero" : byDigit ? Digits(whole) : Cardinal(long.Parse(whole, CultureInfo.InvariantCulture));
        return point < 0 ? sign + words : $"{sign}{words} point {Digits(number[point..])}";
    }

    /// <summary>True for exactly one, however it is written.</summary>
    public static bool IsOne(string written) => written is "1" or "-1";

    private static string Join(string head, long rest) => rest == 0 ? head : $"{head} {Cardinal(rest)}";
}
