using Sip.Core.Messages;
using Sip.Core.Transactions;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>A request of the peer under way, and what every response to it repeats.</summary>
internal sealed class ServerTransaction : Transaction
{
    private readonly InviteServerTransaction? _invite;
    private readonly NonInviteServerTransaction? _other;

    /// <param name="key">Branch, sent-by and method.</param>
    /// <param name="request">Read here and not kept.</param>
    /// <param name="flow">Where responses go.</param>
    /// <param name="head">Via, From, Call-ID and CSeq lines as responses carry them; owned.</param>
    /// <param name="timers">The timers of the agent.</param>
    /// <param name="now">The time of arrival.</param>
    /// <param name="toTag">The tag that responses add to a To that has none.</param>
    public ServerTransaction(TransactionKey key, SipMessage request, SipFlow flow, byte[] head, SipTimers timers, TimeSpan now, string toTag)
        : base(key, request.Method, flow)
    {
        Head = head;
        To = request.First(SipHeaderId.To).ToArray();
        ToTag = request.ToTag.IsEmpty ? toTag : null;
        if (request.Method == SipMethod.Invite) _invite = new InviteServerTransaction(timers, flow.IsReliable);
        else _other = new NonInviteServerTransaction(timers, flow.IsReliable, now);
    }

    public byte[] Head { get; private set; }

    /// <summary>The value of To as received.</summary>
    public byte[] To { get; private set; }

    /// <summary>Null: To had a tag.</summary>
    public string? ToTag { get; set; }

    /// <summary>From tag, Call-ID and CSeq of a request outside a dialog, by which a merged copy of it is known (RFC 3261 §8.2.2.2).</summary>
    public TransactionKey? MergeKey { get; set; }

    /// <summary>The last response; resent when the request comes again.</summary>
    public byte[]? Response { get; set; }

    public bool HasFinal { get; private set; }

    /// <summary>The session that an INVITE belongs to.</summary>
    public InviteSession? Session { get; set; }

    public override TimeSpan Deadline => _invite?.Deadline ?? _other!.Deadline;

    /// <summary>It has its final response, and lives on for half a minute to repeat that: what others would be made of is let go.</summary>
    public void Settle()
    {
        HasFinal = true;
        (Head, To) = ([], []);
    }

    public TransactionActions OnRequest() => _invite?.OnInvite() ?? _other!.OnRequest();

    public TransactionActions OnAck(TimeSpan now) => _invite?.OnAck(now) ?? TransactionActions.None;

    public TransactionActions OnResponse(int status, TimeSpan now) => _invite?.OnResponse(status, now) ?? _other!.OnResponse(status, now);

    public override TransactionActions OnTimer(TimeSpan now) => _invite?.OnTimer(now) ?? _other!.OnTimer(now);
}
