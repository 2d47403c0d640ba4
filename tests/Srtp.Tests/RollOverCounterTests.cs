using Srtp;
using Xunit;

namespace SrtpTests;

public class RollOverCounterTests
{
    [Fact]
    public void The_index_follows_the_stream_through_wraps_loss_and_reordering()
    {
        var random = new Random(3711);
        var counter = new RollOverCounter();
        long sent = 60_000;
        for (int i = 0; i < 200_000; i++)
        {
            sent += random.Next(1, 30);
            long arriving = i == 0 ? sent : Math.Max(60_000, sent - random.Next(0, 50));
            long estimate = counter.Estimate(unchecked((ushort)arriving));
            Assert.Equal(arriving, estimate);
            counter.Accept(estimate);
        }

        Assert.Equal((uint)(sent >> 16), counter.Value);
        Assert.True(counter.Value > 40);
    }

    [Fact]
    public void The_borders_of_the_estimate_are_those_of_appendix_A()
    {
        Assert.Equal((5L << 16) + 32768, From(5, 0, 32768));
        Assert.Equal((4L << 16) + 32769, From(5, 0, 32769));
        Assert.Equal((5L << 16) + 0, From(5, 32768, 0));
        Assert.Equal((6L << 16) + 0, From(5, 32769, 0));
        Assert.Equal((5L << 16) + 65535, From(5, 32767, 65535));
        Assert.Equal((5L << 16) + 65535, From(5, 65535, 65535));
    }

    [Fact]
    public void Nothing_comes_before_the_first_packet_or_behind_the_last()
    {
        Assert.Equal(-1, From(0, 3, 65_000));
        Assert.Equal(-1, From(uint.MaxValue, 65_000, 3));
        Assert.Equal(((long)uint.MaxValue << 16) + 65_001, From(uint.MaxValue, 65_000, 65_001));
    }

    [Fact]
    public void Estimating_moves_nothing_and_an_older_packet_does_not_step_back()
    {
        var counter = new RollOverCounter();
        Assert.Equal(65_535, counter.Estimate(65_535));
        counter.Accept(65_535);
        Assert.Equal(65_536 + 2, counter.Estimate(2));
        Assert.Equal(0u, counter.Value);
        counter.Accept(65_538);
        Assert.Equal(1u, counter.Value);
        counter.Accept(65_535);
        Assert.Equal(1u, counter.Value);
        Assert.Equal(65_534, counter.Estimate(65_534));
    }

    private static long From(uint roc, ushort highest, ushort sequenceNumber)
    {
        var counter = new RollOverCounter();
        counter.Start(roc, highest);
        return counter.Estimate(sequenceNumber);
    }
}
