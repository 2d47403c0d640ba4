using System.Text;
using Sip.Core.Dialogs;
using Sip.Core.Grammar;
using Sip.Core.Messages;
using Sip.Core.Routing;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>A session set up by INVITE, on either side (RFC 3261 §13–15). Shard thread only.</summary>
/// <remarks>
/// Tasks complete and <see cref="Ended"/> is cancelled by way of the shard's queue, never inside the call that causes it: call code
/// always starts from a state that is settled. The <c>On…</c> delegates run at once, because their result goes into the response.
/// </remarks>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "The token source has no timer and no wait handle: nothing to dispose.")]
public sealed partial class InviteSession
{
    private readonly UserAgent _agent;
    private readonly string _localTag;
    private readonly string _contactUser;
    private readonly bool _secure;
    private readonly CancellationTokenSource _ended = new();
    private readonly ReliableProvisional _reliableMode;
    private readonly TimeSpan _wantedExpires;
    private readonly bool _invitesTimer;
    private readonly SessionTimer _sessionTimer;
    private readonly AgentTimer _sessionTimerDue;
    private DialogLeg? _leg;
    private AwaitedAck? _awaitedAck;
    private byte[] _first = [];
    private ReadOnlyMemory<byte> _localSdp;

    public string CallId { get; }

    /// <summary>True where we sent the INVITE.</summary>
    public bool IsUac { get; }

    /// <summary>The authenticated user of an incoming call; null: a stranger that was admitted.</summary>
    public string? User { get; }

    /// <summary>The carrier that an incoming call came from; null: none.</summary>
    public string? Carrier { get; internal set; }

    /// <summary>The INVITE has a Privacy field (RFC 3323).</summary>
    internal bool AsksForPrivacy { get; }

    /// <summary>The INVITE has fields that may go on to another party.</summary>
    internal bool HasPassable { get; }

    public string RequestUri { get; }

    /// <summary>User part of the Request-URI, unescaped: what was dialled.</summary>
    public string RequestUserPart { get; }

    public string FromUser { get; }

    public string FromDisplay { get; }

    public string ToUser { get; }

    /// <summary>Max-Forwards for a call of ours that serves this one: what it came with, less one (RFC 7332).</summary>
    public int NextMaxForwards { get; } = 70;

    /// <summary>Where requests of ours go: the flow that the peer's packets come from. Null: not found yet (a host name).</summary>
    public SipFlow? Flow => _leg?.Flow ?? _flow;

    /// <summary>The SDP that the peer sent last, offer or answer; empty: none yet.</summary>
    public ReadOnlyMemory<byte> RemoteSdp { get; private set; }

    /// <summary>The offer of the first INVITE has its answer, in a reliable provisional response or its PRACK, or in the 2xx and its ACK.</summary>
    public bool IsAgreed => _leg?.Offers.IsAgreed ?? false;

    /// <summary>Answers challenges to requests of ours in this session; null: none is answered.</summary>
    public ChallengeAnswer? OnChallenge { get; set; }

    /// <summary>A 2xx was sent or received and nothing has ended the session since.</summary>
    public bool IsConfirmed => End is null && _leg?.State.Phase == DialogPhase.Confirmed;

    /// <summary>Cancelled when the session has ended, for whatever reason; <see cref="End"/> says which.</summary>
    public CancellationToken Ended => _ended.Token;

    public SessionEnd? End { get; private set; }

    /// <summary>An offer in a re-INVITE or UPDATE (empty: the peer wants ours). Without it the last SDP of ours is the reply.</summary>
    public Func<ReadOnlyMemory<byte>, SdpReply>? OnOffer { get; set; }

    /// <summary>The peer's answer to an offer of ours that it asked for in a re-INVITE, that a reliable provisional response carried, or
    /// that a session refresh repeated.</summary>
    public Action<ReadOnlyMemory<byte>>? OnAnswer { get; set; }

    /// <summary>An INFO in the dialog: content type and body in, status out; by default 200 for DTMF bodies, else 415.</summary>
    public Func<string, ReadOnlyMemory<byte>, int>? OnInfo { get; set; }

    /// <summary>A field of the first message that the peer sent (its INVITE, or its 2xx), as text; null: absent.</summary>
    /// <param name="name">The full name, in any case. Of a list, the first line.</param>
    public string? RemoteHeader(string name)
    {
        if (ParseFirst() is not { } message) return null;
        foreach (SipHeaderLine line in message.Lines)
        {
            ReadOnlySpan<byte> known = line.Id == SipHeaderId.Unknown ? line.Name : SipHeaders.NameOf(line.Id);
            if (Ascii.EqualsIgnoreCase(known, name)) return Encoding.UTF8.GetString(line.Value);
        }
        return null;
    }

    /// <summary>The first message that the peer sent, read again; null: none yet.</summary>
    internal SipMessage? ParseFirst()
    {
        if (_first.Length == 0) return null;
        var message = new SipMessage();
        message.Parse(_first);
        return message;
    }

    /// <summary>Ends an established session; before that, as <see cref="Terminate"/>.</summary>
    /// <param name="reasonHeader">Value of a Reason field (RFC 3326), for instance <c>Q.850;cause=16</c>.</param>
    public void Bye(string? reasonHeader = null) => Terminate(reasonHeader);

    /// <summary>Ends the session by what its state asks for: CANCEL, BYE, or a refusal with <paramref name="status"/>. Harmless twice.</summary>
    /// <param name="reasonHeader">Value of a Reason field of BYE or CANCEL (RFC 3326).</param>
    /// <param name="status">What an unanswered INVITE of the peer gets.</param>
    public void Terminate(string? reasonHeader = null, int status = 480)
    {
        if (End is not null) return;
        if (_leg?.State.Phase != DialogPhase.Confirmed)
        {
            if (IsUac) Cancel(reasonHeader);
            else Reject(status);
            return;
        }
        Finish(SessionEndBy.Local, 200, reasonHeader);
        SendByeWhenAllowed(reasonHeader);
    }

    /// <summary>What the peer may ask of us in this session.</summary>
    internal AgentRules Rules => UserAgent.RulesFor(_reliableMode);

    private RequestRules Told => _agent.Told(Rules);

    /// <summary>Whether a request (or ACK) with our tag belongs to one of this session's dialogs.</summary>
    internal bool Owns(SipMessage request) => LegOf(request) is not null;

    private DialogLeg? LegOf(SipMessage request)
    {
        if (_leg is { } leg && leg.State.Matches(request.CallId, request.ToTag, request.FromTag)) return leg;
        foreach (DialogLeg early in _branches)
            if (early.State.Matches(request.CallId, request.ToTag, request.FromTag)) return early;
        return null;
    }

    private void Finish(SessionEndBy by, int status, string? reason)
    {
        if (End is not null) return;
        End = new SessionEnd(by, status, reason);
        SignallingLog.Ended(_agent.Log, CallId, by, status, reason);
        _sessionTimer.Stop();
        _reliable?.Stop();
        Disarm();
        _accepted?.TrySetCanceled();
        FailChanges();
        _result.TrySetResult(new InviteResult(
            by switch
            {
                SessionEndBy.Local => InviteOutcome.Cancelled,
                SessionEndBy.Timeout => InviteOutcome.TimedOut,
                SessionEndBy.Transport => InviteOutcome.TransportFailed,
                _ => InviteOutcome.Rejected,
            }, status, reason ?? "", default));
        _agent.Port.Post(static ended => ((CancellationTokenSource)ended!).Cancel(), _ended);
    }

    /// <summary>The last word was said: nothing refers to the session any more.</summary>
    private void Release()
    {
        _awaitedAck?.Stop();
        Disarm();
        _agent.Arm(_abandon, TimeSpan.MaxValue);
        _leg?.State.Terminate();
        _agent.Remove(_localTag);
        // Its transactions live on for half a minute; neither it nor the call behind it need do so. A 2xx of another branch would still be its
        // own (§13.2.2.4), but a phone has no branches.
        (OnOffer, OnAnswer, OnInfo, OnProgress) = (null, null, null, null);
        if (_received is { HasFinal: true }) _received.Session = null;
        if (_sent is { } sent && _first.Length > 0 && _request is { StaysOnFlow: true, Route.Count: 0 }) sent.Settle(accepted: false);
    }

    private void Disarm()
    {
        _agent.Arm(_sessionTimerDue, TimeSpan.MaxValue);
        _agent.Arm(_progressAgain, TimeSpan.MaxValue);
        _agent.Arm(_inviteLimit, TimeSpan.MaxValue);
        _agent.Arm(_changeAgain, TimeSpan.MaxValue);
        if (_reliableAgain is not null) _agent.Arm(_reliableAgain, TimeSpan.MaxValue);
    }

    private void WriteContact(ref SipWriter writer, SipFlow flow)
    {
        (string host, int port) = _agent.Port.Advertised(flow);
        SipFields.WriteContact(ref writer, _contactUser, host, port, flow.Transport, _secure);
    }

    private static string? ReasonOf(SipMessage message) => message.GetString(SipHeaderId.Reason);

    private static string DisplayOf(SipMessage request, out string user)
    {
        if (!NameAddr.TryParse(request.First(SipHeaderId.From), out NameAddr from))
        {
            user = "";
            return "";
        }
        user = SipFields.UserOf(from.Uri);
        return from.GetDisplayName();
    }
}
