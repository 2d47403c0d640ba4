using System.Globalization;

namespace Load.Media;

/// <summary>Where an engine's loss begins.</summary>
/// <param name="First">The first load without loss.</param>
/// <param name="Best">The highest load without loss.</param>
/// <param name="Worst">The least load with loss; null: there was none, or the engine did not answer.</param>
/// <param name="TooMany">Calls of that load; 0: the time was up before there was any.</param>
internal sealed record Knee(MediaResult First, MediaResult Best, MediaResult? Worst, int TooMany)
{
    /// <summary>Of all cores, taken by engine and generator together: nothing is left for either.</summary>
    private const double Full = 0.93;

    /// <summary>Nothing was lost, wrong or too late of a load that was really there.</summary>
    public static bool IsGood(MediaResult step) => step.IsRight && !step.IsLate && !step.GeneratorWasBusy;

    /// <summary>Whose limit it was.</summary>
    private string Verdict => Worst is null ? TooMany == 0 ? "the time was up" : "the engine's limit"
        : Worst.GeneratorShare > 0.95 ? "the GENERATOR was at its end"
        : Worst.EngineShare + Worst.GeneratorShare > Full * Environment.ProcessorCount ? "engine and generator together filled the machine"
        : Worst.GeneratorWasBusy ? "the GENERATOR was late" : "the engine's limit";

    public override string ToString()
    {
        string fault = Worst is null ? TooMany == 0 ? "" : $"; at {TooMany}: no reply to a request" : string.Create(CultureInfo.InvariantCulture,
            $"; at {Worst.Calls}: lost {Worst.Lost} of {Worst.Generator.Sent}, wrong {Worst.Generator.Wrong}, out of order {Worst.Generator.OutOfOrder}, sound at fault {Worst.Jobs.Sum(job => job.Faults.Count)}, "
            + $"delay p99 {Worst.Jobs.Max(job => job.Delay.At(0.99)):F0} ms, engine {Worst.EngineShare:P0}, generator {Worst.GeneratorShare:P0} and late p99 {Worst.Generator.Late.At(0.99):F0} ms");
        return string.Create(CultureInfo.InvariantCulture,
            $"{Best.Engine,-10} {(TooMany == 0 || Worst is { GeneratorWasBusy: true } ? "at least " : "")}{Best.Calls} calls without loss (engine {Best.EngineShare:P0}, generator {Best.GeneratorShare:P0} of a core; {Environment.ProcessorCount} cores){fault}; {Verdict}; "
            + $"{Best.MillisecondsPerCallSecond:F3} ms/call-s there, {First.MillisecondsPerCallSecond:F3} at {First.Calls}: ratio {Best.MillisecondsPerCallSecond / First.MillisecondsPerCallSecond:F2}");
    }
}
