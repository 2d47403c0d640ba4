using System.Globalization;
using System.Numerics;

namespace Interop.Audio;

/// <summary>
/// Holds the whole of a recording against what was said, following the few changes of delay that a jitter buffer may make by leaving out or
/// repeating a period of the voice: not heard, but a correlation at one delay sees nothing behind it. Nothing else is forgiven.
/// </summary>
/// <param name="Scores">Normalised correlation of each second, with its pieces where they fit.</param>
/// <param name="ChangesMs">How far each change of delay went.</param>
/// <param name="Gaps">Blocks of 40 ms in which something was said and next to nothing was heard.</param>
public sealed record FollowedMatch(IReadOnlyList<double> Scores, IReadOnlyList<double> ChangesMs, int Gaps)
{
    private const int Block = Sound.RateHz / 25, Second = Sound.RateHz, Reach = Sound.RateHz * 60 / 1000, MaxChanges = 3;
    private const double SaidRms = 300, LeastShare = 0.2;

    public double Lowest => Scores.Count == 0 ? 0 : Scores.Min();

    /// <summary>Looks for the whole of <paramref name="heard"/> in <paramref name="said"/>.</summary>
    public static FollowedMatch Find(Sound heard, Sound said)
    {
        AudioMatch[] seconds = [.. Enumerable.Range(0, (int)heard.Duration.TotalSeconds)
            .Select(i => AudioMatch.Find(heard.Slice(TimeSpan.FromSeconds(i), TimeSpan.FromSeconds(1)), said))];
        int best = Array.IndexOf(seconds, seconds.MaxBy(match => match.Lowest));
        int offset = (int)Math.Round(seconds[best].Offset.TotalSeconds * Sound.RateHz) - best * Second;
        float[] whole = Array.ConvertAll(heard.Samples, sample => (float)sample);
        FollowedMatch? found = null;
        foreach (double fraction in (double[])[0, 0.25, 0.5, 0.75])
        {
            FollowedMatch match = Follow(whole, AudioMatch.Delay(said.Samples, fraction), offset);
            if (found is null || match.Scores.Sum() > found.Scores.Sum()) found = match;
        }
        return found!;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{string.Join(' ', Scores.Select(score => score.ToString("F3", CultureInfo.InvariantCulture)))}; ")
        + $"delay changed by [{string.Join(' ', ChangesMs.Select(ms => ms.ToString("F1", CultureInfo.InvariantCulture)))}] ms; {Gaps} gaps";

    /// <summary>The path of delays, one a block, that leaves the least difference with at most so many changes.</summary>
    private static FollowedMatch Follow(float[] heard, float[] said, int offset)
    {
        const int Lags = 2 * Reach + 1;
        int blocks = heard.Length / Block;
        var likeness = new double[MaxChanges + 1, Lags];
        var from = new short[blocks, MaxChanges + 1, Lags];    // the lag before, in the same row where it did not change
        for (int block = 0; block < blocks; block++)
        {
            ReadOnlySpan<float> here = heard.AsSpan(block * Block, Block);
            var fits = new double[Lags];
            for (int lag = 0; lag < Lags; lag++)
            {
                ReadOnlySpan<float> there = Cut(said, offset + block * Block + lag - Reach);
                fits[lag] = there.IsEmpty ? -Dot(here, here) : 2 * Dot(here, there) - Dot(there, there);
            }
            for (int changes = MaxChanges; changes >= 0; changes--)
            {
                int other = changes == 0 ? -1 : Highest(likeness, changes - 1);
                for (int lag = 0; lag < Lags; lag++)
                {
                    bool changed = block > 0 && other >= 0 && other != lag && likeness[changes - 1, other] > likeness[changes, lag];
                    from[block, changes, lag] = (short)(changed ? other : lag);
                    likeness[changes, lag] = (changed ? likeness[changes - 1, other] : likeness[changes, lag]) + fits[lag];
                }
            }
        }
        int row = Enumerable.Range(0, MaxChanges + 1).MaxBy(changes => likeness[changes, Highest(likeness, changes)] * (1 - 0.002 * changes));
        var path = new int[blocks];
        for (int block = blocks - 1, at = Highest(likeness, row); block >= 0; block--)
        {
            path[block] = at;
            int before = from[block, row, at];
            if (before != at) row--;
            at = before;
        }
        return Score(heard, said, offset, path);
    }

    private static FollowedMatch Score(float[] heard, float[] said, int offset, int[] path)
    {
        List<double> scores = [], changes = [];
        int gaps = 0;
        double product = 0, one = 0, other = 0;
        for (int block = 0; block < path.Length; block++)
        {
            if (block > 0 && path[block] != path[block - 1]) changes.Add((path[block] - path[block - 1]) * 1000.0 / Sound.RateHz);
            ReadOnlySpan<float> here = heard.AsSpan(block * Block, Block), there = Cut(said, offset + block * Block + path[block] - Reach);
            if (there.IsEmpty) continue;
            double saidPower = Dot(there, there), heardPower = Dot(here, here);
            (product, one, other) = (product + Dot(here, there), one + heardPower, other + saidPower);
            if (Math.Sqrt(saidPower / Block) > SaidRms && heardPower < LeastShare * LeastShare * saidPower) gaps++;
            if ((block + 1) % (Second / Block) != 0) continue;
            scores.Add(one * other == 0 ? 0 : product / Math.Sqrt(one * other));
            (product, one, other) = (0, 0, 0);
        }
        return new FollowedMatch(scores, changes, gaps);
    }

    private static int Highest(double[,] likeness, int row)
    {
        int best = 0;
        for (int lag = 1; lag < likeness.GetLength(1); lag++)
        {
            if (likeness[row, lag] > likeness[row, best]) best = lag;
        }
        return best;
    }

    private static ReadOnlySpan<float> Cut(float[] samples, int start) =>
        start < 0 || start + Block > samples.Length ? default : samples.AsSpan(start, Block);

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Vector<float> sums = default;
        for (int i = 0; i < Block; i += Vector<float>.Count) sums += new Vector<float>(a[i..]) * new Vector<float>(b[i..]);
        return Vector.Sum(sums);
    }
}
