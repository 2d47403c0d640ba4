using System.Diagnostics;
using System.Globalization;
using Load.Media;

namespace Load.Sip;

/// <summary>Loads Tandem and Kamailio with the same calls or registrations from pairs of sipp and prints what each costs; the engines take turns within one run.</summary>
internal sealed class SipBench(SipOptions options, string kind)
{
    private const int FirstCallerPort = 7000, FirstCalleePort = 8000;

    /// <summary>For every rate: code is compiled anew by how often it ran, which at 200 a second takes minutes.</summary>
    private const int WarmUpRate = 500;

    private static readonly TimeSpan s_risingLength = TimeSpan.FromSeconds(5);

    /// <summary>How long sipp waits for the end of a call after the last should have begun.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(12);

    /// <summary>Transactions over UDP are remembered for 32 s (RFC 3261 §17): memory after a run is what it is then.</summary>
    private static readonly TimeSpan s_forgotten = TimeSpan.FromSeconds(35);

    private readonly Dictionary<SipEngine, long> _completed = [];

    /// <returns>Whether nothing failed, but for the rates that rise until something does.</returns>
    public static bool Run(SipOptions options) => options.Kinds.Select(kind => new SipBench(options, kind).Run()).ToArray().All(right => right);

    private bool Run()
    {
        using var lab = new NetworkLab();
        List<SipEngine> engines = [];
        try
        {
            if (options.Engines.Contains("tandem")) engines.Add(new TandemSip(lab, options.TandemBinary, options.Pairs, options.Settings));
            if (options.Engines.Contains("kamailio")) engines.Add(new KamailioSip(lab, 2, digest: false, options.Pairs, FirstCalleePort));
            if (options.Engines.Contains("kamailio-digest")) engines.Add(new KamailioSip(lab, 3, digest: true, options.Pairs, FirstCalleePort));
            Thread.Sleep(3000);    // a voice is loaded, code is compiled
            if (kind == "call")
            {
                foreach (SipEngine engine in engines.OfType<TandemSip>()) RegisterCallees(lab, engine);
            }
            bool right = true;
            foreach ((int index, int rate) in options.Rates.Index())
            {
                TimeSpan warmUp = index == 0 ? options.WarmUp : options.WarmUp / 10;
                foreach (SipEngine engine in engines) right &= Measure(lab, engine, WarmUpRate, warmUp, "warm-up").IsRight;
                List<SipResult> results = [];
                for (int round = 0; round < options.Rounds; round++)
                {
                    foreach (SipEngine engine in engines) results.Add(Measure(lab, engine, rate, options.Length, "round"));
                }
                right &= results.TrueForAll(result => result.IsRight);
                Ratio(rate, results);
            }
            if (options.Calls > 0 && kind == "call")
            {
                foreach (SipEngine engine in engines.OfType<TandemSip>()) right &= MakeMany(lab, engine);
            }
            if (options.Rising)
            {
                Console.WriteLine(RateJudge.Rule);
                foreach (SipEngine engine in engines) RiseUntilFailure(lab, engine);
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

    /// <summary>Many calls in ten runs, and what memory stands at after each and once all is forgotten.</summary>
    private bool MakeMany(NetworkLab lab, SipEngine engine)
    {
        const int Runs = 10;
        Thread.Sleep(s_forgotten);
        double before = engine.MemoryKb;
        int right = 0, failed = 0;
        for (int run = 0; run < Runs; run++)
        {
            SipResult result = Measure(lab, engine, options.CallsRate, TimeSpan.FromSeconds((double)options.Calls / Runs / options.CallsRate), "many");
            (right, failed) = (right + result.Right, failed + result.Failed);
        }
        Thread.Sleep(s_forgotten);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{engine.Name}: {right} calls right, {failed} failed; memory {before / 1024:F1} MB before, {engine.MemoryKb / 1024:F1} MB after, both at rest"));
        return failed == 0;
    }

    private void RiseUntilFailure(NetworkLab lab, SipEngine engine)
    {
        RateFound found = new RateSearch(Rise, options.RisingFrom).Run();
        Console.WriteLine($"{engine.Name}: {found.Text(Environment.ProcessorCount)}");

        SipResult Rise(int rate)
        {
            SipResult run = Measure(lab, engine, rate, s_risingLength, "rising", checkRecords: false);
            if (RateJudge.Judge(run) == RateVerdict.TooMuch) Thread.Sleep(s_forgotten);    // what is left of calls that went wrong is no load of the next run
            return run;
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

    private SipResult Measure(NetworkLab lab, SipEngine engine, int rate, TimeSpan length, string name, bool checkRecords = true)
    {
        int count = (int)(rate * length.TotalSeconds) / options.Pairs;
        string[] load = ["-m", $"{count}", "-r", $"{rate / options.Pairs}", "-l", $"{count}", "-t", "u1", "-timeout", $"{(length + s_patience).TotalSeconds:F0}", "-timeout_error"];
        List<SippRun> callees = [], callers = [];
        try
        {
            for (int pair = 0; kind == "call" && pair < options.Pairs; pair++)
                callees.Add(new SippRun(lab.Generator, Scenarios.Callee, engine, FirstCalleePort + pair, "callee", ["-t", "u1"]));
            if (callees.Count > 0) Thread.Sleep(300);
            double before = engine.ProcessorMs, memory = engine.MemoryKb, stolen = ProcessorTime.StolenMilliseconds;
            long engineLost = engine.DatagramsLost, sippLost = NetworkLab.DatagramsLost(lab.Generator), start = Stopwatch.GetTimestamp();
            for (int pair = 0; pair < options.Pairs; pair++)
            {
                callers.Add(kind == "call"
                    ? new SippRun(lab.Generator, Scenarios.Call(engine.Challenges, options.Hold), engine, FirstCallerPort + pair, $"{SipEngine.FirstCallee + pair}", load)
                    : new SippRun(lab.Generator, Scenarios.Register(SipEngine.FirstCallee + pair), engine, FirstCallerPort + pair, $"{SipEngine.FirstCallee + pair}", load));
            }
            (double Engine, double Generator) shares = default;
            while (callers.Exists(caller => !caller.HasEnded) && Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(150))
            {
                if (Stopwatch.GetElapsedTime(start) is var now && now <= length)
                    shares = ((engine.ProcessorMs - before) / now.TotalMilliseconds, callers.Concat(callees).Sum(sipp => sipp.ProcessorMs) / now.TotalMilliseconds);
                Thread.Sleep(50);
            }
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            SippCount[] counts = [.. callers.Select(caller => caller.Count)];
            int right = counts.Sum(count => count.Right), failed = counts.Sum(count => count.Failed), resent = counts.Concat(callees.Select(callee => callee.Count)).Sum(count => count.Resent);
            string? error = failed > 0 ? callers.Select(caller => caller.Errors).FirstOrDefault(text => text.Length > 0) : null;
            if (kind == "call" && checkRecords) AwaitRecords(engine, right, failed);
            var result = new SipResult(engine.Name, rate, count * options.Pairs, right, failed, resent,
                counts.Sum(count => count.PerSecond), engine.DatagramsLost - engineLost, NetworkLab.DatagramsLost(lab.Generator) - sippLost, elapsed, engine.ProcessorMs - before, shares.Engine, shares.Generator,
                ProcessorTime.StolenMilliseconds - stolen, memory, engine.MemoryKb, error);
            Console.WriteLine($"{name,-8}{result}");
            return result;
        }
        finally
        {
            foreach (SippRun sipp in callers.Concat(callees)) sipp.Dispose();
        }
    }

    /// <summary>All that belongs to a call is done when its row says so. Of a run with failures some calls may have been completed all the same.</summary>
    private void AwaitRecords(SipEngine engine, int right, int failed)
    {
        long wanted = _completed.GetValueOrDefault(engine) + right, rows = 0;
        for (int tries = 0; tries < (failed > 0 ? 20 : 100); tries++)
        {
            if (engine.CountRecords() is not { } counted) return;
            rows = counted;
            if (rows == wanted) break;
            Thread.Sleep(100);
        }
        if (rows != wanted && failed == 0) throw new InvalidOperationException($"{wanted} calls were completed, {rows} rows say so");
        _completed[engine] = rows;
    }

    private static void Ratio(int rate, List<SipResult> results)
    {
        double Median(string engine) => Statistics.Median(results.Where(result => result.Engine == engine).Select(result => result.MicrosecondsEach));
        double tandem = Median("tandem");
        if (double.IsNaN(tandem)) return;
        foreach (string peer in results.Select(result => result.Engine).Where(name => name != "tandem").Distinct())
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"medians at {rate}/s: tandem {tandem:F0}, {peer} {Median(peer):F0} us each; ratio {tandem / Median(peer):F2}"));
        }
    }
}
