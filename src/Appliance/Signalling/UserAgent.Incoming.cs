using System.Text;
using Sip.Core.Grammar;
using Sip.Core.Messages;
using Sip.Core.Routing;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>Requests and responses as they come in (RFC 3261 §8.2, §12.2.2).</summary>
public sealed partial class UserAgent
{
    private static readonly SipMethod[] _dialogMethods =
        [SipMethod.Invite, SipMethod.Ack, SipMethod.Cancel, SipMethod.Bye, SipMethod.Options, SipMethod.Info, SipMethod.Update];
    private static readonly AgentRules _withReliable = new([.. _dialogMethods, SipMethod.Prack], ["timer", "100rel"]);
    private static readonly AgentRules _withoutReliable = new(_dialogMethods, ["timer"]);

    internal RequestRules Rules => Told(RulesFor(Options.Reliable));

    internal static AgentRules RulesFor(ReliableProvisional reliable) => reliable == ReliableProvisional.Off ? _withoutReliable : _withReliable;

    internal RequestRules Told(AgentRules rules) => Register is null ? rules.WithoutRegister : rules.WithRegister;

    internal (ReliableProvisional Reliable, TimeSpan SessionExpires, bool InvitesTimer) Resolve(SessionTerms? terms) =>
        (terms?.Reliable ?? Options.Reliable, terms?.SessionExpires ?? Options.SessionExpires, terms?.SessionExpires != TimeSpan.Zero);

    /// <summary>Answers without extras: most refusals and every 200 without a body.</summary>
    internal void Respond(ServerTransaction transaction, int status, string? reason = null,
        IReadOnlyList<KeyValuePair<string, string>>? headers = null)
    {
        SipWriter writer = Layer.BeginResponse(transaction, status, reason);
        if (status == 200 && transaction.Method == SipMethod.Options)
        {
            writer.Header(SipHeaderId.Allow, Rules.Allow.Span);
            writer.Header(SipHeaderId.Accept, SipFields.Accept);
            writer.Header(SipHeaderId.Supported, Rules.Supported.Span);
        }
        foreach (KeyValuePair<string, string> header in headers ?? []) writer.Header(Encoding.UTF8.GetBytes(header.Key), header.Value);
        if (status != 100) writer.Header(SipHeaderId.Server, Options.Product);
        writer.End();
        Layer.Respond(transaction, status, writer.Written);
    }

    internal void RetryLater(ServerTransaction transaction, int status, int seconds) => Respond(transaction, status, null,
        [new("Retry-After", seconds.ToString(System.Globalization.CultureInfo.InvariantCulture))]);

    private void OnReceived(SipMessage message, SipFlow flow)
    {
        try
        {
            if (message.IsRequest) OnRequest(message, flow);
            else if (ResponseValidation.IsForUs(message)) Layer.OnResponse(message, flow);
        }
#pragma warning disable CA1031 // the worker's edge: one message fails, and no other hears of it
        catch (Exception e)
#pragma warning restore CA1031
        {
            OnFailure(e);
        }
        _current = null;
    }

    private void OnRequest(SipMessage request, SipFlow flow)
    {
        bool isAck = request.Method == SipMethod.Ack;
        ServerTransaction? known = Layer.Find(request, isAck ? "INVITE"u8 : request.MethodName);
        if (isAck)
        {
            if (known is not null) Layer.OnAck(known, request);
            else if (FindSession(request) is { } acked) acked.OnAck(request, flow);
            return;
        }
        if (known is not null)
        {
            Layer.OnRetransmission(known);
            return;
        }
        if (Layer.Count >= Options.MaxTransactions && request.ToTag.IsEmpty && request.Method != SipMethod.Cancel)
        {
            RefuseStateless(request, flow, 503, default);
            return;
        }
        if (IsNobodys(request, flow, out InviteSession? session))
        {
            RefuseStateless(request, flow, 481, default);
            return;
        }
        IncomingRequest? incoming = null;
        if (request.ToTag.IsEmpty && request.Method != SipMethod.Cancel)
        {
            incoming = new IncomingRequest(this, request, flow);
            if (RefusedUnknown(incoming)) return;
        }
        if (Layer.Open(request, flow) is not { } transaction) return;
        _current = transaction;
        if (incoming is not null) incoming.Transaction = transaction;
        if (request.Method == SipMethod.Cancel) OnCancel(transaction, request, flow);
        else if (session is not null) Dispatch(transaction, request, flow, session);
        else if (incoming!.Verdict.Status != 0) Refuse(incoming);
        else if (!Refused(transaction, request, RulesFor(Resolve(incoming.Verdict.Terms).Reliable))) Dispatch(incoming);
    }

    /// <summary>A request of a call that is not here or is not the sender's, or for a transaction that is not here: nothing is kept of it, and
    /// whatever else is wrong with it is not told.</summary>
    private bool IsNobodys(SipMessage request, SipFlow flow, out InviteSession? session)
    {
        session = null;
        if (request.Method == SipMethod.Cancel) return Layer.Find(request, "INVITE"u8) is null;
        if (request.ToTag.IsEmpty) return false;
        session = FindSession(request);
        return session is null || !session.IsFromPeer(request, flow);
    }

    /// <summary>Who it is is asked before anything is kept of a request, so that a flood of them takes no memory (RFC 3261 §26.3.2.4).</summary>
    /// <returns>True: it was answered, or is not to be.</returns>
    private bool RefusedUnknown(IncomingRequest incoming)
    {
        RequestVerdict verdict = Admit?.Invoke(incoming) ?? RequestVerdict.Admit();
        (incoming.User, incoming.Carrier, incoming.Verdict) = (verdict.User, verdict.Carrier, verdict);
        if (verdict.IsPutOff) return true;
        if (verdict.Status is not (401 or 407 or 503)) return false;
        SipMessage request = incoming.Message;
        bool again = Layer.IsServed(request) || (Options.DetectLoops && WasHere(request));
        RefuseStateless(request, incoming.Flow, again ? 482 : verdict.Status, default, again ? [] : verdict.Headers);
        return true;
    }

    private void OnAckInTransaction(ServerTransaction invite, SipMessage ack) => invite.Session?.OnAck(ack, invite.Flow);

    /// <summary>§9.2: a CANCEL is answered as its own request and refuses the INVITE that it matches, if that has no final response.</summary>
    /// <remarks>It comes the way that the INVITE came, hop by hop: one from elsewhere matches nothing.</remarks>
    private void OnCancel(ServerTransaction transaction, SipMessage cancel, SipFlow flow)
    {
        ServerTransaction? invite = Layer.Find(cancel, "INVITE"u8);
        if (invite is null || !invite.Flow.Remote.Address.Equals(flow.Remote.Address))
        {
            Respond(transaction, 481);
            return;
        }
        transaction.ToTag = transaction.ToTag is null ? null : invite.ToTag;
        Respond(transaction, 200);
        if (!invite.HasFinal) invite.Session?.OnCancel(invite, cancel);
    }

    /// <summary>§8.2.1–8.2.3: what no request may ask of us, inside dialogs or outside.</summary>
    private bool Refused(ServerTransaction transaction, SipMessage request, AgentRules of)
    {
        RequestRules rules = Register is not null && request.Method == SipMethod.Register ? of.OfRegister : Told(of);
        int status = RequestValidation.Check(request, rules);
        if (status == 0) return false;
        SipWriter writer = Layer.BeginResponse(transaction, status, null);
        RequestValidation.WriteFields(ref writer, status, request, rules);
        writer.Header(SipHeaderId.Server, Options.Product);
        writer.End();
        Layer.Respond(transaction, status, writer.Written);
        return true;
    }

    private void Dispatch(ServerTransaction transaction, SipMessage request, SipFlow flow, InviteSession session)
    {
        if (!Refused(transaction, request, session.Rules)) session.OnRequest(transaction, request, flow);
    }

    private void Dispatch(IncomingRequest incoming)
    {
        (ServerTransaction transaction, SipMessage request) = (incoming.Transaction, incoming.Message);
        if (!Layer.TryMerge(transaction, request) || (Options.DetectLoops && WasHere(request)))
        {
            Respond(transaction, 482);
            return;
        }
        switch (request.Method)
        {
            case SipMethod.Options: Respond(transaction, 200); break;
            case SipMethod.Invite: OnInvite(incoming); break;
            case SipMethod.Register: Register!(incoming); break;
            default: Respond(transaction, 481); break;    // BYE, INFO and UPDATE live in dialogs only
        }
    }

    private void OnInvite(IncomingRequest incoming)
    {
        (ServerTransaction transaction, SipMessage request, SipFlow flow) = (incoming.Transaction, incoming.Message, incoming.Flow);
        if (request.MaxForwards == 0)
        {
            Respond(transaction, 483);    // a call that we make of this one would have none left (RFC 7332)
            return;
        }
        if (request.First(SipHeaderId.Contact).IsEmpty || SipFields.ContactUri(request).Length == 0)
        {
            Respond(transaction, 400, "Bad Contact");    // §8.1.1.8: without one there is no dialog
            return;
        }
        Respond(transaction, 100);
        var session = new InviteSession(this, transaction, request, flow, incoming.User, incoming.Verdict.Terms) { Carrier = incoming.Carrier };
        if (session.IsIntervalTooShort) return;
        SignallingLog.InviteReceived(Log, session.CallId, session.FromUser, session.RequestUserPart, flow);
        if (IncomingInvite is { } take) take(session);
        else session.Reject(480);
    }

    private void Refuse(IncomingRequest incoming)
    {
        (ServerTransaction transaction, RequestVerdict verdict) = (incoming.Transaction, incoming.Verdict);
        if (verdict.Delay <= TimeSpan.Zero)
        {
            incoming.Respond(verdict.Status, verdict.Reason, verdict.Headers);
            return;
        }
        if (transaction.Method == SipMethod.Invite) Respond(transaction, 100);
        Arm(new AgentTimer(() => incoming.Respond(verdict.Status, verdict.Reason, verdict.Headers)), Now + verdict.Delay);
    }

    /// <summary>The SDP of a message, owned; empty when its body is something else.</summary>
    internal static ReadOnlyMemory<byte> SdpOf(SipMessage message) => IsSdp(message) ? message.Body.ToArray() : default(ReadOnlyMemory<byte>);

    internal static bool IsType(ReadOnlySpan<byte> contentType, ReadOnlySpan<byte> type) =>
        Ascii.EqualsIgnoreCase(RequestValidation.MediaType(contentType), type);

    private static bool IsSdp(SipMessage message) =>
        !message.Body.IsEmpty && IsType(message.First(SipHeaderId.ContentType), "application/sdp"u8);

    /// <summary>A Via of ours stands in it: it is our own request, come back.</summary>
    private bool WasHere(SipMessage request)
    {
        foreach (ReadOnlySpan<byte> value in request.All(SipHeaderId.Via))
            if (Via.TryParse(value, out Via via) && Ids.IsOwnBranch(via.Branch)) return true;
        return false;
    }

    private InviteSession? FindSession(SipMessage request)
    {
        if (request.ToTag.Length is 0 or > 64) return null;
        Span<char> tag = stackalloc char[64];
        int length = Encoding.ASCII.GetChars(request.ToTag, tag);
        return _sessionsByText.TryGetValue(tag[..length], out InviteSession? session) && session.Owns(request) ? session : null;
    }

    /// <summary>A request that did not parse is answered without a transaction, where it says enough to be answered (§16.3, RFC 4475).</summary>
    private void OnMalformed(SipParseError error, SipMessage request, SipFlow flow)
    {
        try
        {
            int status = request.RejectStatus;
            if (status == 0) return;
            RefuseStateless(request, flow, status, SipParseErrors.PhraseOf(error));
        }
#pragma warning disable CA1031 // the worker's edge: one message fails, and no other hears of it
        catch (Exception e)
#pragma warning restore CA1031
        {
            OnFailure(e);
        }
    }

    /// <summary>A final response without a transaction: the sender's retransmission gets it again, the ACK to it is dropped (§8.2.7).</summary>
    private void RefuseStateless(SipMessage request, SipFlow flow, int status, ReadOnlySpan<byte> reason,
        IReadOnlyList<KeyValuePair<string, string>>? headers = null)
    {
        byte[] head = ResponseHead.Of(request, flow, Layer.Scratch);
        var writer = new SipWriter(Layer.Scratch);
        writer.StatusLine(status, reason);
        writer.Lines(head);
        writer.BeginHeader(SipHeaderId.To);
        writer.Text(request.First(SipHeaderId.To));
        if (request.ToTag.IsEmpty)
        {
            writer.Text(";tag="u8);
            writer.Text(Ids.TagOf(request.CallId, request.TopBranch));
        }
        writer.EndHeader();
        if (status == 503 && headers is null) writer.Header(SipHeaderId.RetryAfter, 10);
        foreach (KeyValuePair<string, string> header in headers ?? []) writer.Header(Encoding.UTF8.GetBytes(header.Key), header.Value);
        writer.Header(SipHeaderId.Server, Options.Product);
        writer.End();
        Port.Send(flow, writer.Written);
    }
}
