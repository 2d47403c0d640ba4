using System.Text;
using Tandem.Tts.Voices;

namespace Tandem.Tts.Phonemes;

/// <summary>Turns phonemes into the ids that a voice's model reads (the rule is Piper's).</summary>
internal sealed class PhonemeIds(VoiceConfig config)
{
    private readonly HashSet<int> _missing = [];

    /// <summary>Ids of one sentence: start, then each known code point followed by the pad, then the end.</summary>
    /// <param name="phonemes">The sentence's phonemes with its punctuation marks.</param>
    /// <param name="unknown">Code points that the voice lacks and that no earlier sentence had; worth one log line.</param>
    /// <returns>An empty array when nothing in the sentence can be spoken: such a sentence must not be run.</returns>
    public long[] Of(string phonemes, out string unknown)
    {
        var missing = new StringBuilder();
        List<long> ids = [.. config.Ids('^'), .. config.Ids('_')];
        bool speaks = false;
        foreach (Rune rune in CanonicalDecomposition.Of(phonemes).EnumerateRunes())
        {
            foreach (Rune mapped in config.Mapped(in rune))
            {
                ReadOnlySpan<long> found = config.Ids(mapped);
                if (found.IsEmpty)
                {
                    if (FirstTime(mapped)) missing.Append(mapped);
                    continue;
                }
                ids.AddRange(found);
                ids.AddRange(config.Ids('_'));
                speaks |= Rune.IsLetterOrDigit(mapped);
            }
        }
        unknown = missing.ToString();
        if (!speaks) return [];
        ids.AddRange(config.Ids('$'));
        return [.. ids];
    }

    private bool FirstTime(Rune rune)
    {
        lock (_missing) return _missing.Add(rune.Value);
    }
}
