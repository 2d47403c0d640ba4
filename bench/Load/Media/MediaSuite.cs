using System.Diagnostics;
using System.Globalization;

namespace Load.Media;

/// <summary>Every kind beside its target, then every knee: the two tables of docs/BENCHMARKS.md by one command.</summary>
internal sealed class MediaSuite(BenchOptions options)
{
    private static readonly TimeSpan s_kneeLimit = TimeSpan.FromSeconds(24);    // for one kind on one engine: the whole takes twelve minutes

    private static readonly (string Job, string Kind, int Calls, bool Burst, double Target)[] s_jobs =
    [
        ("relay, smooth", "relay", 300, false, 0.5),
        ("relay, 1 ms bursts", "relay", 300, true, 0.8),
        ("SRTP - RTP", "srtp", 150, false, 0.35),
        ("PCMU - PCMA", "g711", 150, false, 0.3),
        ("Opus - PCMU", "opus", 40, false, 0.2),
        ("prompt PCMU", "prompt", 100, false, 0.25),
        ("prompt Opus", "prompt-opus", 20, false, 0.05),
        ("ng offer + answer + delete", "ng", 0, false, 0.6),
    ];

    // Far too much leaves an engine with more than it works off in the time that is left: the search begins below.
    private static readonly (string Job, string Kind, int Tandem, int Rtpengine)[] s_knees =
    [
        ("relay", "relay", 200, 200), ("SRTP - RTP", "srtp", 200, 200), ("PCMU - PCMA", "g711", 200, 100),
        ("Opus - PCMU", "opus", 200, 15), ("prompt PCMU", "prompt", 400, 200), ("prompt Opus", "prompt-opus", 400, 20),
    ];

    /// <returns>Whether every call of the comparison was right.</returns>
    public bool Run()
    {
        long begun = Stopwatch.GetTimestamp();
        List<string> ratios = [], knees = [];
        bool right = true;
        foreach ((string job, string kind, int calls, bool burst, double target) in s_jobs)
        {
            Console.WriteLine($"--- {job}");
            var bench = new MediaBench(options.For(kind, calls, seconds: 4, rounds: 2, burst));
            bool good = bench.Run();
            right &= good;
            ratios.Add($"| {job} | {(calls == 0 ? $"{options.Rate}/s" : calls)} | " + (bench.Medians is { } m
                ? string.Create(CultureInfo.InvariantCulture, $"{m.Tandem:F3} | {m.Rtpengine:F3} | {m.Tandem / m.Rtpengine:F2} | {target} | {(m.Tandem <= target * m.Rtpengine ? "met" : "missed")} | {(good ? "all right" : "see above")} |")
                : "not compared |"));
        }
        foreach ((string job, string kind, int tandem, int rtpengine) in s_knees)
        {
            foreach ((string engine, int calls) in new[] { ("tandem", tandem), ("rtpengine", rtpengine) })
            {
                Console.WriteLine($"--- knee: {job}, {engine}");
                var bench = new MediaBench(options.KneeOf(kind, engine, calls, seconds: 3, s_kneeLimit));
                bench.Run();
                knees.AddRange(bench.Knees.Select(knee => $"{job,-12} {knee?.ToString() ?? $"{engine}: right at no load"}"));
            }
        }
        Console.WriteLine("\n| job | calls | Tandem | rtpengine | ratio | target | | packets and sound |\n| --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (string line in ratios) Console.WriteLine(line);
        Console.WriteLine("(ms of processor time a call-second; ng: µs each)\n");
        foreach (string line in knees) Console.WriteLine(line);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(begun).TotalMinutes:F1} min"));
        return right;
    }
}
