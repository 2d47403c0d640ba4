using System.Text;
using Sip.Core.Dialogs;
using Sip.Core.Messages;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>Changes and refreshes of ours: re-INVITE and UPDATE (RFC 3261 §14.1, RFC 3311, RFC 4028).</summary>
public sealed partial class InviteSession
{
    private const int MaxTries = 6;

    private readonly Queue<Reinvite> _reinvites = [];
    private readonly AgentTimer _reinviteAgain;
    private Reinvite? _reinvite;
    private bool _peerAllowsUpdate;

    /// <summary>Changes the session. Glare (491) is retried as §14.1 says; a 481 or 408 ends the session.</summary>
    /// <param name="sdp">The offer; empty: the peer's is asked for, and <see cref="OnOffer"/> answers it.</param>
    /// <returns>Never faults. Waits its turn behind whatever offer is under way.</returns>
    public Task<InviteResult> ReinviteAsync(ReadOnlyMemory<byte> sdp)
    {
        if (!IsConfirmed) return Task.FromResult(new InviteResult(InviteOutcome.Rejected, 481, "No session", default));
        var reinvite = new Reinvite(sdp, IsRefresh: false);
        _reinvites.Enqueue(reinvite);
        TryReinvite();
        return reinvite.Done.Task;
    }

    private void TryReinvite()
    {
        if (!IsConfirmed || _awaitedAck is not null || _reinviteAgain.DueAt != TimeSpan.MaxValue || !_offers.MayInvite) return;
        if (_reinvite is null && !_reinvites.TryDequeue(out _reinvite)) return;
        _offers.InviteSent = true;
        _offers.LocalOfferPending = !_reinvite.Sdp.IsEmpty;
        Reinvite reinvite = _reinvite;
        reinvite.Tries++;
        DialogLeg leg = _leg!;
        _agent.WithFlow(leg, flow =>
        {
            if (End is not null) return;
            if (flow is null)
            {
                OnChangeFailed(reinvite, 503);
                return;
            }
            string branch = _agent.Ids.NewBranch();
            uint cseq = leg.State.NextCSeq();
            SipWriter writer = BeginDialogRequest(leg, SipMethod.Invite, flow, branch, cseq);
            WriteChange(ref writer, flow);
            writer.Body("application/sdp"u8, reinvite.Sdp.Span);
            _agent.Layer.Send(SipMethod.Invite, branch, flow, writer.Written.ToArray(),
                (transaction, response) => OnReinviteResponse(reinvite, transaction, cseq, response));
        });
    }

    private void WriteChange(ref SipWriter writer, SipFlow flow)
    {
        WriteContact(ref writer, flow);
        writer.Header(SipHeaderId.Allow, _agent.Rules.Allow.Span);
        writer.Header(SipHeaderId.Supported, _agent.Rules.Supported.Span);
        // The roles stay as they are (RFC 4028 §7.4): whoever refreshes now is the UAC of this request or it is not.
        if (_sessionTimer.Interval is { } interval)
            RequestText.AskForSessionTimer(ref writer, interval, _sessionTimer, _sessionTimer.WeRefresh ? "uac" : "uas");
    }

    private void OnReinviteResponse(Reinvite reinvite, ClientTransaction transaction, uint cseq, SipMessage? response)
    {
        if (response is { StatusCode: < 200 }) return;
        if (response is { StatusCode: < 300 } && transaction.Ack is { } again)
        {
            _agent.Port.Send(transaction.Flow, again);
            return;
        }
        if (response is { StatusCode: < 300 }) OnReinviteAccepted(reinvite, transaction, cseq, response);
        else if (_reinvite != reinvite || End is not null) return;
        else if (response is null) OnChangeFailed(reinvite, transaction.Failure);
        else if (!RetriesChange(reinvite, response)) OnChangeFailed(reinvite, response.StatusCode);
    }

    private void OnReinviteAccepted(Reinvite reinvite, ClientTransaction transaction, uint cseq, SipMessage response)
    {
        _leg!.State.RefreshTarget(SipFields.ContactUri(response));
        ReadOnlyMemory<byte> sdp = UserAgent.SdpOf(response);
        ReadOnlyMemory<byte> answer = default;
        if (!sdp.IsEmpty) RemoteSdp = sdp;
        if (!sdp.IsEmpty && reinvite.Sdp.IsEmpty && End is null)
        {
            SdpReply reply = OnOffer?.Invoke(sdp) ?? SdpReply.Accept(_localSdp);
            answer = reply.Sdp;
        }
        transaction.Ack = AckText(_leg, transaction.Flow, cseq, answer);
        _agent.Port.Send(transaction.Flow, transaction.Ack);
        if (End is not null) return;
        if (!reinvite.Sdp.IsEmpty) _localSdp = reinvite.Sdp;
        else if (!answer.IsEmpty) _localSdp = answer;
        TakeTimer(response);
        if (reinvite.IsRefresh && !sdp.IsEmpty) OnAnswer?.Invoke(sdp);
        Done(reinvite, new InviteResult(InviteOutcome.Accepted, response.StatusCode, Encoding.UTF8.GetString(response.ReasonPhrase), sdp));
    }

    /// <summary>What is worth asking again: glare, an interval too short, a peer that says when.</summary>
    private bool RetriesChange(Reinvite reinvite, SipMessage response)
    {
        if (reinvite.Tries >= MaxTries) return false;
        SessionTimerOffer timer = SipFields.SessionTimer(response);
        TimeSpan? wait = response.StatusCode switch
        {
            491 => OfferAnswerState.GlareWait(_leg!.State.IsUac, _agent.Ids.NextNumber()),
            422 when timer.MinSE > _sessionTimer.Minimum => TimeSpan.Zero,
            500 when Sip.Core.Grammar.SipGrammar.TryNumber(response.First(SipHeaderId.RetryAfter), 32, out uint seconds) => TimeSpan.FromSeconds(seconds),
            _ => null,
        };
        if (wait is null) return false;
        _sessionTimer.OnTooShort(timer.MinSE);
        (_offers.InviteSent, _offers.LocalOfferPending) = (false, false);
        _agent.Arm(_reinviteAgain, _agent.Now + wait.Value);
        return true;
    }

    /// <summary>§12.2.1.2: a peer that does not know the dialog, or does not answer, has no session with us.</summary>
    private void OnChangeFailed(Reinvite reinvite, int status)
    {
        InviteOutcome outcome = status == 408 ? InviteOutcome.TimedOut : status == 503 ? InviteOutcome.TransportFailed : InviteOutcome.Rejected;
        Done(reinvite, new InviteResult(outcome, status, "", default));
        if (status is 408 or 481) EndUnanswered(status);
    }

    private void EndUnanswered(int status)
    {
        if (End is not null) return;
        Finish(status == 481 ? SessionEndBy.Remote : SessionEndBy.Timeout, status, null);
        SendByeWhenAllowed(null);
    }

    private void Done(Reinvite reinvite, InviteResult result)
    {
        if (_reinvite != reinvite) return;
        _reinvite = null;
        (_offers.InviteSent, _offers.LocalOfferPending) = (false, false);
        reinvite.Done.TrySetResult(result);
        TryReinvite();
    }

    private void FailReinvites()
    {
        var over = new InviteResult(InviteOutcome.Rejected, 481, "The session ended", default);
        _reinvite?.Done.TrySetResult(over);
        while (_reinvites.TryDequeue(out Reinvite? waiting)) waiting.Done.TrySetResult(over);
    }

    private void TakeTimer(SipMessage response)
    {
        _sessionTimer.OnAccepted(SipFields.SessionTimer(response), _agent.Now);
        _agent.Arm(_sessionTimerDue, _sessionTimer.Deadline);
    }

    private void OnSessionTimer()
    {
        SessionTimerEvent due = _sessionTimer.OnTimer(_agent.Now);
        _agent.Arm(_sessionTimerDue, _sessionTimer.Deadline);
        if (End is not null || due == SessionTimerEvent.None) return;
        if (due == SessionTimerEvent.Expired) EndUnanswered(408);
        else if (_peerAllowsUpdate) RefreshByUpdate();
        else RefreshByInvite();
    }

    private void RefreshByInvite()
    {
        _reinvites.Enqueue(new Reinvite(_localSdp, IsRefresh: true));
        TryReinvite();
    }

    /// <summary>An UPDATE without SDP: it changes nothing but the deadline (RFC 4028 §7.4).</summary>
    private void RefreshByUpdate()
    {
        DialogLeg leg = _leg!;
        _agent.WithFlow(leg, flow =>
        {
            if (flow is null || End is not null) return;
            string branch = _agent.Ids.NewBranch();
            SipWriter writer = BeginDialogRequest(leg, SipMethod.Update, flow, branch, leg.State.NextCSeq());
            WriteChange(ref writer, flow);
            writer.End();
            _agent.Layer.Send(SipMethod.Update, branch, flow, writer.Written.ToArray(), OnUpdateResponse);
        });
    }

    private void OnUpdateResponse(ClientTransaction transaction, SipMessage? response)
    {
        if (End is not null || response is { StatusCode: < 200 }) return;
        int status = response?.StatusCode ?? transaction.Failure;
        SessionTimerOffer timer = response is null ? default : SipFields.SessionTimer(response);
        if (status < 300)
        {
            _leg!.State.RefreshTarget(SipFields.ContactUri(response!));
            TakeTimer(response!);
        }
        else if (status is 408 or 481) EndUnanswered(status);
        else if (status == 422 && timer.MinSE > _sessionTimer.Minimum)
        {
            _sessionTimer.OnTooShort(timer.MinSE);
            RefreshByUpdate();
        }
        else
        {
            if (status is 405 or 501) _peerAllowsUpdate = false;
            RefreshByInvite();    // it does the same
        }
    }

    /// <summary>A re-INVITE of ours, waiting or under way.</summary>
    private sealed record Reinvite(ReadOnlyMemory<byte> Sdp, bool IsRefresh)
    {
        public TaskCompletionSource<InviteResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Tries { get; set; }
    }
}
