using Sip.Core.Sdp;
using Tandem.Signalling;

namespace Tandem.Calls;

/// <summary>
/// Spares two connected legs transcoding: where one of them also speaks what the other sends, it is asked to by a re-INVITE. One that
/// refuses is asked no more, and the audio is transcoded as before.
/// </summary>
internal static class CodecAgreement
{
    /// <summary>Never faults; over at once where nothing is to be saved.</summary>
    public static async Task SettleAsync(CallLeg caller, CallLeg callee)
    {
        if (!caller.MayRenegotiate || WhoChanges(caller, callee) is not var (leg, codec)) return;
        await ChangeAsync(leg, codec);
    }

    /// <summary>The leg that could speak what the other one sends. The caller's first: its phone has been told of a change already.</summary>
    private static (CallLeg Leg, AudioFormat Codec)? WhoChanges(CallLeg caller, CallLeg callee)
    {
        IReadOnlyList<AudioFormat> ours = caller.Media.Codecs, theirs = callee.Media.Codecs;
        if (ours.Count == 0 || theirs.Count == 0 || LegVoice.AreAlike(ours[0], theirs[0])) return null;
        if (ours.FirstOrDefault(codec => LegVoice.AreAlike(codec, theirs[0])) is { } callers) return (caller, callers);
        if (theirs.FirstOrDefault(codec => LegVoice.AreAlike(codec, ours[0])) is { } callees) return (callee, callees);
        return null;
    }

    private static async Task ChangeAsync(CallLeg leg, AudioFormat codec)
    {
        SessionDescription? agreed = leg.Media.Local;
        InviteResult result = await leg.Session.ReinviteAsync(leg.Media.OfferOnly(codec));
        if (!result.IsAccepted || !leg.Media.Accept(result.Sdp, out _)) leg.Media.Withdraw(agreed);
    }
}
