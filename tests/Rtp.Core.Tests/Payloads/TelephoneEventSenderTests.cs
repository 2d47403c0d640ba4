using Rtp.Core.Payloads;
using Xunit;

namespace RtpCoreTests.Payloads;

public class TelephoneEventSenderTests
{
    private readonly TelephoneEventSender _sender = new(8000);

    [Fact]
    public void A_press_is_a_marked_packet_growing_durations_and_three_ends_at_one_timestamp()
    {
        Assert.True(_sender.TryEnqueue('5', TimeSpan.FromMilliseconds(100)));
        Assert.Equal(
            ["0: M 5 160", "160: 5 320", "320: 5 480", "480: 5 640", "640: E 5 800", "800: E 5 800", "960: E 5 800"], Ticks(0, 12));
        Assert.False(_sender.IsBusy);
    }

    [Fact]
    public void A_duration_that_is_no_multiple_of_the_tick_is_told_exactly()
    {
        _sender.TryEnqueue('1', TimeSpan.FromMilliseconds(50));
        Assert.Equal(["0: M 1 160", "160: 1 320", "320: E 1 400", "480: E 1 400", "640: E 1 400"], Ticks(0, 8));
    }

    [Fact]
    public void A_press_is_at_least_40_ms()
    {
        _sender.TryEnqueue('1', TimeSpan.Zero);
        Assert.Equal("160: E 1 320", Ticks(0, 8)[1]);
    }

    [Fact]
    public void Queued_presses_have_a_pause_between_them_and_timestamps_of_their_own()
    {
        _sender.TryEnqueue('1', TimeSpan.FromMilliseconds(40));
        _sender.TryEnqueue('1', TimeSpan.FromMilliseconds(40));
        List<string> ticks = Ticks(uint.MaxValue - 159, 20);
        Assert.Equal("4294967136: M 1 160", ticks[0]);
        Assert.Equal("960: M 1 160", ticks[4]);    // 4 packets, 3 ticks of pause
        Assert.Equal(8, ticks.Count);
    }

    [Fact]
    public void A_long_press_is_told_in_segments_without_a_second_marker()
    {
        _sender.TryEnqueue('1', TimeSpan.FromSeconds(10));
        List<TelephoneEventPacket> packets = [];
        for (uint tick = 0; _sender.TryNext(tick * 160, 160, out TelephoneEventPacket packet); tick++) packets.Add(packet);
        Assert.Equal(1, packets.Count(packet => packet.Marker));
        Assert.Equal(3, packets.Count(packet => packet.Payload.End));
        Assert.Equal(2, packets.Select(packet => packet.Timestamp).Distinct().Count());
        Assert.Equal(0xFFFF, packets.Last(packet => packet.Timestamp == 0).Payload.Duration);
        Assert.Equal(0xFFFFu, packets[^1].Timestamp);
        Assert.Equal(80_000 - 0xFFFF, packets[^1].Payload.Duration);
    }

    [Fact]
    public void A_press_of_exactly_the_longest_segment_is_one_segment()
    {
        _sender.TryEnqueue('1', TimeSpan.FromTicks(0xFFFFL * TimeSpan.TicksPerSecond / 8000));
        List<string> ticks = Ticks(0, 1000);
        Assert.EndsWith("E 1 65535", ticks[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Clearing_ends_the_press_under_way_properly()
    {
        _sender.TryEnqueue('1', TimeSpan.FromSeconds(5));
        _sender.TryEnqueue('2', TimeSpan.FromSeconds(5));
        Ticks(0, 3);
        _sender.Clear();
        Assert.Equal(["480: E 1 480", "640: E 1 480", "800: E 1 480"], Ticks(480, 50));
        Assert.False(_sender.IsBusy);
    }

    [Fact]
    public void What_is_no_key_and_what_does_not_fit_is_refused()
    {
        Assert.False(_sender.TryEnqueue('x', TimeSpan.FromSeconds(1)));
        for (int i = 0; i < TelephoneEventSender.Capacity; i++) Assert.True(_sender.TryEnqueue('d', TimeSpan.FromSeconds(1)));
        Assert.False(_sender.TryEnqueue('1', TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Sending_allocates_nothing()
    {
        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Run()
        {
            _sender.TryEnqueue('1', TimeSpan.FromSeconds(1));
            for (uint tick = 0; tick < 100; tick++) _sender.TryNext(tick * 160, 160, out _);
        }
    }

    private List<string> Ticks(uint from, int count)
    {
        List<string> packets = [];
        for (uint tick = 0; tick < count; tick++)
        {
            uint timestamp = unchecked(from + tick * 160);
            if (!_sender.TryNext(timestamp, 160, out TelephoneEventPacket packet)) continue;
            TelephoneEvent payload = packet.Payload;
            packets.Add($"{timestamp}: {(packet.Marker ? "M " : "")}{(payload.End ? "E " : "")}{payload.Key} {payload.Duration}");
        }

        return packets;
    }
}
