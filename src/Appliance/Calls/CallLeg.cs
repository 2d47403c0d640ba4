using Microsoft.Extensions.Logging;
using Tandem.Ivr;
using Tandem.Media;
using Tandem.Signalling;

namespace Tandem.Calls;

/// <summary>One party of a call: its SIP session, its media, and what call code does with both. Shard thread only.</summary>
internal sealed partial class CallLeg
{
    /// <summary>A browser that hangs up closes its media beside its BYE: so long the BYE may take.</summary>
    private static readonly TimeSpan s_byeOnItsWay = TimeSpan.FromSeconds(2);

    /// <summary>Causes of Q.850: recovery on timer expiry, and a protocol error.</summary>
    private const int MediaGone = 102, MediaRefused = 111;

    private readonly CallServices _services;
    private readonly TaskCompletionSource _over = new();    // set from the shard's queue: what waits for it may run at once
    private readonly DigitBuffer _digits = new();
    private readonly Playout _playout;
    private CallLeg? _peer;
    private string? _mediaEnd;
    private ReadOnlyMemory<byte> _early;

    private CallLeg(CallServices services, LegMedia media, InviteSession session)
    {
        (_services, Media, Session) = (services, media, session);
        _playout = new Playout(media.Leg);
        media.OnEvent = OnMediaEvent;
        session.OnOffer = OnOffer;
        session.OnAnswer = answer => Media.Accept(answer, out _);
        session.OnInfo = OnInfo;
        session.Ended.Register(static over => ((TaskCompletionSource)over!).TrySetResult(), _over);
    }

    /// <summary>Binds a session to its media; when the session is over the media is closed and the leg is written down.</summary>
    /// <param name="peer">Whom the leg is with, for the record: a user or a URI.</param>
    /// <param name="way">The carrier that it comes from or goes to; null: none.</param>
    public static CallLeg Start(CallServices services, Call call, LegMedia media, InviteSession session, string peer, LegWay? way = null)
    {
        var leg = new CallLeg(services, media, session) { Way = way };
        var record = new LegRecord(services, call, leg, peer);
        services.Shard.Run(async () =>
        {
            await leg.Over;
            media.Leg.Close(record.Write);
        });
        return leg;
    }

    public InviteSession Session { get; }

    public LegMedia Media { get; }

    /// <summary>Through whom it comes or goes; null: it is one of ours.</summary>
    public LegWay? Way { get; private init; }

    /// <summary>The user whose phone it is; null: nobody's of ours.</summary>
    public string? User { get; set; }

    /// <summary>The number that it is known by to others.</summary>
    public string Number { get; set; } = "";

    /// <summary>Why we gave it up before it answered, and the status that stands for that; null: for no reason of its own.</summary>
    public (int Status, string Why)? GivenUp { get; private set; }

    /// <summary>It gets sound from us: it is answered, or was told so early (183).</summary>
    public bool Hears => AnsweredAt is not null || !_early.IsEmpty;

    /// <summary>Why its SDP could not be used; null: it could, or there was none yet.</summary>
    public string? Problem { get; private set; }

    /// <summary>Whether it may be asked to change its codec during the call.</summary>
    public bool MayRenegotiate => _services.MediaOptions.Renegotiate;

    /// <summary>Cancelled when the party is gone.</summary>
    public CancellationToken Ended => Session.Ended;

    /// <summary>Completes when the party is gone.</summary>
    public Task Over => _over.Task;

    public DateTimeOffset? AnsweredAt { get; private set; }

    /// <summary>True where the party vanished instead of hanging up.</summary>
    public bool EndedBadly => _mediaEnd is not null || Session.End?.By is SessionEndBy.Timeout or SessionEndBy.Transport;

    public string EndReason => _mediaEnd ?? GivenUp?.Why ?? Session.End switch
    {
        null => "in progress",
        { By: SessionEndBy.Remote, Status: 487 } => "cancelled",
        { By: SessionEndBy.Remote } => "hung up",
        { By: SessionEndBy.Local } => "ended here",
        { By: SessionEndBy.Timeout } => "signalling timeout",
        _ => "connection lost",
    };

    /// <summary>What the other party's BYE or CANCEL says (RFC 3326): the cause that this one gave, else that 16 is a normal end and 102 a timer.</summary>
    public string ReasonHeader => EndedBadly ? $"Q.850;cause=102;text=\"{EndReason}\""
        : Session.End is { By: SessionEndBy.Remote, Reason: { } said } && Q850.CauseIn(said) is > 0 and var cause ? Q850.Reason(cause)
        : "Q.850;cause=16;text=\"Normal call clearing\"";

    /// <summary>Answers an incoming call: the answer to its offer, or our offer when it brought none.</summary>
    /// <param name="awaitAck">Returns when the caller has acknowledged; else when the 200 is out, where its offer leaves nothing open. A caller
    /// that never acknowledges ends then.</param>
    /// <returns>False: no common codec (refused with 488) or an unusable answer; the session is over.</returns>
    /// <exception cref="OperationCanceledException">The caller gave up first, or never acknowledged.</exception>
    public async Task<bool> AnswerAsync(bool awaitAck = true)
    {
        if (Session.IsAgreed)
        {
            Task<ReadOnlyMemory<byte>> accepted = Session.AcceptAsync(default);
            if (awaitAck || accepted.IsCompleted) await accepted;
            AnsweredAt = DateTimeOffset.UtcNow;
            Media.Established();
            return true;
        }
        bool delayed = Session.RemoteSdp.IsEmpty;
        string? problem = null;
        ReadOnlyMemory<byte> sdp = delayed ? Media.Offer() : _early.IsEmpty ? Media.Answer(Session.RemoteSdp, out problem) : _early;
        if (sdp.IsEmpty)
        {
            Refuse(problem);
            return false;
        }
        Task<ReadOnlyMemory<byte>> acknowledged = Session.AcceptAsync(sdp);
        ReadOnlyMemory<byte> ack = awaitAck || delayed || acknowledged.IsCompleted ? await acknowledged : default;
        AnsweredAt = DateTimeOffset.UtcNow;
        Media.Established();
        return IsAgreed(!delayed || Media.Accept(ack, out problem), problem);
    }

    /// <summary>Refuses an offer that brought nothing we have in common, and says what (RFC 3261 §20.43).</summary>
    public void Refuse(string? problem)
    {
        Problem = problem;
        string text = problem?.Replace('"', '\'') ?? "not acceptable";
        Session.Reject(488, problem, [new("Warning", $"{(Media.WarningCode == 0 ? 399 : Media.WarningCode)} tandem \"{text}\"")]);
    }

    /// <summary>Whether an unanswered caller's offer can be used at all; if not it is refused.</summary>
    public bool CheckOffer()
    {
        if (Session.RemoteSdp.IsEmpty || Hears) return true;
        if (Media.CanAnswer(Session.RemoteSdp, out string? problem)) return true;
        Refuse(problem);
        return false;
    }

    /// <summary>Lets the caller hear a callee before it has answered: a 183 with the answer to its offer, the same that its 200 will bring.</summary>
    /// <returns>False: it can hear nothing yet, as it made no offer.</returns>
    public bool HearEarly(CallLeg callee)
    {
        if (AnsweredAt is not null) return true;
        if (Session.RemoteSdp.IsEmpty) return false;
        if (_early.IsEmpty)
        {
            Media.Favour(callee.Media);
            _early = Media.AnswerEarly(Session.RemoteSdp, out _);
            if (_early.IsEmpty) return false;
            Session.Progress(183, _early);
        }
        return true;
    }

    /// <summary>Tells the caller's ear that this one rings, or sends something to hear. A 180 with SDP is a phone that rings: it sends nothing yet.</summary>
    public void FollowProgress(CallerEar ear) => Session.OnProgress = (status, sdp) =>
    {
        bool settled = !sdp.IsEmpty && Media.AcceptEarly(sdp);
        if (settled && status != 180) ear.Early(this);
        else if (status is 180 or 183) ear.Ringing();
    };

    /// <summary>Gives up a call of ours that has not been answered.</summary>
    /// <param name="status">What stands for it in the leg's row.</param>
    /// <param name="why">In words, for the row.</param>
    public void GiveUp(int status, string why)
    {
        if (Session.End is null) GivenUp = (status, why);
        Session.Cancel(Q850.Reason(Q850.CauseOf(status)));
    }

    /// <summary>The called party answered with this SDP; empty: what was agreed while it rang holds.</summary>
    public bool OnAnswered(ReadOnlyMemory<byte> answer)
    {
        AnsweredAt = DateTimeOffset.UtcNow;
        Media.Established();
        string? problem = null;
        return IsAgreed((answer.IsEmpty && Session.IsAgreed && Media.Codec is not null) || Media.Accept(answer, out problem), problem);
    }

    private bool IsAgreed(bool agreed, string? problem)
    {
        Problem = problem;
        if (!agreed) Session.Bye($"SIP;cause=488;text=\"{problem}\"");
        else if (Media.CryptoSuite is not null) OpenKeys.Warn(_services.Logger, Session.Flow, Session.CallId);
        return agreed;
    }

    /// <summary>Plays prompts one after the other without a gap; completes when the last has been played.</summary>
    public Task PlayAsync(IAsyncEnumerable<Prompt> prompts) => PlayAsync(prompts, Ended);

    /// <inheritdoc cref="PlayAsync(IAsyncEnumerable{Prompt})"/>
    /// <param name="until">Ends with the party at the latest.</param>
    public Task PlayAsync(IAsyncEnumerable<Prompt> prompts, CancellationToken until) => _playout.PlayAsync(prompts, until);

    public void StartRingback() => _playout.Loop(CallTones.Ringback);

    public void StopPlayout() => _playout.Stop();

    /// <summary>Plays prompts and collects one entry of digits by <paramref name="rules"/>. Digits keyed ahead count.</summary>
    /// <param name="until">Ends with the party at the latest.</param>
    /// <exception cref="OperationCanceledException">The party is gone, or was called away.</exception>
    public async Task<(DigitOutcome Outcome, string Digits)> CollectAsync(IAsyncEnumerable<Prompt> prompts, DigitRules rules, CancellationToken until)
    {
        using var entry = new DigitEntry(_services.Shard, rules, until);
        _digits.Attach(entry);
        try
        {
            await entry.PromptAsync(stop => _playout.PlayAsync(prompts, stop));
            _playout.Loop(CallTones.Silence);
            return await entry.Done;
        }
        finally
        {
            _digits.Detach();
        }
    }

    /// <summary>Both parties hear each other from now on.</summary>
    public void Connect(CallLeg other)
    {
        (_peer, other._peer) = (other, this);
        StopPlayout();
        other.StopPlayout();
        Media.Leg.Connect(other.Media.Leg);
    }

    /// <summary>Hears and is heard by nobody again; its keys are its own.</summary>
    public void Separate()
    {
        if (_peer is null) return;
        (_peer._peer, _peer) = (null, null);
        Media.Leg.Disconnect();
    }

    /// <summary>They hear each other no more.</summary>
    public void Disconnect(CallLeg other)
    {
        (_peer, other._peer) = (null, null);
        Media.Leg.Disconnect();
    }

    /// <summary>Ends this party's session in the way its state asks for. Harmless when it is over.</summary>
    public void HangUp(string? reasonHeader = null) => Session.Terminate(reasonHeader ?? "Q.850;cause=16;text=\"Normal call clearing\"");

    private SdpReply OnOffer(ReadOnlyMemory<byte> offer)
    {
        ReadOnlyMemory<byte> reply = offer.IsEmpty ? Media.Offer() : Media.Answer(offer, out _);
        return reply.IsEmpty ? SdpReply.Refuse() : SdpReply.Accept(reply);
    }

    /// <summary>Both DTMF bodies carry one key; an INFO that carries something else is taken and ignored: a 481 or 4xx ends calls (INTEROP 5).</summary>
    private int OnInfo(string contentType, ReadOnlyMemory<byte> body)
    {
        if (!InfoDigit.TryParse(contentType, body.Span, out char digit, out int durationMs)) return 415;
        if (_peer is { } peer) peer.Media.Leg.SendDigit(digit, durationMs);
        else _digits.Key(digit);
        return 200;
    }

    private void OnMediaEvent(MediaEvent media)
    {
        switch (media)
        {
            case DigitReceived { Digit: var digit } when _peer is null: _digits.Key(digit); break;
            case PlayoutEnded ended: _playout.OnEnded(ended.PlayoutId); break;
            case DtlsConnected { Profile: var profile }: Media.OnDtlsConnected(profile); break;
            case MediaTimedOut: EndMedia("media timeout", MediaGone); break;
            case ConsentLost: EndMedia("media lost: the peer answers no ICE check", MediaGone); break;
            case DtlsFailed { Reason: var why } when Media.DtlsProfile is null: EndMedia($"DTLS failed: {why}", MediaRefused); break;
            case DtlsFailed { Reason: var why }: _services.Shard.Run(() => EndMediaSoonAsync($"DTLS ended: {why}")); break;
        }
    }

    private async Task EndMediaSoonAsync(string reason)
    {
        try
        {
            await _services.Shard.Delay(s_byeOnItsWay, Ended);
            EndMedia(reason, MediaGone);
        }
        catch (OperationCanceledException)
        {
            // The BYE came.
        }
    }

    /// <summary>Without media there is no call: the party is told why, as far as it still hears us.</summary>
    private void EndMedia(string reason, int q850Cause)
    {
        if (Session.End is not null) return;
        _mediaEnd = reason.Replace('"', '\'').ReplaceLineEndings(" ");
        LogMediaEnd(_services.Logger, Session.CallId, _mediaEnd);
        HangUp($"Q.850;cause={q850Cause};text=\"{_mediaEnd}\"");
    }

    [LoggerMessage(LogLevel.Warning, "Call-ID {SipCallId}: {Reason}; the call is ended")]
    private static partial void LogMediaEnd(ILogger log, string sipCallId, string reason);
}
