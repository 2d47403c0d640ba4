using Codecs.G711;
using Xunit;

namespace CodecsTests;

public class G711Tests
{
    [Theory]
    [InlineData(0, 0xFF, 0xD5)]
    [InlineData(-1, 0x7F, 0x55)]
    [InlineData(32767, 0x80, 0xAA)]
    [InlineData(-32768, 0x00, 0x2A)]
    [InlineData(1000, 0xCE, 0xFA)]
    [InlineData(-1000, 0x4E, 0x7A)]
    [InlineData(8159, 0x9F, 0x8A)]
    public void Samples_encode_to_the_octets_of_the_recommendation(int sample, int muLaw, int aLaw)
    {
        byte[] octet = new byte[1];
        G711.EncodeMuLaw([(short)sample], octet);
        Assert.Equal(muLaw, octet[0]);
        G711.EncodeALaw([(short)sample], octet);
        Assert.Equal(aLaw, octet[0]);
    }

    [Fact]
    public void Levels_decode_to_the_values_of_the_recommendation()
    {
        Assert.Equal([-32124, 32124, -8, 0, 0, 8], Decode(G711.DecodeMuLaw, 0x00, 0x80, 0x7E, 0x7F, 0xFF, 0xFE));
        Assert.Equal([-5504, 5504, -8, 8, -32256, 32256], Decode(G711.DecodeALaw, 0x00, 0x80, 0x55, 0xD5, 0x2A, 0xAA));
    }

    [Fact]
    public void Every_octet_survives_decoding_and_encoding()
    {
        byte[] all = All();
        short[] pcm = new short[256];
        byte[] again = new byte[256];
        G711.DecodeMuLaw(all, pcm);
        G711.EncodeMuLaw(pcm, again);
        all[0x7F] = 0xFF;    // µ-law has two zeros; the negative one decodes to 0
        Assert.Equal(all, again);
        all = All();
        G711.DecodeALaw(all, pcm);
        G711.EncodeALaw(pcm, again);
        Assert.Equal(all, again);
    }

    [Fact]
    public void Every_sample_decodes_within_half_a_step_of_itself()
    {
        short[] pcm = new short[65536];
        for (int i = 0; i < pcm.Length; i++) pcm[i] = (short)(i - 32768);
        byte[] octets = new byte[pcm.Length];
        short[] back = new short[pcm.Length];
        G711.EncodeMuLaw(pcm, octets);
        G711.DecodeMuLaw(octets, back);
        for (int i = 0; i < pcm.Length; i++)
        {
            int magnitude = Math.Abs((int)pcm[i]);
            int step = magnitude >= 32_124 ? 2048 : 8 << Math.Max(0, (int)Math.Log2((magnitude + 132) / 128.0));
            Assert.True(Math.Abs(pcm[i] - back[i]) <= step / 2 + 4, $"µ-law {pcm[i]} became {back[i]}");
        }

        G711.EncodeALaw(pcm, octets);
        G711.DecodeALaw(octets, back);
        for (int i = 0; i < pcm.Length; i++)
        {
            int step = 16 << Math.Max(0, (int)Math.Log2(Math.Max(1, Math.Abs((int)pcm[i])) / 256.0));
            Assert.True(Math.Abs(pcm[i] - back[i]) <= step / 2, $"A-law {pcm[i]} became {back[i]}");
        }
    }

    [Fact]
    public void Encoding_is_monotone_and_symmetric()
    {
        short[] pcm = new short[32768];
        short[] mirrored = new short[pcm.Length];
        for (int i = 0; i < pcm.Length; i++) (pcm[i], mirrored[i]) = ((short)i, (short)~i);
        foreach (bool muLaw in new[] { true, false })
        {
            byte[] positive = new byte[pcm.Length], negative = new byte[pcm.Length];
            short[] levels = new short[pcm.Length];
            if (muLaw) G711.EncodeMuLaw(pcm, positive);
            else G711.EncodeALaw(pcm, positive);
            if (muLaw) G711.EncodeMuLaw(mirrored, negative);
            else G711.EncodeALaw(mirrored, negative);
            if (muLaw) G711.DecodeMuLaw(positive, levels);
            else G711.DecodeALaw(positive, levels);
            for (int i = 1; i < pcm.Length; i++)
            {
                Assert.True(levels[i] >= levels[i - 1]);
                Assert.Equal(0x80, positive[i] ^ negative[i]);
            }
        }
    }

    [Fact]
    public void Crossing_to_the_other_law_picks_a_nearest_level_or_the_one_beside_it_and_keeps_the_sign()
    {
        byte[] crossed = All();
        G711.MuLawToALaw(crossed);
        AssertClose(G711.DecodeMuLaw, G711.DecodeALaw, crossed);
        crossed = All();
        G711.ALawToMuLaw(crossed);
        AssertClose(G711.DecodeALaw, G711.DecodeMuLaw, crossed);
    }

    [Theory]    // characters of table 3 and table 4, by number from 1 as printed there
    [InlineData(new[] { 1, 2, 3, 16, 17, 32, 33, 34, 36, 37, 48, 49, 50, 64, 65, 80, 81, 82, 128 },
        new[] { 1, 1, 2, 8, 9, 24, 25, 27, 31, 33, 44, 46, 48, 62, 64, 79, 80, 82, 128 })]
    public void Table_3_is_kept_for_both_signs(int[] muLaw, int[] aLaw)
    {
        for (int i = 0; i < muLaw.Length; i++)
        {
            byte[] octets = [(byte)(0xFF ^ (muLaw[i] - 1)), (byte)(0x7F ^ (muLaw[i] - 1))];
            G711.MuLawToALaw(octets);
            Assert.Equal([(byte)(0xD5 ^ (aLaw[i] - 1)), (byte)(0x55 ^ (aLaw[i] - 1))], octets);
        }
    }

    [Theory]
    [InlineData(new[] { 1, 2, 8, 9, 24, 25, 26, 32, 33, 44, 45, 48, 49, 62, 63, 64, 65, 79, 80, 81, 82, 128 },
        new[] { 2, 4, 16, 17, 32, 33, 33, 36, 37, 48, 49, 50, 51, 64, 65, 65, 66, 80, 81, 81, 82, 128 })]
    public void Table_4_is_kept_for_both_signs(int[] aLaw, int[] muLaw)
    {
        for (int i = 0; i < muLaw.Length; i++)
        {
            byte[] octets = [(byte)(0xD5 ^ (aLaw[i] - 1)), (byte)(0x55 ^ (aLaw[i] - 1))];
            G711.ALawToMuLaw(octets);
            Assert.Equal([(byte)(0xFF ^ (muLaw[i] - 1)), (byte)(0x7F ^ (muLaw[i] - 1))], octets);
        }
    }

    [Fact]
    public void A_second_round_trip_through_the_other_law_changes_nothing_more()
    {
        byte[] once = All();
        G711.MuLawToALaw(once);
        G711.ALawToMuLaw(once);
        byte[] twice = (byte[])once.Clone();
        G711.MuLawToALaw(twice);
        G711.ALawToMuLaw(twice);
        Assert.Equal(once, twice);
    }

    [Fact]
    public void Lengths_that_are_no_multiple_of_a_vector_come_out_whole()
    {
        var random = new Random(711);
        for (int length = 0; length < 200; length++)
        {
            short[] pcm = new short[length];
            for (int i = 0; i < length; i++) pcm[i] = (short)random.Next(-32768, 32768);
            byte[] octets = new byte[length];
            short[] back = new short[length];
            G711.EncodeMuLaw(pcm, octets);
            G711.DecodeMuLaw(octets, back);
            for (int i = 0; i < length; i++) Assert.Equal(EncodeOne(G711.EncodeMuLaw, pcm[i]), octets[i]);
            for (int i = 0; i < length; i++) Assert.Equal(Decode(G711.DecodeMuLaw, octets[i])[0], back[i]);
            G711.EncodeALaw(pcm, octets);
            G711.DecodeALaw(octets, back);
            for (int i = 0; i < length; i++) Assert.Equal(EncodeOne(G711.EncodeALaw, pcm[i]), octets[i]);
            for (int i = 0; i < length; i++) Assert.Equal(Decode(G711.DecodeALaw, octets[i])[0], back[i]);
        }
    }

    [Fact]
    public void Coding_allocates_nothing()
    {
        short[] pcm = new short[160];
        byte[] octets = new byte[160];
        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Run()
        {
            G711.EncodeMuLaw(pcm, octets);
            G711.MuLawToALaw(octets);
            G711.DecodeALaw(octets, pcm);
            G711.EncodeALaw(pcm, octets);
            G711.ALawToMuLaw(octets);
            G711.DecodeMuLaw(octets, pcm);
        }
    }

    private delegate void Decoder(ReadOnlySpan<byte> octets, Span<short> pcm);

    private delegate void Encoder(ReadOnlySpan<short> pcm, Span<byte> octets);

    private static void AssertClose(Decoder decodeFrom, Decoder decodeTo, byte[] crossed)
    {
        short[] from = Decode(decodeFrom, All()), to = Decode(decodeTo, crossed), levels = Decode(decodeTo, All());
        for (int i = 0; i < 256; i++)
        {
            Assert.True(Math.Sign(from[i]) * Math.Sign(to[i]) >= 0);
            int nearest = levels.Min(level => Math.Abs(level - from[i]));
            int step = levels.Where(level => level != to[i]).Min(level => Math.Abs(level - to[i]));
            Assert.True(Math.Abs(to[i] - from[i]) <= nearest + step / 2, $"{i:X2}: {from[i]} became {to[i]}");
        }
    }

    private static byte[] All()
    {
        byte[] all = new byte[256];
        for (int i = 0; i < 256; i++) all[i] = (byte)i;
        return all;
    }

    private static byte EncodeOne(Encoder encode, short sample)
    {
        byte[] octet = new byte[1];
        encode([sample], octet);
        return octet[0];
    }

    private static short[] Decode(Decoder decode, params byte[] octets)
    {
        short[] pcm = new short[octets.Length];
        decode(octets, pcm);
        return pcm;
    }
}
