using Sip.Core.Messages;
using Sip.Core.Transactions;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>A request of ours under way.</summary>
/// <param name="key">Branch and method.</param>
/// <param name="method">INVITE gets the INVITE machine.</param>
/// <param name="flow">Where the request goes, and its ACK to a failure, and its CANCEL.</param>
/// <param name="request">The bytes to send; owned.</param>
/// <param name="timers">The timers of the agent.</param>
/// <param name="user">Gets each response, or null when there is none and there will be none: see <see cref="Failure"/>.</param>
internal sealed class ClientTransaction(TransactionKey key, SipMethod method, SipFlow flow, byte[] request, SipTimers timers,
    Action<ClientTransaction, SipMessage?> user) : Transaction(key, method, flow)
{
    private readonly InviteClientTransaction? _invite = method == SipMethod.Invite ? new(timers, flow.IsReliable) : null;
    private readonly NonInviteClientTransaction? _other = method == SipMethod.Invite ? null : new(timers, flow.IsReliable);

    public byte[] Request { get; private set; } = request;

    /// <summary>The ACK to a final response of 300–699, once there was one.</summary>
    public byte[]? Ack { get; set; }

    public Action<ClientTransaction, SipMessage?> User { get; private set; } = user;

    /// <summary>Where the last response came from; null: there was none.</summary>
    public SipFlow? AnsweredBy { get; set; }

    /// <summary>Why there is no response: 408 (time) or 503 (transport); 0: there is no failure.</summary>
    public int Failure { get; set; }

    public bool IsTerminated => _invite?.State == InviteClientState.Terminated || _other?.State == NonInviteClientState.Terminated;

    public override TimeSpan Deadline => _invite?.Deadline ?? _other!.Deadline;

    /// <summary>
    /// Lets go of what a transaction with a final response needs no more: it lives on for half a minute to absorb repetitions, its call need not.
    /// </summary>
    /// <param name="accepted">An INVITE's 2xx: others may follow it, and are the user's (RFC 6026 §7.2).</param>
    public void Settle(bool accepted)
    {
        Request = [];
        if (!accepted) User = static (_, _) => { };
    }

    public TransactionActions Start(TimeSpan now) => _invite?.Start(now) ?? _other!.Start(now);

    public TransactionActions OnResponse(int status, TimeSpan now) => _invite?.OnResponse(status, now) ?? _other!.OnResponse(status, now);

    public TransactionActions OnTransportError() => _invite?.OnTransportError() ?? _other!.OnTransportError();

    public override TransactionActions OnTimer(TimeSpan now) => _invite?.OnTimer(now) ?? _other!.OnTimer(now);
}
