using System.Net;
using Rtp.Core.Rtcp;
using Tandem.Media;
using Xunit;
using static Appliance.Tests.Media.TestLeg;

namespace Appliance.Tests.Media;

public class RtcpTests
{
    [Fact]
    public void A_talking_leg_reports_about_every_five_seconds_to_the_signalled_port()
    {
        TestLeg leg = Configured();
        leg.Machine.Play(Tone(8000), 1, loop: true, Ms(0));
        leg.RunUntil(TimeSpan.FromSeconds(60));
        SentPacket[] reports = [.. leg.Sent.Where(p => p.IsRtcp)];
        Assert.InRange(reports.Length, 6, 25);
        Assert.All(reports, p => Assert.Equal((MediaComponent.Rtcp, PhoneRtcp, 200), (p.Component, p.Target, p.Bytes[1])));
        Assert.Equal(reports.Length, leg.Machine.Snapshot().RtcpSent);
    }

    [Fact]
    public void A_held_leg_goes_on_reporting()
    {
        TestLeg leg = new();
        leg.Machine.Configure(Settings(send: false, receive: false), Ms(0));
        leg.RunUntil(TimeSpan.FromSeconds(30));
        Assert.Empty(leg.Rtp);
        Assert.NotEmpty(leg.Sent);
    }

    [Fact]
    public void Multiplexed_reports_go_out_of_the_RTP_port()
    {
        TestLeg leg = new();
        leg.Machine.Configure(Settings() with { RemoteRtcp = Phone }, Ms(0));
        leg.RunUntil(TimeSpan.FromSeconds(10));
        Assert.All(leg.Sent, p => Assert.Equal((MediaComponent.Rtp, Phone), (p.Component, p.Target)));
        Assert.NotEmpty(leg.Sent);
    }

    [Fact]
    public void Round_trip_and_the_peers_view_of_us_are_kept()
    {
        TestLeg leg = Configured();
        leg.Machine.Play(Tone(8000), 1, loop: true, Ms(0));
        leg.RunUntil(TimeSpan.FromSeconds(10));
        SentPacket sr = leg.Sent.Last(p => p.IsRtcp);
        uint middle = (uint)(sr.Bytes[10] << 24 | sr.Bytes[11] << 16 | sr.Bytes[12] << 8 | sr.Bytes[13]);

        byte[] report = Report(leg, new ReportBlock(Ssrc, 0, 12, 0, 80, middle, 65536));    // held for one second
        Assert.False(leg.Receive(report, PhoneRtcp, sr.At + Ms(1040), out _, MediaComponent.Rtcp));
        LegStatistics statistics = leg.Machine.Snapshot();
        Assert.InRange(statistics.RoundTripMs!.Value, 39.9, 40.1);
        Assert.Equal((12, 10.0, 1), (statistics.RemoteLost, statistics.RemoteJitterMs, statistics.RtcpReceived));
    }

    [Fact]
    public void What_both_ends_hear_is_rated_by_the_E_model()
    {
        TestLeg leg = Configured();
        Assert.Equal((null, null), (leg.Machine.Snapshot().MeanOpinion, leg.Machine.Snapshot().RemoteMeanOpinion));
        leg.Machine.Play(Tone(8000), 1, loop: true, Ms(0));
        leg.RunUntil(TimeSpan.FromSeconds(10));
        for (ushort i = 0; i < 500; i++)
        {
            if (i % 100 != 50) leg.Receive(Packet(i, i * 160u), Ms(10_000 + 20 * i));
        }
        Assert.Equal(4.33, leg.Machine.Snapshot().MeanOpinion!.Value, 0.01);    // 1 % of losses, one by one

        int sent = leg.Rtp.Count;
        leg.Receive(Report(leg, new ReportBlock(Ssrc, 0, 0, 0, 80, 0, 0)), PhoneRtcp, Ms(20_000), out _, MediaComponent.Rtcp);
        Assert.Equal(4.41, leg.Machine.Snapshot().RemoteMeanOpinion!.Value, 0.01);
        leg.Receive(Report(leg, new ReportBlock(Ssrc, 0, sent / 10, 0, 80, 0, 0)), PhoneRtcp, Ms(20_000), out _, MediaComponent.Rtcp);
        Assert.Equal(3.41, leg.Machine.Snapshot().RemoteMeanOpinion!.Value, 0.02);    // 10 %: R = 66.1
    }

    [Fact]
    public void Reports_of_strangers_are_counted_and_believed_by_nobody()
    {
        TestLeg leg = Configured();
        leg.Receive(Packet(1, 0), Ms(0));
        leg.Receive(Report(leg, new ReportBlock(Ssrc, 0, 12, 0, 80, 0, 0)), Stranger, Ms(10), out _, MediaComponent.Rtcp);
        leg.Receive(Report(leg, new ReportBlock(Ssrc, 0, 12, 0, 80, 0, 0)), Stranger, Ms(10), out _, MediaComponent.Rtp);
        Assert.Equal((0, 2, 0), (leg.Machine.Snapshot().RtcpReceived, leg.Machine.Snapshot().Rejected, leg.Machine.Snapshot().RemoteLost));
        Assert.Equal(PhoneRtcp, RtcpTarget(leg));
    }

    [Fact]
    public void Behind_NAT_reports_go_to_where_the_peers_come_from()
    {
        var nat = new IPEndPoint(IPAddress.Parse("203.0.113.5"), 50000);
        var natRtcp = new IPEndPoint(nat.Address, 61234);
        TestLeg leg = Configured();
        for (int i = 0; i < 7; i++) leg.Receive(Packet((ushort)i, (uint)(160 * i)), nat, Ms(20 * i), out _);
        Assert.Equal(new IPEndPoint(nat.Address, 50001), RtcpTarget(leg));
        leg.Receive(Report(leg, new ReportBlock(Ssrc, 0, 0, 0, 0, 0, 0)), natRtcp, TimeSpan.FromSeconds(21), out _, MediaComponent.Rtcp);
        Assert.Equal(natRtcp, RtcpTarget(leg));
    }

    [Fact]
    public void BYE_is_said_to_a_peer_that_was_spoken_to_and_to_no_other()
    {
        var buffer = new byte[2048];
        Assert.False(Configured().Machine.Close(buffer, Ms(10), out _));
        TestLeg leg = Configured();
        leg.Machine.Play(Tone(800), 1, loop: false, Ms(0));
        leg.RunUntil(Ms(50));
        Assert.True(leg.Machine.Close(buffer, Ms(60), out OutgoingPacket bye));
        Assert.True(RtcpReader.TryParse(buffer.AsSpan(0, bye.Length), out RtcpReader reader));
        List<RtcpPacketType> types = [];
        while (reader.Read()) types.Add(reader.Type);
        Assert.Equal([RtcpPacketType.SenderReport, RtcpPacketType.SourceDescription, RtcpPacketType.Bye], types);
        Assert.Equal([new PlayoutEnded(leg.Handle, 1, false)], leg.Events);
    }

    [Fact]
    public void Silence_ends_in_a_time_out_once_and_a_heard_peer_is_timed_anew()
    {
        TestLeg leg = new();
        leg.Machine.Configure(Settings(timeout: TimeSpan.FromSeconds(60)), Ms(0));
        leg.Receive(Packet(1, 0), TimeSpan.FromSeconds(30));
        leg.RunUntil(TimeSpan.FromSeconds(89.9));
        Assert.DoesNotContain(new MediaTimedOut(leg.Handle), leg.Events);
        leg.RunUntil(TimeSpan.FromSeconds(200));
        Assert.Single(leg.Events, new MediaTimedOut(leg.Handle));
        leg.Receive(Packet(2, 160), TimeSpan.FromSeconds(201));
        leg.RunUntil(TimeSpan.FromSeconds(300));
        Assert.Equal(2, leg.Events.OfType<MediaTimedOut>().Count());
    }

    [Fact]
    public void Held_legs_are_exempt_and_get_their_full_time_when_resumed()
    {
        TestLeg leg = new();
        leg.Machine.Configure(Settings(timeout: TimeSpan.FromSeconds(60)), Ms(0));
        leg.Machine.Configure(Settings(send: false), TimeSpan.FromSeconds(10));
        leg.RunUntil(TimeSpan.FromSeconds(1000));
        leg.Machine.Configure(Settings(timeout: TimeSpan.FromSeconds(60)), TimeSpan.FromSeconds(1000));
        leg.RunUntil(TimeSpan.FromSeconds(1059));
        Assert.Empty(leg.Events);
        leg.RunUntil(TimeSpan.FromSeconds(1061));
        Assert.Equal([new MediaTimedOut(leg.Handle)], leg.Events);
    }

    [Fact]
    public void A_stranger_does_not_keep_a_dead_call_alive()
    {
        TestLeg leg = new();
        leg.Machine.Configure(Settings(timeout: TimeSpan.FromSeconds(10)), Ms(0));
        leg.Receive(Packet(1, 0), Ms(0));
        for (int i = 0; i < 500; i++)
        {
            leg.RunUntil(Ms(20 * i));
            leg.Receive(Packet((ushort)i, 0), Stranger, Ms(20 * i), out _);
        }
        leg.RunUntil(TimeSpan.FromSeconds(10));
        Assert.Contains(new MediaTimedOut(leg.Handle), leg.Events);
    }

    private static TestLeg Configured()
    {
        TestLeg leg = new();
        leg.Machine.Configure(Settings(), Ms(0));
        return leg;
    }

    private static IPEndPoint RtcpTarget(TestLeg leg)
    {
        leg.Sent.Clear();
        leg.RunUntil(TimeSpan.FromSeconds(leg.Machine.Snapshot().RtcpReceived > 0 ? 40 : 20));
        return leg.Sent.Last(p => p.IsRtcp).Target;
    }

    private static byte[] Report(TestLeg leg, ReportBlock block)
    {
        Assert.Equal(Ssrc, leg.Handle.Ssrc);
        var bytes = new byte[256];
        var writer = new RtcpWriter(bytes);
        writer.ReceiverReport(77, [block]);
        writer.Cname(77, "phone"u8);
        return bytes[..writer.Length];
    }
}
