using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Tandem.Tts.Text;

/// <summary>Abbreviations with a dot, titles, and signs that stand for words.</summary>
internal static partial class Abbreviations
{
    /// <summary>What stands before a name or in the middle of a sentence: its dot never ends one.</summary>
    private static readonly FrozenDictionary<string, string> Leading = new Dictionary<string, string>
    {
        ["Mr"] = "Mister",
        ["Mrs"] = "Missus",
        ["Ms"] = "Miz",
        ["Prof"] = "Professor",
        ["Rev"] = "Reverend",
        ["Hon"] = "Honorable",
        ["Gen"] = "General",
        ["Lt"] = "Lieutenant",
        ["Capt"] = "Captain",
        ["Sgt"] = "Sergeant",
        ["Col"] = "Colonel",
        ["Gov"] = "Governor",
        ["Sen"] = "Senator",
        ["Mt"] = "Mount",
        ["vs"] = "versus",
        ["e.g"] = "for example,",
        ["i.e"] = "that is,",
        ["approx"] = "approximately",
        ["Approx"] = "Approximately",
        ["tel"] = "telephone",
        ["Tel"] = "Telephone",
        ["incl"] = "including",
        ["acct"] = "account",
        ["Acct"] = "Account",
        ["ref"] = "reference",
        ["Ref"] = "Reference",
        ["cf"] = "compare",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What can stand at the end of a sentence, whose dot is then the sentence's too.</summary>
    private static readonly FrozenDictionary<string, string> Trailing = new Dictionary<string, string>
    {
        ["Ave"] = "Avenue",
        ["Blvd"] = "Boulevard",
        ["Rd"] = "Road",
        ["Ln"] = "Lane",
        ["Hwy"] = "Highway",
        ["Pkwy"] = "Parkway",
        ["Apt"] = "Apartment",
        ["Ste"] = "Suite",
        ["Bldg"] = "Building",
        ["Fl"] = "Floor",
        ["Dept"] = "Department",
        ["dept"] = "department",
        ["Inc"] = "Incorporated",
        ["Ltd"] = "Limited",
        ["Corp"] = "Corporation",
        ["Co"] = "Company",
        ["Bros"] = "Brothers",
        ["Assn"] = "Association",
        ["Univ"] = "University",
        ["Jr"] = "Junior",
        ["Sr"] = "Senior",
        ["etc"] = "et cetera",
        ["max"] = "maximum",
        ["min"] = "minimum",
        ["misc"] = "miscellaneous",
        ["mgr"] = "manager",
        ["Mgr"] = "Manager",
        ["asst"] = "assistant",
        ["Asst"] = "Assistant",
        ["est"] = "established",
        ["temp"] = "temporary",
        ["hr"] = "hour",
        ["hrs"] = "hours",
        ["mins"] = "minutes",
        ["secs"] = "seconds",
        ["appt"] = "appointment",
        ["Appt"] = "Appointment",
        ["Intl"] = "International",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static string Expand(string text)
    {
        text = Number().Replace(text, static m => m.Groups[1].Value + (m.Groups[2].Success ? "umbers " : "umber "));
        text = Saint().Replace(text, "Saint");
        text = Street().Replace(text, m => "Street" + SentenceEnd.DotAfter(m, text));
        text = Doctor().Replace(text, "Doctor");
        text = Drive().Replace(text, m => "Drive" + SentenceEnd.DotAfter(m, text));
        text = Title().Replace(text, static m => Leading[m.Groups[1].Value]);
        text = Dotted().Replace(text, m => Leading.TryGetValue(m.Groups[1].Value, out string? word) ? word : Trailing[m.Groups[1].Value] + SentenceEnd.DotAfter(m, text));
        text = Initials().Replace(text, m => (m.Value is "O.K." or "o.k." ? "okay" : Spelling.Of(m.Value)) + SentenceEnd.DotAfter(m, text));
        return Signs(text);
    }

    private static string Signs(string text)
    {
        text = With().Replace(text, static m => m.Groups[1].Success ? "without " : "with ");
        text = PressKey().Replace(text, static m => $"{m.Groups[1].Value} {(m.Groups[2].Value == "*" ? "star" : "pound")}");
        text = NumberSign().Replace(text, "number ");
        text = StarCode().Replace(text, "star ");
        text = AndOr().Replace(text, " or ");
        return Sign().Replace(text, static m => m.Value switch
        {
            "&" => " and ",
            "@" => " at ",
            "+" => " plus ",
            "=" => " equals ",
            "~" => " about ",
            "±" => " plus or minus ",
            "×" => " times ",
            "÷" => " divided by ",
            "%" => " percent ",
            "°" => " degrees ",
            "$" => " dollars ",
            "€" => " euros ",
            "£" => " pounds ",
            "<" => " less than ",
            ">" => " greater than ",
            "™" or "®" or "©" => "",
            "*" => " star ",
            "#" => " number ",
            _ => " ",
        });
    }

    [GeneratedRegex(@"\b([Nn])o(s)?\. ?(?=\d)")]
    private static partial Regex Number();

    /// <summary>Before a name, and not behind one: "St. Mary's", but "Main St. Suite 5" is a street.</summary>
    [GeneratedRegex(@"(?:(?<![A-Z0-9][\w']* )|(?<=(?:^|[.!?] )[A-Z]\w* ))\bSt\.?(?= [A-Z])")]
    private static partial Regex Saint();

    [GeneratedRegex(@"(?<=\w )St\b\.?(?=[ ,.;:!?]|$)")]
    private static partial Regex Street();

    [GeneratedRegex(@"(?:(?<![A-Z0-9][\w']* )|(?<=(?:^|[.!?] )[A-Z]\w* ))\bDr\.?(?= [A-Z])")]
    private static partial Regex Doctor();

    [GeneratedRegex(@"(?<=[A-Z0-9][\w']* )Dr\b\.?(?=[ ,.;:!?]|$)")]
    private static partial Regex Drive();

    [GeneratedRegex(@"\b(Mr|Mrs|Ms|Prof)(?:\b\.?)(?= [A-Z])")]
    private static partial Regex Title();

    [GeneratedRegex(@"\b(Mr|Mrs|Ms|Prof|Rev|Hon|Gen|Lt|Capt|Sgt|Col|Gov|Sen|Mt|vs|e\.g|i\.e|[Aa]pprox|[Tt]el|incl|[Aa]cct|[Rr]ef|cf|Ave|Blvd|Rd|Ln|Hwy|Pkwy|Apt|Ste|Bldg|Fl|[Dd]ept|Inc|Ltd|Corp|Co|Bros|Assn|Univ|Jr|Sr|etc|max|min|misc|[Mm]gr|[Aa]sst|est|temp|hrs?|mins|secs|[Aa]ppt|Intl)\.(?!\w)")]
    private static partial Regex Dotted();

    /// <summary>U.S., U.S.A., P.O.</summary>
    [GeneratedRegex(@"\b(?:[A-Za-z]\.){2,6}(?!\w)")]
    private static partial Regex Initials();

    [GeneratedRegex(@"(?<!\w)[Ww]/(?:(o)\b ?|(?= ?[a-z]) ?)")]
    private static partial Regex With();

    [GeneratedRegex(@"\b([Pp]ress|[Dd]ial|[Hh]it|[Ee]nter|[Tt]he|or|by|and|then) ([*#])(?!\w)")]
    private static partial Regex PressKey();

    [GeneratedRegex(@"(?<!\w)#(?=\d)")]
    private static partial Regex NumberSign();

    [GeneratedRegex(@"(?<!\w)\*(?=\d)")]
    private static partial Regex StarCode();

    [GeneratedRegex(@"(?<=\w)/(?=[A-Za-z])")]
    private static partial Regex AndOr();

    [GeneratedRegex(@"[&@+=~±×÷%°$€£<>™®©*#/\\^_|{}\[\]¢¥§¶]")]
    private static partial Regex Sign();
}
