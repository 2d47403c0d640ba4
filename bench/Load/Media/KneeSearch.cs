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
            measure(engine, Math.Min(options.Calls, 50), s_warmUp);
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
        int calls = options.Calls;
        while (calls >= Least && Native.Now() < end && (best is null || worst is null || worst.Calls > best.Calls * Resolution))
        {
            MediaResult step = Step(engine, calls);
            if (!Knee.IsGood(step)) step = Step(engine, calls);    // a stall of the host is no knee: what is too much is too much twice
            first ??= step;
            if (Knee.IsGood(step)) best = step;
            else worst = step;
            calls = best is null ? calls / 2 : worst is not null ? (best.Calls + worst.Calls) / 2 : calls == options.Calls && options.KneeFrom > 0 ? options.KneeFrom : calls * 2;
        }
        return best is null ? null : new Knee(Knee.IsGood(first!) ? first! : best, best, worst);
    }

    private MediaResult Step(Engine engine, int calls)
    {
        MediaResult result = measure(engine, calls, options.Length);
        Console.WriteLine(result);
        return result;
    }
}
