namespace Appliance.Tests.Media.Transcoding;

/// <summary>What was heard beside what was said.</summary>
/// <param name="DelayMs">Of what was heard behind what was said at the same place of the stream; negative: what was said first is missing.</param>
/// <param name="Correlation">Of the worst fifth of a second, after alignment.</param>
/// <param name="LevelDb">Heard over said.</param>
/// <param name="LargestStep">From one sample to the next, over that of what was said: a click is far above 1.</param>
internal sealed record Comparison(double DelayMs, double Correlation, double LevelDb, double LargestStep)
{
    private const double WindowSeconds = 0.2, MaxDelaySeconds = 0.4;

    public static Comparison Of(short[] heard, int rateHz, double fromSecond, double toSecond)
    {
        int from = (int)(fromSecond * rateHz), to = Math.Min(heard.Length, (int)(toSecond * rateHz));
        int longest = (int)(MaxDelaySeconds * rateHz), step = Math.Max(1, rateHz / 8000);
        double[] said = new double[to + 2 * longest];
        for (int i = 0; i < said.Length; i++) said[i] = TestSpeech.At((double)(i - longest) / rateHz);
        int best = 0;
        double most = double.MinValue;
        int coarse = Math.Min(to, from + rateHz);
        for (int delay = -longest; delay <= longest; delay++)
        {
            double sum = 0;
            for (int i = from; i < coarse; i += step) sum += heard[i] * said[i - delay + longest];
            if (sum > most) (most, best) = (sum, delay);
        }
        double worst = 1, heardPower = 0, saidPower = 0, heardStep = 0, saidStep = 0;
        int window = (int)(WindowSeconds * rateHz);
        for (int start = from; start + window <= to; start += window)
        {
            double product = 0, one = 0, other = 0;
            for (int i = start; i < start + window; i++)
            {
                double reference = said[i - best + longest];
                product += heard[i] * reference;
                one += (double)heard[i] * heard[i];
                other += reference * reference;
                heardStep = Math.Max(heardStep, Math.Abs(heard[i] - heard[i - 1]));
                saidStep = Math.Max(saidStep, Math.Abs(reference - said[i - 1 - best + longest]));
            }
            worst = Math.Min(worst, product / Math.Max(1, Math.Sqrt(one * other)));
            (heardPower, saidPower) = (heardPower + one, saidPower + other);
        }
        return new Comparison(1000.0 * best / rateHz, worst, 10 * Math.Log10(Math.Max(heardPower, 1) / Math.Max(saidPower, 1)), heardStep / Math.Max(1, saidStep));
    }
}
