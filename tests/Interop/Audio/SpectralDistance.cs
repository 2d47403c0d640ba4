using System.Globalization;
using System.Numerics;

namespace Interop.Audio;

/// <summary>
/// How far what was heard is from what was said, second by second, in decibels: the log-spectral distance over 18 bands of 100 to 3,700 Hz that
/// the ear tells apart, frames of 32 ms. A codec that makes noise anew keeps its bands' levels; another word, or 3 dB less, does not.
/// </summary>
public static class SpectralDistance
{
    /// <summary>Speech that came well: at most this in every second.</summary>
    public const double Limit = 4;

    private const int Size = 256, Hop = Size / 2, Bands = 18;

    /// <summary>Below this share of the loudest band's power nothing is heard beside it: 45 dB.</summary>
    private const double Masked = 3.2e-5;

    private static readonly int[] Edges = MakeEdges();
    private static readonly double[] Window = [.. Enumerable.Range(0, Size).Select(i => 0.5 - 0.5 * Math.Cos(2 * Math.PI * i / Size))];

    /// <summary>
    /// Each second of <paramref name="said"/> that has speech in it, sought in <paramref name="heard"/> on its own and followed there, and its
    /// distance. What is missing, added or another word stays as far away as it is.
    /// </summary>
    public static IReadOnlyList<double> PerSecond(Sound said, Sound heard)
    {
        List<double> distances = [];
        for (int second = 0; second + 1 <= said.Duration.TotalSeconds; second++)
        {
            Sound part = said.Slice(TimeSpan.FromSeconds(second), TimeSpan.FromSeconds(1));
            AudioMatch match = AudioMatch.Find(part, heard);
            if (match.Voiced == 0) continue;
            int at = (int)Math.Round((match.Offset.TotalSeconds + match.Windows[0].DriftMs / 1000) * Sound.RateHz);
            distances.Add(Between(part.Samples, FollowedSpeech.Of(part.Samples, heard.Samples, at)));
        }
        return distances;
    }

    /// <summary>The distance of two aligned sounds of one length: the mean over the frames in which something was said.</summary>
    public static double Between(ReadOnlySpan<short> said, ReadOnlySpan<short> heard)
    {
        List<(double[] Said, double[] Heard)> frames = [];
        for (int at = 0; at + Size <= said.Length; at += Hop) frames.Add((Powers(said.Slice(at, Size)), Powers(heard.Slice(at, Size))));
        double loudest = frames.Max(frame => frame.Said.Max()), sum = 0;
        double floor = loudest * Masked;
        int voiced = 0;
        foreach ((double[] wanted, double[] got) in frames)
        {
            if (wanted.Max() < 100 * floor) continue;
            double squares = 0;
            for (int band = 0; band < Bands; band++)
            {
                double difference = 10 * Math.Log10((wanted[band] + floor) / (got[band] + floor));
                squares += difference * difference;
            }
            sum += Math.Sqrt(squares / Bands);
            voiced++;
        }
        return sum / Math.Max(1, voiced);
    }

    public static string Text(IEnumerable<double> distances) => string.Join(' ', distances.Select(d => d.ToString("F1", CultureInfo.InvariantCulture)));

    private static double[] Powers(ReadOnlySpan<short> samples)
    {
        Complex[] spectrum = new Complex[Size];
        for (int i = 0; i < Size; i++) spectrum[i] = samples[i] * Window[i];
        Fourier.Transform(spectrum, inverse: false);
        double[] powers = new double[Bands];
        for (int band = 0; band < Bands; band++)
        {
            for (int bin = Edges[band]; bin < Edges[band + 1]; bin++) powers[band] += spectrum[bin].Magnitude * spectrum[bin].Magnitude;
            powers[band] /= Edges[band + 1] - Edges[band];
        }
        return powers;
    }

    /// <summary>First bins of the bands, evenly spaced on the mel scale, at least one bin each.</summary>
    private static int[] MakeEdges()
    {
        static double Mel(double hertz) => 1127 * Math.Log(1 + hertz / 700);
        int[] edges = new int[Bands + 1];
        for (int i = 0; i <= Bands; i++)
        {
            double mel = Mel(100) + (Mel(3700) - Mel(100)) * i / Bands, hertz = 700 * (Math.Exp(mel / 1127) - 1);
            edges[i] = Math.Max((int)Math.Round(hertz * Size / Sound.RateHz), i == 0 ? 1 : edges[i - 1] + 1);
        }
        return edges;
    }
}
