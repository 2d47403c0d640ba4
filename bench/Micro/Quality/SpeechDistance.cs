namespace Micro.Quality;

/// <summary>How far telephone speech is from what went in: level, spectrum and intelligibility, over the frames in which somebody speaks.</summary>
/// <param name="LevelDb">Power out over power in.</param>
/// <param name="SpectralDb">Log-spectral distance from 200 to 3400 Hz, root mean square a frame, averaged.</param>
/// <param name="Intelligibility">Short-time objective intelligibility after Taal and others (2011) at 8000 Hz: correlation of the envelopes of third-octave bands over 384 ms; 1 is the original.</param>
internal readonly record struct SpeechDistance(double LevelDb, double SpectralDb, double Intelligibility)
{
    private const int Rate = 8000, Window = 256, Hop = 128, Segment = 24;
    private const int MaxLag = 400;
    private const double Below = 1e-4;        // of the loudest frame: 40 dB; softer frames are no speech
    private const double ClipDb = -15;

    private static readonly double[] s_hann = Hann();
    private static readonly (int From, int To)[] s_bands = Bands();

    /// <summary>Compares after shifting by the delay at which both correlate best.</summary>
    public static SpeechDistance Between(ReadOnlySpan<short> original, ReadOnlySpan<short> heard)
    {
        int lag = Lag(original, heard);
        int length = Math.Min(original.Length, heard.Length - lag), frames = (length - Window) / Hop;
        double[][] wanted = Spectra(original[..length], frames), got = Spectra(heard.Slice(lag, length), frames);
        double[] power = new double[frames];
        double loudest = 0;
        for (int i = 0; i < frames; i++) loudest = Math.Max(loudest, power[i] = Sum(wanted[i]));
        double spectral = 0, powerIn = 0, powerOut = 0;
        int speech = 0;
        var spoken = new List<int>();
        for (int i = 0; i < frames; i++)
        {
            if (power[i] < loudest * Below) continue;
            speech++;
            spoken.Add(i);
            powerIn += power[i];
            powerOut += Sum(got[i]);
            spectral += LogDistance(wanted[i], got[i], power[i] * 1e-6);
        }

        return new SpeechDistance(10 * Math.Log10(powerOut / powerIn), spectral / speech, Correlate(wanted, got, spoken));
    }

    private static double LogDistance(double[] wanted, double[] got, double floor)
    {
        const int First = 200 * Window / Rate, Last = 3400 * Window / Rate;
        double sum = 0;
        for (int k = First; k <= Last; k++) sum += Math.Pow(10 * Math.Log10((wanted[k] + floor) / (got[k] + floor)), 2);
        return Math.Sqrt(sum / (Last - First + 1));
    }

    private static double Correlate(double[][] wanted, double[][] got, List<int> spoken)
    {
        double total = 0;
        int count = 0;
        double[] x = new double[Segment], y = new double[Segment];
        double clip = 1 + Math.Pow(10, -ClipDb / 20);
        for (int last = Segment - 1; last < spoken.Count; last++)
        {
            foreach ((int from, int to) in s_bands)
            {
                double powerX = 0, powerY = 0;
                for (int n = 0; n < Segment; n++)
                {
                    int frame = spoken[last - Segment + 1 + n];
                    x[n] = Math.Sqrt(Sum(wanted[frame].AsSpan(from, to - from)));
                    y[n] = Math.Sqrt(Sum(got[frame].AsSpan(from, to - from)));
                    powerX += x[n] * x[n];
                    powerY += y[n] * y[n];
                }

                double gain = Math.Sqrt(powerX / Math.Max(powerY, 1e-9)), meanX = 0, meanY = 0;
                for (int n = 0; n < Segment; n++)
                {
                    y[n] = Math.Min(y[n] * gain, x[n] * clip);
                    meanX += x[n] / Segment;
                    meanY += y[n] / Segment;
                }

                double product = 0, spreadX = 0, spreadY = 0;
                for (int n = 0; n < Segment; n++)
                {
                    product += (x[n] - meanX) * (y[n] - meanY);
                    spreadX += Math.Pow(x[n] - meanX, 2);
                    spreadY += Math.Pow(y[n] - meanY, 2);
                }

                total += product / Math.Sqrt(Math.Max(spreadX * spreadY, 1e-12));
                count++;
            }
        }

        return total / count;
    }

    private static double[][] Spectra(ReadOnlySpan<short> pcm, int frames)
    {
        double[][] spectra = new double[frames][];
        double[] real = new double[Window], imaginary = new double[Window];
        for (int i = 0; i < frames; i++)
        {
            for (int n = 0; n < Window; n++) (real[n], imaginary[n]) = (pcm[i * Hop + n] * s_hann[n], 0);
            Fourier(real, imaginary);
            double[] power = spectra[i] = new double[Window / 2];
            for (int k = 0; k < power.Length; k++) power[k] = real[k] * real[k] + imaginary[k] * imaginary[k];
        }

        return spectra;
    }

    // Radix 2, in place.
    private static void Fourier(double[] real, double[] imaginary)
    {
        for (int i = 1, j = 0; i < Window; i++)
        {
            int bit = Window >> 1;
            for (; (j & bit) != 0; bit >>= 1) j ^= bit;
            j ^= bit;
            if (i < j) (real[i], real[j], imaginary[i], imaginary[j]) = (real[j], real[i], imaginary[j], imaginary[i]);
        }

        for (int size = 2; size <= Window; size <<= 1)
        {
            for (int k = 0; k < size / 2; k++)
            {
                (double sine, double cosine) = Math.SinCos(-2 * Math.PI * k / size);
                for (int a = k; a < Window; a += size)
                {
                    int b = a + size / 2;
                    double re = real[b] * cosine - imaginary[b] * sine, im = real[b] * sine + imaginary[b] * cosine;
                    (real[b], imaginary[b]) = (real[a] - re, imaginary[a] - im);
                    (real[a], imaginary[a]) = (real[a] + re, imaginary[a] + im);
                }
            }
        }
    }

    private static int Lag(ReadOnlySpan<short> original, ReadOnlySpan<short> heard)
    {
        int best = 0;
        double highest = double.MinValue;
        int length = Math.Min(original.Length, heard.Length) - MaxLag;
        for (int lag = 0; lag < MaxLag; lag++)
        {
            double sum = 0;
            for (int i = 0; i < length; i += 3) sum += (double)original[i] * heard[i + lag];
            if (sum > highest) (highest, best) = (sum, lag);
        }

        return best;
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values) sum += value;
        return sum;
    }

    private static double[] Hann()
    {
        double[] window = new double[Window];
        for (int i = 0; i < Window; i++) window[i] = 0.5 - 0.5 * Math.Cos(2 * Math.PI * (i + 0.5) / Window);
        return window;
    }

    // Third octaves from 150 Hz on.
    private static (int From, int To)[] Bands()
    {
        var bands = new List<(int, int)>();
        for (double middle = 150; middle < 3400; middle *= Math.Pow(2, 1 / 3.0))
        {
            int from = (int)Math.Round(middle * Math.Pow(2, -1 / 6.0) * Window / Rate), to = (int)Math.Round(middle * Math.Pow(2, 1 / 6.0) * Window / Rate);
            if (to > from) bands.Add((from, Math.Min(to, Window / 2)));
        }

        return [.. bands];
    }
}
