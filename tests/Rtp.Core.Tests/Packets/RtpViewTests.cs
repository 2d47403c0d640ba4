using Rtp.Core.Packets;
using Xunit;

namespace RtpCoreTests.Packets;

public class RtpViewTests
{
    [Fact]
    public void A_written_header_reads_back_field_by_field()
    {
        byte[] packet = new byte[14];
        Assert.Equal(12, RtpWriter.WriteHeader(packet, 101, marker: true, 0xABCD, 0x01020304, 0xF0E0D0C0));
        packet[12] = 7;
        packet[13] = 9;
        Assert.Equal("80E5ABCD01020304F0E0D0C00709", Convert.ToHexString(packet));
        Assert.True(RtpView.TryParse(packet, out RtpView view));
        Assert.Equal(101, view.PayloadType);
        Assert.True(view.Marker);
        Assert.Equal(0xABCD, view.SequenceNumber);
        Assert.Equal(0x01020304u, view.Timestamp);
        Assert.Equal(0xF0E0D0C0u, view.Ssrc);
        Assert.Equal(12, view.HeaderLength);
        Assert.Equal([7, 9], view.Payload.ToArray());
        Assert.Equal(0, view.CsrcCount);
        Assert.False(view.HasExtension);
        Assert.Equal(0, view.ExtensionProfile);
        Assert.False(view.Extensions.Read());
    }

    [Fact]
    public void Csrcs_extension_and_padding_are_kept_out_of_the_payload()
    {
        byte[] packet = Convert.FromHexString("B200000100000002000000030000000A0000000BBEDE00011122330055AABB000003");
        Assert.True(RtpView.TryParse(packet, out RtpView view));
        Assert.Equal(2, view.CsrcCount);
        Assert.Equal(0x0Au, view.Csrc(0));
        Assert.Equal(0x0Bu, view.Csrc(1));
        Assert.Equal(28, view.HeaderLength);
        Assert.Equal(HeaderExtensionReader.OneByteProfile, view.ExtensionProfile);
        Assert.Equal([0x55, 0xAA, 0xBB], view.Payload.ToArray());
        Assert.Equal(3, view.PaddingLength);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("8000000000000000000000", "one byte short")]
    [InlineData("400000000000000000000000", "version 1")]
    [InlineData("C00000000000000000000000", "version 3")]
    [InlineData("810000000000000000000000", "no room for the CSRC")]
    [InlineData("900000000000000000000000", "no extension head")]
    [InlineData("900000000000000000000000BEDE0001", "extension word missing")]
    [InlineData("900000000000000000000000BEDEFFFF00", "extension past the end")]
    [InlineData("A00000000000000000000000", "padding bit, nothing to hold the count")]
    [InlineData("A0000000000000000000000000", "padding of 0")]
    [InlineData("A00000000000000000000000AA03", "padding longer than the payload")]
    public void What_is_no_RTP_packet_is_refused(string hex, string why)
    {
        Assert.False(RtpView.TryParse(Convert.FromHexString(hex), out _), why);
    }

    [Fact]
    public void A_payload_that_is_all_padding_is_empty()
    {
        Assert.True(RtpView.TryParse(Convert.FromHexString("A000000000000000000000000002"), out RtpView view));
        Assert.True(view.Payload.IsEmpty);
    }

    [Fact]
    public void Rewriting_keeps_marker_csrcs_and_payload()
    {
        byte[] packet = Convert.FromHexString("8188000100000002000000030000000A55AA");
        RtpWriter.Rewrite(packet, 0, 0x1234, 0x55667788, 0x99AABBCC);
        Assert.Equal("818012345566778899AABBCC0000000A55AA", Convert.ToHexString(packet));
        RtpWriter.Rewrite(packet, 8, marker: false, 0x1235, 0x55667789, 0x99AABBCC);
        Assert.Equal("810812355566778999AABBCC0000000A55AA", Convert.ToHexString(packet));
    }

    [Fact]
    public void Random_bytes_never_throw_and_what_parses_lies_within_the_packet()
    {
        var random = new Random(3550);
        byte[] packet = new byte[64];
        for (int i = 0; i < 200_000; i++)
        {
            Span<byte> datagram = packet.AsSpan(0, random.Next(packet.Length + 1));
            random.NextBytes(datagram);
            if (datagram.Length > 0 && i % 4 != 0) datagram[0] = (byte)(0x80 | (datagram[0] & 0x3F));
            if (datagram.Length > 15 && i % 3 == 0) datagram[14] = datagram[15] = 0;
            if (!RtpView.TryParse(datagram, out RtpView view)) continue;
            Assert.Equal(datagram.Length, view.HeaderLength + view.Payload.Length + view.PaddingLength);
            Assert.True(RtpView.TryMeasureHeader(datagram, out int headerLength));
            Assert.Equal(view.HeaderLength, headerLength);
            HeaderExtensionReader extensions = view.Extensions;
            int walked = 0;
            while (extensions.Read()) walked += extensions.Value.Length + 1;
            Assert.True(walked <= view.ExtensionData.Length);
            for (int n = 0; n < view.CsrcCount; n++) view.Csrc(n);
        }
    }

    [Fact]
    public void Reading_and_writing_allocate_nothing()
    {
        byte[] packet = new byte[172];
        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Run()
        {
            for (ushort n = 0; n < 1000; n++)
            {
                RtpWriter.WriteHeader(packet, 0, false, n, n * 160u, 1);
                if (!RtpView.TryParse(packet, out RtpView view) || view.SequenceNumber != n) throw new InvalidOperationException();
                RtpWriter.Rewrite(packet, 8, n, 1, 2);
            }
        }
    }
}
