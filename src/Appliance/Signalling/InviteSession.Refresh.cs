using Sip.Core.Dialogs;
using Sip.Core.Messages;

namespace Tandem.Signalling;

/// <summary>Session timers: refreshes of ours, and the end of a session that nobody refreshes (RFC 4028 §7.4, §10).</summary>
public sealed partial class InviteSession
{
    private const string NobodyThere = "Q.850;cause=102;text=\"No answer within the session\"", Expired = "Q.850;cause=102;text=\"Session timer expired\"";

    /// <summary>Whether we say that we know session timers, and so invite the peer to start one (RFC 4028 §7.1). One that it has asked for is kept anyhow.</summary>
    private bool SaysTimer => _invitesTimer || _sessionTimer.Interval is not null;

    private void WriteSupported(ref SipWriter writer)
    {
        ReadOnlyMemory<byte> supported = Rules.Supported(SaysTimer);
        if (!supported.IsEmpty) writer.Header(SipHeaderId.Supported, supported.Span);
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
        if (due == SessionTimerEvent.Expired)
        {
            SignallingLog.SessionExpired(_agent.Log, CallId);
            EndUnanswered(408, Expired);
        }
        else if (_peerAllowsUpdate) RefreshByUpdate([]);
        else RefreshByInvite();
    }

    private void RefreshByInvite() => _ = Enqueue(new SessionChange(SipMethod.Invite, () => _localSdp, isRefresh: true));

    /// <summary>An UPDATE without SDP: it changes nothing but the deadline (RFC 4028 §7.4).</summary>
    private void RefreshByUpdate(IReadOnlyList<KeyValuePair<string, string>> credentials)
    {
        DialogLeg leg = _leg!;
        _agent.WithFlow(leg, flow =>
        {
            if (End is not null) return;
            if (flow is null)
            {
                EndUnanswered(408);
                return;
            }
            string branch = _agent.Ids.NewBranch();
            SipWriter writer = BeginDialogRequest(leg, SipMethod.Update, flow, branch, leg.State.NextCSeq());
            WriteChange(ref writer, flow);
            WriteLines(ref writer, credentials);
            writer.End();
            _agent.Layer.Send(SipMethod.Update, branch, flow, writer.Written.ToArray(),
                (transaction, response) => OnRefreshed(transaction, response, credentials));
        });
    }

    private void OnRefreshed(ClientTransaction transaction, SipMessage? response, IReadOnlyList<KeyValuePair<string, string>> credentials)
    {
        if (End is not null || response is { StatusCode: < 200 }) return;
        int status = response?.StatusCode ?? Failure(transaction);
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
            RefreshByUpdate(credentials);
        }
        else if (credentials.Count == 0 && AnswerTo(transaction, response, _leg!) is { Count: > 0 } lines) RefreshByUpdate(lines);
        else
        {
            if (status is 405 or 501) _peerAllowsUpdate = false;
            RefreshByInvite();    // it does the same
        }
    }

    /// <summary>A datagram that nobody takes is no answer; of a connection that failed the peer may come back over another.</summary>
    private static int Failure(ClientTransaction refresh) => refresh.Flow.IsReliable ? refresh.Failure : 408;

    private void OnRefreshRefused()
    {
        _sessionTimer.OnRefused(_agent.Now);
        _agent.Arm(_sessionTimerDue, _sessionTimer.Deadline);
    }

    private void EndUnanswered(int status, string reasonHeader = NobodyThere)
    {
        if (End is not null) return;
        if (status == 481) reasonHeader = "SIP;cause=481;text=\"The peer knows no such session\"";
        Finish(status == 481 ? SessionEndBy.Remote : SessionEndBy.Timeout, status, reasonHeader);
        SendByeWhenAllowed(reasonHeader);
    }
}
