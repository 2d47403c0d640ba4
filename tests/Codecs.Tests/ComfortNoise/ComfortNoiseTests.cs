using Codecs.ComfortNoise;
using Xunit;

namespace CodecsTests;

public class ComfortNoiseTests
{
    [Theory]
    [InlineData(30)]
    [InlineData(55)]
    [InlineData(75)]
    public void The_level_octet_is_dB_under_a_square_wave_of_full_scale(int level)
    {
        double rms = Signal.Rms(Noise([(byte)level]));
        Assert.InRange(Signal.Db(rms / 32767), -level - 0.5, -level + 0.5);
    }

    [Theory]
    [InlineData(-0.8f)]
    [InlineData(0.6f)]
    public void A_coloured_spectrum_keeps_its_level_and_its_slope(float k)
    {
        byte octet = (byte)(127 + (int)MathF.Round(k * 32768 / 258));
        short[] noise = Noise([40, octet]);
        Assert.InRange(Signal.Db(Signal.Rms(noise) / 32767), -40.7, -39.3);
        double product = 0, power = 0;
        for (int i = 1; i < noise.Length; i++)
        {
            product += noise[i] * noise[i - 1];
            power += noise[i] * noise[i];
        }

        Assert.InRange(product / power, -k - 0.03, -k + 0.03);
    }

    [Fact]
    public void What_is_analysed_is_generated_alike()
    {
        short[] noise = Noise([45, 50, 180, 110, 140]);
        var analyser = new ComfortNoiseAnalyser(4);
        byte[] payload = new byte[analyser.PayloadBytes];
        for (int i = 0; i + 160 <= noise.Length; i += 160) analyser.Add(noise.AsSpan(i, 160));
        Assert.Equal(5, analyser.Write(payload));
        Assert.InRange(payload[0], 44, 46);
        Assert.InRange(payload[1], 42, 58);
        Assert.InRange(payload[2], 164, 196);
        analyser = new ComfortNoiseAnalyser(0);
        analyser.Add(new short[160]);
        Assert.Equal(1, analyser.Write(payload));
        Assert.Equal(127, payload[0]);
    }

    [Fact]
    public void No_payload_of_a_peer_makes_it_unstable()
    {
        var random = new Random(2);
        var generator = new ComfortNoiseGenerator(5);
        byte[] payload = new byte[30];
        short[] pcm = new short[160];
        for (int i = 0; i < 2_000; i++)
        {
            random.NextBytes(payload);
            payload[0] |= 0x20;    // at most -32 dBov
            generator.Update(payload.AsSpan(0, random.Next(30)));
            generator.Fill(pcm);
        }

        generator.Update([70]);
        for (int i = 0; i < 50; i++) generator.Fill(pcm);
        Assert.InRange(Signal.Rms(pcm), 5, 20);
    }

    [Fact]
    public void Words_are_speech_with_their_ends_and_a_louder_room_becomes_background()
    {
        var activity = new VoiceActivity(8000);
        var random = new Random(1);
        short[] room = new short[160], loud = new short[160], word = Signal.Tone(200, 8000, 160, 3000);
        bool speech = false;
        for (int i = 0; i < 100; i++) Assert.False(activity.Process(Fill(room, 30)));
        for (int i = 0; i < 20; i++) Assert.True(activity.Process(word));
        for (int i = 0; i < 10; i++) Assert.True(activity.Process(Fill(room, 30)));
        for (int i = 0; i < 20; i++) speech = activity.Process(Fill(room, 30));
        Assert.False(speech);
        for (int i = 0; i < 500; i++) speech = activity.Process(Fill(loud, 400));
        Assert.False(speech);
        Assert.True(activity.Process(word));

        short[] Fill(short[] pcm, int peak)
        {
            for (int i = 0; i < pcm.Length; i++) pcm[i] = (short)random.Next(-peak, peak + 1);
            return pcm;
        }
    }

    private static short[] Noise(byte[] payload)
    {
        var generator = new ComfortNoiseGenerator(7);
        generator.Update(payload);
        short[] pcm = new short[40_000];
        generator.Fill(pcm);
        return pcm[8_000..];
    }
}
