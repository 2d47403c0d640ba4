using Sip.Core.Messages;
using Sip.Core.Transactions;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>A transaction machine with what it needs to act: the flow, and the bytes to send again.</summary>
internal abstract class Transaction(TransactionKey key, SipMethod method, SipFlow flow) : Timed
{
    public TransactionKey Key { get; } = key;

    public SipMethod Method { get; } = method;

    public SipFlow Flow { get; set; } = flow;

    /// <summary>When the machine's OnTimer is due.</summary>
    public abstract TimeSpan Deadline { get; }

    public abstract TransactionActions OnTimer(TimeSpan now);
}
