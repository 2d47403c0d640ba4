using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Codecs.G722;
using Xunit;

namespace CodecsTests;

/// <summary>The digests are of what FFmpeg's G.722 coder makes of the same input; it is bit-exact to ITU-T's test sequences.</summary>
public class G722Tests
{
    private const string EncodedDigest = "F0EF5F643764C52787F7C8A73266789EEB781AE65ED08678C8BF3FFA295590FF";
    private const string DecodedDigest = "C5AA8E91727B714E35BB0E68A33707CCE68E0C46D873FF085B5B12A4307A30DA";
    private const string NoiseDecodedDigest = "E62D753861F1BC6EDF7926BF01E66434D1F0679DE8893955F3DF9A936AE3D3CB";

    [Fact]
    public void Encoder_and_decoder_agree_with_the_reference_bit_for_bit()
    {
        short[] pcm = Hard(64_000), heard = new short[64_000];
        byte[] octets = new byte[32_000];
        Assert.Equal(32_000, new G722Encoder().Encode(pcm, octets));
        Assert.Equal(EncodedDigest, Digest(octets));
        Assert.Equal(64_000, new G722Decoder().Decode(octets, heard));
        Assert.Equal(DecodedDigest, Digest(MemoryMarshal.AsBytes(heard.AsSpan())));
    }

    [Fact]
    public void Random_octets_decode_as_with_the_reference()
    {
        byte[] octets = new byte[16_000];
        uint noise = 77;
        for (int i = 0; i < octets.Length; i++) octets[i] = (byte)((noise = Next(noise)) >> 24);
        short[] heard = new short[32_000];
        new G722Decoder().Decode(octets, heard);
        Assert.Equal(NoiseDecodedDigest, Digest(MemoryMarshal.AsBytes(heard.AsSpan())));
    }

    [Fact]
    public void Frames_give_what_the_whole_gives()
    {
        short[] pcm = Hard(6400), whole = new short[6400], framed = new short[6400];
        byte[] wholeOctets = new byte[3200], octets = new byte[3200];
        new G722Encoder().Encode(pcm, wholeOctets);
        new G722Decoder().Decode(wholeOctets, whole);
        var encoder = new G722Encoder();
        var decoder = new G722Decoder();
        for (int i = 0; i < 20; i++)
        {
            encoder.Encode(pcm.AsSpan(i * 320, 320), octets.AsSpan(i * 160));
            decoder.Decode(octets.AsSpan(i * 160, 160), framed.AsSpan(i * 320));
        }

        Assert.Equal(wholeOctets, octets);
        Assert.Equal(whole, framed);
        encoder.Reset();
        decoder.Reset();
        encoder.Encode(pcm, octets);
        decoder.Decode(octets, framed);
        Assert.Equal(wholeOctets, octets);
        Assert.Equal(whole, framed);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(1000)]
    [InlineData(3400)]
    [InlineData(6500)]
    public void A_tone_comes_back_at_its_level(int hz)
    {
        short[] pcm = Signal.Tone(hz, 16_000, 16_000, 8_000), heard = new short[16_000];
        byte[] octets = new byte[8_000];
        new G722Encoder().Encode(pcm, octets);
        new G722Decoder().Decode(octets, heard);
        double got = Signal.Amplitude(heard.AsSpan(1600), hz, 16_000);
        Assert.InRange(Signal.Db(got / 8_000), -0.5, 0.5);
        double power = Signal.Rms(heard.AsSpan(1600)), tone = got / Math.Sqrt(2);
        Assert.True(Signal.Db(tone / Math.Sqrt(Math.Max(1, power * power - tone * tone))) > (hz < 4000 ? 25 : 12), "noise beside the tone");
    }

    [Fact]
    public void No_frame_allocates()
    {
        var encoder = new G722Encoder();
        var decoder = new G722Decoder();
        short[] pcm = Hard(320);
        byte[] octets = new byte[160];
        encoder.Encode(pcm, octets);
        decoder.Decode(octets, pcm);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            encoder.Encode(pcm, octets);
            decoder.Decode(octets, pcm);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    // Triangles from soft to clipped, noise from soft to full, silence: integers only, so that every machine makes the same.
    private static short[] Hard(int samples)
    {
        short[] pcm = new short[samples];
        uint noise = 12345;
        int phase = 0, step = 40;
        for (int i = 0; i < samples; i++)
        {
            if (i % 1600 == 0) step = 40 + i / 1600 * 97 % 3900;
            phase = (phase + step) & 0xFFFF;
            int triangle = phase < 0x8000 ? phase - 0x4000 : 0xC000 - phase;
            noise = Next(noise);
            int rough = unchecked((short)(noise >> 16));
            int sample = (i / 4000 % 8) switch
            {
                0 => triangle,
                1 => triangle / 8 + rough / 16,
                2 => rough,
                3 => rough / 64,
                4 => triangle * 2,
                5 => 0,
                6 => triangle / 2 + rough / 256,
                _ => triangle / 128,
            };
            pcm[i] = (short)Math.Clamp(sample, short.MinValue, short.MaxValue);
        }

        return pcm;
    }

    private static uint Next(uint noise) => unchecked(noise * 1664525 + 1013904223);

    private static string Digest(ReadOnlySpan<byte> bytes) => Convert.ToHexString(SHA256.HashData(bytes));
}
