namespace Load.Sip;

/// <summary>At which rate an engine gives way: up by a quarter until it does, or down until it does not, then between the two.</summary>
/// <param name="measure">The engine at so many calls a second.</param>
/// <param name="first">Where to begin.</param>
internal sealed class RateSearch(Func<int, SipResult> measure, int first)
{
    private const double Step = 1.25;

    /// <summary>The rate is known when what is too much and what is carried lie as near as this.</summary>
    private const double Resolution = 1.08;

    private const int Least = 20, Most = 20_000;

    public RateFound Run()
    {
        SipResult? best = null, worst = null;
        for (int rate = first; rate is >= Least and <= Most && (best is null || worst is null || worst.Rate > best.Rate * Resolution);)
        {
            SipResult run = measure(rate);
            if (RateJudge.Judge(run) != RateVerdict.Carried) run = measure(rate);    // a stall of the host is no limit: what is too much is so twice
            if (RateJudge.Judge(run) == RateVerdict.Carried) best = run;
            else worst = run;
            rate = worst is null ? (int)(rate * Step) : best is null ? (int)(rate / Step) : (best.Rate + worst.Rate) / 2;
        }
        return new RateFound(best, worst);
    }
}
