namespace Interop.Audio;

/// <summary>
/// What was heard in place of some speech, piece by piece taken from where it fits best: a jitter buffer that changes its delay plays faster or
/// slower for a while, by leaving out or repeating periods of the voice, which nobody hears but which moves what is behind it.
/// </summary>
public static class FollowedSpeech
{
    private const int Piece = Sound.RateHz / 8, Reach = Sound.RateHz * 80 / 1000;

    private const double Quiet = 100, Alike = 0.5;

    /// <param name="said">A second, about.</param>
    /// <param name="heard">The recording; silence before and behind it.</param>
    /// <param name="at">Where the whole of it fits best.</param>
    /// <returns>As many samples as were said.</returns>
    public static short[] Of(ReadOnlySpan<short> said, ReadOnlySpan<short> heard, int at)
    {
        short[] there = new short[said.Length];
        int shift = 0;
        for (int start = 0; start < said.Length; start += Piece)
        {
            ReadOnlySpan<short> piece = said[start..Math.Min(start + Piece, said.Length)];
            shift = Shift(piece, heard, at + start, shift);
            for (int i = 0; i < piece.Length; i++)
            {
                int from = at + start + shift + i;
                there[start + i] = from >= 0 && from < heard.Length ? heard[from] : (short)0;
            }
        }
        return there;
    }

    /// <summary>The shift under which a piece correlates best; of a pause, or of what is not there, the one before it.</summary>
    private static int Shift(ReadOnlySpan<short> piece, ReadOnlySpan<short> heard, int at, int before)
    {
        double energy = Product(piece, piece), best = Alike;
        if (energy < piece.Length * Quiet * Quiet) return before;
        int shift = before;
        for (int d = -Reach; d <= Reach; d++)
        {
            if (at + d < 0 || at + d + piece.Length > heard.Length) continue;
            ReadOnlySpan<short> there = heard.Slice(at + d, piece.Length);
            double correlation = Product(piece, there) / Math.Sqrt(energy * Math.Max(1, Product(there, there)));
            if (correlation > best) (best, shift) = (correlation, d);
        }
        return shift;
    }

    private static double Product(ReadOnlySpan<short> a, ReadOnlySpan<short> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += (double)a[i] * b[i];
        return sum;
    }
}
