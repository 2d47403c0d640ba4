using Rtp.Core.Demultiplexing;
using Xunit;
using static Rtp.Core.Demultiplexing.PacketKind;

namespace RtpCoreTests.Demultiplexing;

public class PacketClassifierTests
{
    [Theory]
    [InlineData(0, 3, Stun)]
    [InlineData(4, 15, Unknown)]
    [InlineData(16, 19, Zrtp)]
    [InlineData(20, 63, Dtls)]
    [InlineData(64, 79, TurnChannel)]
    [InlineData(80, 127, Unknown)]
    [InlineData(128, 191, PacketKind.Rtp)]
    [InlineData(192, 255, Unknown)]
    public void The_first_byte_decides_as_RFC_7983_says(int from, int to, PacketKind kind)
    {
        for (int first = from; first <= to; first++) Assert.Equal(kind, PacketClassifier.Classify((byte)first, 0));
    }

    [Fact]
    public void Second_bytes_192_to_223_are_RTCP_and_only_under_an_RTP_first_byte()
    {
        for (int second = 0; second < 256; second++)
        {
            Assert.Equal(second is >= 192 and <= 223 ? PacketKind.Rtcp : PacketKind.Rtp, PacketClassifier.Classify(0x80, (byte)second));
            Assert.Equal(Dtls, PacketClassifier.Classify(22, (byte)second));
        }
    }

    [Fact]
    public void One_byte_is_nothing()
    {
        Assert.Equal(Unknown, PacketClassifier.Classify([]));
        Assert.Equal(Unknown, PacketClassifier.Classify([0x80]));
        Assert.Equal(PacketKind.Rtcp, PacketClassifier.Classify([0x80, 200]));
    }
}
