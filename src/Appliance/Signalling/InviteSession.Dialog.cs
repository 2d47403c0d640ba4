using System.Text;
using Sip.Core.Dialogs;
using Sip.Core.Messages;
using Sip.Core.Sdp;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>Requests inside the dialog that the peer sends (RFC 3261 §12.2.2, §14.2, §15.1.2), and BYE and ACK of ours.</summary>
public sealed partial class InviteSession
{
    /// <summary>A request of the peer's (<see cref="IsFromPeer(SipMessage, SipFlow)"/>) that may be asked of us.</summary>
    internal void OnRequest(ServerTransaction transaction, SipMessage request, SipFlow flow)
    {
        DialogLeg leg = LegOf(request)!;
        if (leg.Sticky) leg.Flow = flow;
        if (!leg.State.TryAdvanceRemoteCSeq(request.CSeqNumber))
        {
            _agent.Respond(transaction, 500, "CSeq Out Of Order");
            return;
        }
        if (request.Method == SipMethod.Bye) OnBye(transaction, request, leg);
        else if (End is not null) _agent.Respond(transaction, 481);
        else if (request.Method == SipMethod.Invite) OnReinvite(transaction, request, leg);
        else if (request.Method == SipMethod.Update) OnUpdate(transaction, request, leg);
        else if (request.Method == SipMethod.Prack) OnPrack(transaction, request, leg);
        else if (request.Method == SipMethod.Info) OnInfoRequest(transaction, request);
        else _agent.Respond(transaction, 200);    // OPTIONS
    }

    private void OnBye(ServerTransaction transaction, SipMessage request, DialogLeg leg)
    {
        _agent.Respond(transaction, 200);
        if (leg != _leg) return;                                           // an early branch of ours hangs up: its INVITE goes on
        if (_received is { HasFinal: false }) _agent.Respond(_received, 487);    // §15.1.2: what is still open is refused
        Finish(SessionEndBy.Remote, 200, ReasonOf(request));
        Release();
    }

    private void OnReinvite(ServerTransaction transaction, SipMessage request, DialogLeg leg)
    {
        int status = _leg?.State.Phase != DialogPhase.Confirmed ? 491 : _awaitedAck is not null ? 491 : leg.Offers.StatusForInvite();
        if (status == 500) _agent.RetryLater(transaction, 500, OfferAnswerState.RetryAfterSeconds(_agent.Ids.NextNumber()));
        else if (status != 0) _agent.Respond(transaction, status);
        else Change(transaction, request, leg, OnReinviteAck);
    }

    private void OnReinviteAck(SipMessage ack)
    {
        bool answer = _leg!.Offers.LocalOfferPending;
        _leg.Offers.LocalOfferPending = false;
        ReadOnlyMemory<byte> sdp = UserAgent.SdpOf(ack);
        if (!answer || sdp.IsEmpty) return;
        RemoteSdp = sdp;
        OnAnswer?.Invoke(sdp);
    }

    private void OnUpdate(ServerTransaction transaction, SipMessage request, DialogLeg leg)
    {
        bool offers = !request.Body.IsEmpty;
        int status = leg.Offers.StatusForUpdate(offers);
        bool underWay = leg.State.Phase == DialogPhase.Confirmed ? _awaitedAck is not null || leg.Offers.InviteSent : !leg.Offers.IsAgreed;
        if (offers && status == 0 && underWay) status = 491;
        if (status == 500) _agent.RetryLater(transaction, 500, OfferAnswerState.RetryAfterSeconds(_agent.Ids.NextNumber()));
        else if (status != 0) _agent.Respond(transaction, status);
        else Change(transaction, request, leg, acked: null);
    }

    /// <summary>A re-INVITE or UPDATE that may proceed: timer, offer, target.</summary>
    private void Change(ServerTransaction transaction, SipMessage request, DialogLeg leg, Action<SipMessage>? acked)
    {
        SessionTimerOffer timer = SipFields.SessionTimer(request);
        if (_sessionTimer.IsTooShort(timer))
        {
            RefuseInterval(transaction);
            return;
        }
        ReadOnlyMemory<byte> offer = UserAgent.SdpOf(request);
        bool isInvite = acked is not null;
        transaction.Session = this;    // an RFC 2543 client's ACK comes by way of it
        SdpReply reply = offer.IsEmpty && !isInvite ? SdpReply.Accept(default) : OnOffer?.Invoke(offer) ?? SdpReply.Accept(_localSdp);
        if (End is not null)
        {
            _agent.Respond(transaction, 487);    // the call hung up over it
            return;
        }
        if (reply.Status is < 200 or >= 300)
        {
            _agent.Respond(transaction, reply.Status);
            return;
        }
        if (!offer.IsEmpty)
        {
            RemoteSdp = leg.RemoteSdp = offer;
            leg.Offers.IsChanged = true;
        }
        leg.State.RefreshTarget(SipFields.ContactUri(request));
        leg.Offers.LocalOfferPending = isInvite && offer.IsEmpty && !reply.Sdp.IsEmpty;
        SendAccept(transaction, leg, timer, reply.Sdp);
        if (isInvite) Await(transaction, request.CSeqNumber, acked!);
    }

    /// <summary>INFO with a key press gets 200 in a known dialog whatever comes of it (INTEROP 5).</summary>
    private void OnInfoRequest(ServerTransaction transaction, SipMessage request)
    {
        ReadOnlySpan<byte> type = request.First(SipHeaderId.ContentType);
        int status = OnInfo is { } info ? info(Encoding.UTF8.GetString(type), request.Body.ToArray())
            : request.Body.IsEmpty || UserAgent.IsType(type, "application/dtmf-relay"u8) || UserAgent.IsType(type, "application/dtmf"u8) ? 200 : 415;
        _agent.Respond(transaction, status);
    }

    private void SendFirstAck(DialogLeg leg, ReadOnlyMemory<byte> sdp)
    {
        uint cseq = _sentCSeq;
        _agent.WithFlow(leg, flow =>
        {
            if (flow is null) return;
            leg.Ack = AckText(leg, flow, cseq, sdp, _credentials);
            _agent.Port.Send(flow, leg.Ack);
        });
    }

    /// <summary>The answer to the offer of a 2xx of which no session will be: the ACK has to bring one (§13.2.2.4), and it takes no stream.</summary>
    private ReadOnlyMemory<byte> Declining(DialogLeg leg, ReadOnlyMemory<byte> offer) =>
        _request!.Sdp.IsEmpty && SessionDescription.TryParse(offer.Span, out SessionDescription? offered, out _)
            ? OfferAnswer.Decline(offered!, SdpOrigin.Create(1, leg.Flow?.Local.Address ?? System.Net.IPAddress.Any)).Write() : default;

    /// <summary>The ACK to a 2xx: a request of its own, with the INVITE's number and a new branch (§13.2.2.4).</summary>
    private byte[] AckText(
        DialogLeg leg, SipFlow flow, uint cseq, ReadOnlyMemory<byte> sdp, IReadOnlyList<KeyValuePair<string, string>> credentials)
    {
        SipWriter writer = BeginDialogRequest(leg, SipMethod.Ack, flow, _agent.Ids.NewBranch(), cseq);
        WriteLines(ref writer, credentials);    // §13.2.2.4: those of the INVITE
        writer.Body("application/sdp"u8, sdp.Span);
        return writer.Written.ToArray();
    }

    private SipWriter BeginDialogRequest(DialogLeg leg, SipMethod method, SipFlow flow, string branch, uint cseq)
    {
        SipWriter writer = RequestText.Begin(_agent, method, leg.State.Route(), flow, branch);
        writer.Header(SipHeaderId.From, leg.State.LocalParty.Span);
        writer.Header(SipHeaderId.To, leg.State.RemoteParty.Span);
        RequestText.Identify(ref writer, leg.State.CallId.Span, cseq, method);
        writer.Header(SipHeaderId.UserAgent, _agent.Options.Product);
        return writer;
    }

    /// <summary>§15: not before the ACK to our 2xx, nor before ours to the peer's.</summary>
    private void SendByeWhenAllowed(string? reasonHeader)
    {
        if (_awaitedAck is not null)
        {
            (_byeAfterAck, _byeReason) = (true, reasonHeader);
            return;
        }
        if (_answerDue)
        {
            _answerDue = false;
            SendFirstAck(_leg!, Declining(_leg!, _leg!.RemoteSdp));
        }
        SendBye(_leg!, reasonHeader);
    }

    /// <param name="leg">The dialog.</param>
    /// <param name="reasonHeader">See <see cref="Terminate"/>.</param>
    /// <param name="again">It was on a connection that ended under it: it goes over the next one, once.</param>
    /// <param name="credentials">It was challenged; null: not yet.</param>
    private void SendBye(DialogLeg leg, string? reasonHeader, bool again = false, IReadOnlyList<KeyValuePair<string, string>>? credentials = null)
    {
        leg.State.Terminate();
        _agent.WithFlow(leg, flow =>
        {
            if (flow is null)
            {
                OnByeDone(leg);
                return;
            }
            string branch = _agent.Ids.NewBranch();
            SipWriter writer = BeginDialogRequest(leg, SipMethod.Bye, flow, branch, leg.State.NextCSeq());
            if (reasonHeader is not null) writer.Header(SipHeaderId.Reason, reasonHeader);
            WriteLines(ref writer, credentials ?? []);
            writer.End();
            _agent.Layer.Send(SipMethod.Bye, branch, flow, writer.Written.ToArray(), (transaction, response) =>
            {
                if (response is { StatusCode: < 200 }) return;
                if (response is null && transaction.Failure == 503 && flow.IsReliable && !again) SendBye(leg, reasonHeader, again: true);
                else if (credentials is null && AnswerTo(transaction, response, leg) is { Count: > 0 } lines) SendBye(leg, reasonHeader, again, lines);
                else OnByeDone(leg);
            });
        });
    }

    private void OnByeDone(DialogLeg leg)
    {
        if (leg == _leg || (_leg is null && End is not null)) Release();
        else _branches.Remove(leg);
    }
}
