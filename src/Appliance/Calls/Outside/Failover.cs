using Tandem.Signalling;

namespace Tandem.Calls.Outside;

/// <summary>What the end of a try through one gateway means for the call.</summary>
internal static class Failover
{
    /// <summary>
    /// Whether another gateway may do better: nothing came back, the connection was refused, or the gateway itself failed (408, 5xx, a challenge
    /// that was not to be answered, an extension of ours that it does not know). What is said of the called number is final, also where it comes as a 5xx with a cause of Q.850.
    /// </summary>
    /// <param name="rang">The called phone rang: no answer after that is the called party's.</param>
    public static bool Helps(InviteOutcome outcome, int status, int cause, bool rang) => outcome switch
    {
        InviteOutcome.TransportFailed => true,
        InviteOutcome.TimedOut => !rang,
        InviteOutcome.Rejected => (status is 401 or 407 or 420 or 421 || (status == 408 && !rang) || status is >= 500 and < 600) && !Q850.IsOfTheCalled(cause),
        _ => false,
    };

    /// <summary>
    /// Whether another host of the same gateway may do better (RFC 3263 §4.3): this one cannot be reached, is silent, or says 503. Anything
    /// else it says is its gateway's.
    /// </summary>
    /// <param name="heard">It had said something before.</param>
    public static bool NextHostHelps(InviteOutcome outcome, int status, int cause, bool heard) => outcome switch
    {
        InviteOutcome.TransportFailed => true,
        InviteOutcome.TimedOut => !heard,
        InviteOutcome.Rejected => status == 503 && !Q850.IsOfTheCalled(cause),
        _ => false,
    };

    /// <summary>
    /// What the caller is told when the last try has failed. The cause of the telephone network says more than a gateway's 5xx; a 503 is not
    /// passed on, as it would be taken for ours (RFC 3261 §16.7), nor what is between us and the carrier: a challenge, an extension.
    /// </summary>
    public static int CallerStatus(int status, int cause) => status switch
    {
        >= 500 and < 600 when Q850.StatusOf(cause) is > 0 and < 500 and var known => known,
        503 or 500 => 502,
        401 or 407 or 420 or 421 => 502,
        408 => 504,
        < 400 => 502,
        _ => status,
    };
}
