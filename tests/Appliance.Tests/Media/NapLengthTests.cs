using Tandem.Media;
using Xunit;

namespace Appliance.Tests.Media;

public sealed class NapLengthTests
{
    private static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(1), s_most = NapLength.MostBatches * s_least;

    [Theory]
    [InlineData(1, 2.0)]       // a lone packet waits no longer than few do
    [InlineData(15, 2.0)]
    [InlineData(20, 1.6)]      // 20 a millisecond: enough after 1.6
    [InlineData(32, 1.0)]
    [InlineData(500, 1.0)]     // many do not make it shorter
    public void A_nap_lasts_until_enough_packets_have_come_within_its_bounds(int packetsAMillisecond, double milliseconds)
    {
        var nap = new NapLength(s_least);
        TimeSpan now = TimeSpan.FromHours(30);
        long packets = 1_000_000;
        for (int turn = 0; turn < 5; turn++, now += s_least, packets += packetsAMillisecond) nap.OnTurn(packets, now);

        Assert.Equal(milliseconds, nap.Current.TotalMilliseconds, 3);
    }

    [Fact]
    public void The_length_stays_the_same_while_packets_come_at_the_same_rate()
    {
        var nap = new NapLength(s_least);
        TimeSpan now = TimeSpan.FromHours(30);
        for (long packets = 0; packets < 2000; packets += 40, now += TimeSpan.FromMilliseconds(2)) nap.OnTurn(packets, now);

        Assert.Equal(1.6, nap.Current.TotalMilliseconds, 3);
    }

    [Fact]
    public void Without_packets_it_is_the_longest_and_the_next_rush_makes_it_short_at_once()
    {
        var nap = new NapLength(s_least);
        nap.OnTurn(10, TimeSpan.FromSeconds(1));
        nap.OnTurn(10, TimeSpan.FromSeconds(2));
        Assert.Equal(s_most, nap.Current);

        nap.OnTurn(110, TimeSpan.FromSeconds(2) + s_least);
        Assert.Equal(s_least, nap.Current);
    }

    [Fact]
    public void A_loop_that_may_not_wait_does_not_wait()
    {
        var nap = new NapLength(TimeSpan.Zero);
        nap.OnTurn(1, TimeSpan.FromSeconds(1));
        nap.OnTurn(2, TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.Zero, nap.Current);
    }
}
