using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Tandem.Tts.Phonemes;

/// <summary>Normalisation form D (UAX #15), which voices expect of phonemes.</summary>
/// <remarks>
/// The product runs without ICU (InvariantGlobalization), where <see cref="string.Normalize()"/> returns its input unchanged.
/// Combining marks keep the order they arrive in; CJK compatibility ideographs stay as they are.
/// </remarks>
internal static class CanonicalDecomposition
{
    private const int HangulBase = 0xAC00, HangulCount = 11172, LeadBase = 0x1100, VowelBase = 0x1161, TrailBase = 0x11A7;
    private const int VowelCount = 21, TrailCount = 28;

    private static readonly FrozenDictionary<char, string> Table = Load();

    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\u00BF')) return text;
        var result = new StringBuilder(text.Length + 8);
        foreach (char c in text)
        {
            int syllable = c - HangulBase;
            if (syllable is >= 0 and < HangulCount) AppendHangul(result, syllable);
            else if (Table.TryGetValue(c, out string? parts)) result.Append(parts);
            else result.Append(c);
        }
        return result.ToString();
    }

    private static void AppendHangul(StringBuilder result, int syllable)
    {
        result.Append((char)(LeadBase + syllable / (VowelCount * TrailCount)));
        result.Append((char)(VowelBase + syllable % (VowelCount * TrailCount) / TrailCount));
        if (syllable % TrailCount != 0) result.Append((char)(TrailBase + syllable % TrailCount));
    }

    private static FrozenDictionary<char, string> Load()
    {
        using Stream resource = typeof(CanonicalDecomposition).Assembly.GetManifestResourceStream("Tandem.Tts.Decompositions.txt")!;
        using var reader = new StreamReader(resource);
        var table = new Dictionary<char, string>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            string[] hex = line.Split(' ');
            table[Parse(hex[0])] = string.Concat(hex[1..].Select(Parse));
        }
        return table.ToFrozenDictionary();
    }

    private static char Parse(string hex) => (char)ushort.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
