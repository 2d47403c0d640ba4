using static Sip.Core.Transactions.InviteClientState;
using static Sip.Core.Transactions.TransactionActions;

namespace Sip.Core.Transactions;

/// <summary>INVITE client transaction: RFC 3261 §17.1.1 with the Accepted state of RFC 6026 §7.2.</summary>
/// <remarks>One owner feeds it and carries out what it returns. Not thread-safe, on purpose.</remarks>
public sealed class InviteClientTransaction(SipTimers timers, bool reliable)
{
    private TimeSpan _resendAt = TimeSpan.MaxValue, _expiresAt = TimeSpan.MaxValue;    // Timer A; Timer B, D or M
    private TimeSpan _wait = timers.T1;

    public InviteClientState State { get; private set; }

    /// <summary>When <see cref="OnTimer"/> is due; MaxValue: never.</summary>
    public TimeSpan Deadline => _resendAt < _expiresAt ? _resendAt : _expiresAt;

    public TransactionActions Start(TimeSpan now) =>
        SendRequest | Enter(Calling, expiresAt: now + timers.Timeout, resendAt: reliable ? TimeSpan.MaxValue : now + _wait);    // B; A on UDP

    public TransactionActions OnResponse(int status, TimeSpan now) => (State, status) switch
    {
        (Calling or Proceeding, < 200) => PassUp | Enter(Proceeding, TimeSpan.MaxValue),
        (Calling or Proceeding, < 300) => PassUp | Enter(Accepted, now + timers.Timeout),                     // Timer M
        (Calling or Proceeding, _) when reliable => PassUp | SendAck | Enter(Terminated, TimeSpan.MaxValue),  // Timer D is 0
        (Calling or Proceeding, _) => PassUp | SendAck | Enter(Completed, now + timers.D),
        (Accepted, >= 200 and < 300) => PassUp,
        (Completed, >= 300) => SendAck,
        _ => None,
    };

    public TransactionActions OnTransportError() => State switch
    {
        Calling or Completed => TransportFailed | Enter(Terminated, TimeSpan.MaxValue),
        _ => None,
    };

    public TransactionActions OnTimer(TimeSpan now) => State switch
    {
        Calling when now >= _expiresAt => TimedOut | Enter(Terminated, TimeSpan.MaxValue),
        Calling when now >= _resendAt => SendRequest | Resend(now),
        Accepted or Completed when now >= _expiresAt => Enter(Terminated, TimeSpan.MaxValue),
        _ => None,
    };

    private TransactionActions Resend(TimeSpan now)
    {
        _wait *= 2;    // Timer A is not capped: timer B ends it
        _resendAt = now + _wait;
        return None;
    }

    private TransactionActions Enter(InviteClientState state, TimeSpan expiresAt, TimeSpan? resendAt = null)
    {
        State = state;
        _expiresAt = expiresAt;
        _resendAt = resendAt ?? TimeSpan.MaxValue;
        return state == Terminated ? Terminate : None;
    }
}
