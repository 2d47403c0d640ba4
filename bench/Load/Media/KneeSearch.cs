namespace Load.Media;

/// <summary>How many calls an engine carries without loss, and what a call costs there beside what it costs at the load that the search begins with.</summary>
/// <param name="measure">One engine with so many calls for a time.</param>
/// <param name="options">Where to begin, how long each step is, and how long all may take.</param>
internal sealed class KneeSearch(Func<Engine, int, TimeSpan, MediaResult> measure, BenchOptions options)
{
    /// <summary>The knee is known when the least loss and the highest load without lie as near as this.</summary>
    private const double Resolution = 1.12;

    /// <summary>Below this nothing is left of a load.</summary>
    private const int Least = 5;

    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(2);

    /// <returns>What was found of each engine; null: it was right at no load.</returns>
    public List<Knee?> Run(List<Engine> engines)
    {
        List<Knee?> found = [];
        foreach (Engine engine in engines)
        {
            measure(engine, Math.Min(options.Calls, 20), s_warmUp);
            Knee? knee = Search(engine);
            Console.WriteLine(knee?.ToString() ?? $"{engine.Name}: right at no load");
            found.Add(knee);
        }
        return found;
    }

    /// <summary>Up from the first load by doubling, down by halving, then between the two.</summary>
    private Knee? Search(Engine engine)
    {
        long end = Native.Now() + (long)options.KneeLimit.TotalMilliseconds * 1_000_000;
        MediaResult? first = null, best = null, worst = null;
        int tooMany = 0;    // calls; 0: not found yet
        int calls = options.Calls;
        while (calls >= Least && Native.Now() < end && (best is null || tooMany == 0 || tooMany > best.Calls * Resolution))
        {
            MediaResult? step = Step(engine, calls);
            if (step is null || !Knee.IsGood(step)) step = Step(engine, calls);    // a stall of the host is no knee: what is too much is too much twice
            if (step is not null && Knee.IsGood(step)) (first, best) = (first ?? step, step);
            else (worst, tooMany) = (step, calls);
            calls = best is null ? calls / 2 : tooMany > 0 ? (best.Calls + tooMany) / 2 : calls == options.Calls && options.KneeFrom > 0 ? options.KneeFrom : calls * 2;
        }
        return best is null ? null : new Knee(first!, best, worst, tooMany);
    }

    /// <returns>Null: the engine does not answer any more.</returns>
    private MediaResult? Step(Engine engine, int calls)
    {
        try
        {
            MediaResult result = measure(engine, calls, options.Length);
            Console.WriteLine(result);
            return result;
        }
        catch (TimeoutException)
        {
            Console.WriteLine($"{engine.Name,-10} {calls,5} calls: no reply to a request");
            return null;
        }
    }
}
