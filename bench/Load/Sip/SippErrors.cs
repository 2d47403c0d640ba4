using System.Text.RegularExpressions;

namespace Load.Sip;

/// <summary>What a sipp complained of.</summary>
internal static partial class SippErrors
{
    private const int Most = 3, MostLength = 600;

    /// <summary>The first complaints, without those that are part of each call (the caller waits for a 180 that mostly does not come).</summary>
    /// <param name="log">sipp's error file: each complaint after date, time and seconds since 1970, some without the end of a line.</param>
    public static string First(string log) => string.Join('\n', Complaint().Split(log).Skip(1)
        .Where(text => !text.Contains("jumping to label", StringComparison.Ordinal)).Take(Most).Select(text => text.Trim()).Select(text => text[..Math.Min(MostLength, text.Length)]));

    [GeneratedRegex(@"\d{4}-\d\d-\d\d\t\d\d:\d\d:\d\d\.\d+\t\d+\.\d+: ")]
    private static partial Regex Complaint();
}
