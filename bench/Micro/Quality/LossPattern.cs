namespace Micro.Quality;

/// <summary>Which packets are lost, the same at every run.</summary>
internal static class LossPattern
{
    private const double MeanBurst = 2;

    /// <summary>After Gilbert: a lost packet is followed by another as often as bursts of two in the mean want it.</summary>
    /// <param name="count">Packets.</param>
    /// <param name="percent">Lost of them.</param>
    /// <param name="seed">Of the pattern.</param>
    public static bool[] Bursts(int count, double percent, int seed) => Draw(count, percent, seed, stays: 1 - 1 / MeanBurst);

    /// <summary>Each on its own.</summary>
    public static bool[] Single(int count, double percent, int seed) => Draw(count, percent, seed, stays: percent / 100);

    private static bool[] Draw(int count, double percent, int seed, double stays)
    {
        var random = new Random(seed);
        double share = percent / 100, begins = share * (1 - stays) / (1 - share);
        bool[] lost = new bool[count];
        for (int i = 10; i < count; i++) lost[i] = random.NextDouble() < (lost[i - 1] ? stays : begins);
        return lost;
    }
}
