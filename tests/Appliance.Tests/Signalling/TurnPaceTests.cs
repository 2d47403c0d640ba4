using Tandem.Signalling;
using Xunit;

namespace Tandem.Tests.Signalling;

public sealed class TurnPaceTests
{
    private readonly TurnPace _pace = new(TimeSpan.FromMilliseconds(1));
    private TimeSpan _now = TimeSpan.FromHours(1);

    [Fact]
    public void A_message_now_and_then_is_never_waited_with()
    {
        for (int message = 0; message < 100; message++)
        {
            Take(TimeSpan.FromMilliseconds(8));
            Assert.True(_pace.Rest(_now) <= TimeSpan.Zero);
            Assert.False(_pace.IsStream);
        }
    }

    [Fact]
    public void In_a_stream_the_shard_rests_for_the_rest_of_a_turn()
    {
        for (int message = 0; message < 100; message++) Take(TimeSpan.FromMilliseconds(0.4));

        Assert.True(_pace.IsStream);
        Assert.Equal(TimeSpan.FromMilliseconds(0.75), _pace.Rest(_now + TimeSpan.FromMilliseconds(0.25)));
        Assert.True(_pace.Rest(_now + TimeSpan.FromMilliseconds(3)) <= TimeSpan.Zero);
    }

    [Fact]
    public void The_first_message_after_a_stream_that_ended_is_not_waited_with()
    {
        for (int message = 0; message < 100; message++) Take(TimeSpan.FromMilliseconds(0.4));

        Take(TimeSpan.FromSeconds(1));

        Assert.True(_pace.Rest(_now) <= TimeSpan.Zero);
    }

    [Fact]
    public void Without_turns_nothing_is_waited_with_and_a_stream_is_seen()
    {
        var pace = new TurnPace(TimeSpan.Zero);
        for (int message = 0; message < 100; message++) pace.Took(_now += TimeSpan.FromMilliseconds(0.4));

        Assert.True(pace.IsStream);
        Assert.True(pace.Rest(_now) <= TimeSpan.Zero);
    }

    private void Take(TimeSpan after)
    {
        _now += after;
        _pace.Took(_now);
    }
}
