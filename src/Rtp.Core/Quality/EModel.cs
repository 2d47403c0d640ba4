namespace Rtp.Core.Quality;

/// <summary>The E-model of ITU-T G.107: what a conversation is worth, from what is known of its packets.</summary>
/// <remarks>
/// Every parameter but codec, loss and delay has its default, so a perfect call has R = 93.2; echo is taken to be cancelled. The scale is
/// that of a telephone with 3.1 kHz: wide-band codecs are rated on it too, and end at the same top.
/// </remarks>
public static class EModel
{
    /// <summary>R of a call without loss and delay (G.107 §7.7).</summary>
    public const double BestRating = 93.2;

    private const double FreeDelayMs = 100;    // no one notices (§7.4, mT)

    /// <summary>The rating factor R (§7.1).</summary>
    /// <param name="codec">Its impairments (G.113).</param>
    /// <param name="lossPercent">Packets lost, or too late to be played.</param>
    /// <param name="burstRatio">Mean length of a run of losses over that of random losses; 1: random (§7.5).</param>
    /// <param name="oneWayDelayMs">From mouth to ear.</param>
    /// <returns>0 to <see cref="BestRating"/>.</returns>
    public static double Rating(CodecImpairment codec, double lossPercent, double burstRatio, double oneWayDelayMs) =>
        Math.Max(0, BestRating - DelayImpairment(oneWayDelayMs) - EquipmentImpairment(codec, lossPercent, burstRatio));

    /// <summary>Too long a delay, Idd (§7.4, equations 7-27 and 7-28).</summary>
    public static double DelayImpairment(double oneWayDelayMs)
    {
        if (oneWayDelayMs <= FreeDelayMs) return 0;
        double x = Math.Log2(oneWayDelayMs / FreeDelayMs);
        return 25 * (Math.Pow(1 + Math.Pow(x, 6), 1.0 / 6) - 3 * Math.Pow(1 + Math.Pow(x / 3, 6), 1.0 / 6) + 2);
    }

    /// <summary>Codec and losses together, Ie-eff (§7.5, equation 7-29).</summary>
    public static double EquipmentImpairment(CodecImpairment codec, double lossPercent, double burstRatio)
    {
        double loss = Math.Clamp(lossPercent, 0, 100);
        return loss == 0 ? codec.Ie : codec.Ie + (95 - codec.Ie) * loss / (loss / Math.Max(1, burstRatio) + codec.Bpl);
    }

    /// <summary>The mean opinion, MOS-CQE, that people would have of a rating (annex B).</summary>
    /// <returns>1 to 4.5.</returns>
    public static double MeanOpinion(double rating) => rating switch
    {
        <= 0 => 1,
        >= 100 => 4.5,
        _ => Math.Max(1, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6),
    };
}
