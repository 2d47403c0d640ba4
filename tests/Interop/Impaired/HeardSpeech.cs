using System.Globalization;
using Interop.Audio;
using Micro.Quality;

namespace Interop.Impaired;

/// <summary>How well speech came through, second by second: intelligibility (STOI; 1 is the original) and log-spectral distance in dB.</summary>
/// <param name="Intelligibility">Of each second in which something was said.</param>
/// <param name="Distances">The same seconds'.</param>
public sealed record HeardSpeech(IReadOnlyList<double> Intelligibility, IReadOnlyList<double> Distances)
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1), s_reach = TimeSpan.FromMilliseconds(800), s_shift = TimeSpan.FromMilliseconds(60);

    public double Mean => Intelligibility.Count == 0 ? 0 : Intelligibility.Average();

    public double Least => Intelligibility.Count == 0 ? 0 : Intelligibility.Min();

    public double MeanDistance => Distances.Count == 0 ? double.PositiveInfinity : Distances.Average();

    /// <summary>Looks for what was heard in what was said, of which it may be any part.</summary>
    public static HeardSpeech PartOf(Sound heard, Sound said)
    {
        // One second that came well tells where all of it belongs.
        TimeSpan middle = heard.Duration / 2;
        double best = 0, offset = 0;
        foreach (double at in (double[])[middle.TotalSeconds, 0, heard.Duration.TotalSeconds - 2])
        {
            AudioMatch match = AudioMatch.Find(heard.Slice(TimeSpan.FromSeconds(at), TimeSpan.FromSeconds(2)), said);
            if (match.Voiced == 0 || match.Windows.Average(w => w.Score) <= best) continue;
            (best, offset) = (match.Windows.Average(w => w.Score), match.Offset.TotalSeconds - at);
        }
        double first = Math.Max(0, Math.Ceiling(offset + s_reach.TotalSeconds));
        return Of(said, heard, -offset, first, Math.Min(said.Duration.TotalSeconds, offset + heard.Duration.TotalSeconds - s_reach.TotalSeconds));
    }

    /// <summary>Looks for all of what was said in what was heard.</summary>
    public static HeardSpeech AllOf(Sound said, Sound heard)
    {
        // All of it at one delay may fit nowhere; most of its seconds say where it is.
        double[] offsets = [.. Enumerable.Range(0, (int)said.Duration.TotalSeconds)
            .Select(second => AudioMatch.Find(said.Slice(TimeSpan.FromSeconds(second), s_second), heard).Offset.TotalSeconds - second).Order()];
        return Of(said, heard, offsets[offsets.Length / 2], 0, said.Duration.TotalSeconds);
    }

    /// <summary>Of every second.</summary>
    public string Seconds => string.Join(' ', Intelligibility.Zip(Distances, (clear, distance) => string.Create(CultureInfo.InvariantCulture, $"{clear:F2}/{distance:F1}")));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Mean:F3} (least {Least:F3}), {MeanDistance:F1} dB");

    private static HeardSpeech Of(Sound said, Sound heard, double offset, double from, double to)
    {
        List<double> intelligibility = [], distances = [];
        for (double second = from; second + 1 <= to; second++)
        {
            Sound part = said.Slice(TimeSpan.FromSeconds(second), s_second);
            TimeSpan expected = TimeSpan.FromSeconds(second + offset) - s_reach;
            Sound around = Padded(heard, expected, s_second + 2 * s_reach);
            AudioMatch match = AudioMatch.Find(part, around);
            if (match.Voiced == 0) continue;
            Sound there = new Sound(FollowedSpeech.Of(part.Samples, around.Samples, (int)Math.Round(match.Offset.TotalSeconds * Sound.RateHz)))
                + Sound.Silence(s_shift);    // room for the finer search of the other measure
            intelligibility.Add(SpeechDistance.Between(part.Samples, there.Samples).Intelligibility);
            distances.Add(SpectralDistance.Between(part.Samples, there.Samples.AsSpan(0, part.Samples.Length)));
        }
        return new HeardSpeech(intelligibility, distances);
    }

    /// <summary>A slice that may begin before the first and end behind the last sample, in silence.</summary>
    private static Sound Padded(Sound sound, TimeSpan from, TimeSpan length)
    {
        short[] samples = new short[(int)Math.Round(length.TotalSeconds * Sound.RateHz)];
        int start = (int)Math.Round(from.TotalSeconds * Sound.RateHz);
        for (int i = 0; i < samples.Length; i++)
        {
            if (start + i >= 0 && start + i < sound.Samples.Length) samples[i] = sound.Samples[start + i];
        }
        return new Sound(samples);
    }
}
