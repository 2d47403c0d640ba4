namespace Load.Media;

/// <summary>Compares what came out with what went in: likeness, level, delay, gaps.</summary>
/// <param name="Likeness">Lowest correlation of the waveforms in any second.</param>
/// <param name="LevelDb">Received over sent.</param>
/// <param name="DelayMs">From the sending of a sound to the arrival of the packet that holds it.</param>
/// <param name="Gaps">Times of 20 ms in which there was sound and nothing of it came out.</param>
internal readonly record struct AudioJudge(double Likeness, double LevelDb, double DelayMs, int Gaps)
{
    private const int Step = 40, Second = VoiceAudio.RateHz;

    /// <param name="sent">Goes round and round.</param>
    /// <param name="received">From the first packet that came.</param>
    /// <param name="arrivedAt">When the sound at a position of <paramref name="received"/> arrived, ns.</param>
    /// <param name="sentAt">When the sound at a position of <paramref name="sent"/> went out the first time, ns.</param>
    public static AudioJudge Compare(short[] sent, ReadOnlySpan<short> received, Func<int, long> arrivedAt, Func<int, long> sentAt)
    {
        int from = Second;
        ReadOnlySpan<short> heard = received[from..];    // coders settle in the first second
        int seconds = heard.Length / Second;
        if (seconds < 2) return new AudioJudge(0, double.NaN, double.NaN, int.MaxValue);
        int lag = Lag(sent, heard[..(2 * Second)]);
        double worst = 1, sentEnergy = 0, heardEnergy = 0;
        int gaps = 0;
        for (int second = 0; second < seconds; second++)
        {
            (double likeness, double a, double b) = Correlate(sent, heard.Slice(second * Second, Second), lag + second * Second);
            if (a > 1e6 * 50) worst = Math.Min(worst, likeness);
            (sentEnergy, heardEnergy) = (sentEnergy + a, heardEnergy + b);
        }
        for (int block = 0; block + VoiceAudio.FrameSamples <= heard.Length - Second / 2; block += VoiceAudio.FrameSamples)
        {
            (double _, double a, double b) = Correlate(sent, heard.Slice(block, VoiceAudio.FrameSamples), lag + block);
            if (a > 1e5 * VoiceAudio.FrameSamples * 5 && b < a / 400) gaps++;
        }
        double round = sent.Length * 1e9 / Second, delay = (arrivedAt(from) - sentAt(lag)) % round;
        return new AudioJudge(worst, 10 * Math.Log10(heardEnergy / sentEnergy), (delay < 0 ? delay + round : delay) / 1e6, gaps);
    }

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
}
