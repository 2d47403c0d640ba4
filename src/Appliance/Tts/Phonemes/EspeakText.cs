using System.Globalization;
using System.Text;

namespace Tandem.Tts.Phonemes;

/// <summary>Makes any text safe to send to espeak-ng as lines.</summary>
internal static class EspeakText
{
    /// <summary>espeak-ng reads 999 bytes at a time and would cut a longer line in the middle of a word.</summary>
    public const int MaxLineBytes = 480;

    /// <summary>Removes what is an instruction to the program rather than text, and cuts what is left at white space.</summary>
    /// <remarks>
    /// Control characters would end a line or the input; <c>[[</c> switches to phoneme names; a half surrogate has no UTF-8 form.
    /// A word longer than a line is cut between characters.
    /// </remarks>
    public static IEnumerable<string> Lines(string clause)
    {
        var line = new StringBuilder();
        int bytes = 0;
        foreach (string word in Clean(clause).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            foreach (string part in Parts(word))
            {
                int size = Encoding.UTF8.GetByteCount(part);
                if (bytes > 0 && bytes + 1 + size > MaxLineBytes)
                {
                    yield return line.ToString();
                    line.Clear();
                    bytes = 0;
                }
                if (bytes > 0)
                {
                    line.Append(' ');
                    bytes++;
                }
                line.Append(part);
                bytes += size;
            }
        }
        if (bytes > 0) yield return line.ToString();
    }

    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())    // a half surrogate arrives as U+FFFD
        {
            bool spoken = rune != Rune.ReplacementChar && rune.Value is not ('[' or ']')
                && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
            if (spoken) clean.Append(rune);
            else if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.Format) clean.Append(' ');
        }
        return clean.ToString();
    }

    private static IEnumerable<string> Parts(string word)
    {
        while (Encoding.UTF8.GetByteCount(word) > MaxLineBytes)
        {
            int cut = MaxLineBytes / 4;    // four bytes a character at most
            if (char.IsLowSurrogate(word[cut])) cut--;
            yield return word[..cut];
            word = word[cut..];
        }
        yield return word;
    }
}
