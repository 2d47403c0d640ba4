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
    private bool _byeAfterAck;
    private string? _byeReason;

    internal InviteSession(UserAgent agent, ServerTransaction invite, SipMessage request, SipFlow flow, string? user)
    {
        (_agent, _received, _flow, User) = (agent, invite, flow, user);
        _localTag = invite.ToTag!;
        _sessionTimer = new SessionTimer(agent.Options.MinSessionExpires);
        _sessionTimerDue = new AgentTimer(OnSessionTimer);
        _progressAgain = new AgentTimer(RepeatProgress);
        _inviteLimit = new AgentTimer(OnInviteLimit);
        _reinviteAgain = new AgentTimer(TryReinvite);
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
        _offers.InviteReceived = true;
        _offers.RemoteOfferPending = !RemoteSdp.IsEmpty;
        _inviteCSeq = request.CSeqNumber;
        var state = DialogState.AsUas(request.CallId.ToArray(), Encoding.ASCII.GetBytes(_localTag), request.FromTag.ToArray(),
            (byte[])[.. invite.To, .. ";tag="u8, .. Encoding.ASCII.GetBytes(_localTag)], request.First(SipHeaderId.From).ToArray(),
            SipFields.ContactUri(request), SipFields.RecordRoute(request), request.CSeqNumber);
        _leg = new DialogLeg(state, flow, sticky: request.All(SipHeaderId.Via).Count() == 1);
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
    /// <param name="status">101–199.</param>
    /// <param name="sdp">An early answer; empty: none.</param>
    public void Progress(int status, ReadOnlyMemory<byte> sdp = default)
    {
        if (_received is null || _received.HasFinal || End is not null) return;
        status = Math.Clamp(status, 101, 199);
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
        if (_received is null || _received.HasFinal) throw new InvalidOperationException("There is no INVITE to accept.");
        _accepted = new TaskCompletionSource<ReadOnlyMemory<byte>>(TaskCreationOptions.RunContinuationsAsynchronously);
        _agent.Arm(_progressAgain, TimeSpan.MaxValue);
        _offers.LocalOfferPending = !_offers.RemoteOfferPending && !sdp.IsEmpty;
        _offers.RemoteOfferPending = false;
        _offers.InviteReceived = false;
        _leg!.State.Confirm();
        SendAccept(_received, _leg, _timerOffer, sdp);
        Await(_received, _inviteCSeq, OnFirstAck);
        SignallingLog.Accepted(_agent.Log, CallId);
        return _accepted.Task;
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
        if (LegOf(ack) is not { } leg) return;
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
        else TryReinvite();
    }

    private void OnFirstAck(SipMessage ack)
    {
        ReadOnlyMemory<byte> sdp = UserAgent.SdpOf(ack);
        if (!sdp.IsEmpty) RemoteSdp = sdp;
        _offers.LocalOfferPending = false;
        _accepted?.TrySetResult(sdp);
    }

    /// <summary>The peer replaced the connection that its ACK was lost on. Whether it has the call its media will show.</summary>
    private bool DoWithoutAck()
    {
        if (_offers.LocalOfferPending) return false;    // the answer was in it
        SignallingLog.AckLostWithConnection(_agent.Log, CallId, _leg!.Flow!.Current);
        _awaitedAck?.Stop();
        _awaitedAck = null;
        _accepted?.TrySetResult(default);
        OnAcknowledged();
        return true;
    }

    /// <summary>The 2xx to an INVITE, first or later, or to an UPDATE: target, session timer, SDP.</summary>
    private void SendAccept(ServerTransaction request, DialogLeg leg, SessionTimerOffer timer, ReadOnlyMemory<byte> sdp)
    {
        SessionTimerOffer answer = _sessionTimer.Answer(timer, _agent.Now);
        _agent.Arm(_sessionTimerDue, _sessionTimer.Deadline);
        SipWriter writer = BeginDialogResponse(request, 200, leg);
        writer.Header(SipHeaderId.Supported, _agent.Rules.Supported.Span);
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
        writer.Header(SipHeaderId.Allow, _agent.Rules.Allow.Span);
        writer.Header(SipHeaderId.Server, _agent.Options.Product);
        return writer;
    }

    private void RepeatProgress()
    {
        if (_received is null || _received.HasFinal) return;
        _agent.Layer.Respond(_received, 180, _lastProgress);
        _agent.Arm(_progressAgain, _agent.Now + _progressInterval);
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
