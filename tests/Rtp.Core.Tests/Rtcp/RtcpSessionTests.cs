using Rtp.Core.Packets;
using Rtp.Core.Rtcp;
using Rtp.Core.Sequencing;
using Xunit;

namespace RtpCoreTests.Rtcp;

public class RtcpSessionTests
{
    private const uint Ours = 0x0A0A0A0A, Theirs = 0x0B0B0B0B;
    private static readonly NtpTimestamp s_epoch = NtpTimestamp.FromUnix(TimeSpan.FromDays(20_000));

    private readonly ReceptionStatistics _reception = new(8000, minSequential: 1);
    private readonly byte[] _buffer = new byte[RtcpSession.MaxReportLength];
    private readonly byte[] _rtp = new byte[172];

    [Fact]
    public void Intervals_are_those_of_appendix_A7()
    {
        TimeSpan minimum = RtcpInterval.Minimum;
        Assert.Equal(2.5 * 0.5 / 1.21828, RtcpInterval.Compute(2, 1, 400, true, 100, initial: true, minimum, 0).TotalSeconds, 6);
        Assert.Equal(5 * 1.5 / 1.21828, RtcpInterval.Compute(2, 1, 400, true, 100, initial: false, minimum, 1).TotalSeconds, 6);
        // 100 members of which 10 send: senders share a quarter of the bandwidth.
        Assert.Equal(100 * 10 / (400 * 0.25) / 1.21828, RtcpInterval.Compute(100, 10, 400, true, 100, false, minimum, 0.5).TotalSeconds, 6);
        Assert.Equal(100 * 90 / (400 * 0.75) / 1.21828, RtcpInterval.Compute(100, 10, 400, false, 100, false, minimum, 0.5).TotalSeconds, 6);
        Assert.Equal(100 * 100 / 400.0 / 1.21828, RtcpInterval.Compute(100, 50, 400, false, 100, false, minimum, 0.5).TotalSeconds, 6);
    }

    [Fact]
    public void Reports_of_a_call_come_at_about_five_seconds_and_the_first_sooner()
    {
        RtcpSession session = Session();
        var random = new Random(63);
        List<double> at = [];
        for (TimeSpan now = TimeSpan.Zero; now < TimeSpan.FromHours(1); now = session.Deadline)
        {
            if (now < session.Deadline) continue;
            if (session.OnTimer(now, random.NextDouble(), _buffer) > 0) at.Add(now.TotalSeconds);
        }

        Assert.InRange(at[0], 2.5 * 0.5 / 1.21828, 2.5 * 1.5 / 1.21828);
        double[] gaps = at.Zip(at.Skip(1), (a, b) => b - a).ToArray();
        Assert.All(gaps, gap => Assert.InRange(gap, 2.05, 6.16));
        Assert.InRange(gaps.Average(), 4.5, 5.5);
    }

    [Fact]
    public void Who_has_sent_reports_as_a_sender_with_the_stream_clock_of_now()
    {
        RtcpSession session = Session();
        session.OnSent(160, 8000, Seconds(1));
        session.OnSent(160, 8160, Seconds(1.02));
        RtcpReader packet = Report(session, Seconds(7));
        Assert.True(SenderReport.TryParse(packet, out SenderReport report));
        Assert.Equal((Ours, 2u, 320u, 0), (report.Ssrc, report.PacketCount, report.OctetCount, report.Reports.Count));
        Assert.Equal((s_epoch + Seconds(7)).Value, report.Ntp.Value);
        Assert.Equal(8160u + (uint)(5.98 * 8000), report.RtpTimestamp);
        Assert.True(packet.Read());
        var description = new SourceDescriptionReader(packet);
        Assert.True(description.Read());
        Assert.Equal("tandem"u8.ToArray(), description.Text.ToArray());
    }

    [Fact]
    public void Two_reports_after_the_last_packet_the_sender_is_a_receiver()
    {
        RtcpSession session = Session();
        Assert.Equal(RtcpPacketType.ReceiverReport, Report(session, Seconds(7)).Type);
        session.OnSent(160, 0, Seconds(8));
        Assert.Equal(RtcpPacketType.SenderReport, Report(session, Seconds(20)).Type);
        Assert.Equal(RtcpPacketType.SenderReport, Report(session, Seconds(40)).Type);
        Assert.Equal(RtcpPacketType.ReceiverReport, Report(session, Seconds(60)).Type);
    }

    [Fact]
    public void A_report_block_carries_loss_jitter_and_the_delay_since_the_last_sr()
    {
        RtcpSession session = Session();
        for (int n = 0; n < 100; n++)
        {
            if (n % 10 != 5) Arrive(unchecked((ushort)(65500 + n)), n * 20);
        }

        byte[] sr = Compound((ref RtcpWriter writer) => writer.SenderReport(Theirs, new NtpTimestamp(0x11112222_33334444), 0, 0, 0, default));
        Assert.Equal(RtcpOutcome.None, session.OnDatagram(sr, Seconds(3)));
        RtcpReader packet = Report(session, Seconds(7));
        Assert.True(ReceiverReport.TryParse(packet, out ReceiverReport report));
        Assert.Equal(new ReportBlock(Theirs, 25, 10, 0x1_0000 + 63, 0, 0x22223333, 4 * 65536), report.Reports[0]);
        Assert.True(ReceiverReport.TryParse(Report(session, Seconds(20)), out report));
        Assert.Equal(0, report.Reports.Count);    // nothing heard since
    }

    [Fact]
    public void An_sr_of_a_source_that_has_been_replaced_gives_no_lsr()
    {
        RtcpSession session = Session();
        session.OnDatagram(Compound((ref RtcpWriter writer) => writer.SenderReport(99, new NtpTimestamp(ulong.MaxValue), 0, 0, 0, default)), Seconds(1));
        Arrive(1, 0);
        Assert.True(ReceiverReport.TryParse(Report(session, Seconds(7)), out ReceiverReport report));
        Assert.Equal((0u, 0u), (report.Reports[0].LastSr, report.Reports[0].DelaySinceLastSr));
    }

    [Fact]
    public void Two_sessions_measure_the_round_trip_between_them()
    {
        RtcpSession near = Session();
        var farReception = new ReceptionStatistics(8000, 1);
        var far = new RtcpSession(Theirs, "far"u8, farReception, new RtcpOptions(), NtpTimestamp.FromUnix(TimeSpan.FromDays(3)), TimeSpan.Zero, 0.5);
        TimeSpan skew = TimeSpan.FromHours(5);    // the far side's monotonic clock
        RtpWriter.WriteHeader(_rtp, 0, false, 1, 160, Ours);
        Assert.True(RtpView.TryParse(_rtp, out RtpView view));
        farReception.OnPacket(view, skew + Seconds(1.03));
        near.OnSent(160, 160, Seconds(1));

        byte[] sr = _buffer[..near.OnTimer(Seconds(10), 0, _buffer)];
        far.OnDatagram(sr, skew + Seconds(10.030));
        byte[] rr = _buffer[..far.OnTimer(skew + Seconds(14), 0, _buffer)];
        Assert.Equal(RtcpOutcome.Report, near.OnDatagram(rr, Seconds(14.045)));
        Assert.Equal(75, near.RoundTrip!.Value.TotalMilliseconds, 0.1);
        Assert.Equal(near.RoundTrip, near.LongestRoundTrip);
        Assert.Equal(0, near.RemoteView!.Value.CumulativeLost);
        Assert.Equal(1u, near.RemoteView!.Value.ExtendedHighest);
    }

    [Theory]
    [InlineData(-2, 0.0)]          // their delay rounded up past ours
    [InlineData(65536, 1000.0)]
    public void Round_trips_just_below_zero_are_zero(int units, double milliseconds)
    {
        RtcpSession session = Session();
        session.OnDatagram(About(Ours, lastSr: unchecked((s_epoch + Seconds(9)).Middle - (uint)units)), Seconds(9));
        Assert.Equal(milliseconds, session.RoundTrip!.Value.TotalMilliseconds, 0.1);
    }

    [Fact]
    public void Blocks_about_others_without_lsr_or_from_long_ago_say_nothing_of_the_round_trip()
    {
        RtcpSession session = Session();
        uint now = (s_epoch + Seconds(9)).Middle;
        Assert.Equal(RtcpOutcome.None, session.OnDatagram(About(77, lastSr: now), Seconds(9)));
        Assert.Null(session.RemoteView);
        Assert.Equal(RtcpOutcome.Report, session.OnDatagram(About(Ours, lastSr: 0), Seconds(9)));
        session.OnDatagram(About(Ours, lastSr: now - 60 * 65536), Seconds(9));
        session.OnDatagram(About(Ours, lastSr: now + 60 * 65536), Seconds(9));
        Assert.Null(session.RoundTrip);
        Assert.Equal(4, session.ReportsReceived);
        Assert.Equal(20, session.RemoteJitterMs);
    }

    [Fact]
    public void A_bye_of_the_source_is_told_and_one_of_a_stranger_is_not()
    {
        RtcpSession session = Session();
        Arrive(1, 0);
        Assert.Equal(RtcpOutcome.Bye, session.OnDatagram(Leaving(Theirs), Seconds(1)));
        Assert.Equal(RtcpOutcome.None, session.OnDatagram(Leaving(55), Seconds(1)));

        static byte[] Leaving(uint ssrc) => Compound((ref RtcpWriter writer) => writer.ReceiverReport(ssrc, default) && writer.Bye(ssrc));
    }

    [Fact]
    public void Our_own_ssrc_from_outside_is_a_collision_and_a_new_one_counts_from_zero()
    {
        RtcpSession session = Session();
        session.OnSent(160, 0, Seconds(1));
        Assert.Equal(RtcpOutcome.SsrcCollision, session.OnDatagram(Compound((ref RtcpWriter writer) => writer.ReceiverReport(Ours, default)), Seconds(1)));
        session.ChangeSsrc(0x0C0C0C0C);
        session.OnSent(100, 0, Seconds(2));
        Assert.True(SenderReport.TryParse(Report(session, Seconds(9)), out SenderReport report));
        Assert.Equal((0x0C0C0C0Cu, 1u, 100u), (report.Ssrc, report.PacketCount, report.OctetCount));
    }

    [Fact]
    public void The_last_datagram_is_a_report_and_a_bye_unless_nothing_was_ever_sent()
    {
        Assert.Equal(0, Session().WriteBye(Seconds(1), default, _buffer));
        RtcpSession session = Session();
        session.OnSent(160, 0, Seconds(1));
        int length = session.WriteBye(Seconds(1.5), "hangup"u8, _buffer);
        Assert.True(RtcpReader.TryParse(_buffer.AsSpan(0, length), out RtcpReader packet));
        List<RtcpPacketType> types = [];
        while (packet.Read()) types.Add(packet.Type);
        Assert.Equal([RtcpPacketType.SenderReport, RtcpPacketType.SourceDescription, RtcpPacketType.Bye], types);
        Assert.Equal(TimeSpan.MaxValue, session.Deadline);
    }

    [Fact]
    public void Application_extended_and_feedback_packets_are_passed_over()
    {
        RtcpSession session = Session();
        byte[] datagram = [.. Compound((ref RtcpWriter writer) => writer.ReceiverReport(Theirs, default)),
            .. Convert.FromHexString("80CC000200000001" + "41424344" + "80CF000100000001" + "81CD000200000001" + "00000002" + "81CE000200000001" + "00000002"
                + "80D0000100000001")];
        Assert.Equal(RtcpOutcome.None, session.OnDatagram(datagram, Seconds(1)));
        Assert.Equal(1, session.ReportsReceived);
        Assert.Equal(RtcpOutcome.Malformed, session.OnDatagram(Convert.FromHexString("80CC000200000001" + "41424344"), Seconds(1)));
        Assert.Equal(1, session.Malformed);
    }

    [Fact]
    public void The_largest_report_fits_the_buffer_that_is_asked_for()
    {
        byte[] name = new byte[255];
        name.AsSpan().Fill((byte)'n');
        var session = new RtcpSession(Ours, name, _reception, new RtcpOptions(), s_epoch, TimeSpan.Zero, 0.5);
        Arrive(1, 0);
        session.OnSent(160, 0, Seconds(1));
        int length = session.WriteBye(Seconds(2), name, _buffer);
        Assert.True(RtcpReader.TryParse(_buffer.AsSpan(0, length), out RtcpReader packet));
        int packets = 0;
        while (packet.Read()) packets++;
        Assert.Equal(3, packets);
    }

    [Fact]
    public void A_call_of_reports_allocates_nothing()
    {
        RtcpSession session = Session();
        byte[] incoming = About(Ours, lastSr: s_epoch.Middle);
        Run(1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(2);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Run(int hour)
        {
            for (int second = 0; second < 600; second++)
            {
                TimeSpan now = TimeSpan.FromHours(hour) + Seconds(second);
                Arrive((ushort)second, now.TotalMilliseconds);
                session.OnSent(160, (uint)second * 160, now);
                session.OnDatagram(incoming, now);
                if (now >= session.Deadline) session.OnTimer(now, 0.3, _buffer);
            }
        }
    }

    private delegate bool Write(ref RtcpWriter writer);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static byte[] Compound(Write write)
    {
        var writer = new RtcpWriter(new byte[500]);
        Assert.True(write(ref writer));
        return writer.Written.ToArray();
    }

    private static byte[] About(uint ssrc, uint lastSr) =>
        Compound((ref RtcpWriter writer) => writer.ReceiverReport(Theirs, [new ReportBlock(1, 0, 0, 0, 0, 1, 1), new ReportBlock(ssrc, 0, 0, 1, 160, lastSr, 0)]));

    private RtcpSession Session() => new(Ours, "tandem"u8, _reception, new RtcpOptions(), s_epoch, TimeSpan.Zero, 0.5);

    private RtcpReader Report(RtcpSession session, TimeSpan now)
    {
        int length = session.OnTimer(now, 0, _buffer);
        Assert.True(RtcpReader.TryParse(_buffer.AsSpan(0, length), out RtcpReader packet));
        Assert.True(packet.Read());
        return packet;
    }

    private void Arrive(ushort number, double atMs)
    {
        RtpWriter.WriteHeader(_rtp, 0, false, number, (uint)((long)atMs * 8 & uint.MaxValue), Theirs);
        Assert.True(RtpView.TryParse(_rtp, out RtpView view));
        _reception.OnPacket(view, TimeSpan.FromMilliseconds(atMs));
    }
}
