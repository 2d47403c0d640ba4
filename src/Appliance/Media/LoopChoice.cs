namespace Tandem.Media;

/// <summary>Which loop a new leg goes to.</summary>
/// <remarks>
/// The first is filled before the next is woken: one wake-up for forty packets costs hardly more than one for twenty, and the code and
/// memory of one busy loop stay in its core's cache. What legs that still ring will need is estimated by what legs have needed so far.
/// </remarks>
internal static class LoopChoice
{
    /// <summary>Share of a core up to which a loop is filled; beyond it, the least busy one is taken.</summary>
    private const double Full = 0.5;

    public static int Next(ReadOnlySpan<LoopState> loops)
    {
        double legShare = 0;
        foreach (ref readonly LoopState loop in loops) legShare = Math.Max(legShare, loop.LegShare);
        if (legShare == 0) legShare = LoopLoad.UnknownLeg;
        (int best, double least) = (0, double.MaxValue);
        for (int i = 0; i < loops.Length; i++)
        {
            double expected = Math.Max(loops[i].Share, loops[i].Legs * legShare);
            if (expected + legShare <= Full) return i;
            if (expected < least) (best, least) = (i, expected);
        }
        return best;
    }
}

/// <summary>What is known of a loop when a leg looks for one.</summary>
/// <param name="Legs">Open or about to be.</param>
/// <param name="Share">Of a core, at present.</param>
/// <param name="LegShare">See <see cref="LoopLoad.LegShare"/>.</param>
internal readonly record struct LoopState(int Legs, double Share, double LegShare);
