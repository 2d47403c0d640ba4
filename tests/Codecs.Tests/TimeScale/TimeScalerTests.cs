using Codecs.TimeScale;
using Xunit;

namespace CodecsTests;

public class TimeScalerTests
{
    public static TheoryData<int, double> Voices => new() { { 8000, 90 }, { 8000, 210 }, { 16000, 130 }, { 48000, 250 } };

    [Theory]
    [MemberData(nameof(Voices))]
    public void A_period_is_left_out_or_played_twice_and_the_wave_goes_on(int rateHz, double hz)
    {
        short[] pcm = Signal.Tone(hz, rateHz, rateHz, 8000);
        foreach (TimeScaleStep step in new[] { TimeScaleStep.Shorten, TimeScaleStep.Lengthen })
        {
            var scaler = new TimeScaler(rateHz);
            var heard = new List<short>();
            int frame = rateHz / 50, steps = 0;
            short[] output = new short[scaler.MaxOutput(frame)];
            for (int i = 0; i < 50; i++)
            {
                TimeScaleStep now = i % 5 == 2 ? step : TimeScaleStep.Keep;
                int written = scaler.Process(pcm.AsSpan(i * frame, frame), now, output);
                if (written != frame) steps++;
                heard.AddRange(output.AsSpan(0, written));
            }

            Assert.True(steps >= 5, $"{steps} steps");
            Assert.Equal(pcm.Length - heard.Count, scaler.Removed);
            Assert.True(step == TimeScaleStep.Shorten ? heard.Count < pcm.Length : heard.Count > pcm.Length);
            double steepest = 8000 * 2 * Math.PI * hz / rateHz;
            for (int i = 1; i < heard.Count; i++) Assert.True(Math.Abs(heard[i] - heard[i - 1]) < 1.15 * steepest + 60, $"a click at {i} of {heard.Count}");
        }
    }

    [Fact]
    public void Silence_is_cut_where_it_likes()
    {
        var scaler = new TimeScaler(8000);
        short[] output = new short[scaler.MaxOutput(160)];
        Assert.Equal(60, scaler.Process(new short[160], TimeScaleStep.Shorten, output));
        Assert.Equal(260, scaler.Process(new short[160], TimeScaleStep.Lengthen, output));
    }

    [Fact]
    public void What_resembles_itself_nowhere_is_left_until_patience_ends()
    {
        var scaler = new TimeScaler(8000);
        var random = new Random(3);
        short[] pcm = new short[160], output = new short[scaler.MaxOutput(160)];
        int at = -1;
        for (int i = 0; i < 400 && at < 0; i++)
        {
            for (int n = 0; n < 160; n++) pcm[n] = (short)random.Next(-8000, 8000);
            if (scaler.Process(pcm, TimeScaleStep.Shorten, output) != 160) at = i;
        }

        Assert.InRange(at, 10, 100);
    }

    [Fact]
    public void Short_pieces_and_kept_ones_pass_as_they_are()
    {
        var scaler = new TimeScaler(8000);
        short[] pcm = Signal.Tone(200, 8000, 160), output = new short[scaler.MaxOutput(160)];
        Assert.Equal(160, scaler.Process(pcm, TimeScaleStep.Keep, output));
        Assert.Equal(pcm, output[..160]);
        Assert.Equal(79, scaler.Process(pcm.AsSpan(0, 79), TimeScaleStep.Shorten, output));
    }

    [Fact]
    public void No_piece_allocates()
    {
        var scaler = new TimeScaler(8000);
        short[] pcm = Signal.Tone(200, 8000, 160), output = new short[scaler.MaxOutput(160)];
        scaler.Process(pcm, TimeScaleStep.Shorten, output);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) scaler.Process(pcm, i % 2 == 0 ? TimeScaleStep.Shorten : TimeScaleStep.Lengthen, output);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_queue_gives_pieces_of_another_length()
    {
        var queue = new PcmQueue(400);
        short[] piece = new short[160];
        queue.Write([1, 2, 3]);
        Assert.False(queue.TryRead(piece));
        new short[] { 4, 5 }.CopyTo(queue.Room);
        queue.Advance(2);
        Assert.Equal(5, queue.Count);
        Assert.True(queue.TryRead(piece.AsSpan(0, 4)));
        Assert.Equal([1, 2, 3, 4], piece[..4]);
        Assert.Equal(1, queue.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => queue.Advance(400));
        queue.Clear();
        Assert.Equal(0, queue.Count);
    }
}
