using Rtp.Core.Packets;
using Xunit;

namespace RtpCoreTests.Packets;

public class HeaderExtensionTests
{
    [Fact]
    public void One_byte_elements_with_padding_between_are_read_in_order()
    {
        Assert.Equal("1:AA 2:BBCC 14:00112233445566778899AABBCCDDEEFF", Elements(0xBEDE, "10AA0021BBCC0000" + "EF00112233445566778899AABBCCDDEEFF000000"));
    }

    [Fact]
    public void Two_byte_elements_may_be_empty_and_ignore_the_appbits()
    {
        Assert.Equal("1: 7:AABB 255:55", Elements(0x1005, "01000702AABBFF0155000000"));
    }

    [Theory]
    [InlineData(0xBEDE, "10AAF0BB10CC0000", "1:AA")]
    [InlineData(0xBEDE, "10AA0000" + "2FBB0000", "1:AA")]
    [InlineData(0xBEDE, "03AABBCC", "")]
    [InlineData(0x1000, "010102FF", "1:02")]
    [InlineData(0x1000, "0101020304FF0000", "1:02")]
    [InlineData(0x1234, "10AA0000", "")]
    [InlineData(0xBEDE, "00000000", "")]
    public void Identifier_15_a_cut_element_and_foreign_profiles_end_the_walk(int profile, string hex, string expected)
    {
        Assert.Equal(expected, Elements((ushort)profile, hex));
    }

    [Fact]
    public void What_the_writer_made_is_found_by_identifier()
    {
        HeaderExtensionWriter writer = new(stackalloc byte[12]);
        Assert.True(writer.TryAdd(1, [0x85]));
        Assert.True(writer.TryAdd(3, [1, 2, 3]));
        Assert.False(writer.TryAdd(15, [1]));
        Assert.False(writer.TryAdd(0, [1]));
        Assert.False(writer.TryAdd(4, default));
        Assert.False(writer.TryAdd(4, new byte[17]));
        Assert.False(writer.TryAdd(4, new byte[6]));
        byte[] packet = new byte[30];
        int length = RtpWriter.WriteHeader(packet, 0, false, 1, 2, 3, HeaderExtensionReader.OneByteProfile, writer.Finish());
        Assert.Equal(24, length);
        Assert.True(RtpView.TryParse(packet, out RtpView view));
        Assert.Equal(24, view.HeaderLength);
        Assert.Equal(6, view.Payload.Length);
        Assert.True(HeaderExtensionReader.TryFind(view, 3, out ReadOnlySpan<byte> value));
        Assert.Equal([1, 2, 3], value.ToArray());
        Assert.False(HeaderExtensionReader.TryFind(view, 2, out _));
    }

    private static string Elements(ushort profile, string hex)
    {
        List<string> found = [];
        foreach (HeaderExtensionReader element in new HeaderExtensionReader(profile, Convert.FromHexString(hex)))
            found.Add($"{element.Id}:{Convert.ToHexString(element.Value)}");
        return string.Join(' ', found);
    }
}
