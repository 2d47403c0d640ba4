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
}
