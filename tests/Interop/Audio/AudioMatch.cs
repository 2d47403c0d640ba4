using System.Globalization;
using System.Numerics;

namespace Interop.Audio;

/// <summary>
/// Says whether a recording holds a reference: the best alignment is searched over the whole recording, then every 1 s window of the
/// reference is correlated at it. A window may sit up to 2 ms from its neighbour (clock drift) and 10 ms from the alignment in all,
/// so audio that stops, repeats or jumps does not pass.
/// </summary>
public sealed record AudioMatch(TimeSpan Offset, IReadOnlyList<WindowScore> Windows)
{
    public const double Threshold = 0.95;

    private const int Window = Sound.RateHz;
    private const int StepTolerance = Sound.RateHz / 500;
    private const int TotalTolerance = Sound.RateHz / 100;
    private const double QuietRms = 40;

    public double Lowest => Windows.Count == 0 ? 0 : Windows.Min(w => w.Score);

    /// <summary>Windows with something to hear in them: a check over none of these has checked nothing.</summary>
    public int Voiced => Windows.Count(w => !w.IsPause);

    public bool Passes => Voiced > 0 && Lowest >= Threshold;

    /// <summary>Looks for the whole of <paramref name="reference"/> in <paramref name="recording"/>.</summary>
    public static AudioMatch Find(Sound reference, Sound recording)
    {
        if (reference.Samples.Length == 0 || recording.Samples.Length == 0) return new AudioMatch(TimeSpan.Zero, []);
        float[] whole = Array.ConvertAll(recording.Samples, s => (float)s);
        int offset = Align(Delay(reference.Samples, 0), whole);
        AudioMatch? best = null;
        // Resamplers differ by a fraction of a sample, which high frequencies notice.
        foreach (double fraction in (double[])[0, 0.25, 0.5, 0.75])
        {
            float[] wanted = Delay(reference.Samples, fraction);
            AudioMatch match = Score(wanted, whole, offset);
            if (best is null || Mean(match) > Mean(best)) best = match;
        }
        return best!;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"lowest {Lowest:F3} of {Windows.Count} windows ({Voiced} voiced) at {Offset.TotalSeconds:F3} s: ")
        + string.Join(' ', Windows.Select(w => string.Create(CultureInfo.InvariantCulture, $"{w.Score:F3}{(w.IsPause ? "p" : "")}")));

    private static double Mean(AudioMatch match) => match.Windows.Average(w => w.Score);

    private static AudioMatch Score(float[] reference, float[] recording, int offset)
    {
        List<WindowScore> windows = [];
        int drift = 0;
        for (int start = 0; ; start += Window)
        {
            // The last window overlaps its neighbour, so that the end of the reference is checked as well.
            int at = Math.Max(0, Math.Min(start, reference.Length - Window));
            ReadOnlySpan<float> wanted = reference.AsSpan(at, Math.Min(Window, reference.Length - at));
            bool pause = Rms(wanted) < QuietRms;
            double score = 0;
            int lag = drift;
            if (pause)
            {
                score = Rms(Cut(recording, offset + at + drift, wanted.Length)) < 2 * QuietRms ? 1 : 0;
            }
            else
            {
                for (int d = Math.Max(-TotalTolerance, drift - StepTolerance); d <= Math.Min(TotalTolerance, drift + StepTolerance); d++)
                {
                    double here = Correlation(wanted, Cut(recording, offset + at + d, wanted.Length));
                    if (here > score) (score, lag) = (here, d);
                }
            }
            drift = lag;
            windows.Add(new WindowScore(TimeSpan.FromSeconds((double)at / Sound.RateHz), score, lag * 1000.0 / Sound.RateHz, pause));
            if (start + Window >= reference.Length) break;
        }
        return new AudioMatch(TimeSpan.FromSeconds((double)offset / Sound.RateHz), windows);
    }

    /// <summary>Where in the recording the reference begins; negative where the recording starts late.</summary>
    private static int Align(float[] reference, float[] recording)
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)(reference.Length + recording.Length));
        Complex[] a = new Complex[size], b = new Complex[size];
        for (int i = 0; i < recording.Length; i++) a[i] = recording[i];
        for (int i = 0; i < reference.Length; i++) b[i] = reference[i];
        Fourier.Transform(a, inverse: false);
        Fourier.Transform(b, inverse: false);
        for (int i = 0; i < size; i++) a[i] *= Complex.Conjugate(b[i]);
        Fourier.Transform(a, inverse: true);

        double[] energy = new double[recording.Length + 1];
        for (int i = 0; i < recording.Length; i++) energy[i + 1] = energy[i] + (double)recording[i] * recording[i];
        double floor = QuietRms * QuietRms * Math.Min(reference.Length, Window);
        (double Score, int Offset) best = (double.MinValue, 0);
        for (int offset = 1 - reference.Length; offset < recording.Length; offset++)
        {
            double inside = energy[Math.Min(recording.Length, offset + reference.Length)] - energy[Math.Max(0, offset)];
            double score = a[offset < 0 ? offset + size : offset].Real / Math.Sqrt(Math.Max(inside, floor));
            if (score > best.Score) best = (score, offset);
        }
        return best.Offset;
    }

    /// <summary>The samples later by a fraction of one.</summary>
    internal static float[] Delay(short[] samples, double fraction)
    {
        if (fraction == 0) return Array.ConvertAll(samples, s => (float)s);
        const int Half = 16;
        double[] taps = new double[2 * Half];
        for (int k = 0; k < taps.Length; k++)
        {
            double x = k - Half + 1 - fraction;
            taps[k] = Math.Sin(Math.PI * x) / (Math.PI * x) * (0.5 + 0.5 * Math.Cos(Math.PI * x / Half));
        }
        float[] delayed = new float[samples.Length];
        for (int n = 0; n < samples.Length; n++)
        {
            double sum = 0;
            for (int k = 0; k < taps.Length; k++)
            {
                int from = n - (k - Half + 1);
                if (from >= 0 && from < samples.Length) sum += taps[k] * samples[from];
            }
            delayed[n] = (float)sum;
        }
        return delayed;
    }

    private static ReadOnlySpan<float> Cut(float[] samples, int start, int length) =>
        start < 0 || start + length > samples.Length ? default : samples.AsSpan(start, length);

    private static double Rms(ReadOnlySpan<float> samples) => samples.IsEmpty ? 0 : Math.Sqrt(Dot(samples, samples) / samples.Length);

    private static double Correlation(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length != b.Length) return 0;
        double power = Dot(a, a) * Dot(b, b);
        return power == 0 ? 0 : Dot(a, b) / Math.Sqrt(power);
    }

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Vector<float> sums = default;
        int i = 0;
        for (; i <= a.Length - Vector<float>.Count; i += Vector<float>.Count) sums += new Vector<float>(a[i..]) * new Vector<float>(b[i..]);
        double sum = Vector.Sum(sums);
        for (; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
