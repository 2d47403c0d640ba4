using System.Collections.Concurrent;
using System.Numerics;

namespace Codecs.Resampling;

/// <summary>The low-pass filter of one rate change, cut into phases: a sinc under a Kaiser window. Immutable and shared.</summary>
/// <remarks>
/// What lies below 90 % of half the lower rate passes; from half the lower rate on, at least 75 dB are taken away, so nothing of
/// what could fold back is heard.
/// </remarks>
public sealed class ResamplerFilter
{
    private const double StopBandDb = 80;        // designed for; 75 dB with rounding and the 16 bits around it are kept
    private const double PassBand = 0.9;
    private const int MaxPhases = 1024;
    private const int InterpolatedPhases = 512;    // a straight line between two of them errs by -106 dB
    private const int MaxShared = 32;

    private static readonly ConcurrentDictionary<(int From, int To), ResamplerFilter> s_shared = new();

    private readonly float[] _taps;

    private ResamplerFilter(int fromHz, int toHz)
    {
        int divisor = (int)BigInteger.GreatestCommonDivisor(fromHz, toHz);
        (Up, Down) = (toHz / divisor, fromHz / divisor);
        Phases = Up <= MaxPhases ? Up : InterpolatedPhases;
        // Kaiser's length for the transition, counted in samples of the input.
        double lower = Math.Min(fromHz, toHz);
        double transition = 2 * Math.PI * (1 - PassBand) * lower / 2 / fromHz;
        Half = (int)Math.Ceiling((StopBandDb - 7.95) / (2.285 * transition) / 2);
        Stride = (TapCount + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;
        double cutOff = (1 + PassBand) / 2 * lower / fromHz;    // of half the input rate
        double[] prototype = Prototype(cutOff);
        _taps = new float[(Phases + 1) * Stride];
        for (int phase = 0; phase <= Phases; phase++)
        {
            double sum = 0;
            for (int tap = 0; tap < TapCount; tap++) sum += prototype[Math.Abs((tap - Half + 1) * Phases - phase)];
            for (int tap = 0; tap < TapCount; tap++) _taps[phase * Stride + tap] = (float)(prototype[Math.Abs((tap - Half + 1) * Phases - phase)] / sum);
        }
    }

    /// <summary>Output samples for every <see cref="Down"/> of the input.</summary>
    public int Up { get; }

    public int Down { get; }

    /// <summary>Input samples on either side that one output sample looks at.</summary>
    public int Half { get; }

    /// <summary>Phases kept; <see cref="Up"/>, or fewer to interpolate between where the ratio has no small numbers.</summary>
    internal int Phases { get; }

    internal int TapCount => 2 * Half;

    /// <summary>Distance of two phases: the taps, and zeros up to whole vectors.</summary>
    internal int Stride { get; }

    /// <summary>The filter between two rates, made at first use.</summary>
    /// <param name="fromHz">Above 0.</param>
    /// <param name="toHz">Above 0.</param>
    public static ResamplerFilter For(int fromHz, int toHz)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(fromHz);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(toHz);
        if (s_shared.TryGetValue((fromHz, toHz), out ResamplerFilter? filter)) return filter;
        filter = new ResamplerFilter(fromHz, toHz);
        return s_shared.Count < MaxShared ? s_shared.GetOrAdd((fromHz, toHz), filter) : filter;
    }

    /// <summary>Samples that come out of <paramref name="inputLength"/> whole.</summary>
    public int OutputLength(int inputLength) => checked((int)(((long)inputLength * Up + Down - 1) / Down));

    internal ReadOnlySpan<float> Taps => _taps;

    internal ReadOnlySpan<float> Phase(int phase) => _taps.AsSpan(phase * Stride, Stride);

    // The right half of the filter at the rate of its phases, its middle first.
    private double[] Prototype(double cutOff)
    {
        double beta = 0.1102 * (StopBandDb - 8.7);
        double scale = 1 / Bessel(beta);
        double[] prototype = new double[Half * Phases + 1];
        for (int i = 0; i < prototype.Length; i++)
        {
            double time = (double)i / Phases, x = time / Half, angle = Math.PI * cutOff * time;
            double window = Bessel(beta * Math.Sqrt(Math.Max(0, 1 - x * x))) * scale;
            prototype[i] = window * (i == 0 ? 1 : Math.Sin(angle) / angle);
        }

        return prototype;
    }

    private static double Bessel(double x)    // I0 by its series
    {
        double sum = 1, term = 1, half = x / 2;
        for (int k = 1; term > 1e-12 * sum; k++)
        {
            term *= half / k * (half / k);
            sum += term;
        }

        return sum;
    }
}
