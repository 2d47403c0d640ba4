using Codecs.Resampling;
using Xunit;

namespace CodecsTests;

public class ResamplerTests
{
    private const double Full = 20_000;

    public static TheoryData<int, int> Rates => new()
    {
        { 22050, 8000 }, { 24000, 8000 }, { 16000, 8000 }, { 48000, 8000 }, { 44100, 8000 }, { 11025, 8000 },
        { 8000, 16000 }, { 8000, 48000 }, { 8000, 22050 }, { 48000, 16000 },
    };

    [Theory]
    [MemberData(nameof(Rates))]
    public void What_lies_in_the_pass_band_keeps_its_level_and_its_place(int fromHz, int toHz)
    {
        double edge = 0.9 * Math.Min(fromHz, toHz) / 2;
        foreach (double share in new[] { 0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99 })
        {
            double hz = edge * share;
            short[] output = Resampler.Convert(Signal.Tone(hz, fromHz, fromHz), fromHz, toHz);
            Assert.Equal(toHz, output.Length);
            short[] wanted = Signal.Tone(hz, toHz, toHz);
            ReadOnlySpan<short> steady = Middle(output, toHz);
            double error = 0;
            for (int i = 0; i < toHz; i++)
            {
                if (i > toHz / 20 && i < toHz - toHz / 20) error = Math.Max(error, Math.Abs(output[i] - wanted[i]));
            }

            Assert.InRange(Signal.Db(Signal.Rms(steady) / (Full / Math.Sqrt(2))), -0.01, 0.01);
            Assert.True(error <= 10, $"{hz} Hz: {error} of {Full} away from the tone itself");    // ripple and lag together: 66 dB down
        }
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void What_would_fold_back_is_75_dB_down(int fromHz, int toHz)
    {
        if (toHz > fromHz) return;    // nothing folds
        for (int step = 0; step <= 12; step++)
        {
            double hz = toHz / 2.0 + 5 + (fromHz / 2.0 - toHz / 2.0 - 10) * step / 12;
            short[] output = Resampler.Convert(Signal.Tone(hz, fromHz, fromHz, 32_000), fromHz, toHz);
            double down = Signal.Db(Signal.Rms(Middle(output, toHz)) / (32_000 / Math.Sqrt(2)));
            Assert.True(down < -75, $"{hz} Hz comes through at {down:F1} dB");
        }
    }

    [Theory]
    [InlineData(8000, 16000)]
    [InlineData(8000, 48000)]
    [InlineData(8000, 22050)]
    [InlineData(16000, 48000)]
    public void Images_above_the_old_band_are_75_dB_down(int fromHz, int toHz)
    {
        for (double hz = 200; hz < 0.9 * fromHz / 2; hz += 311)
        {
            short[] output = Resampler.Convert(Signal.Tone(hz, fromHz, fromHz), fromHz, toHz);
            for (double image = fromHz - hz; image < toHz / 2.0; image += fromHz)
            {
                double down = Signal.Db(Signal.Amplitude(Middle(output, toHz), image, toHz) / Full);
                Assert.True(down < -75, $"{hz} Hz shows at {image} Hz with {down:F1} dB");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void Noise_and_distortion_are_70_dB_below_a_tone(int fromHz, int toHz)
    {
        double hz = 1004;
        short[] output = Resampler.Convert(Signal.Tone(hz, fromHz, 2 * fromHz), fromHz, toHz);
        Span<short> steady = output.AsSpan(toHz / 10, toHz);
        double amplitude = Signal.Amplitude(steady, hz, toHz);
        double cosine = 0, sine = 0;
        for (int i = 0; i < steady.Length; i++)
        {
            cosine += steady[i] * Math.Cos(2 * Math.PI * hz * i / toHz) * 2 / steady.Length;
            sine += steady[i] * Math.Sin(2 * Math.PI * hz * i / toHz) * 2 / steady.Length;
        }

        double rest = 0;
        for (int i = 0; i < steady.Length; i++)
        {
            double left = steady[i] - cosine * Math.Cos(2 * Math.PI * hz * i / toHz) - sine * Math.Sin(2 * Math.PI * hz * i / toHz);
            rest += left * left / steady.Length;
        }

        Assert.True(Signal.Db(Math.Sqrt(rest) / (amplitude / Math.Sqrt(2))) < -70);
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void A_stream_in_any_pieces_is_the_whole(int fromHz, int toHz)
    {
        var random = new Random(fromHz ^ toHz);
        short[] input = new short[30_000];
        for (int i = 0; i < input.Length; i++) input[i] = (short)random.Next(-32768, 32768);
        short[] whole = Resampler.Convert(input, fromHz, toHz);
        var resampler = new Resampler(fromHz, toHz);
        for (int round = 0; round < 2; round++)    // a flushed stream starts again from nothing
        {
            List<short> pieces = [];
            for (int at = 0; at < input.Length;)
            {
                int length = Math.Min(input.Length - at, random.Next(0, random.Next(2) == 0 ? 5 : 3000));
                short[] output = new short[resampler.MaxOutput(length)];
                pieces.AddRange(output.AsSpan(0, resampler.Process(input.AsSpan(at, length), output)));
                at += length;
            }

            short[] rest = new short[resampler.MaxFlush];
            pieces.AddRange(rest.AsSpan(0, resampler.Flush(rest)));
            Assert.Equal(whole, pieces);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100)]
    public void Short_inputs_have_their_share_of_output(int length)
    {
        short[] input = new short[length];
        input.AsSpan().Fill(1000);
        Assert.Equal((length * 8000 + 22049) / 22050, Resampler.Convert(input, 22050, 8000).Length);
        Assert.Equal(length * 6, Resampler.Convert(input, 8000, 48000).Length);
    }

    [Fact]
    public void A_constant_keeps_its_value_and_full_scale_does_not_wrap()
    {
        short[] constant = new short[8000];
        constant.AsSpan().Fill(12345);
        Assert.All(Middle(Resampler.Convert(constant, 22050, 8000), 2900).ToArray(), sample => Assert.InRange(sample, 12344, 12346));
        short[] square = new short[22050];
        for (int i = 0; i < square.Length; i++) square[i] = i / 50 % 2 == 0 ? short.MaxValue : short.MinValue;
        short[] output = Resampler.Convert(square, 22050, 8000);
        for (int i = 100; i < 7900; i++)
        {
            double at = i * 22050 / 8000.0 % 100;
            if (at is > 5 and < 45) Assert.True(output[i] > 20_000);
            if (at is > 55 and < 95) Assert.True(output[i] < -20_000);
        }
    }

    [Theory]
    [InlineData(44101, 8000)]
    [InlineData(8001, 8000)]
    [InlineData(7919, 8000)]
    [InlineData(768_000, 8000)]
    public void Ratios_without_small_numbers_are_as_exact(int fromHz, int toHz)
    {
        short[] output = Resampler.Convert(Signal.Tone(1000, fromHz, fromHz), fromHz, toHz);
        Assert.Equal(toHz, output.Length);
        short[] wanted = Signal.Tone(1000, toHz, toHz);
        for (int i = 400; i < toHz - 400; i++) Assert.InRange(output[i] - wanted[i], -10, 10);
        if (fromHz < 9000) return;
        output = Resampler.Convert(Signal.Tone(5000, fromHz, fromHz), fromHz, toHz);
        Assert.True(Signal.Db(Signal.Rms(Middle(output, toHz)) / (Full / Math.Sqrt(2))) < -75);
    }

    [Fact]
    public void Equal_rates_copy()
    {
        Assert.Equal([1, 2, 3], Resampler.Convert([1, 2, 3], 8000, 8000));
    }

    [Fact]
    public void Streaming_allocates_nothing()
    {
        var resampler = new Resampler(48000, 8000);
        short[] input = new short[960], output = new short[resampler.MaxOutput(960)];
        resampler.Process(input, output);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) resampler.Process(input, output);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static ReadOnlySpan<short> Middle(short[] output, int length) => output.AsSpan(length / 10, length - length / 5);
}
