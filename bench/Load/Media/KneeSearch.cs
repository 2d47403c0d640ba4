using System.Globalization;

namespace Load.Media;

/// <summary>How many calls an engine carries without loss, and what a call costs there beside what it costs at the load that the search begins with.</summary>
/// <param name="measure">One engine with so many calls for a time.</param>
/// <param name="options">Where to begin, and how long each step is.</param>
internal sealed class KneeSearch(Func<Engine, int, TimeSpan, MediaResult> measure, BenchOptions options)
{
    /// <summary>The knee is known when the least loss and the highest load without lie as near as this.</summary>
    private const double Resolution = 1.12;

    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(2);

    /// <returns>Whether the engines were right at the load that the search began with.</returns>
    public bool Run(List<Engine> engines)
    {
        bool right = true;
        foreach (Engine engine in engines)
        {
            measure(engine, options.Calls, s_warmUp);
            right &= Search(engine);
        }
        return right;
    }

    private bool Search(Engine engine)
    {
        MediaResult first = Step(engine, options.Calls), best = first;
        if (!first.IsRight) return false;
        MediaResult? worst = null;
        for (int calls = options.KneeFrom > 0 ? options.KneeFrom : options.Calls * 2; worst is null || worst.Calls > best.Calls * Resolution;
            calls = worst is null ? best.Calls * 2 : (best.Calls + worst.Calls) / 2)
        {
            MediaResult step = Step(engine, calls);
            if (!IsGood(step)) step = Step(engine, calls);    // a stall of the host is no knee: what is too much is too much twice
            if (IsGood(step)) best = step;
            else worst = step;
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{engine.Name}: {(worst.GeneratorWasBusy ? "at least " : "")}{best.Calls} calls without loss, {worst.Calls} lost {worst.Lost} of {worst.Generator.Sent}{(worst.GeneratorWasBusy ? ", the generator being at its end" : "")}; ")
            + string.Create(CultureInfo.InvariantCulture,
            $"{best.MillisecondsPerCallSecond:F3} ms/call-s there, {first.MillisecondsPerCallSecond:F3} at {first.Calls}: ratio {best.MillisecondsPerCallSecond / first.MillisecondsPerCallSecond:F2}"));
        return true;
    }

    /// <summary>Nothing was lost of a load that was really there.</summary>
    private static bool IsGood(MediaResult step) => step.IsRight && !step.GeneratorWasBusy;

    private MediaResult Step(Engine engine, int calls)
    {
        MediaResult result = measure(engine, calls, options.Length);
        Console.WriteLine(result);
        return result;
    }
}
