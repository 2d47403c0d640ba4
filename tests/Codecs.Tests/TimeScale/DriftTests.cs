using System.Runtime.InteropServices;
using Codecs.TimeScale;
using Rtp.Core.Playout;
using Xunit;

namespace CodecsTests;

/// <summary>An hour of simulated time between two clocks that do not agree: jitter buffer and time scaler as a transcoder uses them.</summary>
public class DriftTests
{
    private const int Rate = 8000, Frame = 160, VoiceFrames = 1000;

    private static readonly TimeSpan s_frame = TimeSpan.FromMilliseconds(20), s_hour = TimeSpan.FromHours(1);

    private static readonly short[] s_voice = Voice();
    private static readonly double[] s_slopes = Slopes();

    [Theory]
    [InlineData(200e-6, 0)]
    [InlineData(-200e-6, 0)]
    [InlineData(200e-6, 15)]
    [InlineData(-200e-6, 15)]
    [InlineData(0, 15)]
    public void An_hour_of_drift_neither_clicks_nor_grows_the_delay(double drift, double jitterMs)
    {
        var random = new Random(8);
        var buffer = new JitterBuffer(new PlayoutOptions());
        var scaler = new TimeScaler(Rate);
        var queue = new PcmQueue(1024);
        short[] output = new short[Frame];
        TimeSpan sentAt = TimeSpan.Zero, arrives = Way(random, jitterMs), now = TimeSpan.FromMilliseconds(7);
        TimeSpan spacing = s_frame * (1 - drift);    // a quick sender's 20 ms are shorter
        int number = 0, played = 0, concealed = 0, steps = 0;
        double longest = 0, shortest = double.MaxValue, last = 0, steepestHere = 0, worst = 0;
        var steepest = new double[4];
        for (; now < s_hour; now += s_frame)
        {
            while (arrives <= now)
            {
                var packet = new PlayoutPacket(1, unchecked((ushort)number), unchecked((uint)number * Frame), false, Frame);
                Assert.Equal(PutResult.Stored, buffer.Put(packet, MemoryMarshal.AsBytes(s_voice.AsSpan(number % VoiceFrames * Frame, Frame)), arrives));
                number++;
                sentAt += spacing;
                arrives = Max(arrives, sentAt + Way(random, jitterMs));    // in order, as most networks keep them
            }

            while (queue.Count < Frame)
            {
                PlayoutItem item = buffer.Take(now, TimeSpan.FromSeconds((double)queue.Count / Rate));
                if (item.Kind != PlayoutKind.Frame)
                {
                    if (number > 50) concealed++;
                    queue.Write(output);    // good enough here: the count must stay near zero
                    continue;
                }

                ReadOnlySpan<short> pcm = MemoryMarshal.Cast<byte, short>(item.Payload);
                int written = scaler.Process(pcm, (TimeScaleStep)item.Advice, queue.Room);
                queue.Advance(written);
                if (written != Frame) steps++;
                steepest[played % 4] = s_slopes[played++ % VoiceFrames];
                if (now.TotalSeconds > 60)
                {
                    double delay = (buffer.Delay + TimeSpan.FromSeconds((double)queue.Count / Rate)).TotalMilliseconds - 20;
                    longest = Math.Max(longest, delay);
                    shortest = Math.Min(shortest, delay);
                }
            }

            queue.TryRead(output);
            steepestHere = steepest.Max();
            for (int i = 0; i < Frame; i++)
            {
                if (concealed == 0) worst = Math.Max(worst, Math.Abs(output[i] - last) - 1.25 * steepestHere);
                last = output[i];
            }
        }

        string told = $"delay {shortest:F1} to {longest:F1} ms, {concealed} concealed, {steps} steps, {scaler.Removed} samples, step {worst:F0}, target {buffer.TargetDelay.TotalMilliseconds}, lost {buffer.Lost}, late {buffer.Late}, out {buffer.LeftOut}";
        Assert.True(worst <= 80, told);
        Assert.True(longest < jitterMs + 50, told);
        Assert.True(concealed == 0, told);
        Assert.Equal((0, 0, 0), (buffer.Lost, buffer.Late, buffer.LeftOut));
        if (drift != 0) Assert.InRange(scaler.Removed / (drift * 3600 * Rate), 0.9, 1.1);
    }

    private static TimeSpan Way(Random random, double jitterMs) => TimeSpan.FromMilliseconds(30 + jitterMs * random.NextDouble());

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    // Syllables of a gliding pitch with breath between words.
    private static short[] Voice()
    {
        var random = new Random(5);
        short[] pcm = new short[VoiceFrames * Frame];
        double phase = 0;
        for (int i = 0; i < pcm.Length; i++)
        {
            double time = (double)i / Rate, syllable = Math.Max(0, Math.Sin(2 * Math.PI * 3.3 * time) + 0.5 * Math.Sin(2 * Math.PI * 0.6 * time));
            phase += 2 * Math.PI * (130 + 40 * Math.Sin(2 * Math.PI * 0.4 * time)) / Rate;
            double sum = Math.Sin(phase) + 0.6 * Math.Sin(2 * phase + 1) + 0.5 * Math.Sin(5 * phase) + 0.2 * Math.Sin(14 * phase + 2);
            pcm[i] = (short)(5000 * syllable * sum + random.Next(-20, 21));
        }

        return pcm;
    }

    private static double[] Slopes()
    {
        double[] slopes = new double[VoiceFrames];
        for (int i = 1; i < s_voice.Length; i++) slopes[i / Frame] = Math.Max(slopes[i / Frame], Math.Abs(s_voice[i] - s_voice[i - 1]));
        return slopes;
    }
}
