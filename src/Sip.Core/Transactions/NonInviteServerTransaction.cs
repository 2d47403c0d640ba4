using static Sip.Core.Transactions.NonInviteServerState;
using static Sip.Core.Transactions.TransactionActions;

namespace Sip.Core.Transactions;

/// <summary>Non-INVITE server transaction: RFC 3261 §17.2.2 under the rules of RFC 4320 §4.</summary>
/// <remarks>
/// One owner feeds it and carries out what it returns. Not thread-safe, on purpose. RFC 4320: no provisional response but 100, none
/// before the client's timer E has grown to T2 (on an unreliable transport), a 100 then; and never a 408, which can only come too late.
/// </remarks>
public sealed class NonInviteServerTransaction(SipTimers timers, bool reliable, TimeSpan now)
{
    private TimeSpan _tryingAt = now + timers.UntilTrying, _expiresAt = TimeSpan.MaxValue;    // RFC 4320's; Timer J

    public NonInviteServerState State { get; private set; }

    /// <summary>When <see cref="OnTimer"/> is due; MaxValue: never.</summary>
    public TimeSpan Deadline => _tryingAt < _expiresAt ? _tryingAt : _expiresAt;

    /// <summary>The request came again (same branch).</summary>
    public TransactionActions OnRequest() => State is Proceeding or Completed ? SendResponse : None;

    public TransactionActions OnResponse(int status, TimeSpan now) => (State, status) switch
    {
        (Trying, 100) when reliable || now >= _tryingAt => SendResponse | Enter(Proceeding, TimeSpan.MaxValue),
        (Proceeding, 100) => SendResponse,
        (_, < 200) => None,
        (Trying or Proceeding, 408) => Enter(Terminated, TimeSpan.MaxValue),
        (Trying or Proceeding, _) when reliable => SendResponse | Enter(Terminated, TimeSpan.MaxValue),    // Timer J is 0
        (Trying or Proceeding, _) => SendResponse | Enter(Completed, now + timers.Timeout),                // Timer J
        _ => None,
    };

    public TransactionActions OnTransportError() => State switch
    {
        Proceeding or Completed => TransportFailed | Enter(Terminated, TimeSpan.MaxValue),
        _ => None,
    };

    public TransactionActions OnTimer(TimeSpan now) => State switch
    {
        Trying when now >= _tryingAt => SendTrying | Enter(Proceeding, TimeSpan.MaxValue),
        Completed when now >= _expiresAt => Enter(Terminated, TimeSpan.MaxValue),
        _ => None,
    };

    private TransactionActions Enter(NonInviteServerState state, TimeSpan expiresAt)
    {
        State = state;
        _expiresAt = expiresAt;
        _tryingAt = TimeSpan.MaxValue;
        return state == Terminated ? Terminate : None;
    }
}
