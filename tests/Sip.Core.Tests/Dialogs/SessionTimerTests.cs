using Sip.Core.Dialogs;
using Xunit;

namespace Sip.Core.Tests.Dialogs;

/// <summary>RFC 4028.</summary>
public sealed class SessionTimerTests
{
    private readonly SessionTimer _timer = new(TimeSpan.FromSeconds(90));

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private static SessionTimerOffer Asks(double seconds, bool? refresherIsUac = null, bool supported = true) =>
        new(At(seconds), refresherIsUac, TimeSpan.Zero, supported);

    [Theory]
    [InlineData(true, null, false)]     // table 2: the choice is ours, and we refresh
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, null, false)]    // a UAC without the extension cannot refresh
    public void The_called_side_chooses_the_refresher_by_table_2(bool supported, bool? asked, bool uacRefreshes)
    {
        SessionTimerOffer answer = _timer.Answer(Asks(90, asked, supported), At(0));
        Assert.Equal((At(90), uacRefreshes), (answer.Expires, answer.RefresherIsUac));
        Assert.Equal(!uacRefreshes, _timer.WeRefresh);
    }

    [Fact]
    public void The_refresher_refreshes_at_half_time_and_gives_up_before_the_end()
    {
        _timer.Answer(Asks(90), At(0));
        Assert.Equal(At(45), _timer.Deadline);
        Assert.Equal(SessionTimerEvent.Refresh, _timer.OnTimer(At(45)));
        Assert.Equal(At(60), _timer.Deadline);
        Assert.Equal(SessionTimerEvent.Expired, _timer.OnTimer(At(60)));
        Assert.Equal(TimeSpan.MaxValue, _timer.Deadline);
    }

    [Fact]
    public void The_other_side_waits_until_32_s_or_a_third_before_the_end()
    {
        _timer.Answer(Asks(1800, refresherIsUac: true), At(0));
        Assert.Equal(At(1768), _timer.Deadline);
        _timer.Answer(Asks(90, refresherIsUac: true), At(100));
        Assert.Equal(At(160), _timer.Deadline);
    }

    [Fact]
    public void A_2xx_starts_anew_and_one_without_Session_Expires_stops()
    {
        _timer.OnAccepted(Asks(100, refresherIsUac: true), At(0));
        Assert.True(_timer.WeRefresh);
        _timer.OnTimer(At(50));
        _timer.OnAccepted(Asks(100, refresherIsUac: true), At(51));
        Assert.Equal(At(101), _timer.Deadline);
        _timer.OnAccepted(default, At(60));
        Assert.Equal((TimeSpan.MaxValue, null), (_timer.Deadline, _timer.Interval));
    }

    [Fact]
    public void Too_short_is_what_lies_under_our_own_minimum()
    {
        Assert.True(_timer.IsTooShort(Asks(89)));
        Assert.False(_timer.IsTooShort(Asks(90)));
        Assert.False(_timer.IsTooShort(default));
        _timer.OnTooShort(At(600));
        Assert.Equal(At(600), _timer.Minimum);
        Assert.False(_timer.IsTooShort(Asks(90)));
        _timer.OnTooShort(At(100));
        Assert.Equal(At(600), _timer.Minimum);
    }

    [Fact]
    public void Who_wants_a_timer_puts_one_in_where_the_caller_has_none_and_refreshes_it()
    {
        var timer = new SessionTimer(At(90), wanted: At(1800));
        SessionTimerOffer answer = timer.Answer(default, At(0));
        Assert.Equal((At(1800), false), (answer.Expires, answer.RefresherIsUac));
        Assert.Equal(At(900), timer.Deadline);
        Assert.Equal(SessionTimerEvent.Refresh, timer.OnTimer(At(900)));
        Assert.Equal(TimeSpan.MaxValue, timer.Deadline);    // a peer without the extension sets no end: its silence does
        timer.OnRefused(At(901));
        Assert.Equal(At(1801), timer.Deadline);
    }

    [Fact]
    public void A_callee_without_session_timers_is_refreshed_all_the_same()
    {
        var timer = new SessionTimer(At(90), wanted: At(1800));
        timer.OnAccepted(default, At(10));
        Assert.Equal((At(910), true), (timer.Deadline, timer.WeRefresh));
        timer.OnTimer(At(910));
        timer.OnAccepted(default, At(911));
        Assert.Equal(At(1811), timer.Deadline);
    }

    [Fact]
    public void A_longer_interval_than_wanted_is_shortened_but_not_below_the_peers_minimum()
    {
        var timer = new SessionTimer(At(90), wanted: At(600));
        Assert.Equal(At(600), timer.Answer(Asks(7200), At(0)).Expires);
        Assert.Equal(At(300), timer.Answer(Asks(300), At(0)).Expires);
        Assert.Equal(At(900), timer.Answer(Asks(7200) with { MinSE = At(900) }, At(0)).Expires);
    }

    [Fact]
    public void A_refused_refresh_is_tried_again_while_there_is_time_and_the_end_stays()
    {
        _timer.OnAccepted(Asks(100, refresherIsUac: true), At(0));    // ends at 68 s
        _timer.OnTimer(At(50));
        _timer.OnRefused(At(52));
        Assert.Equal(60, _timer.Deadline.TotalSeconds, 0.7);
        Assert.Equal(SessionTimerEvent.Refresh, _timer.OnTimer(_timer.Deadline));
        _timer.OnRefused(At(61));
        Assert.InRange(_timer.Deadline.TotalSeconds, 66, 69);         // under 5 s are left to either: the end is next
        Assert.Equal(SessionTimerEvent.Expired, _timer.OnTimer(_timer.Deadline));
    }

    [Fact]
    public void A_2xx_with_an_interval_below_the_minimum_does_not_make_us_refresh_more_often()
    {
        _timer.OnAccepted(Asks(1, refresherIsUac: true), At(0));
        Assert.Equal(At(45), _timer.Deadline);
    }

    [Fact]
    public void A_422_raises_what_is_asked_for()
    {
        var timer = new SessionTimer(At(90), wanted: At(300));
        Assert.Equal(At(300), timer.Wanted);
        timer.OnTooShort(At(600));
        Assert.Equal(At(600), timer.Wanted);
        Assert.Equal(TimeSpan.Zero, _timer.Wanted);
    }
}
