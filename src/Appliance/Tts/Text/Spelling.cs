using System.Text;

namespace Tandem.Tts.Text;

/// <summary>Letters said one by one.</summary>
internal static class Spelling
{
    /// <summary>FAQ → F eigh Q: a lone A would be read as the article. Digits become words; other characters are left out.</summary>
    public static string Of(string letters)
    {
        var spelled = new StringBuilder();
        foreach (char c in letters)
        {
            if (!char.IsAsciiLetterOrDigit(c)) continue;
            if (spelled.Length > 0) spelled.Append(' ');
            spelled.Append(char.IsAsciiDigit(c) ? NumberWords.Cardinal(c - '0') : char.ToUpperInvariant(c) == 'A' ? "eigh" : char.ToUpperInvariant(c).ToString());
        }
        return spelled.ToString();
    }
}
