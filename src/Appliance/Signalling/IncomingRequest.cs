using Sip.Core.Messages;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>A request outside any dialog, on its way through the user agent. Shard thread only.</summary>
public sealed class IncomingRequest
{
    private readonly UserAgent _agent;

    internal IncomingRequest(UserAgent agent, SipMessage message, SipFlow flow)
    {
        _agent = agent;
        Message = message;
        Flow = flow;
    }

    /// <summary>A scratch object: valid until the callback that got this request returns.</summary>
    public SipMessage Message { get; }

    public SipFlow Flow { get; }

    /// <summary>The authenticated user, once admitted.</summary>
    public string? User { get; internal set; }

    /// <summary>The carrier that it comes from, once admitted; null: none.</summary>
    public string? Carrier { get; internal set; }

    /// <summary>True once a final response was sent.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>What was said of it before it had a transaction.</summary>
    internal RequestVerdict Verdict { get; set; } = RequestVerdict.Admit();

    internal ServerTransaction Transaction { get; set; } = null!;

    /// <summary>Sends a final response, now or later. A second one changes nothing.</summary>
    /// <param name="status">200 or more.</param>
    /// <param name="reason">Reason phrase; null: the RFC's.</param>
    /// <param name="headers">Further header lines, written as they are.</param>
    public void Respond(int status, string? reason = null, IReadOnlyList<KeyValuePair<string, string>>? headers = null)
    {
        if (IsAnswered) return;
        IsAnswered = true;
        _agent.Respond(Transaction, status, reason, headers);
    }
}
