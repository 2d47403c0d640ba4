using Rtp.Core.Payloads;
using Xunit;

namespace RtpCoreTests.Payloads;

public class TelephoneEventTests
{
    [Fact]
    public void A_payload_reads_and_writes_as_four_bytes()
    {
        byte[] payload = new byte[4];
        Assert.Equal(4, new TelephoneEvent(11, End: true, Volume: 10, Duration: 0x1234).Write(payload));
        Assert.Equal("0B8A1234", Convert.ToHexString(payload));
        Assert.True(TelephoneEvent.TryParse(payload, out TelephoneEvent back));
        Assert.Equal(new TelephoneEvent(11, true, 10, 0x1234), back);
        Assert.Equal('#', back.Key);
        Assert.True(TelephoneEvent.TryParse([1, 0x7F, 0, 160, 99], out back));    // R set, a byte too many
        Assert.Equal(new TelephoneEvent(1, false, 63, 160), back);
        Assert.False(TelephoneEvent.TryParse([1, 10, 0], out _));
    }

    [Fact]
    public void The_sixteen_keys_map_both_ways_and_nothing_else_does()
    {
        const string keys = "0123456789*#ABCD";
        for (int i = 0; i < 256; i++) Assert.Equal(i < 16 ? keys[i] : '\0', TelephoneEvent.KeyOf((byte)i));
        for (int i = 0; i < 16; i++) Assert.Equal(i, TelephoneEvent.CodeOf(keys[i]));
        Assert.Equal(12, TelephoneEvent.CodeOf('a'));
        Assert.Equal(-1, TelephoneEvent.CodeOf('E'));
        Assert.Equal(-1, TelephoneEvent.CodeOf('\0'));
        Assert.Equal(-1, TelephoneEvent.CodeOf('１'));
    }
}
