using Codecs.L16;
using Xunit;

namespace CodecsTests;

public class L16Tests
{
    [Fact]
    public void The_high_byte_goes_first()
    {
        byte[] octets = new byte[8];
        Assert.Equal(8, L16.Encode([0x0102, -2, short.MinValue, 0], octets));
        Assert.Equal([1, 2, 0xFF, 0xFE, 0x80, 0, 0, 0], octets);
        short[] pcm = new short[4];
        Assert.Equal(4, L16.Decode(octets, pcm));
        Assert.Equal([0x0102, -2, short.MinValue, 0], pcm);
    }

    [Fact]
    public void The_odd_byte_of_a_broken_payload_is_passed_over()
    {
        short[] pcm = new short[1];
        Assert.Equal(1, L16.Decode([0, 5, 9], pcm));
        Assert.Equal(5, pcm[0]);
    }
}
