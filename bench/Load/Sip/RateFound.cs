using System.Globalization;

namespace Load.Sip;

/// <summary>Where an engine gives way.</summary>
/// <param name="Best">The highest rate that it carried; null: it carried none.</param>
/// <param name="Worst">The lowest that was too much; null: none was.</param>
internal sealed record RateFound(SipResult? Best, SipResult? Worst)
{
    /// <summary>Of all cores, taken by engine and generator together: nothing is left for either.</summary>
    private const double Full = 0.9;

    /// <summary>Whose limit it was.</summary>
    public string Verdict(int cores) => Worst is null ? "nothing was too much"
        : RateJudge.Judge(Worst) == RateVerdict.GeneratorsLimit ? "sipp was at its end, the engine may carry more"
        : Worst.EngineShare + Worst.GeneratorShare > Full * cores ? "engine and sipp together filled the machine"
        : "the engine's limit";

    public string Text(int cores) => string.Create(CultureInfo.InvariantCulture,
        $"{(Best is null ? "carried no rate" : $"carried {Best.Rate}/s ({Shares(Best, cores)})")}"
        + $"{(Worst is null ? "" : $"; gave way at {Worst.Rate}/s ({Worst.Failed} failed and {Worst.Unended} without an end of {Worst.Wanted}; {Shares(Worst, cores)})")}; {Verdict(cores)}");

    private static string Shares(SipResult run, int cores) => string.Create(CultureInfo.InvariantCulture,
        $"of the machine's {cores} cores the engine took {run.EngineShare / cores:P0}, sipp {run.GeneratorShare / cores:P0}");
}
