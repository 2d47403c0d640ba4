using Codecs.Opus;
using Xunit;

namespace CodecsTests;

public class OpusTests
{
    [Fact]
    public void The_library_says_its_version()
    {
        Assert.True(OpusLibrary.IsAvailable, OpusLibrary.Problem);
        Assert.StartsWith("libopus", OpusLibrary.Version, StringComparison.Ordinal);
        Assert.Null(OpusLibrary.Problem);
    }

    [Theory]
    [InlineData(8000)]
    [InlineData(12000)]
    [InlineData(16000)]
    [InlineData(24000)]
    [InlineData(48000)]
    public void A_tone_comes_back_at_every_rate(int rateHz)
    {
        using var encoder = new OpusEncoder(rateHz, 1, OpusApplication.Voip) { BitrateBps = 32_000 };
        using var decoder = new OpusDecoder(rateHz, 1);
        short[] heard = Through(encoder, decoder, Signal.Tone(1000, rateHz, rateHz, 8_000), rateHz / 50);
        Assert.InRange(Signal.Db(Signal.Amplitude(heard.AsSpan(rateHz / 2, rateHz / 4), 1000, rateHz) / 8_000), -1.5, 1.5);
    }

    [Fact]
    public void Stereo_is_heard_as_mono()
    {
        using var encoder = new OpusEncoder(48_000, 2, OpusApplication.Audio) { BitrateBps = 64_000 };
        using var decoder = new OpusDecoder(8_000, 1);
        short[] left = Signal.Tone(500, 48_000, 48_000, 8_000), stereo = new short[96_000];
        for (int i = 0; i < left.Length; i++) stereo[2 * i] = stereo[2 * i + 1] = left[i];
        byte[] packet = new byte[OpusEncoder.MaxPacketBytes];
        short[] heard = new short[8_000];
        for (int i = 0; i < 50; i++)
        {
            int bytes = encoder.Encode(stereo.AsSpan(i * 1920, 1920), packet);
            Assert.True(OpusPacket.TryParse(packet.AsSpan(0, bytes), out OpusPacket parsed));
            Assert.Equal(2, parsed.Channels);
            Assert.Equal(160, decoder.Decode(packet.AsSpan(0, bytes), heard.AsSpan(i * 160)));
        }

        Assert.InRange(Signal.Db(Signal.Amplitude(heard.AsSpan(4000, 3200), 500, 8_000) / 8_000), -1.5, 1.5);
    }

    [Fact]
    public void Settings_are_kept_by_the_library()
    {
        using var encoder = new OpusEncoder(8_000, 1, OpusApplication.Voip)
        {
            Complexity = 3,
            BitrateBps = 17_000,
            InbandFec = true,
            ExpectedLossPercent = 7,
            Dtx = true,
            VariableBitrate = false,
            MaxBandwidth = OpusBandwidth.Wide,
            Signal = OpusSignal.Voice,
        };
        Assert.Equal((3, 17_000, true, 7), (encoder.Complexity, encoder.BitrateBps, encoder.InbandFec, encoder.ExpectedLossPercent));
        Assert.Equal((true, false, OpusBandwidth.Wide, OpusSignal.Voice), (encoder.Dtx, encoder.VariableBitrate, encoder.MaxBandwidth, encoder.Signal));
        Assert.Throws<ArgumentOutOfRangeException>(() => encoder.Complexity = 11);
    }

    [Fact]
    public void What_Opus_has_not_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new OpusEncoder(11_025, 1, OpusApplication.Voip));
        Assert.Throws<ArgumentException>(() => new OpusDecoder(8_000, 3));
        using var encoder = new OpusEncoder(8_000, 1, OpusApplication.Voip);
        Assert.Throws<ArgumentException>(() => encoder.Encode(new short[161], new byte[100]));
        Assert.Throws<ArgumentException>(() => encoder.Encode(new short[240], new byte[100]));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(80)]
    [InlineData(160)]
    [InlineData(320)]
    [InlineData(480)]
    public void Every_length_of_frame_is_coded(int samples)
    {
        using var encoder = new OpusEncoder(8_000, 1, OpusApplication.Voip);
        using var decoder = new OpusDecoder(8_000, 1);
        byte[] packet = new byte[OpusEncoder.MaxPacketBytes];
        int bytes = encoder.Encode(Signal.Tone(400, 8_000, samples), packet);
        Assert.Equal(samples * 6, OpusPacket.SamplesAt48k(packet.AsSpan(0, bytes)));
        Assert.Equal(samples, decoder.Decode(packet.AsSpan(0, bytes), new short[480]));
        Assert.Equal(0, decoder.Decode(packet.AsSpan(0, bytes), new short[samples - 1]));
    }

    [Fact]
    public void A_lost_packet_is_restored_out_of_the_next_better_than_it_is_concealed()
    {
        using var encoder = new OpusEncoder(16_000, 1, OpusApplication.Voip) { BitrateBps = 24_000, InbandFec = true, ExpectedLossPercent = 20 };
        using var whole = new OpusDecoder(16_000, 1);
        using var restoring = new OpusDecoder(16_000, 1);
        using var concealing = new OpusDecoder(16_000, 1);
        double restored = 0, concealed = 0;
        byte[] lost = new byte[OpusEncoder.MaxPacketBytes], next = new byte[OpusEncoder.MaxPacketBytes];
        short[] pcm = Voice(16_000 * 2), wanted = new short[320], got = new short[320], guessed = new short[320];
        for (int i = 0; i + 1 < 100; i += 2)
        {
            int lostBytes = encoder.Encode(pcm.AsSpan(i * 320, 320), lost), nextBytes = encoder.Encode(pcm.AsSpan(i * 320 + 320, 320), next);
            whole.Decode(lost.AsSpan(0, lostBytes), wanted);
            Assert.Equal(320, restoring.DecodeFec(next.AsSpan(0, nextBytes), got));
            Assert.Equal(320, concealing.Conceal(guessed));
            for (int n = 0; n < 320 && i > 10; n++)
            {
                restored += Math.Pow(wanted[n] - got[n], 2);
                concealed += Math.Pow(wanted[n] - guessed[n], 2);
            }

            whole.Decode(next.AsSpan(0, nextBytes), wanted);
            restoring.Decode(next.AsSpan(0, nextBytes), got);
            concealing.Decode(next.AsSpan(0, nextBytes), guessed);
        }

        Assert.True(restored < concealed / 2, $"error of FEC {restored:E1}, of concealment {concealed:E1}");
    }

    [Fact]
    public void In_silence_DTX_leaves_almost_nothing_to_send()
    {
        using var encoder = new OpusEncoder(8_000, 1, OpusApplication.Voip) { Dtx = true, BitrateBps = 16_000 };
        using var decoder = new OpusDecoder(8_000, 1);
        byte[] packet = new byte[OpusEncoder.MaxPacketBytes];
        short[] silence = new short[160];
        int sent = 0;
        for (int i = 0; i < 150; i++)
        {
            int bytes = encoder.Encode(silence, packet);
            if (bytes > 2) sent++;
            Assert.Equal(160, bytes > 2 ? decoder.Decode(packet.AsSpan(0, bytes), silence) : decoder.Conceal(silence));
            silence.AsSpan().Clear();
        }

        Assert.InRange(sent, 1, 30);
    }

    [Fact]
    public void Hostile_packets_neither_throw_nor_end_the_process()
    {
        using var decoder = new OpusDecoder(8_000, 1);
        short[] pcm = new short[decoder.MaxSamples];
        uint noise = 1;
        Span<byte> bytes = stackalloc byte[64];
        for (int i = 0; i < 20_000; i++)
        {
            for (int n = 0; n < bytes.Length; n++) bytes[n] = (byte)((noise = unchecked(noise * 1664525 + 1013904223)) >> 24);
            ReadOnlySpan<byte> packet = bytes[..(i % 65)];
            int wanted = OpusPacket.SamplesAt48k(packet) / 6, samples = decoder.Decode(packet, pcm);
            Assert.True(samples == wanted || samples == 0);
            decoder.DecodeFec(packet, pcm.AsSpan(0, 160));
        }
    }

    [Fact]
    public void No_frame_allocates()
    {
        using var encoder = new OpusEncoder(8_000, 1, OpusApplication.Voip);
        using var decoder = new OpusDecoder(8_000, 1);
        byte[] packet = new byte[OpusEncoder.MaxPacketBytes];
        short[] pcm = Signal.Tone(300, 8_000, 160);
        int bytes = encoder.Encode(pcm, packet);
        decoder.Decode(packet.AsSpan(0, bytes), pcm);
        decoder.Conceal(pcm);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
        {
            bytes = encoder.Encode(pcm, packet);
            decoder.Decode(packet.AsSpan(0, bytes), pcm);
            decoder.DecodeFec(packet.AsSpan(0, bytes), pcm);
            decoder.Conceal(pcm);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static short[] Through(OpusEncoder encoder, OpusDecoder decoder, short[] pcm, int frame)
    {
        byte[] packet = new byte[OpusEncoder.MaxPacketBytes];
        short[] heard = new short[pcm.Length];
        for (int i = 0; i + frame <= pcm.Length; i += frame)
        {
            int bytes = encoder.Encode(pcm.AsSpan(i, frame), packet);
            Assert.Equal(frame, decoder.Decode(packet.AsSpan(0, bytes), heard.AsSpan(i)));
        }

        return heard;
    }

    // Syllables: harmonics of a gliding pitch, four a second.
    private static short[] Voice(int samples)
    {
        short[] pcm = new short[samples];
        double phase = 0;
        for (int i = 0; i < samples; i++)
        {
            phase += 2 * Math.PI * (120 + 30 * Math.Sin(i / 5000.0)) / 16_000;
            double sum = 0;
            for (int k = 1; k <= 12; k++) sum += Math.Sin(k * phase) / k;
            pcm[i] = (short)(6000 * sum * (0.6 + 0.4 * Math.Sin(i * 2 * Math.PI * 4 / 16_000)));
        }

        return pcm;
    }
}
