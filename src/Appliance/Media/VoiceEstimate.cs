using Rtp.Core.Quality;
using Rtp.Core.Sequencing;

namespace Tandem.Media;

/// <summary>What a leg sounds like, by the E-model, from what is known of its packets.</summary>
/// <remarks>
/// We play nothing ourselves, so a play-out that suits the jitter is supposed: twice its mean, 40 ms at least. One way is half the round
/// trip, a packet of 20 ms and that play-out.
/// </remarks>
internal static class VoiceEstimate
{
    private const double PacketMs = 20, LeastPlayoutMs = 40;

    /// <summary>MOS of what a leg has received so far; null: nothing.</summary>
    /// <param name="codec">Heard last.</param>
    public static double? Received(AudioCodec codec, ReceptionStatistics received, double? roundTripMs)
    {
        long lost = received.PacketsLost, came = received.PacketsReceived - received.Duplicates;
        if (came <= 0) return null;
        return Opinion(codec.Impairment(), 100.0 * lost / (lost + came), received.BurstRatio, Delay(roundTripMs, received.JitterMs));
    }

    /// <summary>MOS of what the peer has received by its own account; null: it gave none.</summary>
    public static double? Remote(LegRtcp rtcp)
    {
        CodecImpairment concealed = rtcp.Codec.Impairment();
        if (rtcp.RemoteMetrics is { } metrics)
        {
            // The telephone knows what it threw away and how long it takes, which an RR does not tell.
            double delay = metrics.EndSystemDelayMs > 0 ? (rtcp.RoundTripMs ?? metrics.RoundTripMs) / 2 + metrics.EndSystemDelayMs
                : Delay(rtcp.RoundTripMs ?? metrics.RoundTripMs, rtcp.RemoteJitterMs);
            return Opinion(metrics.ConcealsNothing ? concealed.NotConcealed : concealed, (metrics.LossRate + metrics.DiscardRate) / 2.56, burstRatio: 1, delay);
        }
        return rtcp.RemoteLossPercent is { } loss ? Opinion(concealed, loss, burstRatio: 1, Delay(rtcp.RoundTripMs, rtcp.RemoteJitterMs)) : null;
    }

    private static double Delay(double? roundTripMs, double jitterMs) =>
        (roundTripMs ?? 0) / 2 + PacketMs + Math.Max(LeastPlayoutMs, 2 * jitterMs);

    private static double Opinion(CodecImpairment codec, double lossPercent, double burstRatio, double delayMs) =>
        EModel.MeanOpinion(EModel.Rating(codec, lossPercent, burstRatio, delayMs));
}
