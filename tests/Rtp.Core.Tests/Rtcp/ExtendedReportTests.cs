using System.Buffers.Binary;
using Rtp.Core.Packets;
using Rtp.Core.Rtcp;
using Rtp.Core.Sequencing;
using Xunit;

namespace RtpCoreTests.Rtcp;

/// <summary>RFC 3611, as far as it is read.</summary>
public class ExtendedReportTests
{
    private const uint Ours = 0x0A0A0A0A, Theirs = 0x0B0B0B0B;
    private static readonly NtpTimestamp s_epoch = NtpTimestamp.FromUnix(TimeSpan.FromDays(20_000));

    private readonly RtcpSession _session = new(Ours, "tandem"u8, new ReceptionStatistics(8000, 1), new RtcpOptions(), s_epoch, TimeSpan.Zero, 0.5);

    [Fact]
    public void Voip_metrics_of_our_stream_are_taken_among_blocks_that_are_none_of_our_business()
    {
        byte[] runLengths = [1, 0, 0, 3, .. BitConverter.GetBytes(0L), .. BitConverter.GetBytes(0)];    // loss RLE (§4.1)
        byte[] unknown = [200, 9, 0, 0];
        Assert.Equal(RtcpOutcome.Report, _session.OnDatagram(Compound([.. runLengths, .. unknown, .. Metrics(Ours)]), TimeSpan.Zero));
        VoipMetrics metrics = Assert.NotNull(_session.RemoteMetrics);
        Assert.Equal(new VoipMetrics(Ours, 12, 3, 80, 2, 300, 20_000, 90, 70, 81, 40, 38, 0x40, 60), metrics);
        Assert.True(metrics.ConcealsNothing);
        _session.ChangeSsrc(5);
        Assert.Null(_session.RemoteMetrics);
        Assert.Equal(RtcpOutcome.None, _session.OnDatagram(Compound(Metrics(Ours)), TimeSpan.Zero));
        Assert.Null(_session.RemoteMetrics);
    }

    [Fact]
    public void A_receivers_reference_time_is_echoed_once_with_the_delay_since_it_came()
    {
        NtpTimestamp theirs = NtpTimestamp.FromUnix(TimeSpan.FromDays(19_000));
        byte[] block = [4, 0, 0, 2, .. new byte[8]];
        BinaryPrimitives.WriteUInt64BigEndian(block.AsSpan(4), theirs.Value);
        _session.OnDatagram(Compound(block), TimeSpan.FromSeconds(1));
        var buffer = new byte[RtcpSession.MaxReportLength];
        int length = _session.OnTimer(TimeSpan.FromSeconds(8.5), 0.5, buffer);
        (uint ssrc, ExtendedReportBlockType type, byte[] echo) = Assert.Single(Extended(buffer.AsSpan(0, length)));
        Assert.Equal((Ours, ExtendedReportBlockType.DelaySinceLastReceiverReport, 12), (ssrc, type, echo.Length));
        Assert.Equal(Theirs, BinaryPrimitives.ReadUInt32BigEndian(echo));
        Assert.Equal(theirs.Middle, BinaryPrimitives.ReadUInt32BigEndian(echo.AsSpan(4)));
        Assert.Equal(7.5 * 65536, BinaryPrimitives.ReadUInt32BigEndian(echo.AsSpan(8)));

        length = _session.OnTimer(TimeSpan.FromSeconds(30), 0.5, buffer);
        Assert.Empty(Extended(buffer.AsSpan(0, length)));
    }

    [Fact]
    public void Blocks_that_do_not_fill_their_packet_are_refused_and_short_ones_passed_over()
    {
        Assert.Equal(RtcpOutcome.Malformed, _session.OnDatagram(Compound([7, 0, 0, 9, .. Metrics(Ours)[4..]]), TimeSpan.Zero));    // longer than there is
        Assert.Equal(RtcpOutcome.Malformed, _session.OnDatagram(Compound([7, 0, 255, 255]), TimeSpan.Zero));
        Assert.Equal(RtcpOutcome.None, _session.OnDatagram(Compound([7, 0, 0, 1, 0, 0, 0, 0]), TimeSpan.Zero));
        Assert.Equal(RtcpOutcome.None, _session.OnDatagram(Compound([4, 0, 0, 0]), TimeSpan.Zero));
        Assert.Null(_session.RemoteMetrics);
        var buffer = new byte[RtcpSession.MaxReportLength];
        Assert.Empty(Extended(buffer.AsSpan(0, _session.OnTimer(TimeSpan.FromSeconds(9), 0.5, buffer))));
    }

    [Fact]
    public void No_garbage_in_a_report_throws()
    {
        var random = new Random(3611);
        var buffer = new byte[RtcpSession.MaxReportLength];
        for (int i = 0; i < 200_000; i++)
        {
            byte[] blocks = new byte[4 * random.Next(0, 14)];
            random.NextBytes(blocks);
            if (blocks.Length > 3 && i % 2 == 0) (blocks[0], blocks[2], blocks[3]) = ((byte)random.Next(1, 9), 0, (byte)random.Next(0, 12));
            byte[] datagram = Compound(blocks);
            if (i % 5 == 0) datagram[random.Next(datagram.Length)] = (byte)random.Next(256);
            _session.OnDatagram(datagram, TimeSpan.FromMilliseconds(i));
            if (i % 100 == 0) _session.OnTimer(TimeSpan.FromMilliseconds(i), random.NextDouble(), buffer);
        }
    }

    [Fact]
    public void How_much_losses_cling_together_is_told_from_their_gaps()
    {
        var alone = new ReceptionStatistics(8000, 1);
        var clinging = new ReceptionStatistics(8000, 1);
        for (int i = 0; i < 10_000; i++)
        {
            if (i % 100 != 50) Count(alone, i);
            if (i % 500 is < 50 or >= 55) Count(clinging, i);
        }
        Assert.Equal((100, 100), (alone.PacketsLost, clinging.PacketsLost));
        Assert.Equal(1, alone.BurstRatio);                                  // 1 packet at a time, 0.99 of what chance would have
        Assert.Equal(5 * 0.99, clinging.BurstRatio, 6);
        Assert.Equal(1, new ReceptionStatistics(8000).BurstRatio);
    }

    private static void Count(ReceptionStatistics statistics, int number)
    {
        var packet = new byte[172];
        RtpWriter.WriteHeader(packet, 0, false, (ushort)number, (uint)number * 160, 1);
        Assert.True(RtpView.TryParse(packet, out RtpView view));
        statistics.OnPacket(view, TimeSpan.FromMilliseconds(20 * number));
    }

    private static byte[] Metrics(uint ssrc)
    {
        byte[] block = [7, 0, 0, 8, 0, 0, 0, 0, 12, 3, 80, 2, 300 >> 8, 300 & 255, 20_000 >> 8, 20_000 & 255, 0, 90, 0, 70, 0, 0, 127, 16, 81, 127, 40, 38, 0x40, 0, 0, 60, 0, 120, 0, 200];
        BinaryPrimitives.WriteUInt32BigEndian(block.AsSpan(4), ssrc);
        return block;
    }

    /// <summary>An empty RR, then an XR of these blocks.</summary>
    private static byte[] Compound(byte[] blocks)
    {
        byte[] datagram = [0x80, 201, 0, 1, 0, 0, 0, 0, 0x80, 207, 0, (byte)(1 + blocks.Length / 4), 0, 0, 0, 0, .. blocks];
        BinaryPrimitives.WriteUInt32BigEndian(datagram.AsSpan(4), Theirs);
        BinaryPrimitives.WriteUInt32BigEndian(datagram.AsSpan(12), Theirs);
        return datagram;
    }

    /// <summary>The XR blocks of a compound.</summary>
    private static List<(uint Ssrc, ExtendedReportBlockType Type, byte[] Block)> Extended(ReadOnlySpan<byte> compound)
    {
        List<(uint, ExtendedReportBlockType, byte[])> blocks = [];
        Assert.True(RtcpReader.TryParse(compound, out RtcpReader packet));
        while (packet.Read())
        {
            if (packet.Type != RtcpPacketType.ExtendedReport) continue;
            Assert.True(ExtendedReportReader.TryParse(packet, out ExtendedReportReader report));
            while (report.Read()) blocks.Add((report.Ssrc, report.Type, report.Block.ToArray()));
        }
        return blocks;
    }
}
