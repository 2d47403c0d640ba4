using System.Text;
using Rtp.Core.Rtcp;
using Xunit;

namespace RtpCoreTests.Rtcp;

public class RtcpPacketTests
{
    private static readonly ReportBlock s_block = new(0x01020304, 25, -3, 0x0001FFFF, 17, 0xAABBCCDD, 0x00010000);

    [Fact]
    public void A_compound_is_written_byte_for_byte_and_reads_back()
    {
        Span<byte> buffer = stackalloc byte[200];
        var writer = new RtcpWriter(buffer);
        Assert.True(writer.SenderReport(0x11111111, new NtpTimestamp(0x0102030405060708), 99, 1000, 160_000, [s_block]));
        Assert.True(writer.Cname(0x11111111, "ab"u8));
        Assert.True(writer.Bye(0x11111111, "done"u8));
        Assert.Equal(
            "81C8000C" + "11111111" + "0102030405060708" + "00000063" + "000003E8" + "00027100"
            + "01020304" + "19FFFFFD" + "0001FFFF" + "00000011" + "AABBCCDD" + "00010000"
            + "81CA0003" + "11111111" + "01026162" + "00000000"
            + "81CB0003" + "11111111" + "04646F6E" + "65000000",
            Convert.ToHexString(writer.Written));

        Assert.True(RtcpReader.TryParse(writer.Written, out RtcpReader packet));
        Assert.True(packet.Read());
        Assert.True(SenderReport.TryParse(packet, out SenderReport report));
        Assert.Equal(0x11111111u, report.Ssrc);
        Assert.Equal(0x03040506u, report.Ntp.Middle);
        Assert.Equal(99u, report.RtpTimestamp);
        Assert.Equal(1000u, report.PacketCount);
        Assert.Equal(160_000u, report.OctetCount);
        Assert.Equal(1, report.Reports.Count);
        Assert.Equal(s_block, report.Reports[0]);
        Assert.False(ReceiverReport.TryParse(packet, out _));

        Assert.True(packet.Read());
        var description = new SourceDescriptionReader(packet);
        Assert.True(description.Read());
        Assert.Equal((0x11111111u, SourceDescriptionReader.Cname, "ab"), (description.Ssrc, description.Item, Encoding.UTF8.GetString(description.Text)));
        Assert.False(description.Read());

        Assert.True(packet.Read());
        Assert.True(Goodbye.TryParse(packet, out Goodbye goodbye));
        Assert.True(goodbye.Names(0x11111111));
        Assert.False(goodbye.Names(1));
        Assert.Equal("done", Encoding.UTF8.GetString(goodbye.Reason));
        Assert.False(packet.Read());
    }

    [Fact]
    public void A_receiver_report_without_blocks_is_eight_bytes()
    {
        var writer = new RtcpWriter(stackalloc byte[8]);
        Assert.True(writer.ReceiverReport(5, default));
        Assert.Equal("80C9000100000005", Convert.ToHexString(writer.Written));
        Assert.False(writer.Bye(5));
        Assert.False(writer.Cname(5, "x"u8));
        Assert.Equal(8, writer.Length);
    }

    [Theory]
    [InlineData(0x7FFFFF)]
    [InlineData(-0x800000)]
    [InlineData(0)]
    [InlineData(-1)]
    public void Cumulative_loss_has_24_bits_and_a_sign(int lost)
    {
        byte[] bytes = new byte[ReportBlock.Length];
        (s_block with { CumulativeLost = lost }).Write(bytes);
        Assert.Equal(lost, ReportBlock.Read(bytes).CumulativeLost);
        Assert.Equal(25, ReportBlock.Read(bytes).FractionLost);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(255)]
    public void Sdes_chunks_of_any_text_length_are_walked(int length)
    {
        byte[] buffer = new byte[600];
        var writer = new RtcpWriter(buffer);
        byte[] text = Encoding.ASCII.GetBytes(new string('c', length));
        Assert.True(writer.Cname(1, text));
        Assert.Equal(0, writer.Length & 3);
        byte[] two = [0x82, 202, 0, (byte)((writer.Length - 4) / 2), .. writer.Written[4..], .. writer.Written[4..]];
        Assert.True(RtcpReader.TryParse(two, out RtcpReader packet, allowReducedSize: true));
        Assert.True(packet.Read());
        var description = new SourceDescriptionReader(packet);
        Assert.True(description.Read());
        Assert.True(description.Read());
        Assert.Equal(text, description.Text.ToArray());
        Assert.False(description.Read());
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("80C900", "no header")]
    [InlineData("40C9000100000005", "version")]
    [InlineData("80C9000200000005", "length past the end")]
    [InlineData("80CA000100000005", "starts with SDES")]
    [InlineData("80C900010000000580", "three bytes left over")]
    [InlineData("80C900010000000500CB0000", "second packet's version")]
    [InlineData("A0C90002000000050000000480CB0000", "padding before the last packet")]
    [InlineData("80C9000100000005A0CB0001000000FF", "padding longer than the packet")]
    [InlineData("80C9000100000005A0CB000100000003", "padding of no whole word")]
    [InlineData("80C9000100000005A0CB000100000000", "padding of 0")]
    public void A_datagram_with_any_fault_is_dropped_whole(string hex, string why)
    {
        Assert.False(RtcpReader.TryParse(Convert.FromHexString(hex), out _), why);
    }

    [Fact]
    public void Padding_is_not_part_of_the_body_and_reduced_size_is_taken_where_allowed()
    {
        Assert.True(RtcpReader.TryParse(Convert.FromHexString("A1CB00020000000500000004"), out RtcpReader packet, allowReducedSize: true));
        Assert.True(packet.Read());
        Assert.Equal(4, packet.Body.Length);
        Assert.True(Goodbye.TryParse(packet, out Goodbye goodbye) && goodbye.Names(5) && goodbye.Reason.IsEmpty);
    }

    [Fact]
    public void Counts_that_the_body_does_not_hold_are_refused()
    {
        foreach (string hex in new[] { "81C8000600000005" + "0000000000000000" + "0000000000000000" + "0000000000000000"[..8], "81C9000100000005", "82CB000100000005" })
        {
            Assert.True(RtcpReader.TryParse(Convert.FromHexString(hex), out RtcpReader packet, allowReducedSize: true), hex);
            Assert.True(packet.Read());
            Assert.False(SenderReport.TryParse(packet, out _));
            Assert.False(ReceiverReport.TryParse(packet, out _));
            Assert.False(Goodbye.TryParse(packet, out _));
        }
    }

    [Fact]
    public void Random_and_damaged_datagrams_never_throw()
    {
        var random = new Random(3550);
        byte[] sound = new byte[200];
        var writer = new RtcpWriter(sound);
        writer.SenderReport(1, new NtpTimestamp(2), 3, 4, 5, [s_block, s_block]);
        writer.Cname(1, "someone@example"u8);
        writer.Bye(1, "because"u8);
        int length = writer.Length, read = 0;
        for (int i = 0; i < 200_000; i++)
        {
            byte[] datagram = sound[..(i % 3 == 0 ? random.Next(length + 1) : length)];
            if (i % 5 == 0) random.NextBytes(datagram);
            for (int n = random.Next(4); n > 0 && datagram.Length > 0; n--) datagram[random.Next(datagram.Length)] = (byte)random.Next(256);
            if (!RtcpReader.TryParse(datagram, out RtcpReader packet, allowReducedSize: true)) continue;
            while (packet.Read())
            {
                read++;
                if (SenderReport.TryParse(packet, out SenderReport sent) && sent.Reports.Count > 0) _ = sent.Reports[sent.Reports.Count - 1];
                if (ReceiverReport.TryParse(packet, out ReceiverReport received) && received.Reports.Count > 0) _ = received.Reports[0];
                if (Goodbye.TryParse(packet, out Goodbye goodbye)) goodbye.Names(0);
                var description = new SourceDescriptionReader(packet);
                while (description.Read()) _ = description.Text.Length;
            }
        }

        Assert.True(read > 100_000);
    }

    [Fact]
    public void Ntp_time_is_seconds_since_1900_in_32_32()
    {
        Assert.Equal(2_208_988_800UL << 32, NtpTimestamp.FromUnix(TimeSpan.Zero).Value);
        Assert.Equal(0x8000_0000UL, NtpTimestamp.FromUnix(TimeSpan.FromSeconds(0.5)).Value & uint.MaxValue);
        Assert.Equal(0x0001_8000u, NtpTimestamp.ToMiddle(TimeSpan.FromSeconds(1.5)));
        Assert.Equal(uint.MaxValue, NtpTimestamp.ToMiddle(TimeSpan.FromDays(2)));
        Assert.Equal(0u, NtpTimestamp.ToMiddle(TimeSpan.FromSeconds(-1)));
        Assert.Equal(TimeSpan.FromSeconds(-1.5), NtpTimestamp.FromMiddle(-0x18000));
    }
}
