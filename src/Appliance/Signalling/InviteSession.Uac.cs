using System.Text;
using Sip.Core.Dialogs;
using Sip.Core.Grammar;
using Sip.Core.Messages;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>The side that calls (RFC 3261 §13.2).</summary>
public sealed partial class InviteSession
{
    private const int MaxEarlyDialogs = 32;

    private readonly OutgoingInvite? _request;
    private readonly List<DialogLeg> _branches = [];    // early dialogs, and those of 2xx beyond the first
    private readonly TaskCompletionSource<InviteResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly AgentTimer _inviteLimit;
    private readonly AgentTimer _abandon;
    private readonly List<RouteEntry> _preloaded = [];
    private IReadOnlyList<Hop> _hops = [];
    private ClientTransaction? _sent;
    private SipFlow? _flow;
    private int _hop;
    private uint _sentCSeq;
    private bool _provisional, _cancelling, _answerDue;
    private string? _cancelReason;
    private IReadOnlyList<KeyValuePair<string, string>> _credentials = [];
    private int _challenges;

    internal InviteSession(UserAgent agent, OutgoingInvite request)
    {
        foreach (KeyValuePair<string, string> header in request.Headers)
        {
            if (header.Key.AsSpan().ContainsAny('\r', '\n', ':') || header.Value.AsSpan().ContainsAny('\r', '\n'))
                throw new ArgumentException($"The header line {header.Key} holds a line break or its name a colon.", nameof(request));
        }
        (_agent, _request, _flow, IsUac) = (agent, request, request.Flow, true);
        _localTag = agent.Ids.NewTag();
        (_reliableMode, _wantedExpires, _invitesTimer) = agent.Resolve(request.Terms);
        _sessionTimer = new SessionTimer(agent.Options.MinSessionExpires, _wantedExpires);
        _sessionTimerDue = new AgentTimer(OnSessionTimer);
        _progressAgain = new AgentTimer(RepeatProgress);
        _inviteLimit = new AgentTimer(OnInviteLimit);
        _changeAgain = new AgentTimer(TryChange);
        OnChallenge = request.OnChallenge;
        _abandon = new AgentTimer(Abandon);
        CallId = request.CallId ?? agent.Ids.NewCallId();
        RequestUri = request.Target;
        byte[] target = Encoding.UTF8.GetBytes(request.Target);
        RequestUserPart = SipFields.UserOf(target);
        FromUser = request.FromUser;
        FromDisplay = request.FromDisplay ?? "";
        ToUser = request.To is null ? RequestUserPart : SipFields.UserOf(Encoding.UTF8.GetBytes(request.To));
        _contactUser = SipFields.EscapeUser(request.FromUser);
        _secure = SipUri.TryParse(target, out SipUri uri) && uri.IsSecure;
        foreach (string route in request.Route)
            if (SipFields.TryRoute(Encoding.UTF8.GetBytes(route), out RouteEntry entry)) _preloaded.Add(entry);
        agent.Add(this, _localTag);
    }

    /// <summary>UAC: what became of the INVITE. Never faults.</summary>
    public Task<InviteResult> Result => _result.Task;

    /// <summary>UAC: something came back, a 100 at least.</summary>
    internal bool HasResponse => _provisional || _result.Task.IsCompleted;

    /// <summary>UAC: a provisional response over 100 and its SDP (empty: none).</summary>
    public Action<int, ReadOnlyMemory<byte>>? OnProgress { get; set; }

    /// <summary>UAC: gives up. The CANCEL waits for a provisional response (§9.1); a 2xx that crosses it gets ACK and BYE.</summary>
    /// <param name="reasonHeader">Value of a Reason field (RFC 3326).</param>
    public void Cancel(string? reasonHeader = null)
    {
        if (!IsUac || End is not null) return;
        if (_leg?.State.Phase == DialogPhase.Confirmed)
        {
            Terminate(reasonHeader);
            return;
        }
        Finish(SessionEndBy.Local, 487, reasonHeader);
        GiveUp(reasonHeader);
    }

    /// <summary>UAC with a delayed offer: answers the offer of the 2xx.</summary>
    public void AckWith(ReadOnlyMemory<byte> answer)
    {
        if (!_answerDue || _leg is null) return;
        _answerDue = false;
        _localSdp = answer;
        _leg.Offers.RemoteOfferPending = false;
        SendFirstAck(_leg, answer);
    }

    internal void Start()
    {
        _agent.Arm(_inviteLimit, _agent.Now + _agent.Options.InviteTimeout);
        if (_flow is { } flow)
        {
            SendInvite(flow);
            return;
        }
        ReadOnlyMemory<byte> target = Encoding.UTF8.GetBytes(RequestUri);
        _agent.Find(RequestRouting.Of(target, _preloaded).NextHop.Span, found =>
        {
            _hops = found.Hops;
            TryHops();
        });
    }

    /// <summary>Sends the INVITE to the next hop that can be opened; without one the call has failed.</summary>
    private void TryHops()
    {
        while (_hop < _hops.Count && End is null)
        {
            Hop hop = _hops[_hop++];
            if (_agent.Port.Open(hop.Transport, hop.Address, hop.Name) is not { } flow) continue;
            _flow = flow;
            SendInvite(flow);
            return;
        }
        if (End is null) SignallingLog.NoWay(_agent.Log, CallId, RequestUri);
        Finish(SessionEndBy.Transport, 503, "No way to the target");
        Release();
    }

    private void SendInvite(SipFlow flow)
    {
        string branch = _agent.Ids.NewBranch();
        _sentCSeq++;
        byte[] request = InviteText(flow, branch);
        if (flow.Transport == SipTransport.Udp && request.Length > _agent.Options.MaxUdpRequestBytes && MayChangeTransport()
            && _agent.Port.Open(SipTransport.Tcp, flow.Remote, null) is { } stream)
        {
            _hops = [.. _hops.Take(_hop), new Hop(SipTransport.Udp, flow.Remote, null, Fixed: true), .. _hops.Skip(_hop)];    // should TCP fail
            _flow = flow = stream;
            request = InviteText(flow, branch);
        }
        _localSdp = _request!.Sdp;
        SignallingLog.InviteSent(_agent.Log, CallId, RequestUri, flow);
        _sent = _agent.Layer.Send(SipMethod.Invite, branch, flow, request, OnInviteResponse);
    }

    /// <summary>§18.1.1: a long request may go over TCP where neither the URI nor a registration names the transport.</summary>
    private bool MayChangeTransport()
    {
        if (_hop > 0) return !_hops[_hop - 1].Fixed;
        return _request is { Flow: not null, StaysOnFlow: false, TransportIsFixed: false, Route.Count: 0 }
            && SipUri.TryParse(Encoding.UTF8.GetBytes(RequestUri), out SipUri uri) && !uri.Parameters.Has("transport"u8);
    }

    private byte[] InviteText(SipFlow flow, string branch)
    {
        OutgoingInvite request = _request!;
        RequestRouting routing = RequestRouting.Of(Encoding.UTF8.GetBytes(request.Target), _preloaded);
        SipWriter writer = RequestText.Begin(_agent, SipMethod.Invite, routing, flow, branch, request.MaxForwards);
        writer.Header(SipHeaderId.From, Encoding.UTF8.GetBytes(LocalParty(flow)));
        writer.Header(SipHeaderId.To, $"<{request.To ?? WithoutParameters(request.Target)}>");
        RequestText.Identify(ref writer, Encoding.UTF8.GetBytes(CallId), _sentCSeq, SipMethod.Invite);
        WriteContact(ref writer, flow);
        writer.Header(SipHeaderId.Allow, Told.Allow.Span);
        WriteSupported(ref writer);
        if (request.RequiresReliable || _reliableMode == ReliableProvisional.Required) writer.Header(SipHeaderId.Require, "100rel"u8);
        RequestText.AskForSessionTimer(ref writer, _wantedExpires, _sessionTimer, refresher: null);
        writer.Header(SipHeaderId.UserAgent, _agent.Options.Product);
        WriteLines(ref writer, request.Headers);
        WriteLines(ref writer, _credentials);
        writer.Body("application/sdp"u8, request.Sdp.Span);
        return writer.Written.ToArray();
    }

    private string LocalParty(SipFlow flow)
    {
        string host = _request!.FromHost ?? _agent.Port.Advertised(flow).Host;
        string display = FromDisplay.Length == 0 ? "" : $"\"{FromDisplay.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\" ";
        return $"{display}<{(_secure ? "sips" : "sip")}:{_contactUser}@{host}>;tag={_localTag}";
    }

    private static string WithoutParameters(string target)
    {
        int end = target.IndexOfAny([';', '?'], Math.Max(0, target.IndexOf('@', StringComparison.Ordinal)));
        return end < 0 ? target : target[..end];
    }

    private void OnInviteResponse(ClientTransaction transaction, SipMessage? response)
    {
        if (response is null) OnNoResponse(transaction);
        else if (response.StatusCode < 200) OnProvisional(transaction, response);
        else if (response.StatusCode < 300) OnAccepted(response);
        else if (transaction == _sent) OnRefused(transaction, response);
    }

    private void OnNoResponse(ClientTransaction transaction)
    {
        if (transaction != _sent) return;
        if (End is null && !_provisional && _hop < _hops.Count)
        {
            TryHops();
            return;
        }
        Finish(transaction.Failure == 408 ? SessionEndBy.Timeout : SessionEndBy.Transport, transaction.Failure, null);
        Release();
    }

    private void OnProvisional(ClientTransaction transaction, SipMessage response)
    {
        _provisional = true;
        if (_cancelling)
        {
            _cancelling = false;
            _agent.Layer.Cancel(transaction, _cancelReason);
        }
        if (response.StatusCode == 100 || End is not null) return;
        ReadOnlyMemory<byte> sdp = UserAgent.SdpOf(response);
        if (!response.ToTag.IsEmpty)
        {
            if (_leg is not null || _branches.Count >= MaxEarlyDialogs || !TakeProgress(LegFor(response), response, ref sdp)) return;
        }
        else if (!sdp.IsEmpty && !_request!.Sdp.IsEmpty) RemoteSdp = sdp;
        OnProgress?.Invoke(response.StatusCode, sdp);
    }

    /// <summary>A 2xx: the first makes the session, a copy of it wants its ACK again, another branch's is acknowledged and hung up (§13.2.2.4).</summary>
    private void OnAccepted(SipMessage response)
    {
        DialogLeg leg = LegFor(response);
        if (leg.State.Phase != DialogPhase.Early)
        {
            if (leg.Ack is { } ack && leg.Flow is { } flow) _agent.Port.Send(flow, ack);
            return;
        }
        leg.State.Confirm(SipFields.RecordRoute(response));
        leg.State.RefreshTarget(SipFields.ContactUri(response));
        leg.Offers.InviteSent = false;
        if (End is not null || _leg is { State.Phase: DialogPhase.Confirmed })
        {
            if (End is null) SignallingLog.ForkRefused(_agent.Log, CallId);
            SendFirstAck(leg, leg.Offers.IsAgreed ? default : Declining(leg, UserAgent.SdpOf(response)));
            SendBye(leg, _cancelReason);
            return;
        }
        _branches.Remove(leg);
        _leg = leg;
        Confirmed(response);
    }

    private void Confirmed(SipMessage response)
    {
        _agent.Arm(_inviteLimit, TimeSpan.MaxValue);
        _first = response.Bytes.ToArray();
        _peerAllowsUpdate = response.Lists(SipHeaderId.Allow, "UPDATE"u8);
        _sessionTimer.OnAccepted(SipFields.SessionTimer(response), _agent.Now);
        _agent.Arm(_sessionTimerDue, _sessionTimer.Deadline);
        DialogLeg leg = _leg!;
        ReadOnlyMemory<byte> sdp = leg.Offers.IsAgreed ? default : UserAgent.SdpOf(response);    // a second answer is none
        if (!sdp.IsEmpty) leg.RemoteSdp = sdp;
        if (!leg.RemoteSdp.IsEmpty) RemoteSdp = leg.RemoteSdp;
        _answerDue = leg.Offers.RemoteOfferPending = !leg.Offers.IsAgreed && !leg.Offers.LocalOfferPending && !sdp.IsEmpty;
        if (!leg.Offers.IsAgreed) (leg.Offers.LocalOfferPending, leg.Offers.IsAgreed) = (false, true);    // else an UPDATE's may be open
        if (!_answerDue) SendFirstAck(leg, default);
        SignallingLog.Accepted(_agent.Log, CallId);
        _result.TrySetResult(new InviteResult(InviteOutcome.Accepted, response.StatusCode,
            Encoding.UTF8.GetString(response.ReasonPhrase), leg.Offers.IsChanged ? default : RemoteSdp));
    }

    private void OnRefused(ClientTransaction transaction, SipMessage response)
    {
        int status = response.StatusCode;
        if (End is null && _challenges < MaxChallenges
            && AnswerTo(transaction, response, Encoding.UTF8.GetBytes(RequestUri)) is { Count: > 0 } lines)
        {
            _challenges++;
            _credentials = lines;
            SendInvite(transaction.Flow);
            return;
        }
        SessionTimerOffer timer = SipFields.SessionTimer(response);
        if (status == 422 && End is null && timer.MinSE > _sessionTimer.Minimum && _flow is { } flow)
        {
            _sessionTimer.OnTooShort(timer.MinSE);
            SendInvite(flow);
            return;
        }
        string reason = Encoding.UTF8.GetString(response.ReasonPhrase);
        if (End is null)
            _result.TrySetResult(new InviteResult(InviteOutcome.Rejected, status, reason, default, RequestText.Q850CauseOf(response),
                SipFields.RetryAfter(response))
            {
                Contacts = status < 400 ? SipFields.Contacts(response) : [],
            });
        Finish(SessionEndBy.Remote, status, ReasonOf(response) ?? reason);
        Release();
    }

    /// <summary>The dialog of a response, made when it is the first with that tag.</summary>
    private DialogLeg LegFor(SipMessage response)
    {
        if (_leg is { } own && own.State.RemoteTag.Span.SequenceEqual(response.ToTag)) return own;
        foreach (DialogLeg known in _branches)
            if (known.State.RemoteTag.Span.SequenceEqual(response.ToTag)) return known;
        byte[] target = SipFields.ContactUri(response);
        var state = DialogState.AsUac(response.CallId.ToArray(), Encoding.ASCII.GetBytes(_localTag), response.ToTag.ToArray(),
            response.First(SipHeaderId.From).ToArray(), response.First(SipHeaderId.To).ToArray(),
            target.Length > 0 ? target : Encoding.UTF8.GetBytes(RequestUri), SipFields.RecordRoute(response), _sentCSeq);
        bool sticky = _request is { Flow: not null, StaysOnFlow: true };
        var leg = new DialogLeg(state, _flow, sticky, peer: sticky ? _request!.Peer : null);
        (leg.Offers.InviteSent, leg.Offers.LocalOfferPending) = (true, !_request!.Sdp.IsEmpty);
        _branches.Add(leg);
        return leg;
    }

    private void OnInviteLimit()
    {
        Finish(SessionEndBy.Timeout, 408, "No final response");
        GiveUp(null);
    }

    /// <summary>Sends CANCEL, now or after the first provisional response; the last word is the INVITE's final response (§9.1).</summary>
    private void GiveUp(string? reasonHeader)
    {
        _cancelReason = reasonHeader;
        if (_sent is not { } sent)
        {
            Release();    // nothing was sent: its name is still being asked for
            return;
        }
        if (!_provisional) _cancelling = true;
        else _agent.Layer.Cancel(sent, reasonHeader);
        _agent.Arm(_abandon, _agent.Now + _agent.Options.Timers.Timeout);
    }

    /// <summary>§9.1: 64*T1 after the CANCEL the INVITE counts as cancelled, whatever the peer does.</summary>
    private void Abandon()
    {
        if (_sent is { } sent && _leg is null) _agent.Layer.Abandon(sent);
        Release();
    }
}
