using Sip.Core.Sdp;
using Tandem.Signalling;

namespace Tandem.Calls;

/// <summary>
/// Spares two connected legs transcoding: where one of them also speaks what the other sends, it is asked to by a re-INVITE. One that
/// refuses is asked no more, and the audio is transcoded as before. A browser stays with Opus, and is asked for as much sound as the
/// other party can hear.
/// </summary>
internal static class CodecAgreement
{
    /// <summary>Never faults; over at once where nothing is to be saved.</summary>
    public static async Task SettleAsync(CallLeg caller, CallLeg callee)
    {
        caller.Media.Favour(callee.Media);
        callee.Media.Favour(caller.Media);
        if (!caller.MayRenegotiate) return;
        if (WhoChanges(caller, callee) is var (leg, codec)) await ChangeAsync(leg.Session, leg.Media, media => media.OfferOnly(codec));
        foreach (CallLeg one in (CallLeg[])[caller, callee])
        {
            if (one.Media.ShouldAskAgain) await ChangeAsync(one.Session, one.Media, media => media.Offer());
        }
    }

    /// <summary>The leg that could speak what the other one sends. The caller's first: its phone has been told of a change already.</summary>
    private static (CallLeg Leg, AudioFormat Codec)? WhoChanges(CallLeg caller, CallLeg callee)
    {
        IReadOnlyList<AudioFormat> ours = caller.Media.Codecs, theirs = callee.Media.Codecs;
        if (ours.Count == 0 || theirs.Count == 0 || LegVoice.AreAlike(ours[0], theirs[0])) return null;
        if (!caller.Media.KeepsItsCodec && ours.FirstOrDefault(codec => LegVoice.AreAlike(codec, theirs[0])) is { } callers) return (caller, callers);
        if (!callee.Media.KeepsItsCodec && theirs.FirstOrDefault(codec => LegVoice.AreAlike(codec, ours[0])) is { } callees) return (callee, callees);
        return null;
    }

    /// <summary>Asks for a change. What is refused, or answered by what cannot be used, leaves all as it was.</summary>
    internal static async Task ChangeAsync(InviteSession session, LegMedia media, Func<LegMedia, ReadOnlyMemory<byte>> offer)
    {
        SessionDescription? agreed = null, offered = null;
        InviteResult result = await session.ReinviteAsync(Make);
        if ((!result.IsAccepted || !media.Accept(result.Sdp, out _)) && ReferenceEquals(media.Local, offered)) media.Withdraw(agreed);

        // Between two tries (491) an offer of the peer may have been answered: then that answer is what was agreed.
        ReadOnlyMemory<byte> Make()
        {
            agreed = media.Local;
            ReadOnlyMemory<byte> sdp = offer(media);
            offered = media.Local;
            return sdp;
        }
    }
}
