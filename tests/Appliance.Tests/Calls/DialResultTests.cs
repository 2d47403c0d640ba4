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
}
