namespace CodecsTests;

/// <summary>Tones to put in, and measures of what came out.</summary>
internal static class Signal
{
    public static short[] Tone(double hz, int rateHz, int samples, double amplitude = 20_000, double phase = 0)
    {
        short[] pcm = new short[samples];
        for (int i = 0; i < samples; i++) pcm[i] = (short)Math.Round(amplitude * Math.Sin(2 * Math.PI * hz * i / rateHz + phase));
        return pcm;
    }

    public static double Rms(ReadOnlySpan<short> pcm)
    {
        double sum = 0;
        foreach (short sample in pcm) sum += (double)sample * sample;
        return Math.Sqrt(sum / Math.Max(1, pcm.Length));
    }

    public static double Db(double ratio) => 20 * Math.Log10(Math.Max(ratio, 1e-12));

    /// <summary>Peak amplitude of one frequency, by projection under a Hann window.</summary>
    public static double Amplitude(ReadOnlySpan<short> pcm, double hz, int rateHz)
    {
        double real = 0, imaginary = 0, weight = 0;
        for (int i = 0; i < pcm.Length; i++)
        {
            double window = 0.5 - 0.5 * Math.Cos(2 * Math.PI * (i + 0.5) / pcm.Length), angle = 2 * Math.PI * hz * i / rateHz;
            real += window * pcm[i] * Math.Cos(angle);
            imaginary += window * pcm[i] * Math.Sin(angle);
            weight += window;
        }

        return 2 * Math.Sqrt(real * real + imaginary * imaginary) / weight;
    }
}
