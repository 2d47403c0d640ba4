using Codecs.Opus;
using Xunit;

namespace CodecsTests;

public class OpusPacketTests
{
    [Theory]
    [InlineData(0, OpusMode.Silk, OpusBandwidth.Narrow, 480)]
    [InlineData(3, OpusMode.Silk, OpusBandwidth.Narrow, 2880)]
    [InlineData(5, OpusMode.Silk, OpusBandwidth.Medium, 960)]
    [InlineData(10, OpusMode.Silk, OpusBandwidth.Wide, 1920)]
    [InlineData(12, OpusMode.Hybrid, OpusBandwidth.SuperWide, 480)]
    [InlineData(15, OpusMode.Hybrid, OpusBandwidth.Full, 960)]
    [InlineData(16, OpusMode.Celt, OpusBandwidth.Narrow, 120)]
    [InlineData(19, OpusMode.Celt, OpusBandwidth.Narrow, 960)]
    [InlineData(20, OpusMode.Celt, OpusBandwidth.Wide, 120)]
    [InlineData(26, OpusMode.Celt, OpusBandwidth.SuperWide, 480)]
    [InlineData(31, OpusMode.Celt, OpusBandwidth.Full, 960)]
    public void Table_2_of_the_RFC(int configuration, OpusMode mode, OpusBandwidth bandwidth, int samples)
    {
        Assert.True(OpusPacket.TryParse([(byte)(configuration << 3), 1, 2], out OpusPacket packet));
        Assert.Equal(new OpusPacket(mode, bandwidth, 1, 1, samples, false), packet);
        Assert.True(OpusPacket.TryParse([(byte)(configuration << 3 | 4), 1, 2], out packet));
        Assert.Equal(2, packet.Channels);
    }

    [Theory]
    [InlineData("08", 960)]                  // one frame of nothing: DTX
    [InlineData("09", 1920)]                 // two of nothing
    [InlineData("0901020304", 1920)]         // two alike
    [InlineData("0A0201020304", 1920)]       // two, the first of 2 bytes
    [InlineData("0B03010203", 2880)]         // three of one byte
    [InlineData("0B830101AABBCC", 2880)]     // three, told lengths
    [InlineData("0B4302AABBCC0000", 2880)]   // three, two bytes of padding
    [InlineData("0B06010203040506", 5760)]   // 120 ms
    [InlineData("030A0102030405060708090A", 4800)]
    public void Codes_0_to_3_are_counted(string hex, int samples) => Assert.Equal(samples, OpusPacket.SamplesAt48k(Convert.FromHexString(hex)));

    [Theory]
    [InlineData("")]                 // R1
    [InlineData("09010203")]         // R3: two alike of an odd length
    [InlineData("0A")]               // R4: no length
    [InlineData("0AFC")]             // half a length
    [InlineData("0A0401020304")]     // fits
    [InlineData("0A05010203")]       // longer than the packet
    [InlineData("0B")]               // R6: no count
    [InlineData("0B00")]             // R5: no frame
    [InlineData("0B0701020304050607")]    // 140 ms
    [InlineData("0B0301020304")]     // R6: three alike of 4 bytes
    [InlineData("0B43FF")]           // padding length cut
    [InlineData("0B4305AABB")]       // padding longer than the packet
    [InlineData("0B83")]             // R7: lengths cut
    [InlineData("0B830A0AAABB")]     // longer than the packet
    public void Malformed_packets_are_refused(string hex)
    {
        bool fits = hex == "0A0401020304";    // the boundary: the second frame is empty
        Assert.Equal(fits, OpusPacket.TryParse(Convert.FromHexString(hex), out _));
    }

    [Fact]
    public void A_frame_of_more_than_1275_bytes_is_refused()
    {
        byte[] packet = new byte[1277];
        packet[0] = 8;
        Assert.Equal(0, OpusPacket.SamplesAt48k(packet));
        Assert.Equal(960, OpusPacket.SamplesAt48k(packet.AsSpan(0, 1276)));
    }

    [Theory]
    [InlineData("08", true)]
    [InlineData("0800", true)]
    [InlineData("080000", false)]
    [InlineData("0B83000001", true)]
    [InlineData("0B8300000102", false)]
    public void A_packet_whose_frames_are_empty_is_silence(string hex, bool silence)
    {
        Assert.True(OpusPacket.TryParse(Convert.FromHexString(hex), out OpusPacket packet));
        Assert.Equal(silence, packet.IsSilence);
    }
}
