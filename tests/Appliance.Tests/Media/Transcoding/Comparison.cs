namespace Appliance.Tests.Media.Transcoding;

/// <summary>What was heard beside what was said.</summary>
/// <param name="DelayMs">Of what was heard behind what was said at the same place of the stream; negative: what was said first is missing.</param>
/// <param name="Correlation">Of the worst fifth of a second, after alignment.</param>
/// <param name="LevelDb">Heard over said.</param>
/// <param name="LargestStep">From one sample to the next, over that of what was said: a click is far above 1.</param>
internal sealed record Comparison(double DelayMs, double Correlation, double LevelDb, double LargestStep)
{
    private const double WindowSeconds = 0.2, MaxDelaySeconds = 0.25, DriftSeconds = 0.045;

    public static Comparison Of(short[] heard, int rateHz, double fromSecond, double toSecond)
    {
        int from = (int)(fromSecond * rateHz), to = Math.Min(heard.Length, (int)(toSecond * rateHz));
        int longest = (int)(MaxDelaySeconds * rateHz), drift = (int)(DriftSeconds * rateHz), margin = longest + 10 * drift;
        double[] said = new double[to + 2 * margin];
        for (int i = 0; i < said.Length; i++) said[i] = TestSpeech.At((double)(i - margin) / rateHz);
        int first = Best(from, Math.Min(to, from + rateHz / 2), 0, longest, rateHz / 2000), delay = first;
        double worst = 1, heardPower = 0, saidPower = 0, heardStep = 0, saidStep = 0;
        int window = (int)(WindowSeconds * rateHz);
        for (int start = from; start + window <= to; start += window)
        {
            // The delay may be adapted now and then: each window is compared where it fits best, near where the one before did.
            if (Match(start, delay, out _, out _) < 0.98) delay = Math.Clamp(Best(start, start + window, delay, drift, rateHz / 4000), -margin, margin);
            worst = Math.Min(worst, Match(start, delay, out double one, out double other));
            (heardPower, saidPower) = (heardPower + one, saidPower + other);
            for (int i = start; i < start + window; i++)
            {
                heardStep = Math.Max(heardStep, Math.Abs(heard[i] - heard[i - 1]));
                saidStep = Math.Max(saidStep, Math.Abs(said[i - delay + margin] - said[i - 1 - delay + margin]));
            }
        }
        return new Comparison(1000.0 * delay / rateHz, worst, 10 * Math.Log10(Math.Max(heardPower, 1) / Math.Max(saidPower, 1)), heardStep / Math.Max(1, saidStep));

        int Best(int start, int end, int around, int reach, int step)
        {
            (int best, double most) = (around, double.MinValue);
            for (int candidate = around - reach; candidate <= around + reach; candidate++)
            {
                double sum = 0;
                for (int i = start; i < end; i += step) sum += heard[i] * said[i - candidate + margin];
                if (sum > most) (most, best) = (sum, candidate);
            }
            return best;
        }

        double Match(int start, int at, out double one, out double other)
        {
            (double product, one, other) = (0, 0, 0);
            for (int i = start; i < start + window; i++)
            {
                double reference = said[i - at + margin];
                product += heard[i] * reference;
                one += (double)heard[i] * heard[i];
                other += reference * reference;
            }
            return product / Math.Max(1, Math.Sqrt(one * other));
        }
    }
}
