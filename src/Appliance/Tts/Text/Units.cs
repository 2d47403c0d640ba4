using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Tandem.Tts.Text;

/// <summary>A number with its unit: 5 km, 20°C, 512kbps, 3 hrs.</summary>
internal static partial class Units
{
    private static readonly FrozenDictionary<string, (string One, string Many)> Names = new Dictionary<string, (string, string)>
    {
        ["km/h"] = ("kilometer per hour", "kilometers per hour"),
        ["kph"] = ("kilometer per hour", "kilometers per hour"),
        ["mph"] = ("mile per hour", "miles per hour"),
        ["km"] = ("kilometer", "kilometers"),
        ["cm"] = ("centimeter", "centimeters"),
        ["mm"] = ("millimeter", "millimeters"),
        ["m"] = ("meter", "meters"),
        ["mi"] = ("mile", "miles"),
        ["yd"] = ("yard", "yards"),
        ["ft"] = ("foot", "feet"),
        ["kg"] = ("kilogram", "kilograms"),
        ["g"] = ("gram", "grams"),
        ["mg"] = ("milligram", "milligrams"),
        ["lb"] = ("pound", "pounds"),
        ["lbs"] = ("pound", "pounds"),
        ["oz"] = ("ounce", "ounces"),
        ["ml"] = ("milliliter", "milliliters"),
        ["L"] = ("liter", "liters"),
        ["l"] = ("liter", "liters"),
        ["gal"] = ("gallon", "gallons"),
        ["ms"] = ("millisecond", "milliseconds"),
        ["s"] = ("second", "seconds"),
        ["sec"] = ("second", "seconds"),
        ["secs"] = ("second", "seconds"),
        ["min"] = ("minute", "minutes"),
        ["mins"] = ("minute", "minutes"),
        ["h"] = ("hour", "hours"),
        ["hr"] = ("hour", "hours"),
        ["hrs"] = ("hour", "hours"),
        ["wks"] = ("week", "weeks"),
        ["yr"] = ("year", "years"),
        ["yrs"] = ("year", "years"),
        ["kB"] = ("kilobyte", "kilobytes"),
        ["KB"] = ("kilobyte", "kilobytes"),
        ["MB"] = ("megabyte", "megabytes"),
        ["GB"] = ("gigabyte", "gigabytes"),
        ["TB"] = ("terabyte", "terabytes"),
        ["kbps"] = ("kilobit per second", "kilobits per second"),
        ["Kbps"] = ("kilobit per second", "kilobits per second"),
        ["Mbps"] = ("megabit per second", "megabits per second"),
        ["Gbps"] = ("gigabit per second", "gigabits per second"),
        ["Hz"] = ("hertz", "hertz"),
        ["kHz"] = ("kilohertz", "kilohertz"),
        ["MHz"] = ("megahertz", "megahertz"),
        ["GHz"] = ("gigahertz", "gigahertz"),
        ["W"] = ("watt", "watts"),
        ["kW"] = ("kilowatt", "kilowatts"),
        ["kWh"] = ("kilowatt hour", "kilowatt hours"),
        ["V"] = ("volt", "volts"),
        ["dB"] = ("decibel", "decibels"),
        ["°C"] = ("degree Celsius", "degrees Celsius"),
        ["°F"] = ("degree Fahrenheit", "degrees Fahrenheit"),
        ["°"] = ("degree", "degrees"),
        ["sq ft"] = ("square foot", "square feet"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static string Expand(string text)
    {
        text = Measure().Replace(text, m =>
        {
            (string one, string many) = Names[m.Groups[2].Value.Replace(" C", "C", StringComparison.Ordinal).Replace(" F", "F", StringComparison.Ordinal)];
            return $"{NumberWords.Of(m.Groups[1].Value)} {(NumberWords.IsOne(m.Groups[1].Value) ? one : many)}" + SentenceEnd.DotAfter(m, text);
        });
        return Size().Replace(text, static m => $"{NumberWords.Of(m.Groups[1].Value)} by {NumberWords.Of(m.Groups[2].Value)}");
    }

    private const string Amount = @"(?<![\w.,/:$€£#])(-?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,9})?)";

    /// <summary>A unit of one letter stands right behind its number: "5 m" could be anything.</summary>
    [GeneratedRegex(Amount + @"(?: ?(km/h|kph|mph|km|cm|mm|mi|yd|ft|kg|mg|lbs?|oz|ml|gal|ms|secs?|mins?|hrs?|wks|yrs?|kB|KB|MB|GB|TB|[kKMG]bps|[kMG]?Hz|kWh|kW|dB|° ?[CF]|°|sq ft)|(?<2>[mgLlshWV]))(?![\w°/])\.?")]
    private static partial Regex Measure();

    [GeneratedRegex(@"(?<![\w.])(\d{1,6}) ?[x×] ?(\d{1,6})(?!\w)")]
    private static partial Regex Size();
}
