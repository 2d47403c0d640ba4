namespace Tandem.Signalling;

/// <summary>What became of an INVITE of ours.</summary>
public enum InviteOutcome : byte
{
    Accepted,

    /// <summary>A final response of 300 or more; a 3xx is not followed, a challenge not answered.</summary>
    Rejected,

    /// <summary>No final response in time; status 408.</summary>
    TimedOut,

    /// <summary>We gave up before an answer; status 487.</summary>
    Cancelled,

    /// <summary>The request could not be sent or its connection failed; status 503.</summary>
    TransportFailed,
}

/// <summary>The end of an INVITE or re-INVITE of ours.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Status">The final status, received or made up.</param>
/// <param name="Reason">The reason phrase, as received.</param>
/// <param name="Sdp">The body of the 2xx: the answer, or with a delayed offer the peer's offer.</param>
/// <param name="RetryAfter">Of a refusal: when to ask again (RFC 3261 §20.33); null: it does not say.</param>
/// <param name="Q850Cause">The cause of a Reason field with protocol Q.850; 0: none.</param>
public sealed record InviteResult(InviteOutcome Outcome, int Status, string Reason, ReadOnlyMemory<byte> Sdp, int Q850Cause = 0,
    TimeSpan? RetryAfter = null)
{
    public bool IsAccepted => Outcome == InviteOutcome.Accepted;

    /// <summary>Of a 3xx: the URIs of its Contacts, the most preferred first.</summary>
    public IReadOnlyList<string> Contacts { get; init; } = [];
}
