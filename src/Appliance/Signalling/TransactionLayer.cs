using System.Text;
using Sip.Core.Grammar;
using Sip.Core.Messages;
using Sip.Core.Transactions;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>The transactions of one shard (RFC 3261 §17): carries out what the machines say over a port.</summary>
internal sealed class TransactionLayer(SignallingPort port, SipTimers timers, SipIds ids)
{
    private readonly TransactionTable<Transaction> _table = new();
    private readonly Dictionary<TransactionKey, ServerTransaction> _unmerged = new(TransactionKey.Comparer);
    private readonly Dictionary<SipFlow, List<ClientTransaction>> _onConnections = [];
    private readonly SipMessage _own = new();
    private readonly byte[] _buffer = new byte[SipMessage.MaxBytes + 4096];
    private readonly byte[] _key = new byte[TransactionKey.MaxBytes];    // on the stack it would be cleared for every message

    public int Count => _table.Count;

    public TimeSpan NextDeadline => _table.NextDeadline;

    /// <summary>Space to write a message into; what stands there is copied before anything else is written.</summary>
    public Span<byte> Scratch => _buffer;

    /// <summary>Hears of every deadline that is set, so that the alarm is never late.</summary>
    public Action<TimeSpan>? DeadlineSet { get; set; }

    /// <summary>An ACK to our 2xx that arrived inside its transaction (an RFC 2543 client's).</summary>
    public Action<ServerTransaction, SipMessage>? AckReceived { get; set; }

    /// <summary>Sends a request in a transaction of its own.</summary>
    /// <param name="request">Whole bytes with <paramref name="branch"/> in the top Via; the transaction owns them.</param>
    public ClientTransaction Send(
        SipMethod method, string branch, SipFlow flow, byte[] request, Action<ClientTransaction, SipMessage?> user)
    {
        Span<byte> key = stackalloc byte[256];
        int length = TransactionKey.WriteClient(key, Encoding.ASCII.GetBytes(branch), SipMethods.NameOf(method));
        var transaction = new ClientTransaction(TransactionKey.ToKey(key[..length]), method, flow, request, timers, user);
        TransactionActions actions = transaction.Start(port.Now);
        _table.TryAdd(transaction.Key, transaction, transaction.Deadline);
        if (flow.IsReliable) OnConnection(flow).Add(transaction);
        CarryOut(transaction, actions, null);
        return transaction;
    }

    /// <summary>Cancels an INVITE of ours that has had a provisional response (§9.1).</summary>
    public void Cancel(ClientTransaction invite, string? reasonHeader)
    {
        byte[] cancel = Derived(invite, SipMethod.Cancel, null, reasonHeader);
        Span<byte> key = stackalloc byte[256];
        int length = TransactionKey.WriteClient(key, _own.TopBranch, "CANCEL"u8);
        var transaction = new ClientTransaction(
            TransactionKey.ToKey(key[..length]), SipMethod.Cancel, invite.Flow, cancel, timers, static (_, _) => { });
        TransactionActions actions = transaction.Start(port.Now);
        if (!_table.TryAdd(transaction.Key, transaction, transaction.Deadline)) return;
        if (invite.Flow.IsReliable) OnConnection(invite.Flow).Add(transaction);
        CarryOut(transaction, actions, null);
    }

    /// <summary>Ends a transaction without a word: an INVITE that was cancelled and got no final response (§9.1).</summary>
    public void Abandon(ClientTransaction transaction) => Remove(transaction);

    /// <summary>A response came: to its transaction, or nowhere (§18.1.2).</summary>
    public void OnResponse(SipMessage response, SipFlow flow)
    {
        Span<byte> key = _key;
        int length = TransactionKey.WriteClient(key, response.TopBranch, response.CSeqMethodName);
        if (length == 0 || !_table.TryFind(key[..length], out Transaction? found) || found is not ClientTransaction transaction) return;
        transaction.AnsweredBy = flow;
        CarryOut(transaction, transaction.OnResponse(response.StatusCode, port.Now), response);
    }

    /// <summary>The request of ours that a datagram was, by its first bytes.</summary>
    /// <param name="target">Where it went.</param>
    /// <param name="beginning">Its first bytes. The branch among them is random: who has not seen the request does not know it.</param>
    /// <returns>Null: none of ours that goes there and waits for its first response.</returns>
    public ClientTransaction? FindSent(in Net.Interop.NativeSocketAddress target, ReadOnlySpan<byte> beginning)
    {
        Span<byte> key = _key;
        if (!SentRequest.TryRead(beginning, out ReadOnlySpan<byte> method, out ReadOnlySpan<byte> branch)) return null;
        int length = TransactionKey.WriteClient(key, branch, method);
        return length > 0 && _table.TryFind(key[..length], out Transaction? found) && found is ClientTransaction { AnsweredBy: null } sent
            && !sent.Flow.IsReliable && sent.Flow.NativeRemote.Equals(target) ? sent : null;
    }

    /// <summary>There is nobody where the request went (§18.4).</summary>
    public void OnUnreachable(ClientTransaction transaction) => CarryOut(transaction, transaction.OnTransportError(), null);

    /// <summary>The transaction of a request that came before, and with an ACK or CANCEL the INVITE's (§17.2.3, §9.2).</summary>
    public ServerTransaction? Find(SipMessage request, ReadOnlySpan<byte> method)
    {
        Span<byte> key = _key;
        int length = WriteKey(key, request, method);
        return length > 0 && _table.TryFind(key[..length], out Transaction? found) ? found as ServerTransaction : null;
    }

    /// <summary>The request came again.</summary>
    public void OnRetransmission(ServerTransaction transaction) => CarryOut(transaction, transaction.OnRequest(), null);

    public void OnAck(ServerTransaction invite, SipMessage ack) => CarryOut(invite, invite.OnAck(port.Now), ack);

    /// <summary>Opens the transaction of a new request.</summary>
    /// <returns>Null: the request's Via and the like are too long to be answered.</returns>
    public ServerTransaction? Open(SipMessage request, SipFlow flow)
    {
        Span<byte> key = _key;
        int length = WriteKey(key, request, request.MethodName);
        byte[] head = ResponseHead.Of(request, flow, _buffer);
        if (length == 0 || head.Length == 0) return null;
        var transaction = new ServerTransaction(
            TransactionKey.ToKey(key[..length]), request, ReturnPath(request, flow), head, timers, port.Now, ids.NewTag());
        if (!_table.TryAdd(transaction.Key, transaction, transaction.Deadline)) return null;
        DeadlineSet?.Invoke(transaction.Deadline);
        return transaction;
    }

    /// <summary>Notes a request outside dialogs; false when another copy of it is being served (§8.2.2.2).</summary>
    public bool TryMerge(ServerTransaction transaction, SipMessage request)
    {
        Span<byte> key = _key;
        int length = TransactionKey.WriteMerged(key, request.FromTag, request.CallId, request.CSeqNumber, request.MethodName);
        if (length == 0) return true;
        var mergeKey = TransactionKey.ToKey(key[..length]);
        if (!_unmerged.TryAdd(mergeKey, transaction)) return false;
        transaction.MergeKey = mergeKey;
        return true;
    }

    /// <summary>Another copy of the request is being served.</summary>
    public bool IsServed(SipMessage request)
    {
        Span<byte> key = _key;
        int length = TransactionKey.WriteMerged(key, request.FromTag, request.CallId, request.CSeqNumber, request.MethodName);
        return length > 0 && _unmerged.ContainsKey(TransactionKey.ToKey(key[..length]));
    }

    /// <summary>Begins a response in <see cref="Scratch"/>: status line, Via, From, Call-ID, CSeq and To with its tag.</summary>
    public SipWriter BeginResponse(ServerTransaction transaction, int status, string? reason)
    {
        var writer = new SipWriter(_buffer);
        writer.StatusLine(status, reason is null ? default : Encoding.UTF8.GetBytes(reason));
        writer.Lines(transaction.Head);
        writer.BeginHeader(SipHeaderId.To);
        writer.Text(transaction.To);
        if (transaction.ToTag is { } tag && status > 100)
        {
            writer.Text(";tag="u8);
            writer.Text(tag);
        }
        writer.EndHeader();
        return writer;
    }

    /// <summary>Hands a finished response to the transaction.</summary>
    public void Respond(ServerTransaction transaction, int status, ReadOnlySpan<byte> response)
    {
        if (transaction.HasFinal || response.IsEmpty) return;
        transaction.Response = response.ToArray();
        if (status >= 200) transaction.Settle();
        CarryOut(transaction, transaction.OnResponse(status, port.Now), null);
    }

    /// <summary>Sends the 2xx of an INVITE again: the transaction user's duty (§13.3.1.4).</summary>
    public void Resend(ServerTransaction invite) => CarryOut(invite, invite.OnResponse(200, port.Now), null);

    public void OnTimers()
    {
        while (_table.TryTakeDue(port.Now, out Transaction? transaction))
            CarryOut(transaction, transaction.OnTimer(port.Now), null);
    }

    public void OnFlowClosed(SipFlow flow)
    {
        if (!_onConnections.Remove(flow, out List<ClientTransaction>? transactions)) return;
        foreach (ClientTransaction transaction in transactions) CarryOut(transaction, transaction.OnTransportError(), null);
    }

    private void CarryOut(ClientTransaction transaction, TransactionActions actions, SipMessage? response)
    {
        bool sent = (actions & TransactionActions.SendRequest) == 0 || port.Send(transaction.Flow, transaction.Request);
        if ((actions & TransactionActions.SendAck) != 0)
        {
            transaction.Ack ??= Derived(transaction, SipMethod.Ack, response, null);
            port.Send(transaction.Flow, transaction.Ack);
        }
        if ((actions & TransactionActions.Terminate) != 0) Remove(transaction);
        else Reschedule(transaction);
        if ((actions & TransactionActions.PassUp) != 0) transaction.User(transaction, response);
        else if ((actions & (TransactionActions.TimedOut | TransactionActions.TransportFailed)) != 0) Fail(transaction, actions);
        if (response is { StatusCode: >= 200 }) transaction.Settle(transaction.Method == SipMethod.Invite && response.StatusCode < 300);
        if (!sent && !transaction.IsTerminated) Post(transaction);
    }

    private static void Fail(ClientTransaction transaction, TransactionActions actions)
    {
        transaction.Failure = (actions & TransactionActions.TimedOut) != 0 ? 408 : 503;
        transaction.User(transaction, null);
    }

    /// <summary>The transport refused at once. Told later, so that a user never hears of a request before Send has returned it.</summary>
    private void Post(ClientTransaction transaction) => port.Post(static state =>
    {
        var (layer, failed) = ((TransactionLayer, ClientTransaction))state!;
        layer.CarryOut(failed, failed.OnTransportError(), null);
    }, (this, transaction));

    private void CarryOut(ServerTransaction transaction, TransactionActions actions, SipMessage? request)
    {
        if ((actions & TransactionActions.SendTrying) != 0)
        {
            SipWriter writer = BeginResponse(transaction, 100, null);
            writer.End();
            transaction.Response = writer.Written.ToArray();
            port.Send(transaction.Flow, transaction.Response);
        }
        if ((actions & TransactionActions.SendResponse) != 0 && transaction.Response is { } response) port.Send(transaction.Flow, response);
        if ((actions & TransactionActions.Terminate) != 0) Remove(transaction);
        else Reschedule(transaction);
        if ((actions & TransactionActions.PassUp) != 0 && request is not null) AckReceived?.Invoke(transaction, request);
    }

    private void CarryOut(Transaction transaction, TransactionActions actions, SipMessage? message)
    {
        if (transaction is ClientTransaction client) CarryOut(client, actions, message);
        else CarryOut((ServerTransaction)transaction, actions, message);
    }

    private void Reschedule(Transaction transaction)
    {
        _table.Reschedule(transaction, transaction.Deadline);
        DeadlineSet?.Invoke(transaction.Deadline);
    }

    private void Remove(Transaction transaction)
    {
        _table.Remove(transaction.Key, transaction);
        if (transaction is ServerTransaction { MergeKey: { } merged }) _unmerged.Remove(merged);
        if (transaction.Flow.IsReliable && transaction is ClientTransaction client
            && _onConnections.TryGetValue(transaction.Flow, out List<ClientTransaction>? list)
            && list.Remove(client) && list.Count == 0) _onConnections.Remove(transaction.Flow);
    }

    private List<ClientTransaction> OnConnection(SipFlow flow)
    {
        if (!_onConnections.TryGetValue(flow, out List<ClientTransaction>? list)) _onConnections.Add(flow, list = []);
        return list;
    }

    private static int WriteKey(Span<byte> key, SipMessage request, ReadOnlySpan<byte> method)
    {
        if (!request.TryGetTopVia(out Via via)) return 0;
        return via.HasUniqueBranch
            ? TransactionKey.WriteServer(key, via.Branch, via.Host, via.Port, method)
            : TransactionKey.WriteBranchless(
                key, request.RequestUri, request.FromTag, request.CallId, request.CSeqNumber, request.First(SipHeaderId.Via), method);
    }

    /// <summary>
    /// Responses go back where the request came from (DESIGN §4). The exception of RFC 3261 §18.2.2, a datagram without rport whose
    /// sent-by is its true address and another port, is no NAT and means what it says.
    /// </summary>
    private SipFlow ReturnPath(SipMessage request, SipFlow flow)
    {
        if (flow.IsReliable || !request.TryGetTopVia(out Via via) || via.HasRPort) return flow;
        int sentByPort = via.Port == 0 ? 5060 : via.Port;
        if (sentByPort == flow.Remote.Port || !SipUriText.TryAddress(via.Host, out System.Net.IPAddress? sentBy)
            || !flow.Remote.Address.Equals(sentBy)) return flow;
        return port.Open(flow.Transport, new System.Net.IPEndPoint(flow.Remote.Address, sentByPort), null) ?? flow;
    }

    /// <summary>ACK to a failure (§17.1.1.3) or CANCEL (§9.1): made of the INVITE, whose top Via, Request-URI and Route they share.</summary>
    private byte[] Derived(ClientTransaction invite, SipMethod method, SipMessage? response, string? reasonHeader)
    {
        _own.Parse(invite.Request);
        var writer = new SipWriter(_buffer);
        writer.RequestLine(method, _own.RequestUri);
        writer.Header(SipHeaderId.Via, _own.First(SipHeaderId.Via));
        writer.Header(SipHeaderId.MaxForwards, 70);
        writer.CopyAll(_own, SipHeaderId.Route);
        writer.CopyAll(_own, SipHeaderId.From);
        writer.CopyAll(response ?? _own, SipHeaderId.To);
        writer.CopyAll(_own, SipHeaderId.CallId);
        writer.BeginHeader(SipHeaderId.CSeq);
        writer.Number(_own.CSeqNumber);
        writer.Text(" "u8);
        writer.Text(SipMethods.NameOf(method));
        writer.EndHeader();
        if (reasonHeader is not null) writer.Header(SipHeaderId.Reason, reasonHeader);
        writer.End();
        return writer.Written.ToArray();
    }
}
