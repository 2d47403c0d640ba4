using Tandem.Media;
using Tandem.Storage;

namespace Tandem.Calls;

/// <summary>Writes one row of <c>call_legs</c> when a leg is over.</summary>
internal sealed class LegRecord(CallServices services, Call call, CallLeg leg, string peer)
{
    private readonly int _number = call.NextLegNumber();
    private readonly DateTimeOffset _startedAt = DateTimeOffset.UtcNow;

    /// <summary>Media loop thread: the log takes it from any thread.</summary>
    public void Write(LegStatistics media) => services.CallLog.LegEnded(new CallLegRecord(
        call.Id, _number, !leg.Session.IsUac, peer, leg.Session.CallId,
        leg.Session.Flow?.Transport.ToString().ToLowerInvariant() ?? "", leg.Media.Codec,
        _startedAt, leg.AnsweredAt, DateTimeOffset.UtcNow,
        leg.AnsweredAt is null ? leg.GivenUp?.Status ?? leg.Session.End?.Status ?? 0 : 200, leg.EndReason,
        new LegQuality(media.PacketsSent, media.PacketsReceived, media.Lost, media.JitterMs, media.RoundTripMs,
            media.MeanOpinion, media.RemoteMeanOpinion is null ? null : media.RemoteLost,
            media.RemoteMeanOpinion is null ? null : media.RemoteJitterMs, media.RemoteMeanOpinion),
        leg.Media.Encryption, BridgingOf(media), leg.Way?.Carrier.Name, leg.Way?.Gateway));

    /// <summary>Most of what it was given: a call begins transcoded where its codecs are agreed on only once it talks.</summary>
    private static string? BridgingOf(in LegStatistics media) =>
        media.PacketsRelayed == 0 && media.PacketsTranscoded == 0 ? null : media.PacketsRelayed >= media.PacketsTranscoded ? "relayed" : "transcoded";
}
