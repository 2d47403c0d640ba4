using System.Globalization;
using Load.Handshakes;

namespace Load.Media;

/// <summary>Loads Tandem and rtpengine with the same calls over ng and prints what each costs; the engines take turns within one run.</summary>
internal sealed class MediaBench(BenchOptions options)
{
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(3);

    /// <summary>Until the runtime has compiled what is hot for good: code of the first seconds costs twice as much, and compiling it half as much again.</summary>
    private static readonly TimeSpan s_compile = TimeSpan.FromSeconds(12);

    private int _run;

    /// <summary>What each engine costs: ms a call-second, or µs a set-up through ng; null: not both were measured.</summary>
    public (double Tandem, double Rtpengine)? Medians { get; private set; }

    /// <summary>Of the engines in turn, where they were looked for; null: right at no load.</summary>
    public IReadOnlyList<Knee?> Knees { get; private set; } = [];

    /// <returns>Whether every call was right.</returns>
    public bool Run()
    {
        bool right = false;
        Exception? failure = null;
        // Namespaces belong to threads: everything that talks to an engine runs on this one.
        var thread = new Thread(() =>
        {
            try
            {
                right = RunInNamespace();
            }
#pragma warning disable CA1031 // carried over to the caller
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = e;
            }
        })
        {
            Name = "generator",
        };
        thread.Start();
        thread.Join();
        if (failure is not null) throw new InvalidOperationException(failure.Message, failure);
        return right;
    }

    private bool RunInNamespace()
    {
        using var lab = new NetworkLab();
        List<Engine> engines = [];
        try
        {
            if (options.Engine is "tandem" or "both") engines.Add(Engine.StartTandem(lab, options.TandemBinary, options.Settings));
            if (options.Engine is "rtpengine" or "both") engines.Add(Engine.StartRtpengine(lab, options.RtpengineThreads));
            if (options.Handshakes > 0) lab.AddSources(1, (options.Handshakes + HandshakeStorm.PerSource - 1) / HandshakeStorm.PerSource);
            Native.Enter(lab.Generator);
            Native.BePunctual();
            foreach (Engine engine in engines)
            {
                using var ng = new NgClient(engine.Ng);
                ng.WaitUntilReady(engine);
            }
            return options.Kind == "ng" ? CompareControl(engines) : options.Knee ? FindKnees(engines) : Compare(engines);
        }
        finally
        {
            foreach (Engine engine in engines)
            {
                if (engine.Log.Trim() is { Length: > 0 } log && options.Verbose) Console.WriteLine($"--- {engine.Name}:\n{log}");
                engine.Dispose();
            }
        }
    }

    private bool CompareControl(List<Engine> engines)
    {
        var bench = new NgBench(options);
        bool right = bench.Run(engines);
        Medians = bench.Medians;
        return right;
    }

    private bool FindKnees(List<Engine> engines)
    {
        Knees = new KneeSearch((engine, calls, length) => Measure(engine, calls, length), options).Run(engines);
        return !Knees.Contains(null);
    }

    private bool Compare(List<Engine> engines)
    {
        List<MediaResult> results = [];
        foreach (Engine engine in engines)
        {
            MediaResult warm = Measure(engine, options.Calls, engine.IsTandem ? s_compile : s_settle);    // what a call takes is told here alone
            Console.WriteLine($"{engine.Name,-10} warm-up: {warm.ResidentKb / warm.Calls:F1} KB/call");
        }
        for (int round = 0; round < options.Rounds; round++)
        {
            foreach (Engine engine in engines)
            {
                MediaResult result = Measure(engine, options.Calls, options.Length);
                Console.WriteLine(result);
                results.Add(result);
                if (options.Handshakes > 0 && engine.IsTandem) results.Add(MeasureInStorm(engine));
            }
        }
        Ratio(results);
        return results.TrueForAll(result => result.IsRight);
    }

    /// <summary>The same while DTLS clients come in crowds.</summary>
    private MediaResult MeasureInStorm(Engine engine)
    {
        using var ng = new NgClient(engine.Ng);
        using var storm = new HandshakeStorm(ng, engine.Ng.Address, options.Handshakes, (int)options.Length.TotalSeconds);
        MediaResult result = Measure(engine, options.Calls, options.Length, storm);
        Console.WriteLine(result);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"             {storm.Finished} of {storm.Begun} handshakes, {options.Handshakes} at a time: p50 {storm.Times.At(0.5):F0}, the last {storm.Times.At(1):F0} ms after their moment"));
        return storm.Finished == storm.Begun && storm.Begun > 0 ? result : throw new InvalidOperationException("not every handshake came to its end");
    }

    private MediaResult Measure(Engine engine, int count, TimeSpan length, HandshakeStorm? storm = null)
    {
        IReadOnlyList<(MediaKind Kind, int Calls)> jobs = options.MakeJobs(count);
        using var ng = new NgClient(engine.Ng);
        double empty = engine.ResidentKb;
        List<MediaCall> calls = [];
        string prefix = $"{engine.Name}-{Environment.ProcessId}-{_run++}";
        try
        {
            CallSetup.SetUpAll(ng, engine, jobs, prefix, calls);
            return Measure(engine, jobs, calls, ng, empty, length, options.Burst, storm);
        }
        finally
        {
            foreach (MediaCall call in calls) ng.Delete(call.Id);
            foreach ((MediaKind kind, _) in jobs) (kind as IDisposable)?.Dispose();
        }
    }

    private static MediaResult Measure(
        Engine engine, IReadOnlyList<(MediaKind Kind, int Calls)> jobs, List<MediaCall> calls, NgClient ng, double empty, TimeSpan length, bool burst, HandshakeStorm? storm)
    {
        using var generator = new Generator(engine.Generator, calls);
        foreach ((MediaKind kind, _) in jobs)
        {
            MediaCall[] own = [.. calls.Where(call => call.ToCallee.Kind == kind)];
            foreach (MediaCall call in own.Take(kind.Judged)) (call.ToCallee.Kept, call.ToCaller.Kept) = ([], []);
            kind.OnStart(ng, own);
        }
        (double Engine, double Own, double Stolen) before = default, after = default;
        _ = engine.Footprint;    // what answers it is compiled by then
        Task<Footprint?>? early = null;
        Footprint? late = null;
        double resident = 0;
        using var sleeper = new PunctualSleeper();
        generator.Run(s_warmUp, length, burst, begins =>
        {
            if (begins) storm?.Start();
            if (begins) early = Task.Run(() => engine.Footprint);    // this thread has packets to send
            (double, double, double) now = (engine.ProcessorMs, ProcessorTime.Milliseconds(Environment.ProcessId), ProcessorTime.StolenMilliseconds);
            if (begins) before = now;
            else
            {
                (after, resident, late) = (now, engine.ResidentKb, engine.Footprint);
            }
        });
        sleeper.Dispose();
        storm?.Finish();
        JobResult[] results = [.. jobs.Select(job => new JobResult(job.Kind.Name, job.Calls, job.Kind.Delay,
            Faults: job.Kind.Judge([.. generator.Streams.Where(stream => stream.Kind == job.Kind)], out string? audio), Audio: audio))];
        return new MediaResult(engine.Name, length, after.Engine - before.Engine, after.Own - before.Own, Math.Max(0, resident - empty), generator, results)
        {
            Sleeper = sleeper.Late,
            StolenMs = after.Stolen - before.Stolen,
            Footprint = early?.GetAwaiter().GetResult() is { } begun ? late! - begun : null,
        };
    }

    private void Ratio(List<MediaResult> results)
    {
        double Median(string engine, Func<MediaResult, double> value) => Statistics.Median(results.Where(r => r.Engine == engine).Select(value));
        double tandem = Median("tandem", r => r.MillisecondsPerCallSecond), rtpengine = Median("rtpengine", r => r.MillisecondsPerCallSecond);
        if (double.IsNaN(tandem) || double.IsNaN(rtpengine)) return;
        Medians = (tandem, rtpengine);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"medians: tandem {tandem:F3}, rtpengine {rtpengine:F3} ms/call-s; ratio {tandem / rtpengine:F2}"));
    }
}
