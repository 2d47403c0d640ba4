namespace Codecs.Tones;

/// <summary>A tone that repeats: its steps in order. Immutable.</summary>
/// <param name="steps">At least one, each longer than 0 ms.</param>
public sealed class Cadence(params ToneStep[] steps)
{
    private const double Single = -13;    // two at -16 dBm0 have the power of one at -13
    private const int SpecialMs = 330;

    private readonly ToneStep[] _steps = [.. steps];

    // North America: the precise tone plan. Europe: ITU-T E.180 as ETSI TR 101 041 collects it.
    public static Cadence RingbackNorthAmerica { get; } = new(new(440, 480, 2000), ToneStep.Silence(4000));

    public static Cadence RingbackEurope { get; } = new(new(425, 0, 1000, Single), ToneStep.Silence(4000));

    public static Cadence BusyNorthAmerica { get; } = new(new(480, 620, 500), ToneStep.Silence(500));

    public static Cadence BusyEurope { get; } = new(new(425, 0, 500, Single), ToneStep.Silence(500));

    public static Cadence CongestionNorthAmerica { get; } = new(new(480, 620, 250), ToneStep.Silence(250));

    public static Cadence CongestionEurope { get; } = new(new(425, 0, 250, Single), ToneStep.Silence(250));

    public static Cadence DialNorthAmerica { get; } = new(new ToneStep(350, 440, 1000));

    public static Cadence DialEurope { get; } = new(new ToneStep(425, 0, 1000, Single));

    /// <summary>"The number cannot be reached" (ITU-T E.180 §8.1): three rising tones and a second of silence.</summary>
    public static Cadence SpecialInformation { get; } = new(
        new(950, 0, SpecialMs, Single), new(1400, 0, SpecialMs, Single), new(1800, 0, SpecialMs, Single), ToneStep.Silence(1000));

    public ReadOnlySpan<ToneStep> Steps => _steps;

    public TimeSpan Period
    {
        get
        {
            int milliseconds = 0;
            foreach (ToneStep step in _steps) milliseconds += step.DurationMs;
            return TimeSpan.FromMilliseconds(milliseconds);
        }
    }

    /// <summary>One key of a telephone (ITU-T Q.23) and a pause behind it.</summary>
    /// <param name="key">0–9, *, #, A–D.</param>
    /// <param name="onMs">Q.24 asks receivers for 40 ms and less.</param>
    /// <param name="offMs">Silence behind; 0 for none.</param>
    /// <param name="levelDbm0">Of each of the two frequencies.</param>
    /// <returns>Null for another character.</returns>
    public static Cadence? Dtmf(char key, int onMs = 100, int offMs = 60, double levelDbm0 = -9)
    {
        if (!DtmfKeys.TryFrequencies(key, out double low, out double high)) return null;
        var tone = new ToneStep(low, high, onMs, levelDbm0);
        return offMs > 0 ? new Cadence(tone, ToneStep.Silence(offMs)) : new Cadence(tone);
    }

    /// <summary>Renders one period, to be played in a loop.</summary>
    public short[] Render(int rateHz)
    {
        short[] pcm = new short[Period.Ticks * rateHz / TimeSpan.TicksPerSecond];
        new ToneGenerator(this, rateHz).Fill(pcm);
        return pcm;
    }
}
