using System.Text;
using Sip.Core.Dialogs;
using Sip.Core.Grammar;
using Sip.Core.Messages;
using Sip.Core.Routing;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>The side that was called (RFC 3261 §13.3).</summary>
public sealed partial class InviteSession
{
    private static readonly TimeSpan _progressInterval = TimeSpan.FromMinutes(1);

    private readonly ServerTransaction? _received;
    private readonly SessionTimerOffer _timerOffer;
    private readonly uint _inviteCSeq;
    private readonly AgentTimer _progressAgain;
    private TaskCompletionSource<ReadOnlyMemory<byte>>? _accepted;
    private byte[] _lastProgress = [];
    private bool _byeAfterAck, _ackAnswers;
    private string? _byeReason;

    internal InviteSession(UserAgent agent, ServerTransaction invite, SipMessage request, SipFlow flow, string? user, SessionTerms? terms)
    {
        (_agent, _received, _flow, User) = (agent, invite, flow, user);
        _localTag = invite.ToTag!;
        (_reliableMode, _wantedExpires, _invitesTimer) = agent.Resolve(terms);
        _sessionTimer = new SessionTimer(agent.Options.MinSessionExpires, _wantedExpires);
        _sessionTimerDue = new AgentTimer(OnSessionTimer);
        _progressAgain = new AgentTimer(RepeatProgress);
        _inviteLimit = new AgentTimer(OnInviteLimit);
        _changeAgain = new AgentTimer(TryChange);
        _abandon = new AgentTimer(Abandon);
        CallId = Encoding.ASCII.GetString(request.CallId);
        RequestUri = Encoding.ASCII.GetString(request.RequestUri);
        RequestUserPart = SipFields.UserOf(request.RequestUri);
        FromDisplay = DisplayOf(request, out string fromUser);
        FromUser = fromUser;
        ToUser = SipFields.User(request.First(SipHeaderId.To));
        NextMaxForwards = RequestValidation.NextMaxForwards(request);
        _secure = SipUri.TryParse(request.RequestUri, out SipUri uri) && uri.IsSecure;
        _contactUser = Encoding.ASCII.GetString(uri.User);
        _first = request.Bytes.ToArray();
        HasPassable = HeaderRules.HasAny(request);
        AsksForPrivacy = request.Has(SipHeaderId.Privacy);
        RemoteSdp = UserAgent.SdpOf(request);
        _inviteCSeq = request.CSeqNumber;
        var state = DialogState.AsUas(request.CallId.ToArray(), Encoding.ASCII.GetBytes(_localTag), request.FromTag.ToArray(),
            (byte[])[.. invite.To, .. ";tag="u8, .. Encoding.ASCII.GetBytes(_localTag)], request.First(SipHeaderId.From).ToArray(),
            SipFields.ContactUri(request), SipFields.RecordRoute(request), request.CSeqNumber);
        bool direct = request.All(SipHeaderId.Via).Count() == 1;
        _leg = new DialogLeg(state, flow, sticky: direct, peer: direct ? user : null) { RemoteSdp = RemoteSdp };
        (_leg.Offers.InviteReceived, _leg.Offers.RemoteOfferPending) = (true, !RemoteSdp.IsEmpty);
        _wayOfProgress = ReliableWay(request);
        _timerOffer = SipFields.SessionTimer(request);
        _peerAllowsUpdate = request.Lists(SipHeaderId.Allow, "UPDATE"u8);
        invite.Session = this;
        if (_sessionTimer.IsTooShort(_timerOffer))
        {
            IsIntervalTooShort = true;
            RefuseInterval(invite);
            return;
        }
        agent.Add(this, _localTag);
    }

    /// <summary>The INVITE was answered with 422 (RFC 4028 §9): no call came of it.</summary>
    internal bool IsIntervalTooShort { get; }

    /// <summary>UAS: sends a provisional response, 180 or 183, again each minute (§13.3.1.1). Ignored after a final one.</summary>
    /// <remarks>It is sent reliably where the peer requires that, and with SDP where it can (RFC 3262); one after the other then.</remarks>
    /// <param name="status">101–199.</param>
    /// <param name="sdp">An early answer, or with a delayed offer ours, which the PRACK answers (<see cref="OnAnswer"/>); empty: none.</param>
    public void Progress(int status, ReadOnlyMemory<byte> sdp = default)
    {
        if (_received is null || _received.HasFinal || End is not null) return;
        status = Math.Clamp(status, 101, 199);
        if (IsSentReliably(sdp))
        {
            ProgressReliably(status, sdp);
            return;
        }
        if (_leg!.Offers.IsAgreed || !_leg.Offers.RemoteOfferPending) sdp = default;    // no offer and no second answer here (RFC 6337 §2.2)
        SipWriter writer = BeginDialogResponse(_received, status, _leg!);
        writer.Body("application/sdp"u8, sdp.Span);
        if (!sdp.IsEmpty) _localSdp = sdp;
        _lastProgress = writer.Written.ToArray();
        _agent.Layer.Respond(_received, status, _lastProgress);
        _agent.Arm(_progressAgain, _agent.Now + _progressInterval);
    }

    /// <summary>UAS: sends a 200, again until the ACK.</summary>
    /// <param name="sdp">The answer, or with a delayed offer our offer.</param>
    /// <returns>The body of the ACK: the answer to a delayed offer, else mostly empty.</returns>
    /// <exception cref="OperationCanceledException">The session ended first: CANCEL, or no ACK within 64*T1 (a BYE is sent then).</exception>
    /// <exception cref="InvalidOperationException">The INVITE was ours, or it was answered before.</exception>
    public Task<ReadOnlyMemory<byte>> AcceptAsync(ReadOnlyMemory<byte> sdp)
    {
        if (End is not null) return Task.FromCanceled<ReadOnlyMemory<byte>>(new CancellationToken(canceled: true));
        if (_received is null || _received.HasFinal || _accepted is not null) throw new InvalidOperationException("There is no INVITE to accept.");
        _accepted = new TaskCompletionSource<ReadOnlyMemory<byte>>(TaskCreationOptions.RunContinuationsAsynchronously);
        _agent.Arm(_progressAgain, TimeSpan.MaxValue);
        if (_reliable is { HoldsAccept: true }) _heldAnswer = sdp;    // RFC 3262 §3: its PRACK first
        else SendFirstAccept(sdp);
        return _accepted.Task;
    }

    private void SendFirstAccept(ReadOnlyMemory<byte> sdp)
    {
        OfferAnswerState offers = _leg!.Offers;
        if (offers.IsAgreed) sdp = default;
        _ackAnswers = !offers.IsAgreed && !offers.RemoteOfferPending && !sdp.IsEmpty;
        if (_ackAnswers) offers.LocalOfferPending = true;
        (offers.RemoteOfferPending, offers.InviteReceived, offers.IsAgreed) = (false, false, true);
        _reliable?.Stop();
        _leg.State.Confirm();
        SendAccept(_received!, _leg, _timerOffer, sdp);
        Await(_received!, _inviteCSeq, OnFirstAck);
        SignallingLog.Accepted(_agent.Log, CallId);
    }

    /// <summary>UAS: sends a final response of 300 or more. Ignored after a final one.</summary>
    /// <param name="status">300–699.</param>
    /// <param name="reason">Reason phrase; null: the RFC's.</param>
    /// <param name="headers">Further header lines, for instance Retry-After.</param>
    public void Reject(int status, string? reason = null, IReadOnlyList<KeyValuePair<string, string>>? headers = null)
    {
        if (_received is null || _received.HasFinal || End is not null) return;
        _agent.Respond(_received, Math.Clamp(status, 300, 699), reason, headers);
        Finish(SessionEndBy.Local, status, reason);
        Release();
    }

    internal void OnCancel(ServerTransaction invite, SipMessage cancel)
    {
        if (invite != _received || End is not null) return;
        _agent.Respond(invite, 487);
        Finish(SessionEndBy.Remote, 487, ReasonOf(cancel));
        Release();
    }

    internal void OnAck(SipMessage ack, SipFlow flow)
    {
        if (LegOf(ack) is not { } leg || !IsFromPeer(leg, flow)) return;
        if (leg.Sticky) leg.Flow = flow;
        if (_awaitedAck is not { } awaited || awaited.CSeq != ack.CSeqNumber) return;
        _awaitedAck = null;
        awaited.OnAck(ack);
        OnAcknowledged();
    }

    /// <summary>What had to wait for the ACK.</summary>
    private void OnAcknowledged()
    {
        if (_byeAfterAck) SendBye(_leg!, _byeReason);
        else TryChange();
    }

    private void OnFirstAck(SipMessage ack)
    {
        ReadOnlyMemory<byte> sdp = UserAgent.SdpOf(ack);
        if (_ackAnswers && !sdp.IsEmpty) RemoteSdp = sdp;
        if (_ackAnswers) _leg!.Offers.LocalOfferPending = false;
        _accepted?.TrySetResult(sdp);
    }

    /// <summary>The peer replaced the connection that its ACK was lost on. Whether it has the call its media will show.</summary>
    private bool DoWithoutAck()
    {
        if (_leg!.Offers.LocalOfferPending) return false;    // the answer was in it
        SignallingLog.AckLostWithConnection(_agent.Log, CallId, _leg.Flow!.Current);
        _awaitedAck?.Stop();
        _awaitedAck = null;
        _accepted?.TrySetResult(default);
        OnAcknowledged();
        return true;
    }

    /// <summary>The 2xx to an INVITE, first or later, or to an UPDATE: target, session timer, SDP.</summary>
    private void SendAccept(ServerTransaction request, DialogLeg leg, SessionTimerOffer timer, ReadOnlyMemory<byte> sdp)
    {
        bool timed = leg.State.Phase == DialogPhase.Confirmed;    // a timer runs from the 2xx to the INVITE on
        SessionTimerOffer answer = timed ? _sessionTimer.Answer(timer, _agent.Now) : default;
        if (timed) _agent.Arm(_sessionTimerDue, _sessionTimer.Deadline);
        SipWriter writer = BeginDialogResponse(request, 200, leg);
        WriteSupported(ref writer);
        if (answer.Expires is { } interval)
        {
            if (answer.RefresherIsUac == true) writer.Header(SipHeaderId.Require, "timer"u8);
            SipFields.WriteSessionExpires(ref writer, interval, answer.RefresherIsUac == true ? "uac" : "uas");
        }
        if (!sdp.IsEmpty) _localSdp = sdp;
        writer.Body("application/sdp"u8, sdp.Span);
        _agent.Layer.Respond(request, 200, writer.Written);
    }

    private SipWriter BeginDialogResponse(ServerTransaction request, int status, DialogLeg leg)
    {
        SipWriter writer = _agent.Layer.BeginResponse(request, status, null);
        foreach (RouteEntry route in leg.State.RouteSet)
            if (request == _received) writer.Header(SipHeaderId.RecordRoute, route.Value.Span);
        WriteContact(ref writer, leg.Flow ?? request.Flow);
        writer.Header(SipHeaderId.Allow, Told.Allow.Span);
        writer.Header(SipHeaderId.Server, _agent.Options.Product);
        return writer;
    }

    private void RepeatProgress()
    {
        if (_received is null || _received.HasFinal) return;
        if (_wayOfProgress == ReliableProvisional.Required) ProgressReliably(180, default);
        else
        {
            _agent.Layer.Respond(_received, 180, _lastProgress);
            _agent.Arm(_progressAgain, _agent.Now + _progressInterval);
        }
    }

    private void Await(ServerTransaction invite, uint cseq, Action<SipMessage> acked) =>
        _awaitedAck = new AwaitedAck(_agent, invite, cseq, acked, OnAckLost, DoWithoutAck);

    /// <summary>§13.3.1.4: the dialog is confirmed, the session is ended with BYE.</summary>
    private void OnAckLost()
    {
        SignallingLog.NoAck(_agent.Log, CallId, _agent.Options.Timers.Timeout.TotalSeconds);
        _awaitedAck?.Stop();
        _awaitedAck = null;
        Finish(SessionEndBy.Timeout, 408, "No ACK");
        SendBye(_leg!, _byeReason);
    }

    private void RefuseInterval(ServerTransaction request) => _agent.Respond(request, 422, null,
        [new("Min-SE", ((long)_agent.Options.MinSessionExpires.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture))]);
}
