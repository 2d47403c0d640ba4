namespace Load.Sip;

/// <summary>The one rule by which an engine gives way, whichever it is.</summary>
internal static class RateJudge
{
    /// <summary>The rule in words, printed with what is found.</summary>
    public const string Rule = "An engine gives way at a rate at which, twice in a row, more than 1 call in 1000 is given up by sipp or has no end 12 s after the last should have begun. "
        + "A run in which sipp began fewer than 95 % of the calls a second, or calls went wrong and sipp's own sockets lost datagrams, says nothing of the engine.";

    private const double MostWrong = 0.001, LeastBegun = 0.95;

    public static RateVerdict Judge(SipResult run)
    {
        bool isWrong = run.Failed + run.Unended > run.Wanted * MostWrong;
        if (isWrong && run.LostBySipp == 0) return RateVerdict.TooMuch;
        return isWrong || run.BegunPerSecond < run.Rate * LeastBegun ? RateVerdict.GeneratorsLimit : RateVerdict.Carried;
    }
}
