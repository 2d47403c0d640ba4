using Sip.Core.Authentication;
using Xunit;

namespace Sip.Core.Tests.Authentication;

public class FailureThrottleTests
{
    static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    [Fact]
    public void After_three_failures_each_answer_waits_twice_as_long_up_to_the_longest()
    {
        var throttle = new FailureThrottle();
        List<double> delays = [];
        for (int i = 0; i < 11; i++) delays.Add(throttle.Failed("a", At(i * 20)).TotalSeconds);
        Assert.Equal([0, 0, 0, 0.5, 1, 2, 4, 8, 16, 16, 16], delays);
        Assert.Equal(TimeSpan.Zero, throttle.Failed("b", At(200)));
    }

    [Fact]
    public void Guessing_in_parallel_is_refused_while_answers_wait()
    {
        var throttle = new FailureThrottle(free: 0, waitingPerKey: 2);
        throttle.Failed("a", At(0));
        Assert.True(throttle.MayTry("a", At(0)));
        throttle.Failed("a", At(0));
        Assert.False(throttle.MayTry("a", At(0.4)));
        Assert.True(throttle.MayTry("b", At(0.4)));
        Assert.True(throttle.MayTry("a", At(0.6)));
    }

    [Fact]
    public void The_right_password_or_ten_quiet_minutes_forget_the_failures()
    {
        var throttle = new FailureThrottle(free: 1);
        throttle.Failed("a", At(0));
        Assert.NotEqual(TimeSpan.Zero, throttle.Failed("a", At(1)));
        throttle.Succeeded("a");
        Assert.Equal(TimeSpan.Zero, throttle.Failed("a", At(2)));
        Assert.Equal(TimeSpan.Zero, throttle.Failed("a", At(700)));
    }

    [Fact]
    public void Memory_is_bounded()
    {
        var throttle = new FailureThrottle(capacity: 10);
        for (int i = 0; i < 100; i++) throttle.Failed(i.ToString(null, null), At(i));
        Assert.Equal(10, throttle.Count);
    }
}
