namespace Micro.Quality;

/// <summary>Something like speech that needs no voice: vowels of a gliding pitch, each with resonances of its own, with noise and pauses between them.</summary>
internal static class MadeSpeech
{
    public const int RateHz = 8000;

    /// <param name="seed">Of what is said.</param>
    /// <param name="seconds">How long.</param>
    public static short[] Say(int seed, int seconds)
    {
        var random = new Random(seed);
        short[] pcm = new short[seconds * RateHz];
        double phase = 0;
        for (int start = 0; start < pcm.Length;)
        {
            int length = random.Next(RateHz / 8, RateHz / 3);
            double pitch = 90 + 120 * random.NextDouble(), glide = 0.8 + 0.4 * random.NextDouble(), first = 300 + 500 * random.NextDouble(), second = 900 + 1400 * random.NextDouble();
            for (int i = 0; i < length && start + i < pcm.Length; i++)
            {
                double progress = (double)i / length, hz = pitch * (1 + (glide - 1) * progress), sum = 0;
                phase += 2 * Math.PI * hz / RateHz;
                for (int k = 1; k * hz < 3400; k++) sum += Math.Sin(k * phase + k * k) * (Peak(k * hz, first) + 0.5 * Peak(k * hz, second));
                pcm[start + i] = (short)(2500 * Math.Sin(Math.PI * progress) * sum + random.Next(-60, 61));
            }

            start += length;
        }

        return pcm;
    }

    private static double Peak(double hz, double resonance) => 1 / (1 + Math.Pow((hz - resonance) / 120, 2));
}
