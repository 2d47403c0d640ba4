using System.Text.RegularExpressions;

namespace Tandem.Tts.Text;

/// <summary>Telephone numbers, extensions, codes and account numbers: digit by digit, with a pause between groups.</summary>
internal static partial class PhoneNumbers
{
    public static string Expand(string text)
    {
        text = ShortExtension().Replace(text, static m => $", extension {NumberWords.Digits(m.Groups[1].Value)}");
        text = Extension().Replace(text, static m => $"extension {NumberWords.Digits(m.Groups[1].Value)}");
        text = Phone().Replace(text, static m => Groups(m.Value));
        text = Code().Replace(text, static m => $"{m.Groups[1].Value}{NumberWords.Digits(m.Groups[2].Value)}");
        return text;
    }

    private static string Groups(string number)
    {
        string[] groups = [.. Group().Matches(number).SelectMany(m => Cut(m.Value))];
        string said = string.Join(", ", groups.Select(NumberWords.Digits));
        return number.StartsWith('+') ? "plus " + said : said;
    }

    /// <summary>A long run is said in threes, the last of them up to four.</summary>
    private static List<string> Cut(string run)
    {
        if (run.Length <= 6) return [run];
        int at = 0;
        List<string> parts = [];
        for (; run.Length - at > 4; at += 3) parts.Add(run.Substring(at, 3));
        parts.Add(run[at..]);
        return parts;
    }

    [GeneratedRegex(@"(?<=\d{4}) ?[, ] ?x(\d{2,6})\b")]
    private static partial Regex ShortExtension();

    [GeneratedRegex(@"\b(?:ext|extn|extension)\b\.? ?#?(\d{1,6})\b(?![.,]\d)", RegexOptions.IgnoreCase)]
    private static partial Regex Extension();

    [GeneratedRegex(@"(?<![\w.,:$€£/#-])(?:\+\d(?:[ .()/-]{0,2}\d){6,14}|(?:1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}|\d{3}-\d{4}|0\d{1,4}(?:[ /-]\d{2,8}){1,4}|\(0\d{1,4}\)(?:[ /-]?\d{2,8}){1,4}|00?\d{6,14}|\d{7,15})(?![\w%]|[.,:]\d)")]
    private static partial Regex Phone();

    [GeneratedRegex(@"\b((?:extension|code|PIN|pin|passcode|password|account|acct\.?|number|ticket|reference|ref\.?|confirmation|invoice|zip|ZIP|postcode|postal code|dial|Dial|agent|ID|id|card|serial|flight|conference|booking|tracking|policy|member|ending in|ends in|digits)(?: (?:number|code|id|ID|is|was))?(?: |: ?| ?#))(\d{3,6})\b(?![.,:]\d|%| (?:dollars|people|calls|minutes|seconds|hours|days|times)\b)")]
    private static partial Regex Code();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Group();
}
