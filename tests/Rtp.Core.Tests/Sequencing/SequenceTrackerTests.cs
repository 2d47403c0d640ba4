using Rtp.Core.Sequencing;
using Xunit;
using static Rtp.Core.Sequencing.SequenceVerdict;

namespace RtpCoreTests.Sequencing;

public class SequenceTrackerTests
{
    [Fact]
    public void A_source_is_valid_after_two_packets_in_a_row()
    {
        var tracker = new SequenceTracker();
        Assert.Equal([Probation, Probation, Probation, First, Next], Feed(tracker, 10, 20, 30, 31, 32));
        Assert.Equal(2, tracker.Expected);
        Assert.Equal(2, tracker.Received);
        Assert.Equal(0, tracker.TotalLost);
    }

    [Fact]
    public void A_source_that_is_trusted_is_valid_at_once()
    {
        var tracker = new SequenceTracker(minSequential: 1);
        Assert.Equal([First, Next, Gap], Feed(tracker, 65535, 0, 3));
        Assert.Equal(65536 + 3, tracker.ExtendedHighest);
        Assert.Equal(5, tracker.Expected);
        Assert.Equal(2, tracker.TotalLost);
    }

    [Fact]
    public void Late_packets_and_duplicates_are_told_apart_across_a_wrap()
    {
        var tracker = new SequenceTracker(1);
        Assert.Equal([First, Gap, Gap, Late, Late, Duplicate, Duplicate, Duplicate, Next],
            Feed(tracker, 65530, 65535, 2, 65533, 0, 0, 65533, 2, 3));
        Assert.Equal(3, tracker.TotalDuplicates);
        Assert.Equal(2, tracker.TotalLate);
        Assert.Equal(10, tracker.Expected);
        Assert.Equal(9, tracker.Received);
        Assert.Equal(4, tracker.TotalLost);
    }

    [Fact]
    public void The_extended_number_follows_every_packet_through_wraps()
    {
        var tracker = new SequenceTracker(1);
        Feed(tracker, 65000);
        long sent = 65000;
        for (int i = 0; i < 400; i++)
        {
            sent += 1000;
            Assert.Equal(Gap, tracker.Update(unchecked((ushort)sent)));
            Assert.Equal(sent, tracker.Extended);
            Assert.Equal(Late, tracker.Update(unchecked((ushort)(sent - 7))));
            Assert.Equal(sent - 7, tracker.Extended);
            Assert.Equal(sent, tracker.ExtendedHighest);
        }
    }

    [Fact]
    public void A_gap_up_to_the_limit_is_loss_and_beyond_it_is_a_jump()
    {
        Assert.Equal([First, Gap], Feed(new SequenceTracker(1), 0, SequenceTracker.MaxDropout - 1));
        Assert.Equal([First, Jump], Feed(new SequenceTracker(1), 0, SequenceTracker.MaxDropout));
        Assert.Equal([First, Late], Feed(new SequenceTracker(1), 500, 500 - SequenceTracker.MaxMisorder + 1));
        Assert.Equal([First, Jump], Feed(new SequenceTracker(1), 500, 500 - SequenceTracker.MaxMisorder));
    }

    [Fact]
    public void Two_packets_in_a_row_after_a_jump_are_a_restart_and_the_totals_stay()
    {
        var tracker = new SequenceTracker(1);
        Assert.Equal([First, Gap, Jump, Next, Jump, Restart, Next], Feed(tracker, 100, 103, 40000, 104, 50000, 50001, 50002));
        Assert.Equal(1, tracker.Restarts);
        Assert.Equal(2, tracker.Received);
        Assert.Equal(2, tracker.Expected);
        Assert.Equal(5, tracker.TotalReceived);
        Assert.Equal(2, tracker.TotalLost);
    }

    [Fact]
    public void Jumps_that_never_repeat_change_nothing()
    {
        var tracker = new SequenceTracker(1);
        Feed(tracker, 1000);
        var random = new Random(1);
        for (int i = 0; i < 1000; i++) tracker.Update((ushort)(10_000 + 2 * random.Next(20_000)));
        Assert.Equal(Next, tracker.Update(1001));
        Assert.Equal(0, tracker.Restarts);
    }

    [Fact]
    public void A_duplicate_does_not_hide_a_loss()
    {
        var tracker = new SequenceTracker(1);
        Feed(tracker, 1, 2, 2, 2, 5);
        Assert.Equal(0, tracker.Expected - tracker.Received);    // as RFC 3550 counts
        Assert.Equal(2, tracker.TotalLost);
    }

    [Fact]
    public void Any_arrival_order_within_the_window_counts_each_packet_once()
    {
        var random = new Random(7);
        for (int round = 0; round < 50; round++)
        {
            var tracker = new SequenceTracker(1);
            int start = random.Next(65536);
            tracker.Update((ushort)start);
            List<(double At, int Number)> arrivals = [];
            int lost = 0, doubled = 0;
            for (int n = 1; n <= 5000; n++)
            {
                if (n < 4900 && random.NextDouble() < 0.05)
                {
                    lost++;
                    continue;
                }

                arrivals.Add((n + 40 * random.NextDouble(), start + n));
                if (random.NextDouble() < 0.03)
                {
                    arrivals.Add((n + 40 * random.NextDouble(), start + n));
                    doubled++;
                }
            }

            arrivals.Sort();
            foreach ((_, int number) in arrivals) tracker.Update(unchecked((ushort)number));
            Assert.Equal(lost, tracker.TotalLost);
            Assert.Equal(doubled, tracker.TotalDuplicates);
            Assert.Equal(0, tracker.Restarts);
        }
    }

    private static SequenceVerdict[] Feed(SequenceTracker tracker, params int[] numbers) =>
        Array.ConvertAll(numbers, number => tracker.Update((ushort)number));
}
