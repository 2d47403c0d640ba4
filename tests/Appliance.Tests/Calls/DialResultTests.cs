using Tandem.Calls;
using Xunit;

namespace Appliance.Tests.Calls;

public class DialResultTests
{
    [Theory]
    [InlineData(486, DialFailure.Busy)]
    [InlineData(600, DialFailure.Busy)]
    [InlineData(603, DialFailure.Busy)]
    [InlineData(408, DialFailure.NoAnswer)]
    [InlineData(480, DialFailure.NoAnswer)]
    [InlineData(404, DialFailure.Failed)]
    [InlineData(503, DialFailure.Failed)]
    internal void A_status_says_why_nobody_answered(int status, DialFailure failure) =>
        Assert.Equal(failure, DialResult.NotAnswered(status).Failure);

    [Fact]
    public void Of_several_forks_busy_tells_more_than_no_answer_and_that_more_than_a_failure()
    {
        DialResult failed = DialResult.NotAnswered(503), silent = DialResult.NotAnswered(408), busy = DialResult.NotAnswered(486);
        Assert.Equal(486, DialResult.MoreTelling(DialResult.MoreTelling(failed, busy), silent).Status);
        Assert.Equal(408, DialResult.MoreTelling(silent, failed).Status);
    }

    [Fact]
    public void Of_two_failures_the_one_about_the_call_tells_more_than_the_one_about_a_device()
    {
        DialResult broken = DialResult.NotAnswered(503), unfit = DialResult.NotAnswered(488);
        Assert.Equal(488, DialResult.MoreTelling(broken, unfit).Status);
        Assert.Equal(488, DialResult.MoreTelling(unfit, broken).Status);
    }

    [Fact]
    public void Targets_of_one_device_are_ways_to_it()
    {
        DialTarget a = new("sip:a", null, [], "1", "<1>"), b = new("sip:b", null, [], "1"), c = new("sip:c", null, [], "1", "<1>"),
            d = new("sip:d", null, [], "1"), e = new("sip:e", null, [], "2", "<1>");
        Assert.Equal([[a, c], [b], [d], [e]], DialTarget.ByDevice([a, b, c, d, e]));
    }
}
