using System.Globalization;

namespace Load.Media;

/// <summary>Compares what came out with what went in: likeness, level, delay, gaps, clicks. One rule for every engine.</summary>
/// <param name="Likeness">Lowest correlation of the waveforms in any second, each fifth of it where it fits.</param>
/// <param name="LevelDb">Received over sent.</param>
/// <param name="SwingDb">How far the level of any second is from that of all.</param>
/// <param name="DelayMs">From the sending of a sound to the arrival of the packet that holds it.</param>
/// <param name="Gaps">Times of 20 ms in which there was sound and nothing of it came out.</param>
/// <param name="Clicks">Steps from one sample to the next that nothing near them in what was sent explains.</param>
internal readonly record struct AudioJudge(double Likeness, double LevelDb, double SwingDb, double DelayMs, int Gaps, int Clicks)
{
    public const int RateHz = 8000, FrameSamples = 160;

    /// <summary>A steady gain up to this is no fault. rtpengine's Opus is 3 dB down: its resampler spreads mono over two channels at equal power.</summary>
    public const double MostGainDb = 3.5;

    /// <summary>A level that changes more than this is.</summary>
    public const double MostSwingDb = 1.5;

    private const int Step = 40, Second = RateHz, Near = RateHz / 100, Parts = 5, Part = Second / Parts;
    private const int Reach = RateHz / 80;     // less than a frame: one left out is no adapted delay
    private const double Alike = 0.98;
    private const double ClickRatio = 2.5, ClickFloor = 2500;

    /// <param name="leastLikeness">What the codecs on the way leave of the waveform.</param>
    public bool IsRight(double leastLikeness) =>
        Likeness >= leastLikeness && Math.Abs(LevelDb) <= MostGainDb && SwingDb <= MostSwingDb && Gaps == 0 && Clicks == 0;

    /// <param name="sent">Goes round and round.</param>
    /// <param name="received">From the first packet that came.</param>
    /// <param name="arrivedAt">When the sound at a position of <paramref name="received"/> arrived, ns.</param>
    /// <param name="sentAt">When the sound at a position of <paramref name="sent"/> went out the first time, ns.</param>
    public static AudioJudge Compare(short[] sent, ReadOnlySpan<short> received, Func<int, long> arrivedAt, Func<int, long> sentAt)
    {
        int from = Second;
        int seconds = (received.Length - from) / Second;    // coders settle in the first one
        if (seconds < 2) return new AudioJudge(0, double.NaN, double.NaN, double.NaN, int.MaxValue, int.MaxValue);
        ReadOnlySpan<short> heard = received.Slice(from, seconds * Second);
        int[] lags = Follow(sent, heard, Lag(sent, heard[..(2 * Second)]));
        double worst = 1, sentEnergy = 0, heardEnergy = 0, softest = double.MaxValue, loudest = double.MinValue;
        int gaps = 0;
        for (int second = 0; second < seconds; second++)
        {
            double likeness = 0, a = 0, b = 0;
            for (int part = second * Parts; part < (second + 1) * Parts; part++)
            {
                (double alike, double before, double after) = Correlate(sent, heard.Slice(part * Part, Part), lags[part] + part * Part);
                (likeness, a, b) = (likeness + alike * before, a + before, b + after);
            }
            (sentEnergy, heardEnergy) = (sentEnergy + a, heardEnergy + b);
            if (a <= 1e6 * 50) continue;
            worst = Math.Min(worst, likeness / a);
            (softest, loudest) = (Math.Min(softest, Decibels(b, a)), Math.Max(loudest, Decibels(b, a)));
        }
        double gain = heardEnergy / sentEnergy, level = Decibels(heardEnergy, sentEnergy);
        for (int block = 0; block + FrameSamples <= heard.Length; block += FrameSamples)
        {
            (double _, double a, double b) = Correlate(sent, heard.Slice(block, FrameSamples), lags[block / Part] + block);
            if (a > 1e5 * FrameSamples * 5 && b < a * gain / 400) gaps++;
        }
        double round = sent.Length * 1e9 / Second, delay = (arrivedAt(from) - sentAt(lags[0])) % round;
        return new AudioJudge(worst, level, Math.Max(loudest - level, level - softest), (delay < 0 ? delay + round : delay) / 1e6, gaps, CountClicks(sent, heard, lags, Math.Sqrt(gain)));
    }

    /// <summary>Of many streams, one line.</summary>
    public static string Summarize(IReadOnlyCollection<AudioJudge> judged) => string.Create(CultureInfo.InvariantCulture,
        $"audio of {judged.Count} streams: likeness at least {judged.Min(j => j.Likeness):F3}, level {judged.Min(j => j.LevelDb):F1} to {judged.Max(j => j.LevelDb):F1} dB steady to {judged.Max(j => j.SwingDb):F1}, gaps {judged.Sum(j => (long)j.Gaps)}, clicks {judged.Sum(j => (long)j.Clicks)}");

    /// <summary>Where the received sound stands in the sent one: by loudness over time first, then by waveform.</summary>
    private static int Lag(short[] sent, ReadOnlySpan<short> heard)
    {
        double[] a = Envelope(sent), b = Envelope(heard);
        (double Value, int At) best = (double.MinValue, 0);
        for (int lag = 0; lag < a.Length; lag++)
        {
            double sum = 0;
            for (int i = 0; i < b.Length; i++) sum += a[(lag + i) % a.Length] * b[i];
            if (sum > best.Value) best = (sum, lag * Step);
        }
        (double Value, int At) fine = (double.MinValue, 0);
        for (int lag = best.At - 3 * Step; lag <= best.At + 3 * Step; lag++)
        {
            int wrapped = (lag + sent.Length) % sent.Length;
            double likeness = Correlate(sent, heard, wrapped).Likeness;
            if (likeness > fine.Value) fine = (likeness, wrapped);
        }
        return fine.At;
    }

    /// <summary>A delay may be adapted, a period of the sound at a time: each fifth of a second is taken where it fits best, near where the one before did.</summary>
    private static int[] Follow(short[] sent, ReadOnlySpan<short> heard, int lag)
    {
        int[] lags = new int[heard.Length / Part];
        for (int part = 0; part < lags.Length; part++)
        {
            ReadOnlySpan<short> here = heard.Slice(part * Part, Part);
            (double best, int near) = (Correlate(sent, here, lag + part * Part).Likeness, lag);
            for (int candidate = near - Reach; best < Alike && candidate <= near + Reach; candidate++)
            {
                int wrapped = (candidate + sent.Length) % sent.Length;
                double likeness = Correlate(sent, here, wrapped + part * Part).Likeness;
                if (likeness > best + 0.02) (best, lag) = (likeness, wrapped);
            }
            lags[part] = lag;
        }
        return lags;
    }

    private static double[] Envelope(ReadOnlySpan<short> pcm)
    {
        double[] envelope = new double[pcm.Length / Step];
        double mean = 0;
        for (int i = 0; i < envelope.Length; i++)
        {
            double sum = 0;
            foreach (short sample in pcm.Slice(i * Step, Step)) sum += Math.Abs((double)sample);
            envelope[i] = sum;
            mean += sum / envelope.Length;
        }
        for (int i = 0; i < envelope.Length; i++) envelope[i] -= mean;
        return envelope;
    }

    private static (double Likeness, double Sent, double Heard) Correlate(short[] sent, ReadOnlySpan<short> heard, int lag)
    {
        double ab = 0, aa = 0, bb = 0;
        for (int i = 0, at = lag % sent.Length; i < heard.Length; i++)
        {
            double a = sent[at], b = heard[i];
            (ab, aa, bb) = (ab + a * b, aa + a * a, bb + b * b);
            if (++at == sent.Length) at = 0;
        }
        return (aa == 0 || bb == 0 ? 0 : ab / Math.Sqrt(aa * bb), aa, bb);
    }

    /// <summary>Blocks of 2.5 ms with a step that is far above every one sent within 10 ms.</summary>
    private static int CountClicks(short[] sent, ReadOnlySpan<short> heard, int[] lags, double gain)
    {
        int clicks = 0;
        for (int block = Near; block + Near < heard.Length; block += Step / 2)
        {
            int step = 0, natural = 0;
            for (int i = block; i < block + Step / 2; i++) step = Math.Max(step, Math.Abs(heard[i] - heard[i - 1]));
            if (step <= ClickFloor) continue;
            int lag = lags[block / Part];
            for (int i = block - Near; i < block + Near; i++)
                natural = Math.Max(natural, Math.Abs(sent[(lag + i + 1) % sent.Length] - sent[(lag + i) % sent.Length]));
            if (step > ClickRatio * gain * natural + ClickFloor) clicks++;
        }
        return clicks;
    }

    private static double Decibels(double power, double reference) => 10 * Math.Log10(power / reference);
}
