using System.Text;
using Tandem.Tts.Phonemes;

namespace Tandem.Tts.Text;

/// <summary>Cuts a text into sentences short enough to be spoken one by one.</summary>
internal static class Sentences
{
    /// <summary>A longer sentence is cut at a clause, so that the first audio of a long text is not late.</summary>
    public const int MaxLength = 300;

    /// <summary>The sentences of a text as they are spoken; none when it has no word.</summary>
    /// <param name="text">Plain text.</param>
    /// <param name="english">True when numbers and abbreviations are to be written out in English.</param>
    public static IEnumerable<string> Of(string text, bool english) => Split(english ? TextNormaliser.Normalise(text) : PlainText.Clean(text));

    public static IEnumerable<string> Split(string text)
    {
        var sentence = new StringBuilder();
        foreach (Clause clause in Clause.Split(text))
        {
            foreach (Clause part in Shortened(clause))
            {
                if (sentence.Length > 0 && sentence.Length + 1 + part.Text.Length > MaxLength) yield return Take(sentence);
                if (sentence.Length > 0) sentence.Append(' ');
                sentence.Append(part.Text);
                if (part.Mark != '\0') sentence.Append(part.Mark);
                if (part.EndsSentence) yield return Take(sentence);
            }
        }
        if (sentence.Length > 0) yield return Take(sentence);
    }

    /// <summary>A clause that alone is longer than a sentence may be is cut between words, or in a word without end.</summary>
    private static IEnumerable<Clause> Shortened(Clause clause)
    {
        string rest = clause.Text;
        while (rest.Length > MaxLength)
        {
            int space = rest.LastIndexOf(' ', MaxLength);
            int cut = space > 0 ? space : MaxLength - (char.IsLowSurrogate(rest[MaxLength]) ? 1 : 0);
            yield return new Clause(rest[..cut], '\0');
            rest = rest[cut..].TrimStart();
        }
        yield return new Clause(rest, clause.Mark);
    }

    private static string Take(StringBuilder sentence)
    {
        string taken = sentence.ToString();
        sentence.Clear();
        return taken;
    }
}
