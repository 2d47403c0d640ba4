namespace Sip.Core.Dialogs;

/// <summary>Which offers and INVITEs are under way in a dialog, and what they forbid (RFC 3261 §14, RFC 3311 §5, RFC 6337 §4).</summary>
public sealed class OfferAnswerState
{
    /// <summary>An INVITE or re-INVITE of ours has no final response yet, or its 2xx no ACK from us.</summary>
    public bool InviteSent { get; set; }

    /// <summary>An INVITE or re-INVITE of the peer has no final response yet, or our 2xx no ACK.</summary>
    public bool InviteReceived { get; set; }

    /// <summary>We owe nothing, the peer owes an answer.</summary>
    public bool LocalOfferPending { get; set; }

    /// <summary>We owe an answer.</summary>
    public bool RemoteOfferPending { get; set; }

    /// <summary>The first offer has its answer: what comes later in responses to that INVITE is neither (RFC 6337 §3.1.1).</summary>
    public bool IsAgreed { get; set; }

    /// <summary>An agreement was changed by an offer of the peer: what was answered to our first offer no longer counts.</summary>
    public bool IsChanged { get; set; }

    /// <summary>Whether a re-INVITE of ours may go out now (§14.1).</summary>
    public bool MayInvite => !InviteSent && !InviteReceived && !LocalOfferPending && !RemoteOfferPending;

    /// <summary>Whether an UPDATE of ours may carry an offer now (RFC 3311 §5.1).</summary>
    public bool MayOffer => !LocalOfferPending && !RemoteOfferPending;

    /// <summary>§14.2: what a re-INVITE of the peer gets.</summary>
    /// <returns>0: go on; 491: glare; 500: with Retry-After, its previous one is still open.</returns>
    public int StatusForInvite() => InviteReceived ? 500 : InviteSent || LocalOfferPending ? 491 : RemoteOfferPending ? 500 : 0;

    /// <summary>RFC 3311 §5.2: what an UPDATE of the peer gets.</summary>
    /// <returns>0: go on; 491: glare; 500: with Retry-After, its previous offer is still open.</returns>
    public int StatusForUpdate(bool carriesOffer) => !carriesOffer ? 0 : LocalOfferPending ? 491 : RemoteOfferPending ? 500 : 0;

    /// <summary>§14.1: how long to wait after a 491, in units of 10 ms: 2.1–4 s for the owner of the Call-ID, 0–2 s for the other side.</summary>
    /// <param name="ownsCallId">True on the side that sent the dialog's first INVITE.</param>
    /// <param name="random">Any number that is not negative.</param>
    public static TimeSpan GlareWait(bool ownsCallId, int random) =>
        TimeSpan.FromMilliseconds(ownsCallId ? 2100 + random % 191 * 10 : random % 201 * 10);

    /// <summary>§14.2: Retry-After of the 500, in seconds: 0–10.</summary>
    /// <param name="random">Any number that is not negative.</param>
    public static int RetryAfterSeconds(int random) => random % 11;
}
