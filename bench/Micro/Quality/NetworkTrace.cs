namespace Micro.Quality;

/// <summary>A network as packets of 20 ms meet it, the same at every run: when each was sent and when it came.</summary>
/// <param name="Name">For people.</param>
/// <param name="Sent">By the receiver's clock, ms.</param>
/// <param name="Arrived">The same clock; NaN: lost on the way.</param>
internal sealed record NetworkTrace(string Name, double[] Sent, double[] Arrived)
{
    /// <summary>The quickest way through it, ms.</summary>
    public const double Quickest = 30;

    public const double PacketMs = 20;

    private const int Minutes = 5, Packets = Minutes * 60 * 1000 / (int)PacketMs;

    public int Lost { get; } = Arrived.Count(double.IsNaN);

    /// <summary>All that a buffer should stand.</summary>
    public static IReadOnlyList<NetworkTrace> All { get; } =
    [
        Make("smooth, up to 2 ms", 1, static (random, _) => 2 * random.NextDouble()),
        Make("jitter up to 30 ms", 2, static (random, _) => 30 * random.NextDouble()),
        Make("30 ms of jitter in every third 20 s", 3, static (random, i) => (i / 1000 % 3 == 2 ? 30 : 2) * random.NextDouble()),
        Make("Wi-Fi: 20 to 80 ms of silence once a second", 4, static (random, _) => 3 * random.NextDouble(), Stalls(44, 1000, 20, 80)),
        Make("spikes of 150 to 200 ms every 10 s", 5, static (random, _) => 5 * random.NextDouble(), Stalls(55, 10_000, 150, 200)),
        Make("one in ten 25 ms late, overtaken", 6, static (random, _) => (random.Next(10) == 0 ? 25 : 0) + 2 * random.NextDouble(), inOrder: false),
        Make("a way 60 ms longer after half the time", 7, static (random, i) => (i >= Packets / 2 ? 60 : 0) + 5 * random.NextDouble()),
        Make("a quick sender, 200 ppm", 8, static (random, _) => 10 * random.NextDouble(), ppm: 200),
        Make("a slow sender, 200 ppm", 9, static (random, _) => 10 * random.NextDouble(), ppm: -200),
        Make("loss 5 % in bursts, jitter up to 30 ms", 10, static (random, _) => 30 * random.NextDouble(), loss: 5),
    ];

    private static NetworkTrace Make(string name, int seed, Func<Random, int, double> jitter, Func<double, double>? stalls = null, bool inOrder = true, double ppm = 0, double loss = 0)
    {
        var random = new Random(seed);
        bool[] lost = LossPattern.Bursts(Packets, loss, seed);
        double[] sent = new double[Packets], arrived = new double[Packets];
        double last = 0;
        for (int i = 0; i < Packets; i++)
        {
            sent[i] = i * PacketMs * (1 - ppm / 1e6);
            double at = sent[i] + Quickest + jitter(random, i);
            if (stalls is not null) at = Math.Max(at, stalls(at));
            if (inOrder) at = last = Math.Max(at, last);
            arrived[i] = lost[i] ? double.NaN : at;
        }

        return new NetworkTrace(name, sent, arrived);
    }

    /// <summary>Times in which nothing passes: what comes in one leaves at its end.</summary>
    private static Func<double, double> Stalls(int seed, double every, int least, int most)
    {
        var random = new Random(seed);
        List<(double From, double To)> stalls = [];
        for (double at = every; at < Minutes * 60_000; at += every * (0.5 + random.NextDouble())) stalls.Add((at, at + random.Next(least, most)));
        int next = 0;
        return at =>
        {
            while (next < stalls.Count && stalls[next].To <= at) next++;
            return next < stalls.Count && stalls[next].From <= at ? stalls[next].To : at;
        };
    }
}
