namespace Tandem.Media;

/// <summary>The loss that redundancy is laid out for, from what the peer reports of our stream.</summary>
/// <remarks>
/// It rises with one report, as speech is being lost, and falls slowly, as a bad network is bad again soon. In steps, so that an encoder is not
/// set anew at each report. Redundancy costs clearness where nothing is lost (docs/BENCHMARKS.md, "Opus settings"), so it begins at 2 %.
/// </remarks>
internal sealed class ExpectedLoss
{
    private const double BeginsAt = 2, EndsBelow = 0.75, Kept = 0.75;    // percent; of the estimate, at a report of less

    private const int Step = 5, Most = 25;    // libopus tells no more apart

    private double _estimate;

    /// <summary>0: none worth redundancy; else 5 to 25.</summary>
    public int Percent { get; private set; }

    /// <summary>Takes a report of the peer's.</summary>
    /// <param name="fractionLost">Since the report before, in 256ths (RFC 3550 §6.4.1).</param>
    /// <returns>True: <see cref="Percent"/> changed.</returns>
    public bool OnReport(byte fractionLost)
    {
        double lost = fractionLost / 2.56;
        _estimate = Math.Max(lost, Kept * _estimate + (1 - Kept) * lost);
        int before = Percent;
        bool spends = _estimate >= (before > 0 ? EndsBelow : BeginsAt);
        Percent = spends ? Math.Min(Most, Step * (int)Math.Ceiling(_estimate / Step)) : 0;
        return Percent != before;
    }
}
