using System.Text.RegularExpressions;

namespace Tandem.Tts.Text;

/// <summary>Whether the dot of an abbreviation also ends the sentence.</summary>
internal static partial class SentenceEnd
{
    /// <summary>A dot where the text ends after <paramref name="match"/> or goes on with a capital letter; else nothing.</summary>
    public static string DotAfter(Match match, string text) =>
        match.ValueSpan.EndsWith(".") && After().IsMatch(text.AsSpan(match.Index + match.Length)) ? "." : "";

    [GeneratedRegex(@"^\s*$|^\s+(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)|[ECMP][SD]?T\b)[A-Z]")]
    private static partial Regex After();
}
