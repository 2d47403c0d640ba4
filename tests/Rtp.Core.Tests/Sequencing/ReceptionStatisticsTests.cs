using Rtp.Core.Packets;
using Rtp.Core.Sequencing;
using Xunit;

namespace RtpCoreTests.Sequencing;

public class ReceptionStatisticsTests
{
    private readonly ReceptionStatistics _statistics = new(8000, minSequential: 1);
    private readonly byte[] _packet = new byte[172];

    [Fact]
    public void Fraction_and_cumulative_loss_are_those_of_the_RFC()
    {
        for (int n = 0; n < 100; n++)
        {
            if (n % 4 != 3) Arrive(unchecked((ushort)(65500 + n)), (uint)n * 160, n * 20);
        }

        ReceptionInterval interval = _statistics.TakeInterval();
        Assert.Equal((24 << 8) / 99, interval.FractionLost);    // the last packet of the hundred is not known of yet
        Assert.Equal(24, interval.CumulativeLost);
        Assert.Equal(0x1_0000u + 62, interval.ExtendedHighest);

        for (int n = 100; n < 150; n++) Arrive(unchecked((ushort)(65500 + n)), (uint)n * 160, n * 20);
        interval = _statistics.TakeInterval();
        Assert.Equal((1 << 8) / 51, interval.FractionLost);
        Assert.Equal(25, interval.CumulativeLost);
        Assert.Equal(25, _statistics.PacketsLost);
    }

    [Fact]
    public void Duplicates_make_the_cumulative_loss_negative_and_the_fraction_zero()
    {
        for (ushort n = 0; n < 10; n++)
        {
            Arrive(n, n * 160u, n * 20);
            Arrive(n, n * 160u, n * 20 + 1);
        }

        ReceptionInterval interval = _statistics.TakeInterval();
        Assert.Equal(0, interval.FractionLost);
        Assert.Equal(-10, interval.CumulativeLost);
        Assert.Equal(0, _statistics.PacketsLost);
        Assert.Equal(10, _statistics.Duplicates);
        Assert.Equal(0u, interval.JitterUnits);
    }

    [Fact]
    public void All_lost_in_an_interval_reports_255_and_nothing_expected_reports_0()
    {
        Arrive(0, 0, 0);
        _statistics.TakeInterval();
        Assert.Equal(0, _statistics.TakeInterval().FractionLost);
        Arrive(2999, 2999 * 160, 2999 * 20);
        Assert.Equal((2998 << 8) / 2999, _statistics.TakeInterval().FractionLost);
    }

    [Fact]
    public void Steady_arrival_has_no_jitter_whatever_the_delay()
    {
        for (int n = 0; n < 1000; n++) Arrive((ushort)n, unchecked(0xFFFFF000 + (uint)n * 160), 123_456_789 + n * 20);
        Assert.Equal(0u, _statistics.JitterUnits);
    }

    [Fact]
    public void A_host_that_has_run_for_years_measures_the_same()
    {
        var statistics = new ReceptionStatistics(48_000, minSequential: 1);
        for (int n = 0; n < 1000; n++)
        {
            RtpWriter.WriteHeader(_packet, 96, false, (ushort)n, (uint)n * 960, 1);
            Assert.True(RtpView.TryParse(_packet, out RtpView view));
            statistics.OnPacket(view, TimeSpan.FromDays(4000) + TimeSpan.FromMilliseconds(n * 20));
        }

        Assert.Equal(0u, statistics.JitterUnits);
    }

    [Fact]
    public void Alternating_delay_converges_on_its_difference()
    {
        for (int n = 0; n < 2000; n++) Arrive((ushort)n, unchecked(0xFFFFF000 + (uint)n * 160), n * 20 + n % 2 * 5);
        Assert.InRange(_statistics.JitterUnits, 39u, 40u);    // 5 ms at 8000 Hz
        Assert.InRange(_statistics.JitterMs, 4.9, 5.1);
    }

    [Fact]
    public void Jitter_is_the_integer_recursion_of_appendix_A8()
    {
        int[] delays = [0, 3, 11, 2, 2, 40, 0, 7, 7, 19];
        uint expected = 0;
        for (int n = 0; n < delays.Length; n++)
        {
            Arrive((ushort)n, (uint)n * 160, n * 20 + delays[n]);
            if (n > 0) expected = unchecked(expected + (uint)Math.Abs(delays[n] - delays[n - 1]) * 8 - ((expected + 8) >> 4));
            Assert.Equal(expected >> 4, _statistics.JitterUnits);
        }
    }

    [Fact]
    public void A_jump_of_the_senders_clock_is_no_jitter()
    {
        for (int n = 0; n < 50; n++) Arrive((ushort)n, (uint)n * 160, n * 20);
        for (int n = 50; n < 100; n++) Arrive((ushort)n, 3_000_000_000 + (uint)n * 160, n * 20);
        for (int n = 100; n < 150; n++) Arrive((ushort)n, unchecked((3_000_000_000 + 0x8000_0000u) + (uint)n * 160), n * 20);
        Assert.Equal(0u, _statistics.JitterUnits);
    }

    [Fact]
    public void Packets_of_one_event_share_a_timestamp_and_are_no_jitter()
    {
        for (int n = 0; n < 10; n++) Arrive((ushort)n, 1600, n * 20);
        Assert.Equal(0u, _statistics.JitterUnits);
    }

    [Fact]
    public void Another_ssrc_is_counted_anew_and_the_totals_go_on()
    {
        for (ushort n = 0; n < 10; n += 2) Arrive(n, n * 160u, n * 20, ssrc: 1);
        Assert.Equal(4, _statistics.PacketsLost);
        _statistics.TakeInterval();
        for (ushort n = 40000; n < 40010; n++) Arrive(n, n * 7u, n * 20, ssrc: 2);
        Assert.Equal(2u, _statistics.Ssrc);
        Assert.Equal(new ReceptionInterval(0, 0, 40009, _statistics.JitterUnits), _statistics.TakeInterval());
        Assert.Equal(4, _statistics.PacketsLost);
        Assert.Equal(15, _statistics.PacketsReceived);
        Assert.Equal(15 * 160, _statistics.OctetsReceived);
        Assert.Equal(1, _statistics.Restarts);
    }

    [Fact]
    public void A_sequence_restart_starts_the_report_block_anew()
    {
        for (ushort n = 100; n < 200; n++) Arrive(n, n * 160u, n * 20);
        _statistics.TakeInterval();
        for (ushort n = 30000; n < 30010; n++) Arrive(n, n * 160u, n * 20);
        ReceptionInterval interval = _statistics.TakeInterval();
        Assert.Equal(0, interval.CumulativeLost);
        Assert.Equal(0, interval.FractionLost);
        Assert.Equal(30009u, interval.ExtendedHighest);
        Assert.Equal(1, _statistics.Restarts);
    }

    [Fact]
    public void Counting_allocates_nothing()
    {
        for (int n = 0; n < 100; n++) Arrive((ushort)n, (uint)n * 160, n * 20);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int n = 100; n < 20_000; n++) Arrive((ushort)n, (uint)n * 160, n * 20);
        _statistics.TakeInterval();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private SequenceVerdict Arrive(ushort number, uint timestamp, double atMs, uint ssrc = 1)
    {
        RtpWriter.WriteHeader(_packet, 0, false, number, timestamp, ssrc);
        Assert.True(RtpView.TryParse(_packet, out RtpView view));
        return _statistics.OnPacket(view, TimeSpan.FromMilliseconds(atMs));
    }
}
