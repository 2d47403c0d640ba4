using Codecs;
using Codecs.G711;
using Codecs.Wav;
using Xunit;

namespace CodecsTests;

public class WavFileTests
{
    private const string Format8kMono16 = "666D74201000000001000100401F0000803E000002001000";

    [Fact]
    public void A_written_file_reads_back()
    {
        short[] samples = [0, 1, -1, 32767, -32768];
        byte[] file = WavFile.ToBytes(samples, 22050);
        Assert.Equal(54, file.Length);
        Assert.True(WavFile.TryRead(file, out WavInfo info));
        Assert.Equal(new WavInfo(WavEncoding.Pcm, 22050, 1, 16, 44, 10), info);
        Assert.Equal(5, info.Samples);
        short[] back = new short[5];
        Assert.Equal(5, WavFile.DecodeMono(file, info, back));
        Assert.Equal(samples, back);
    }

    [Fact]
    public void The_header_is_the_44_bytes_that_everybody_writes()
    {
        byte[] header = new byte[44];
        WavFile.WriteHeader(header, new PcmFormat(16000, 2), 8);
        Assert.Equal("524946462C00000057415645666D74201000000001000200803E000000FA0000040010006461746108000000", Convert.ToHexString(header));
    }

    [Fact]
    public void Chunks_around_are_passed_over_with_their_padding_byte()
    {
        byte[] file = File("4C49535403000000414243FF" + Format8kMono16 + "66616374040000000A000000" + "64617461040000000100FFFF" + "4944332001000000FF");
        Assert.True(WavFile.TryRead(file, out WavInfo info));
        Assert.Equal(2, info.Samples);
        Assert.Equal(8000, info.RateHz);
        short[] pcm = new short[2];
        WavFile.DecodeMono(file, info, pcm);
        Assert.Equal([1, -1], pcm);
    }

    [Theory]
    [InlineData("64617461FFFFFFFF01000200", 2)]      // still being written
    [InlineData("646174610000000001000200", 2)]      // its writer could not seek back
    [InlineData("646174610800000001000200", 2)]      // cut short
    [InlineData("64617461030000000100FF", 1)]        // half a sample at the end
    [InlineData("6461746100000000", 0)]
    public void The_data_length_is_held_to_what_is_there(string data, int samples)
    {
        Assert.True(WavFile.TryRead(File(Format8kMono16 + data), out WavInfo info));
        Assert.Equal(samples, info.Samples);
    }

    [Fact]
    public void Extensible_stereo_is_averaged_to_mono()
    {
        byte[] file = File("666D742028000000FEFF0200401F0000007D00000400100016001000030000000100000000001000800000AA00389B71" + "646174610800000064009CFF0100FDFF");
        Assert.True(WavFile.TryRead(file, out WavInfo info));
        Assert.Equal(WavEncoding.Pcm, info.Encoding);
        short[] pcm = new short[2];
        Assert.Equal(2, WavFile.DecodeMono(file, info, pcm));
        Assert.Equal([0, -1], pcm);
    }

    [Theory]
    [InlineData("666D74201200000007000100401F0000401F0000010008000000", WavEncoding.MuLaw)]
    [InlineData("666D74201200000006000100401F0000401F0000010008000000", WavEncoding.ALaw)]
    public void G711_files_are_decoded(string format, WavEncoding encoding)
    {
        byte[] file = File(format + "64617461030000007F0112");
        Assert.True(WavFile.TryRead(file, out WavInfo info));
        Assert.Equal(encoding, info.Encoding);
        Assert.Equal(3, info.Samples);
        short[] pcm = new short[3], expected = new short[3];
        Assert.Equal(3, WavFile.DecodeMono(file, info, pcm));
        if (encoding == WavEncoding.MuLaw) G711.DecodeMuLaw([0x7F, 1, 0x12], expected);
        else G711.DecodeALaw([0x7F, 1, 0x12], expected);
        Assert.Equal(expected, pcm);
    }

    [Theory]
    [InlineData("")]
    [InlineData("666D74201000000001000000401F0000803E000002001000" + "6461746100000000")]    // no channels
    [InlineData("666D7420100000000100010000000000803E000002001000" + "6461746100000000")]    // no rate
    [InlineData("666D74200400000001000100" + "6461746100000000")]                            // format too short
    [InlineData("6461746100000000")]                                                         // no format
    [InlineData(Format8kMono16)]                                                             // no data
    [InlineData("4C495354FFFFFFFF4142")]                                                     // a chunk past the end
    public void What_is_no_sound_file_is_refused(string chunks)
    {
        Assert.False(WavFile.TryRead(File(chunks), out _));
    }

    [Fact]
    public void Damaged_files_never_throw()
    {
        byte[] sound = WavFile.ToBytes(new short[100], 8000);
        var random = new Random(44);
        short[] pcm = new short[65536];
        for (int i = 0; i < 50_000; i++)
        {
            byte[] file = sound[..random.Next(sound.Length + 1)];
            for (int n = random.Next(6); n > 0 && file.Length > 0; n--) file[random.Next(Math.Min(file.Length, 60))] = (byte)random.Next(256);
            if (WavFile.TryRead(file, out WavInfo info)) WavFile.DecodeMono(file, info, pcm);
        }
    }

    private static byte[] File(string chunks) => Convert.FromHexString("524946460000000057415645" + chunks);
}
