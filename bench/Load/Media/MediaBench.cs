using System.Globalization;

namespace Load.Media;

/// <summary>Loads Tandem and rtpengine with the same calls over ng and prints what each costs; the engines take turns within one run.</summary>
internal sealed class MediaBench(BenchOptions options)
{
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(4);

    private int _run;

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
            Native.Enter(lab.Generator);
            Native.BePunctual();
            foreach (Engine engine in engines)
            {
                using var ng = new NgClient(engine.Ng);
                ng.WaitUntilReady(engine);
            }
            return options.Kind == "ng" ? new NgBench(options).Run(engines) : options.Knee ? Knee(engines) : Compare(engines);
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

    private bool Compare(List<Engine> engines)
    {
        List<MediaResult> results = [];
        foreach (Engine engine in engines)
        {
            MediaResult warm = Measure(engine, options.Calls, s_settle);    // compiled code, touched memory; what a call takes is told here alone
            Console.WriteLine($"{engine.Name,-10} warm-up: {warm.ResidentKb / options.Calls:F1} KB/call");
        }
        for (int round = 0; round < options.Rounds; round++)
        {
            foreach (Engine engine in engines)
            {
                MediaResult result = Measure(engine, options.Calls, options.Length);
                Console.WriteLine(result);
                results.Add(result);
            }
        }
        Ratio(results);
        return results.TrueForAll(result => result.IsRight);
    }

    /// <summary>Raises the load by a quarter until the first loss.</summary>
    private bool Knee(List<Engine> engines)
    {
        foreach (Engine engine in engines)
        {
            int best = 0;
            for (int calls = options.Calls; ; calls = calls * 5 / 4)
            {
                MediaResult result = Measure(engine, calls, options.Length);
                Console.WriteLine(result);
                if (!result.IsRight) break;
                best = calls;
            }
            Console.WriteLine($"{engine.Name}: {best} calls without loss");
        }
        return true;
    }

    private MediaResult Measure(Engine engine, int count, TimeSpan length)
    {
        MediaKind kind = options.MakeKind();
        using var kept = kind as IDisposable;
        using var ng = new NgClient(engine.Ng);
        double empty = engine.ResidentKb;
        List<MediaCall> calls = CallSetup.SetUpAll(ng, engine, kind, count, $"{engine.Name}-{Environment.ProcessId}-{_run++}");
        using var generator = new Generator(kind, engine.Generator, calls);
        foreach (MediaCall call in calls.Take(kind.Judged)) (call.ToCallee.Kept, call.ToCaller.Kept) = ([], []);
        (double Engine, double Own) before = default, after = default;
        double resident = 0;
        kind.OnStart(ng, calls);
        generator.Run(s_warmUp, length, options.Burst, begins =>
        {
            (double, double) now = (engine.ProcessorMs, ProcessorTime.Milliseconds(Environment.ProcessId));
            if (begins) before = now;
            else (after, resident) = (now, engine.ResidentKb);
        });
        foreach (MediaCall call in calls) ng.Delete(call.Id);
        return new MediaResult(engine.Name, count, length, after.Engine - before.Engine, after.Own - before.Own, Math.Max(0, resident - empty), generator, kind.Judge(generator.Streams, out string? audio), audio);
    }

    private static void Ratio(List<MediaResult> results)
    {
        double Median(string engine, Func<MediaResult, double> value) => Statistics.Median(results.Where(r => r.Engine == engine).Select(value));
        double tandem = Median("tandem", r => r.MillisecondsPerCallSecond), rtpengine = Median("rtpengine", r => r.MillisecondsPerCallSecond);
        if (double.IsNaN(tandem) || double.IsNaN(rtpengine)) return;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"medians: tandem {tandem:F3}, rtpengine {rtpengine:F3} ms/call-s; ratio {tandem / rtpengine:F2}"));
    }
}
