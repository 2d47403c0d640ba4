namespace Codecs.Tones;

/// <summary>One stretch of a tone: up to two frequencies, or silence.</summary>
/// <param name="FirstHz">0 for silence.</param>
/// <param name="SecondHz">0 for a single frequency.</param>
/// <param name="DurationMs">Length.</param>
/// <param name="LevelDbm0">Power of each frequency (ITU-T G.711: a sine at full scale is +3.17 dBm0).</param>
public readonly record struct ToneStep(double FirstHz, double SecondHz, int DurationMs, double LevelDbm0 = -16)
{
    private const double FullScalePeak = 32_124;    // the outermost level of µ-law
    private const double FullScaleDbm0 = 3.17;

    public static ToneStep Silence(int durationMs) => new(0, 0, durationMs);

    /// <summary>Peak of each frequency in 16-bit samples.</summary>
    public double Peak => FullScalePeak * Math.Pow(10, (LevelDbm0 - FullScaleDbm0) / 20);
}
