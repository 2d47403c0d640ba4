using System.Diagnostics;
using System.Globalization;
using Load.Media;

namespace Load.Sip;

/// <summary>Loads Tandem and Kamailio with the same calls or registrations from pairs of sipp and prints what each costs; the engines take turns within one run.</summary>
internal sealed class SipBench(SipOptions options)
{
    private const int FirstCallerPort = 7000, FirstCalleePort = 8000;

    private readonly Dictionary<SipEngine, int> _completed = [];

    /// <returns>Whether no call failed.</returns>
    public bool Run()
    {
        using var lab = new NetworkLab();
        List<SipEngine> engines = [];
        try
        {
            if (options.Engines.Contains("tandem")) engines.Add(new TandemSip(lab, options.TandemBinary, options.Pairs, options.Settings));
            if (options.Engines.Contains("kamailio")) engines.Add(new KamailioSip(lab, 2, digest: false, options.Pairs, FirstCalleePort));
            if (options.Engines.Contains("kamailio-digest")) engines.Add(new KamailioSip(lab, 3, digest: true, options.Pairs, FirstCalleePort));
            Thread.Sleep(3000);    // a voice is loaded, code is compiled
            if (options.Kind == "call")
            {
                foreach (SipEngine engine in engines.OfType<TandemSip>()) RegisterCallees(lab, engine);
            }
            bool right = true;
            foreach (int rate in options.Rates)
            {
                foreach (SipEngine engine in engines) right &= Measure(lab, engine, Math.Min(rate, 500), options.WarmUp, "warm-up").IsRight;
                List<SipResult> results = [];
                for (int round = 0; round < options.Rounds; round++)
                {
                    foreach (SipEngine engine in engines) results.Add(Measure(lab, engine, rate, options.Length, "round"));
                }
                right &= results.TrueForAll(result => result.IsRight);
                Ratio(rate, results);
            }
            return right;
        }
        catch (InvalidOperationException)
        {
            foreach (SipEngine engine in engines) Console.WriteLine($"--- {engine.Name}:\n{engine.Log}");
            throw;
        }
        finally
        {
            foreach (SipEngine engine in engines) engine.Dispose();
        }
    }

    private void RegisterCallees(NetworkLab lab, SipEngine engine)
    {
        for (int pair = 0; pair < options.Pairs; pair++)
        {
            using var phone = new SippRun(lab.Generator, Scenarios.Register(SipEngine.FirstCallee + pair), engine, FirstCalleePort + pair, $"{SipEngine.FirstCallee + pair}", ["-m", "1"]);
            phone.MustSucceed(TimeSpan.FromSeconds(15));
        }
    }

    private SipResult Measure(NetworkLab lab, SipEngine engine, int rate, TimeSpan length, string name)
    {
        int count = (int)(rate * length.TotalSeconds) / options.Pairs;
        string[] load = ["-m", $"{count}", "-r", $"{rate / options.Pairs}", "-l", $"{count}", "-d", $"{options.Hold.TotalMilliseconds:F0}", "-t", "u1", "-timeout", $"{length.TotalSeconds + 20:F0}", "-timeout_error"];
        List<SippRun> callees = [], callers = [];
        try
        {
            for (int pair = 0; options.Kind == "call" && pair < options.Pairs; pair++)
                callees.Add(new SippRun(lab.Generator, Scenarios.Callee, engine, FirstCalleePort + pair, "callee", ["-t", "u1"]));
            if (callees.Count > 0) Thread.Sleep(300);
            double before = engine.ProcessorMs, memory = engine.MemoryKb, stolen = ProcessorTime.StolenMilliseconds;
            long start = Stopwatch.GetTimestamp();
            for (int pair = 0; pair < options.Pairs; pair++)
            {
                callers.Add(options.Kind == "call"
                    ? new SippRun(lab.Generator, Scenarios.Call(engine.Challenges), engine, FirstCallerPort + pair, $"{SipEngine.FirstCallee + pair}", load)
                    : new SippRun(lab.Generator, Scenarios.Register(SipEngine.FirstCallee + pair), engine, FirstCallerPort + pair, $"{SipEngine.FirstCallee + pair}", load));
            }
            double generator = 0;
            while (callers.Exists(caller => !caller.HasEnded) && Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(150))
            {
                generator = Math.Max(generator, callers.Concat(callees).Sum(sipp => sipp.ProcessorMs));
                Thread.Sleep(50);
            }
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            int right = callers.Sum(caller => caller.Result.Right), failed = callers.Sum(caller => caller.Result.Failed), resent = callers.Concat(callees).Sum(sipp => sipp.Result.Resent);
            string? error = failed > 0 ? callers.Select(caller => caller.Errors).FirstOrDefault(text => text.Length > 0) : null;
            if (options.Kind == "call") engine.AwaitRecords(_completed[engine] = _completed.GetValueOrDefault(engine) + right);
            var result = new SipResult(engine.Name, rate, count * options.Pairs, right, failed, resent, elapsed, engine.ProcessorMs - before, generator,
                ProcessorTime.StolenMilliseconds - stolen, memory, engine.MemoryKb, error);
            Console.WriteLine($"{name,-8}{result}");
            return result;
        }
        finally
        {
            foreach (SippRun sipp in callers.Concat(callees)) sipp.Dispose();
        }
    }

    private static void Ratio(int rate, List<SipResult> results)
    {
        double Median(string engine) => Statistics.Median(results.Where(result => result.Engine == engine).Select(result => result.MicrosecondsEach));
        double tandem = Median("tandem");
        foreach (string peer in results.Select(result => result.Engine).Where(name => name != "tandem").Distinct())
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"medians at {rate}/s: tandem {tandem:F0}, {peer} {Median(peer):F0} us each; ratio {tandem / Median(peer):F2}"));
        }
    }
}
