using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Tandem.Tts.Text;

/// <summary>What holds in every language: typographic marks, white space and punctuation in the form that clauses are cut by.</summary>
internal static partial class PlainText
{
    /// <summary>Text in which each sentence ends with one mark, words are one space apart, and nothing is invisible.</summary>
    public static string Clean(string text) => Punctuate(Prepare(text));

    /// <summary>The same before the marks are looked at: those of abbreviations are still to be told from those of sentences.</summary>
    public static string Prepare(string text)
    {
        string plain = Plain(text);
        plain = Paragraph().Replace(plain, ". ");
        plain = Space().Replace(plain, " ").Trim();
        plain = Dash().Replace(plain, ", ");
        return Bracket().Replace(plain, ", ");
    }

    /// <summary>Removes what rewriting has doubled: marks after marks, spaces before marks, a mark at the start.</summary>
    public static string Punctuate(string text)
    {
        string plain = LeftBracket().Replace(text, ", ");
        plain = Space().Replace(plain, " ").Trim();
        plain = SpaceBeforeMark().Replace(plain, "");
        plain = Marks().Replace(plain, static run => Strongest(run.Value));
        plain = plain.TrimStart(' ', '.', ',', ';', ':', '!', '?');
        if (plain.Length == 0) return "";
        char last = plain[^1];
        return last is '.' or '!' or '?' ? plain : plain.TrimEnd(',', ';', ':', ' ') + ".";
    }

    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())    // a half surrogate arrives as U+FFFD
        {
            string kept = rune.Value switch
            {
                '\n' => "\n",
                '\r' or 0xFFFD => "",
                '"' or '“' or '”' or '„' or '«' or '»' or '`' or '´' => "",
                '‘' or '’' or '‛' => "'",
                '…' => ".",
                '—' => " - ",
                '–' or '‑' or '‐' or '−' => "-",
                '。' => ". ",
                '，' or '、' => ", ",
                '？' => "? ",
                '！' => "! ",
                '[' or '{' or '(' => "(",
                ']' or '}' or ')' => ")",
                '_' or '|' or '\\' or '^' or '•' or '·' => " ",
                _ => Rune.GetUnicodeCategory(rune) switch
                {
                    UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
                        or UnicodeCategory.OtherSymbol when rune.Value is not '°' => "",    // emoji have no sound
                    UnicodeCategory.Control or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => " ",
                    _ => rune.ToString(),
                },
            };
            plain.Append(kept);
        }
        return plain.ToString();
    }

    private static string Strongest(string run) =>
        run.Contains('?', StringComparison.Ordinal) ? "?"
        : run.Contains('!', StringComparison.Ordinal) ? "!"
        : run.Contains('.', StringComparison.Ordinal) ? "."
        : run[..1];

    /// <summary>A blank line ends a sentence even where its writer left the mark out.</summary>
    [GeneratedRegex(@"\s*\n\s*\n\s*")]
    private static partial Regex Paragraph();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [GeneratedRegex(@"(?<![\dmM.]) -+ | -+ (?!\d)|(?<=\w)--+(?=\w)")]
    private static partial Regex Dash();

    /// <summary>A bracket is a pause; one around part of a phone number is left to the normaliser.</summary>
    [GeneratedRegex(@" ?\((?!\d{2,5}\)|0\))|(?<!\((?:\d{2,5}|0))\) ?")]
    private static partial Regex Bracket();

    [GeneratedRegex(@"[()]")]
    private static partial Regex LeftBracket();

    [GeneratedRegex(@" +(?=[.,;:!?](\s|$))")]
    private static partial Regex SpaceBeforeMark();

    [GeneratedRegex(@"[.,;:!?](?:\s*[.,;:!?])+(?=\s|$)")]
    private static partial Regex Marks();
}
