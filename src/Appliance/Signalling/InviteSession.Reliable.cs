using Sip.Core.Dialogs;
using Sip.Core.Grammar;
using Sip.Core.Messages;

namespace Tandem.Signalling;

/// <summary>Provisional responses that are acknowledged, on both sides (RFC 3262).</summary>
public sealed partial class InviteSession
{
    private const int MaxWaitingProgress = 16;

    private readonly ReliableProvisional _wayOfProgress;
    private ReliableResponses? _reliable;
    private AgentTimer? _reliableAgain;
    private Queue<(int Status, ReadOnlyMemory<byte> Sdp)>? _progressWaiting;
    private ReadOnlyMemory<byte>? _heldAnswer;

    /// <summary>What the peer's INVITE asks for or can do, as far as we do it.</summary>
    private ReliableProvisional ReliableWay(SipMessage invite) =>
        _reliableMode == ReliableProvisional.Off ? ReliableProvisional.Off
        : invite.Lists(SipHeaderId.Require, "100rel"u8) ? ReliableProvisional.Required
        : invite.Lists(SipHeaderId.Supported, "100rel"u8) ? _reliableMode : ReliableProvisional.Off;

    /// <summary>What carries SDP is worth its PRACK; ringing is not, unless the peer says so.</summary>
    private bool IsSentReliably(ReadOnlyMemory<byte> sdp) => _wayOfProgress switch
    {
        ReliableProvisional.Required => true,
        ReliableProvisional.Supported => !sdp.IsEmpty && !_leg!.Offers.IsAgreed,
        _ => false,
    };

    private void ProgressReliably(int status, ReadOnlyMemory<byte> sdp)
    {
        if (_reliable is { IsOpen: true })
        {
            _progressWaiting ??= [];
            if (_progressWaiting.Count < MaxWaitingProgress) _progressWaiting.Enqueue((status, sdp));
            return;
        }
        OfferAnswerState offers = _leg!.Offers;
        if (offers.IsAgreed) sdp = default;
        if (!sdp.IsEmpty)
        {
            (offers.LocalOfferPending, offers.IsAgreed) = (!offers.RemoteOfferPending, offers.RemoteOfferPending);
            offers.RemoteOfferPending = false;
            _localSdp = sdp;
        }
        _reliable ??= new ReliableResponses(_agent.Options.Timers, _inviteCSeq, (uint)_agent.Ids.NextNumber() / 2 + 1);
        _reliableAgain ??= new AgentTimer(OnReliableTimer);
        SipWriter writer = BeginDialogResponse(_received!, status, _leg);
        writer.Header(SipHeaderId.Require, "100rel"u8);
        writer.Header(SipHeaderId.RSeq, _reliable.Send(!sdp.IsEmpty, _agent.Now));
        writer.Body("application/sdp"u8, sdp.Span);
        _lastProgress = writer.Written.ToArray();
        _agent.Layer.Respond(_received!, status, _lastProgress);
        _agent.Arm(_reliableAgain, _reliable.Deadline);
        _agent.Arm(_progressAgain, _wayOfProgress == ReliableProvisional.Required ? _agent.Now + _progressInterval : TimeSpan.MaxValue);
    }

    private void OnReliableTimer()
    {
        if (_received is not { HasFinal: false } invite || End is not null) return;
        ReliableEvent due = _reliable!.OnTimer(_agent.Now);
        _agent.Arm(_reliableAgain!, _reliable.Deadline);
        if (due == ReliableEvent.Resend) _agent.Layer.Respond(invite, 183, _lastProgress);
        if (due != ReliableEvent.GiveUp) return;
        SignallingLog.NoPrack(_agent.Log, CallId, _agent.Options.Timers.Timeout.TotalSeconds);
        Reject(504, "No PRACK");
    }

    private void OnPrack(ServerTransaction transaction, SipMessage request, DialogLeg leg)
    {
        if (_reliable is null || !RAck.TryParse(request.First(SipHeaderId.RAck), out RAck rack) || !_reliable.OnPrack(rack))
        {
            _agent.Respond(transaction, 481);
            return;
        }
        _agent.Arm(_reliableAgain!, TimeSpan.MaxValue);
        ReadOnlyMemory<byte> sdp = UserAgent.SdpOf(request);
        if (leg.Offers.LocalOfferPending && leg.State.Phase == DialogPhase.Early)
        {
            (leg.Offers.LocalOfferPending, leg.Offers.IsAgreed) = (false, !sdp.IsEmpty);
            _agent.Respond(transaction, 200);
            if (!sdp.IsEmpty)
            {
                RemoteSdp = leg.RemoteSdp = sdp;
                OnAnswer?.Invoke(sdp);
            }
        }
        else if (sdp.IsEmpty) _agent.Respond(transaction, 200);
        else OnUpdate(transaction, request, leg);    // an offer: the rules are the same
        GoOnAfterPrack();
    }

    private void GoOnAfterPrack()
    {
        if (End is not null || _received is not { HasFinal: false }) return;
        if (_heldAnswer is { } answer)
        {
            _heldAnswer = null;
            SendFirstAccept(answer);
        }
        else if (_accepted is null && _progressWaiting is not null && _progressWaiting.TryDequeue(out (int Status, ReadOnlyMemory<byte> Sdp) next))
            Progress(next.Status, next.Sdp);
    }

    /// <summary>UAC: a provisional response in an early dialog.</summary>
    /// <param name="sdp">In: its SDP. Out: what call code is to hear of, an answer that it may use.</param>
    /// <returns>False: it is not to be looked at, being a copy or out of order (§4).</returns>
    private bool TakeProgress(DialogLeg leg, SipMessage response, ref ReadOnlyMemory<byte> sdp)
    {
        bool reliable = response.Lists(SipHeaderId.Require, "100rel"u8);
        uint rseq = 0;
        if (reliable && (!SipGrammar.TryNumber(response.First(SipHeaderId.RSeq), uint.MaxValue, out rseq) || !leg.Received.TryTake(rseq))) return false;
        _progressLeg = leg;
        _peerAllowsUpdate = response.Lists(SipHeaderId.Allow, "UPDATE"u8);
        if (leg.Offers.IsAgreed) sdp = default;
        ReadOnlyMemory<byte> reply = default;
        if (!sdp.IsEmpty && leg.Offers.LocalOfferPending)
        {
            RemoteSdp = leg.RemoteSdp = sdp;
            if (reliable) (leg.Offers.LocalOfferPending, leg.Offers.IsAgreed) = (false, true);
        }
        else if (!sdp.IsEmpty)
        {
            if (reliable && !TryAnswerEarly(leg, sdp, out reply)) return false;
            sdp = default;
        }
        if (reliable) SendPrack(leg, rseq, reply);
        return true;
    }

    /// <summary>Our INVITE brought no offer and this is the peer's: the PRACK answers it (§5).</summary>
    private bool TryAnswerEarly(DialogLeg leg, ReadOnlyMemory<byte> offer, out ReadOnlyMemory<byte> reply)
    {
        SdpReply said = OnOffer?.Invoke(offer) ?? SdpReply.Refuse();
        reply = said.Sdp;
        if (End is not null) return false;
        if (said.Status is < 200 or >= 300 || reply.IsEmpty)
        {
            Cancel("SIP;cause=488;text=\"No answer to the early offer\"");
            return false;
        }
        RemoteSdp = leg.RemoteSdp = offer;
        (_localSdp, leg.Offers.IsAgreed, leg.Offers.IsChanged) = (reply, true, true);
        return true;
    }

    private void SendPrack(DialogLeg leg, uint rseq, ReadOnlyMemory<byte> sdp, IReadOnlyList<KeyValuePair<string, string>>? credentials = null)
    {
        uint inviteCSeq = _sentCSeq;
        _agent.WithFlow(leg, flow =>
        {
            if (flow is null || End is not null) return;
            string branch = _agent.Ids.NewBranch();
            SipWriter writer = BeginDialogRequest(leg, SipMethod.Prack, flow, branch, leg.State.NextCSeq());
            writer.BeginHeader(SipHeaderId.RAck);
            writer.Number(rseq);
            writer.Text(" "u8);
            writer.Number(inviteCSeq);
            writer.Text(" INVITE"u8);
            writer.EndHeader();
            WriteLines(ref writer, credentials ?? []);
            writer.Body("application/sdp"u8, sdp.Span);
            _agent.Layer.Send(SipMethod.Prack, branch, flow, writer.Written.ToArray(), (transaction, response) =>
            {
                if (response is { StatusCode: < 300 } || End is not null) return;
                if (credentials is null && AnswerTo(transaction, response, leg) is { Count: > 0 } lines) SendPrack(leg, rseq, sdp, lines);
                else SignallingLog.PrackRefused(_agent.Log, CallId, response?.StatusCode ?? transaction.Failure);
            });
        });
    }
}
