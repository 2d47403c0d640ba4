namespace Sip.Core.Dialogs;

/// <summary>Session timers of one dialog, both sides (RFC 4028 §7–§10).</summary>
/// <remarks>
/// Where the peer leaves the choice to us we refresh: then it is done, whatever the peer is. A peer that knows no session timers is asked
/// all the same, by us: no answer means that it is gone, any answer that it lives.
/// </remarks>
/// <param name="minimum">Shortest interval that we accept, 90 s or more.</param>
/// <param name="wanted">The interval that we want, and the longest; zero: we want none and take what the peer asks for.</param>
public sealed class SessionTimer(TimeSpan minimum, TimeSpan wanted = default)
{
    private static readonly TimeSpan _shortestWait = TimeSpan.FromSeconds(5);

    private readonly TimeSpan _floor = minimum;
    private TimeSpan _refreshAt = TimeSpan.MaxValue, _expiresAt = TimeSpan.MaxValue;

    /// <summary>The interval agreed on; null: no timer runs.</summary>
    public TimeSpan? Interval { get; private set; }

    public bool WeRefresh { get; private set; }

    /// <summary>Highest Min-SE seen in this dialog: no request of ours asks for less (§7.1).</summary>
    public TimeSpan Minimum { get; private set; } = minimum;

    /// <summary>What a request of ours asks for: never less than a peer has said that it takes.</summary>
    public TimeSpan Wanted => wanted > Minimum || wanted == TimeSpan.Zero ? wanted : Minimum;

    /// <summary>When <see cref="OnTimer"/> is due; MaxValue: never.</summary>
    public TimeSpan Deadline => _refreshAt < _expiresAt ? _refreshAt : _expiresAt;

    /// <summary>UAS: whether the interval asked for is too short, to be answered with 422 and Min-SE (§9).</summary>
    public bool IsTooShort(SessionTimerOffer request) => request.Expires < _floor;

    /// <summary>UAS: a request that we answer with 2xx; returns what the 2xx says (§9, table 2).</summary>
    /// <returns>Expires null: leave Session-Expires out. With <c>RefresherIsUac</c> the 2xx carries <c>Require: timer</c>.</returns>
    public SessionTimerOffer Answer(SessionTimerOffer request, TimeSpan now)
    {
        if (request.MinSE > Minimum) Minimum = request.MinSE;
        if (request.Expires is null && wanted == TimeSpan.Zero)
        {
            Stop();
            return default;
        }
        TimeSpan interval = request.Expires is not { } asked || (wanted > TimeSpan.Zero && asked > Wanted) ? Wanted : asked;
        bool theyRefresh = request is { Supported: true, RefresherIsUac: true };
        Run(interval, weRefresh: !theyRefresh, expires: request.Supported || request.Expires is not null, now);
        return new SessionTimerOffer(interval, theyRefresh, TimeSpan.Zero, Supported: true);
    }

    /// <summary>UAC: a 2xx to our INVITE, re-INVITE or UPDATE (§7.2).</summary>
    public void OnAccepted(SessionTimerOffer response, TimeSpan now)
    {
        if (response.Expires is { } interval) Run(interval, weRefresh: response.RefresherIsUac ?? true, expires: true, now);
        else if (wanted > TimeSpan.Zero) Run(Wanted, weRefresh: true, expires: false, now);
        else Stop();
    }

    /// <summary>Our refresh was refused by a peer that is there: it is tried again while there is time.</summary>
    public void OnRefused(TimeSpan now)
    {
        if (Interval is not { } interval || !WeRefresh) return;
        TimeSpan wait = _expiresAt == TimeSpan.MaxValue ? interval / 2 : (_expiresAt - now) / 2;
        _refreshAt = wait >= _shortestWait ? now + wait : TimeSpan.MaxValue;
    }

    /// <summary>UAC: a 422; the next request asks for at least this much (§7.3).</summary>
    public void OnTooShort(TimeSpan minSE)
    {
        if (minSE > Minimum) Minimum = minSE;
    }

    public SessionTimerEvent OnTimer(TimeSpan now)
    {
        if (now >= _expiresAt)
        {
            Stop();
            return SessionTimerEvent.Expired;
        }
        if (now < _refreshAt) return SessionTimerEvent.None;
        _refreshAt = TimeSpan.MaxValue;    // until the 2xx; when none comes the session expires
        return SessionTimerEvent.Refresh;
    }

    public void Stop()
    {
        Interval = null;
        WeRefresh = false;
        _refreshAt = _expiresAt = TimeSpan.MaxValue;
    }

    /// <param name="expires">The peer keeps the timer too: without a refresh the session ends.</param>
    private void Run(TimeSpan interval, bool weRefresh, bool expires, TimeSpan now)
    {
        if (interval < _floor) interval = _floor;    // a 2xx that says less would have us refresh all the time
        Interval = interval;
        WeRefresh = weRefresh;
        _refreshAt = weRefresh ? now + interval / 2 : TimeSpan.MaxValue;                   // §7.2
        TimeSpan third = interval / 3, most = TimeSpan.FromSeconds(32);
        _expiresAt = expires ? now + interval - (third < most ? third : most) : TimeSpan.MaxValue;    // §10
    }
}
