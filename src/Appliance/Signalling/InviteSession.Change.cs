using System.Text;
using Sip.Core.Dialogs;
using Sip.Core.Messages;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>Changes of ours: re-INVITE and UPDATE (RFC 3261 §14.1, RFC 3311 §5.1), one at a time.</summary>
public sealed partial class InviteSession
{
    private const int MaxTries = 6;

    private readonly Queue<SessionChange> _changes = [];
    private readonly AgentTimer _changeAgain;
    private SessionChange? _change;
    private DialogLeg? _progressLeg;
    private bool _peerAllowsUpdate;

    /// <summary>The dialog that changes go to: of several early ones that which was heard last.</summary>
    private DialogLeg? ChangeLeg => _leg ?? _progressLeg;

    /// <summary>Changes the session. Glare (491) is retried as §14.1 says; a 481 or 408 ends the session.</summary>
    /// <param name="sdp">The offer; empty: the peer's is asked for, and <see cref="OnOffer"/> answers it.</param>
    /// <returns>Never faults. Waits its turn behind whatever offer is under way.</returns>
    public Task<InviteResult> ReinviteAsync(ReadOnlyMemory<byte> sdp) => ReinviteAsync(() => sdp);

    /// <inheritdoc cref="ReinviteAsync(ReadOnlyMemory{byte})"/>
    /// <param name="offer">Makes the offer when it goes out; again for another try, where a description of ours went out in between.</param>
    public Task<InviteResult> ReinviteAsync(Func<ReadOnlyMemory<byte>> offer) =>
        IsConfirmed ? Enqueue(new SessionChange(SipMethod.Invite, offer, isRefresh: false)) : Refused(481, "No session");

    /// <summary>Changes the session, before it is accepted too, by UPDATE; a confirmed one by re-INVITE where the peer knows no UPDATE.</summary>
    /// <param name="sdp">The offer; not empty.</param>
    /// <returns>As of <see cref="ReinviteAsync(ReadOnlyMemory{byte})"/>; 405: an early peer knows no UPDATE; 491: the first offer has no answer yet.</returns>
    public Task<InviteResult> UpdateAsync(ReadOnlyMemory<byte> sdp)
    {
        if (sdp.IsEmpty) throw new ArgumentException("An UPDATE of the session carries an offer.", nameof(sdp));
        if (End is not null || ChangeLeg is not { } leg) return Refused(481, "No session");
        if (IsConfirmed && !_peerAllowsUpdate) return ReinviteAsync(sdp);
        if (!_peerAllowsUpdate) return Refused(405, "No UPDATE");
        return leg.Offers.IsAgreed ? Enqueue(new SessionChange(SipMethod.Update, () => sdp, isRefresh: false)) : Refused(491, "No agreement yet");
    }

    private static Task<InviteResult> Refused(int status, string reason) =>
        Task.FromResult(new InviteResult(InviteOutcome.Rejected, status, reason, default));

    private Task<InviteResult> Enqueue(SessionChange change)
    {
        _changes.Enqueue(change);
        TryChange();
        return change.Done.Task;
    }

    private bool MaySend(SessionChange change, OfferAnswerState offers)
    {
        if (IsConfirmed && _awaitedAck is not null) return false;
        return change.Method == SipMethod.Invite ? IsConfirmed && offers.MayInvite
            : offers is { MayOffer: true, IsAgreed: true } && !(IsConfirmed && (offers.InviteSent || offers.InviteReceived));
    }

    private void TryChange()
    {
        if (End is not null || _changeAgain.DueAt != TimeSpan.MaxValue || ChangeLeg is not { } leg) return;
        if (_change is null && !_changes.TryPeek(out _)) return;
        SessionChange change = _change ?? _changes.Peek();
        if (!MaySend(change, leg.Offers)) return;
        if (_change is null) _change = _changes.Dequeue();
        change.Leg = leg;
        change.Tries++;
        change.Make(_localSdp);
        if (change.Method == SipMethod.Invite) leg.Offers.InviteSent = true;
        leg.Offers.LocalOfferPending = !change.Sdp.IsEmpty;
        _agent.WithFlow(leg, flow =>
        {
            if (End is not null) return;
            if (flow is null)
            {
                OnChangeFailed(change, change.IsRefresh ? 408 : 503);
                return;
            }
            string branch = _agent.Ids.NewBranch();
            uint cseq = leg.State.NextCSeq();
            SipWriter writer = BeginDialogRequest(leg, change.Method, flow, branch, cseq);
            WriteChange(ref writer, flow);
            WriteLines(ref writer, change.Credentials);
            writer.Body("application/sdp"u8, change.Sdp.Span);
            _agent.Layer.Send(change.Method, branch, flow, writer.Written.ToArray(),
                (transaction, response) => OnChangeResponse(change, transaction, cseq, response));
        });
    }

    private void WriteChange(ref SipWriter writer, SipFlow flow)
    {
        WriteContact(ref writer, flow);
        writer.Header(SipHeaderId.Allow, Told.Allow.Span);
        if (SaysTimer) writer.Header(SipHeaderId.Supported, "timer"u8);    // no reliable provisional responses here: nobody rings
        // The roles stay as they are (RFC 4028 §7.4): whoever refreshes now is the UAC of this request or it is not.
        if (_sessionTimer.Interval is { } interval)
            RequestText.AskForSessionTimer(ref writer, interval, _sessionTimer, _sessionTimer.WeRefresh ? "uac" : "uas");
    }

    private void OnChangeResponse(SessionChange change, ClientTransaction transaction, uint cseq, SipMessage? response)
    {
        if (response is { StatusCode: < 200 }) return;
        if (response is { StatusCode: < 300 } && transaction.Ack is { } again)
        {
            _agent.Port.Send(transaction.Flow, again);
            return;
        }
        if (response is { StatusCode: < 300 }) OnChangeAccepted(change, transaction, cseq, response);
        else if (_change != change || End is not null) return;
        else if (response is null) OnChangeFailed(change, change.IsRefresh ? Failure(transaction) : transaction.Failure);
        else if (!RetriesChange(change, transaction, response)) OnChangeFailed(change, response.StatusCode);
    }

    private void OnChangeAccepted(SessionChange change, ClientTransaction transaction, uint cseq, SipMessage response)
    {
        DialogLeg leg = change.Leg!;
        leg.State.RefreshTarget(SipFields.ContactUri(response));
        ReadOnlyMemory<byte> sdp = UserAgent.SdpOf(response);
        ReadOnlyMemory<byte> answer = default;
        if (!sdp.IsEmpty) RemoteSdp = leg.RemoteSdp = sdp;
        if (change.Method == SipMethod.Invite)
        {
            if (!sdp.IsEmpty && change.Sdp.IsEmpty && End is null)
            {
                SdpReply reply = OnOffer?.Invoke(sdp) ?? SdpReply.Accept(_localSdp);
                answer = reply.Sdp;
            }
            transaction.Ack = AckText(leg, transaction.Flow, cseq, answer, change.Credentials);
            _agent.Port.Send(transaction.Flow, transaction.Ack);
        }
        if (End is not null) return;
        leg.Offers.IsChanged = true;
        if (!change.Sdp.IsEmpty) _localSdp = change.Sdp;
        else if (!answer.IsEmpty) _localSdp = answer;
        if (IsConfirmed) TakeTimer(response);
        if (change.IsRefresh && !sdp.IsEmpty) OnAnswer?.Invoke(sdp);
        Done(change, new InviteResult(InviteOutcome.Accepted, response.StatusCode, Encoding.UTF8.GetString(response.ReasonPhrase), sdp));
    }

    /// <summary>What is worth asking again: glare, an interval too short, a challenge, a peer that says when, one that knows no UPDATE.</summary>
    private bool RetriesChange(SessionChange change, ClientTransaction transaction, SipMessage response)
    {
        if (change.Tries >= MaxTries) return false;
        SessionTimerOffer timer = SipFields.SessionTimer(response);
        TimeSpan? wait = response.StatusCode switch
        {
            491 => OfferAnswerState.GlareWait(change.Leg!.State.IsUac, _agent.Ids.NextNumber()),
            422 when timer.MinSE > _sessionTimer.Minimum => TimeSpan.Zero,
            500 when Sip.Core.Grammar.SipGrammar.TryNumber(response.First(SipHeaderId.RetryAfter), 32, out uint seconds) => TimeSpan.FromSeconds(seconds),
            401 or 407 when change.Credentials.Count == 0 && AnswerTo(transaction, response, change.Leg!) is { Count: > 0 } lines => change.With(lines),
            405 or 501 when change.Method == SipMethod.Update && IsConfirmed => change.AsReinvite(),
            _ => null,
        };
        if (wait is null) return false;
        _sessionTimer.OnTooShort(timer.MinSE);
        Clear(change, transaction.Method);
        _agent.Arm(_changeAgain, _agent.Now + wait.Value);
        return true;
    }

    /// <summary>§12.2.1.2: a peer that does not know the dialog, or does not answer, has no session with us.</summary>
    private void OnChangeFailed(SessionChange change, int status)
    {
        InviteOutcome outcome = status == 408 ? InviteOutcome.TimedOut : status == 503 ? InviteOutcome.TransportFailed : InviteOutcome.Rejected;
        if (change.IsRefresh) OnRefreshRefused();
        bool over = status is 408 or 481 && IsConfirmed;
        Done(change, new InviteResult(outcome, status, "", default));
        if (over) EndUnanswered(status);
    }

    private void Done(SessionChange change, InviteResult result)
    {
        if (_change != change) return;
        _change = null;
        Clear(change, change.Method);
        change.Done.TrySetResult(result);
        TryChange();
    }

    private static void Clear(SessionChange change, SipMethod method)
    {
        OfferAnswerState offers = change.Leg!.Offers;
        if (method == SipMethod.Invite) offers.InviteSent = false;    // an UPDATE may go beside the first INVITE
        offers.LocalOfferPending = false;
    }

    private void FailChanges()
    {
        var over = new InviteResult(InviteOutcome.Rejected, 481, "The session ended", default);
        _change?.Done.TrySetResult(over);
        while (_changes.TryDequeue(out SessionChange? waiting)) waiting.Done.TrySetResult(over);
    }

    /// <summary>A re-INVITE or UPDATE of ours, waiting or under way.</summary>
    private sealed class SessionChange(SipMethod method, Func<ReadOnlyMemory<byte>> offer, bool isRefresh)
    {
        private ReadOnlyMemory<byte>? _after;

        public SipMethod Method { get; private set; } = method;

        public ReadOnlyMemory<byte> Sdp { get; private set; }

        public bool IsRefresh { get; } = isRefresh;

        public TaskCompletionSource<InviteResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public DialogLeg? Leg { get; set; }

        public IReadOnlyList<KeyValuePair<string, string>> Credentials { get; private set; } = [];

        public int Tries { get; set; }

        /// <summary>Makes the offer. Another try repeats it, unless a description of ours went out since: the version in its origin never goes back (RFC 3264 §8).</summary>
        /// <param name="said">Our last description that the peer has taken or been given.</param>
        public void Make(ReadOnlyMemory<byte> said)
        {
            if (_after is { } before && before.Equals(said)) return;
            (Sdp, _after) = (offer(), said);
        }

        /// <summary>Goes again with credentials, at once.</summary>
        public TimeSpan With(IReadOnlyList<KeyValuePair<string, string>> credentials)
        {
            Credentials = credentials;
            return TimeSpan.Zero;
        }

        /// <summary>Goes again as a re-INVITE, at once.</summary>
        public TimeSpan AsReinvite()
        {
            Method = SipMethod.Invite;
            return TimeSpan.Zero;
        }
    }
}
