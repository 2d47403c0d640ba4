using static Sip.Core.Transactions.NonInviteClientState;
using static Sip.Core.Transactions.TransactionActions;

namespace Sip.Core.Transactions;

/// <summary>Non-INVITE client transaction: RFC 3261 §17.1.2.</summary>
/// <remarks>One owner feeds it and carries out what it returns. Not thread-safe, on purpose.</remarks>
public sealed class NonInviteClientTransaction(SipTimers timers, bool reliable)
{
    private TimeSpan _resendAt = TimeSpan.MaxValue, _expiresAt = TimeSpan.MaxValue;    // Timer E; Timer F or K
    private TimeSpan _wait = timers.T1;

    public NonInviteClientState State { get; private set; }

    /// <summary>When <see cref="OnTimer"/> is due; MaxValue: never.</summary>
    public TimeSpan Deadline => _resendAt < _expiresAt ? _resendAt : _expiresAt;

    public TransactionActions Start(TimeSpan now)
    {
        State = Trying;
        _expiresAt = now + timers.Timeout;                       // Timer F
        if (!reliable) _resendAt = now + _wait;                  // Timer E
        return SendRequest;
    }

    public TransactionActions OnResponse(int status, TimeSpan now) => (State, status) switch
    {
        (Trying or Proceeding, < 200) => PassUp | Proceed(),
        (Trying or Proceeding, _) when reliable => PassUp | Enter(Terminated, TimeSpan.MaxValue),    // Timer K is 0
        (Trying or Proceeding, _) => PassUp | Enter(Completed, now + timers.T4),                     // Timer K
        _ => None,
    };

    public TransactionActions OnTransportError() => State switch
    {
        Trying or Proceeding => TransportFailed | Enter(Terminated, TimeSpan.MaxValue),
        _ => None,
    };

    public TransactionActions OnTimer(TimeSpan now) => State switch
    {
        Trying or Proceeding when now >= _expiresAt => TimedOut | Enter(Terminated, TimeSpan.MaxValue),
        Trying or Proceeding when now >= _resendAt => SendRequest | Resend(now),
        Completed when now >= _expiresAt => Enter(Terminated, TimeSpan.MaxValue),
        _ => None,
    };

    private TransactionActions Proceed()
    {
        State = Proceeding;    // timer E keeps its date; from its next firing on it is T2 (§17.1.2.2)
        return None;
    }

    private TransactionActions Resend(TimeSpan now)
    {
        _wait = State == Proceeding ? timers.T2 : timers.Next(_wait);
        _resendAt = now + _wait;
        return None;
    }

    private TransactionActions Enter(NonInviteClientState state, TimeSpan expiresAt)
    {
        State = state;
        _expiresAt = expiresAt;
        _resendAt = TimeSpan.MaxValue;
        return state == Terminated ? Terminate : None;
    }
}
