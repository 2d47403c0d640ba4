namespace Appliance.Tests.Media.Transcoding;

/// <summary>A sound that is nowhere like itself a moment later, given by a formula: any stretch at any rate.</summary>
internal static class TestSpeech
{
    private static readonly (double Hz, double Share)[] s_tones = [(397, 0.45), (953, 0.35), (1699, 0.2)];

    public const double Peak = 9000;

    public static double At(double seconds)
    {
        double envelope = 0.6 + 0.25 * Math.Sin(2 * Math.PI * 3.3 * seconds) + 0.15 * Math.Sin(2 * Math.PI * 1.37 * seconds + 1), sum = 0;
        double glide = Math.Sin(2 * Math.PI * 0.9 * seconds);    // no stretch is like another some periods away
        foreach ((double hz, double share) in s_tones) sum += share * Math.Sin(2 * Math.PI * hz * seconds + hz / 50 * glide);
        return Peak * envelope * sum;
    }

    public static void Fill(Span<short> pcm, int rateHz, long from)
    {
        for (int i = 0; i < pcm.Length; i++) pcm[i] = (short)Math.Round(At((double)(from + i) / rateHz));
    }
}
