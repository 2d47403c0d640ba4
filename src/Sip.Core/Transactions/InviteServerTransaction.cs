using static Sip.Core.Transactions.InviteServerState;
using static Sip.Core.Transactions.TransactionActions;

namespace Sip.Core.Transactions;

/// <summary>INVITE server transaction: RFC 3261 §17.2.1 with the Accepted state of RFC 6026 §7.1.</summary>
/// <remarks>
/// One owner feeds it and carries out what it returns. Not thread-safe, on purpose. The 100 (Trying) of §17.2.1 is its owner's first
/// <see cref="OnResponse"/>; the retransmission of a 2xx is the transaction user's (§13.3.1.4).
/// </remarks>
public sealed class InviteServerTransaction(SipTimers timers, bool reliable)
{
    private TimeSpan _resendAt = TimeSpan.MaxValue, _expiresAt = TimeSpan.MaxValue;    // Timer G; Timer H, I or L
    private TimeSpan _wait = timers.T1;
    private bool _answered;

    public InviteServerState State { get; private set; }

    /// <summary>When <see cref="OnTimer"/> is due; MaxValue: never.</summary>
    public TimeSpan Deadline => _resendAt < _expiresAt ? _resendAt : _expiresAt;

    /// <summary>The request came again (same branch).</summary>
    public TransactionActions OnInvite() => State switch
    {
        Proceeding when _answered => SendResponse,
        Completed => SendResponse,
        _ => None,
    };

    public TransactionActions OnAck(TimeSpan now) => State switch
    {
        Completed when reliable => Enter(Terminated, TimeSpan.MaxValue),    // Timer I is 0
        Completed => Enter(Confirmed, now + timers.T4),                     // Timer I
        Accepted => PassUp,
        _ => None,
    };

    public TransactionActions OnResponse(int status, TimeSpan now) => (State, status) switch
    {
        (Proceeding, < 200) => SendResponse | Answered(),
        (Accepted, >= 200 and < 300) => SendResponse,
        (Proceeding, < 300) => SendResponse | Enter(Accepted, expiresAt: now + timers.Timeout),    // Timer L
        (Proceeding, _) => SendResponse                                                            // Timer H; G on UDP
            | Enter(Completed, expiresAt: now + timers.Timeout, resendAt: reliable ? null : now + _wait),
        _ => None,
    };

    /// <summary>RFC 6026 §7.1: the transaction user hears of it, the transaction lives on.</summary>
    public TransactionActions OnTransportError() => State is Terminated or Confirmed ? None : TransportFailed;

    public TransactionActions OnTimer(TimeSpan now) => State switch
    {
        Completed when now >= _expiresAt => TimedOut | Enter(Terminated, TimeSpan.MaxValue),
        Completed when now >= _resendAt => SendResponse | Resend(now),
        Accepted or Confirmed when now >= _expiresAt => Enter(Terminated, TimeSpan.MaxValue),
        _ => None,
    };

    private TransactionActions Answered()
    {
        _answered = true;
        return None;
    }

    private TransactionActions Resend(TimeSpan now)
    {
        _wait = timers.Next(_wait);
        _resendAt = now + _wait;
        return None;
    }

    private TransactionActions Enter(InviteServerState state, TimeSpan expiresAt, TimeSpan? resendAt = null)
    {
        State = state;
        _expiresAt = expiresAt;
        _resendAt = resendAt ?? TimeSpan.MaxValue;
        return state == Terminated ? Terminate : None;
    }
}
