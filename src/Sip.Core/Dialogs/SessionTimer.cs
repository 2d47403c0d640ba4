namespace Sip.Core.Dialogs;

/// <summary>Session timers of one dialog, both sides (RFC 4028 §7–§10).</summary>
/// <remarks>Where the peer leaves the choice to us we refresh: then it is done, whatever the peer is.</remarks>
/// <param name="minimum">Shortest interval that we accept, 90 s or more.</param>
public sealed class SessionTimer(TimeSpan minimum)
{
    private readonly TimeSpan _floor = minimum;
    private TimeSpan _refreshAt = TimeSpan.MaxValue, _expiresAt = TimeSpan.MaxValue;

    /// <summary>The interval agreed on; null: no timer runs.</summary>
    public TimeSpan? Interval { get; private set; }

    public bool WeRefresh { get; private set; }

    /// <summary>Highest Min-SE seen in this dialog: no request of ours asks for less (§7.1).</summary>
    public TimeSpan Minimum { get; private set; } = minimum;

    /// <summary>When <see cref="OnTimer"/> is due; MaxValue: never.</summary>
    public TimeSpan Deadline => _refreshAt < _expiresAt ? _refreshAt : _expiresAt;

    /// <summary>UAS: whether the interval asked for is too short, to be answered with 422 and Min-SE (§9).</summary>
    public bool IsTooShort(SessionTimerOffer request) => request.Expires < _floor;

    /// <summary>UAS: a request that we answer with 2xx; returns what the 2xx says (§9, table 2).</summary>
    /// <returns>Expires null: leave Session-Expires out. With <c>RefresherIsUac</c> the 2xx carries <c>Require: timer</c>.</returns>
    public SessionTimerOffer Answer(SessionTimerOffer request, TimeSpan now)
    {
        if (request.MinSE > Minimum) Minimum = request.MinSE;
        if (request.Expires is not { } interval)
        {
            Stop();
            return default;
        }
        bool theyRefresh = request is { Supported: true, RefresherIsUac: true };
        Run(interval, weRefresh: !theyRefresh, now);
        return new SessionTimerOffer(interval, theyRefresh, TimeSpan.Zero, Supported: true);
    }

    /// <summary>UAC: a 2xx to our INVITE, re-INVITE or UPDATE (§7.2).</summary>
    public void OnAccepted(SessionTimerOffer response, TimeSpan now)
    {
        if (response.Expires is { } interval) Run(interval, weRefresh: response.RefresherIsUac ?? true, now);
        else Stop();
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

    private void Run(TimeSpan interval, bool weRefresh, TimeSpan now)
    {
        Interval = interval;
        WeRefresh = weRefresh;
        _refreshAt = weRefresh ? now + interval / 2 : TimeSpan.MaxValue;                   // §7.2
        TimeSpan third = interval / 3, most = TimeSpan.FromSeconds(32);
        _expiresAt = now + interval - (third < most ? third : most);                       // §10
    }
}
