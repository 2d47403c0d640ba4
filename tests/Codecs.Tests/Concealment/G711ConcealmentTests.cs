using Codecs.Concealment;
using Xunit;

namespace CodecsTests;

public class G711ConcealmentTests
{
    [Theory]
    [InlineData(8000)]
    [InlineData(16000)]
    public void Good_sound_passes_3_75_ms_late(int rateHz)
    {
        var concealment = new G711Concealment(rateHz);
        int frame = rateHz / 50, delay = concealment.DelaySamples;
        Assert.Equal(rateHz * 15 / 4000, delay);
        short[] pcm = Signal.Tone(440, rateHz, 10 * frame), heard = (short[])pcm.Clone();
        for (int i = 0; i < 10; i++) concealment.Good(heard.AsSpan(i * frame, frame));
        Assert.Equal(new short[delay], heard[..delay]);
        Assert.Equal(pcm[..^delay], heard[delay..]);
    }

    [Theory]
    [InlineData(8000, 100)]
    [InlineData(8000, 160)]
    [InlineData(16000, 125)]
    [InlineData(16000, 200)]
    public void A_steady_voice_goes_on_through_10_ms_almost_as_it_was(int rateHz, int hz)
    {
        short[] pcm = Buzz(hz, rateHz, rateHz / 2);
        short[] heard = Through(pcm, rateHz, rateHz / 100, lost: i => i == 20);
        int delay = rateHz * 15 / 4000, from = 20 * rateHz / 100;
        double error = 0, power = 0;
        for (int i = from; i < from + 2 * rateHz / 100; i++)
        {
            error += Math.Pow(heard[i + delay] - pcm[i], 2);
            power += Math.Pow(pcm[i], 2);
        }

        Assert.True(10 * Math.Log10(power / error) > 25, $"{10 * Math.Log10(power / error):F1} dB over the error");
    }

    [Theory]
    [InlineData(8000, 130, 1)]
    [InlineData(8000, 130, 2)]
    [InlineData(8000, 130, 3)]
    [InlineData(8000, 130, 8)]
    [InlineData(16000, 210, 3)]
    public void A_gap_begins_and_ends_without_a_click(int rateHz, int hz, int frames)
    {
        short[] pcm = Buzz(hz, rateHz, rateHz);
        short[] heard = Through(pcm, rateHz, rateHz / 50, lost: i => i >= 20 && i < 20 + frames);
        double steepest = 0;
        for (int i = 1; i < pcm.Length; i++) steepest = Math.Max(steepest, Math.Abs(pcm[i] - pcm[i - 1]));
        for (int i = rateHz / 50; i < heard.Length; i++) Assert.True(Math.Abs(heard[i] - heard[i - 1]) <= 1.3 * steepest, $"{heard[i] - heard[i - 1]} at {i}");
    }

    [Fact]
    public void It_fades_by_a_fifth_every_10_ms_and_is_silent_after_60()
    {
        short[] heard = Through(Buzz(200, 8000, 8000), 8000, 80, lost: i => i >= 50);
        double full = Signal.Rms(heard.AsSpan(30 * 80 + 30, 1600));
        for (int i = 0; i < 8; i++)
        {
            double level = Signal.Rms(heard.AsSpan((50 + i) * 80 + 30, 80)) / full;
            double wanted = i == 0 ? 1 : Math.Max(0, 1 - (i - 0.5) * 0.2);
            Assert.InRange(level, wanted - 0.13, wanted + 0.13);
        }

        Assert.Equal(0, Signal.Rms(heard.AsSpan(58 * 80)));
    }

    [Fact]
    public void Loss_before_any_sound_is_silence()
    {
        short[] pcm = Signal.Tone(100, 8000, 480);
        new G711Concealment(8000).Conceal(pcm);
        Assert.Equal(new short[480], pcm);
    }

    [Fact]
    public void Any_length_is_taken_and_none_allocates()
    {
        var concealment = new G711Concealment(8000);
        short[] pcm = Signal.Tone(100, 8000, 960);
        concealment.Good(pcm);
        concealment.Conceal(pcm);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 1; i < 960; i += 7)
        {
            concealment.Good(pcm.AsSpan(0, i));
            if (i % 2 == 0) concealment.Conceal(pcm.AsSpan(0, i));
        }

        concealment.Reset();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static short[] Through(short[] pcm, int rateHz, int frame, Func<int, bool> lost)
    {
        var concealment = new G711Concealment(rateHz);
        short[] heard = (short[])pcm.Clone();
        for (int i = 0; (i + 1) * frame <= pcm.Length; i++)
        {
            if (lost(i)) concealment.Conceal(heard.AsSpan(i * frame, frame));
            else concealment.Good(heard.AsSpan(i * frame, frame));
        }

        return heard;
    }

    private static short[] Buzz(int hz, int rateHz, int samples)
    {
        short[] pcm = new short[samples];
        for (int i = 0; i < samples; i++)
        {
            double angle = 2 * Math.PI * hz * i / rateHz;
            pcm[i] = (short)(6000 * (Math.Sin(angle) + 0.5 * Math.Sin(2 * angle + 1) + 0.4 * Math.Sin(4 * angle + 2)));
        }

        return pcm;
    }
}
