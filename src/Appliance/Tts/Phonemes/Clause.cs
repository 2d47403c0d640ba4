namespace Tandem.Tts.Phonemes;

/// <summary>A stretch of text up to a punctuation mark.</summary>
/// <param name="Text">The words, without the mark.</param>
/// <param name="Mark">One of <c>. ! ? , ; :</c>, or 0 at the end of a text that has none.</param>
internal readonly record struct Clause(string Text, char Mark)
{
    /// <summary>True where the mark ends a sentence.</summary>
    public bool EndsSentence => Mark is '.' or '!' or '?';

    /// <summary>Cuts at each mark that white space or the end follows. Clauses without a word are left out.</summary>
    public static IEnumerable<Clause> Split(string text)
    {
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            bool cut = text[i] is '.' or '!' or '?' or ',' or ';' or ':' && (i + 1 == text.Length || char.IsWhiteSpace(text[i + 1]));
            if (!cut) continue;
            string words = text[start..i].Trim();
            if (words.Length > 0) yield return new Clause(words, text[i]);
            start = i + 1;
        }
        string rest = text[start..].Trim();
        if (rest.Length > 0) yield return new Clause(rest, '\0');
    }
}
