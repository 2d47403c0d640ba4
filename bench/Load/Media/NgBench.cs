using System.Globalization;

namespace Load.Media;

/// <summary>Offer, answer and delete, at an even rate: what one set-up of a call costs.</summary>
internal sealed class NgBench(BenchOptions options)
{
    /// <summary>µs of processor time for each; null: not both engines were measured.</summary>
    public (double Tandem, double Rtpengine)? Medians { get; private set; }

    public bool Run(List<Engine> engines)
    {
        Dictionary<string, List<double>> costs = [];
        bool right = true;
        for (int round = 0; round < options.Rounds + 1; round++)
        {
            foreach (Engine engine in engines)
            {
                (double microseconds, double p50, double p99, int done) = Measure(engine, round == 0 ? TimeSpan.FromSeconds(3) : options.Length);
                if (round == 0) continue;    // a warm-up
                right &= done > 0;
                Console.WriteLine($"{engine.Name,-10} {done} x offer + answer + delete at {options.Rate}/s: {microseconds:F0} us CPU each; all three together p50 {p50:F2} p99 {p99:F2} ms");
                (costs.TryGetValue(engine.Name, out List<double>? list) ? list : costs[engine.Name] = []).Add(microseconds);
            }
        }
        if (costs.Count == 2)
        {
            double tandem = Statistics.Median(costs["tandem"]), rtpengine = Statistics.Median(costs["rtpengine"]);
            Medians = (tandem, rtpengine);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"medians: tandem {tandem:F0}, rtpengine {rtpengine:F0} us; ratio {tandem / rtpengine:F2}"));
        }
        return right;
    }

    private (double Microseconds, double P50, double P99, int Done) Measure(Engine engine, TimeSpan length)
    {
        var kind = new RelayKind();
        using var ng = new NgClient(engine.Ng);
        var times = new Histogram();
        int count = (int)(options.Rate * length.TotalSeconds);
        double before = engine.ProcessorMs;
        long start = Native.Now(), interval = 1_000_000_000 / options.Rate;
        for (int i = 0; i < count; i++)
        {
            Native.SleepUntil(start + i * interval);
            long begun = Native.Now();
            MediaCall call = CallSetup.SetUp(ng, engine, kind, i, $"ng-{Environment.ProcessId}-{start}-{i}");
            ng.Delete(call.Id);
            times.Add(Native.Now() - begun);
        }
        Native.SleepUntil(Native.Now() + 200_000_000);
        return ((engine.ProcessorMs - before) * 1000 / count, times.At(0.5), times.At(0.99), count);
    }
}
