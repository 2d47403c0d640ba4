using Codecs.G711;
using Codecs.Tones;
using Xunit;

namespace CodecsTests;

public class DtmfDetectorTests
{
    private const string Keys = "123A456B789C*0#D";

    [Theory]
    [InlineData(40, 40)]
    [InlineData(50, 50)]
    [InlineData(100, 60)]
    [InlineData(400, 200)]
    public void Every_key_generated_is_heard_once_through_either_law(int onMs, int offMs)
    {
        foreach (bool muLaw in new[] { true, false })
        {
            List<short> pcm = [];
            foreach (char key in Keys + "1100") pcm.AddRange(Cadence.Dtmf(key, onMs, offMs)!.Render(8000));
            pcm.AddRange(new short[400]);
            Assert.Equal(Keys + "1100", Hear(Through([.. pcm], muLaw)));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-10)]
    [InlineData(-25)]
    public void Levels_from_0_to_25_dB_down_are_heard(double dbm0)
    {
        foreach (char key in Keys) Assert.Equal($"{key}", Hear(Through(Pad(Cadence.Dtmf(key, 60, 0, dbm0)!.Render(8000)), true)));
    }

    [Fact]
    public void Frequencies_may_be_one_and_a_half_percent_off()
    {
        foreach (char key in Keys)
        {
            Assert.True(DtmfKeys.TryFrequencies(key, out double low, out double high));
            foreach (double a in new[] { 0.985, 1, 1.015 })
            {
                foreach (double b in new[] { 0.985, 1, 1.015 }) Assert.Equal($"{key}", Hear(Pad(Pair(low * a, high * b, 6000, 6000, 60))));
            }
        }
    }

    [Theory]
    [InlineData(7, true)]      // the high tone weaker
    [InlineData(-3.5, true)]   // the high tone stronger
    [InlineData(10, false)]
    [InlineData(-6, false)]
    public void Twist_is_taken_as_far_as_lines_cause_it(double db, bool heard)
    {
        foreach (char key in Keys)
        {
            Assert.True(DtmfKeys.TryFrequencies(key, out double low, out double high));
            double ratio = Math.Pow(10, -db / 20);
            short[] pcm = Pad(Pair(low, high, 4000 / Math.Max(1, ratio), 4000 * Math.Min(1, ratio), 80));
            Assert.Equal(heard ? $"{key}" : "", Hear(pcm));
        }
    }

    [Fact]
    public void Noise_15_dB_below_does_not_hide_a_key_and_makes_none()
    {
        var random = new Random(24);
        foreach (char key in Keys)
        {
            short[] pcm = Pad(Cadence.Dtmf(key, 80, 0, -9)!.Render(8000));
            double noise = Signal.Rms(Cadence.Dtmf(key, 80, 0, -9)!.Render(8000)) * Math.Pow(10, -15 / 20.0) * Math.Sqrt(3);
            for (int i = 0; i < pcm.Length; i++) pcm[i] = (short)Math.Clamp(pcm[i] + noise * (2 * random.NextDouble() - 1), -32768, 32767);
            Assert.Equal($"{key}", Hear(pcm));
        }

        short[] alone = new short[8000 * 60];
        for (int i = 0; i < alone.Length; i++) alone[i] = (short)random.Next(-8000, 8000);
        Assert.Equal("", Hear(alone));
    }

    [Fact]
    public void A_break_of_10_ms_is_one_key_and_one_of_40_ms_is_two()
    {
        short[] on = Cadence.Dtmf('5', 60, 0)!.Render(8000);
        Assert.Equal("5", Hear(Pad([.. on, .. new short[80], .. on])));
        Assert.Equal("55", Hear(Pad([.. on, .. new short[320], .. on])));
    }

    [Fact]
    public void Less_than_20_ms_is_no_key()
    {
        foreach (char key in Keys)
        {
            for (int offset = 0; offset < DtmfDetector.BlockLength; offset += 7)
            {
                short[] pcm = [.. new short[offset], .. Cadence.Dtmf(key, 18, 0)!.Render(8000), .. new short[800]];
                Assert.Equal("", Hear(pcm));
            }
        }
    }

    [Fact]
    public void Single_tones_sweeps_and_call_progress_tones_are_no_keys()
    {
        for (double hz = 300; hz < 3400; hz += 17) Assert.Equal("", Hear(Signal.Tone(hz, 8000, 1600, 8000)));
        foreach (Cadence cadence in new[] { Cadence.RingbackNorthAmerica, Cadence.BusyNorthAmerica, Cadence.DialNorthAmerica, Cadence.SpecialInformation })
            Assert.Equal("", Hear(cadence.Render(8000)));
        short[] sweep = new short[8000 * 20];
        double phase = 0;
        for (int i = 0; i < sweep.Length; i++)
        {
            phase += 2 * Math.PI * (300 + 3000.0 * i / sweep.Length) / 8000;
            sweep[i] = (short)(9000 * Math.Sin(phase));
        }

        Assert.Equal("", Hear(sweep));
    }

    [Fact]
    public void Ten_minutes_of_voiced_sounds_are_talked_over_without_a_key()
    {
        // A glottal pulse train of changing pitch through three changing formants: what imitates keys in speech.
        var random = new Random(1963);
        string heard = "";
        for (int minute = 0; minute < 10; minute++) heard += Hear(Voice(random, 8000 * 60));
        Assert.Equal("", heard);
    }

    [Fact]
    public void Any_pieces_give_the_same_keys_and_nothing_is_allocated()
    {
        List<short> pcm = [];
        foreach (char key in Keys) pcm.AddRange(Cadence.Dtmf(key)!.Render(8000));
        short[] all = [.. pcm];
        var detector = new DtmfDetector();
        char[] keys = new char[64];
        int found = detector.Process(all.AsSpan(0, 7), keys);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int at = 7; at < all.Length; at += 33) found += detector.Process(all.AsSpan(at, Math.Min(33, all.Length - at)), keys.AsSpan(found));
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(Keys, new string(keys, 0, found));
    }

    [Fact]
    public void The_key_shows_while_it_is_down()
    {
        var detector = new DtmfDetector();
        char[] keys = new char[4];
        detector.Process(Cadence.Dtmf('#', 60, 0)!.Render(8000), keys);
        Assert.Equal('#', detector.Pressed);
        detector.Process(new short[400], keys);
        Assert.Equal('\0', detector.Pressed);
        Assert.Null(Cadence.Dtmf('x'));
    }

    private static short[] Pair(double low, double high, double lowPeak, double highPeak, int milliseconds)
    {
        short[] pcm = new short[8 * milliseconds];
        for (int i = 0; i < pcm.Length; i++)
            pcm[i] = (short)Math.Round(lowPeak * Math.Sin(2 * Math.PI * low * i / 8000) + highPeak * Math.Sin(2 * Math.PI * high * i / 8000));
        return pcm;
    }

    private static short[] Voice(Random random, int samples)
    {
        double[] sound = new double[samples];
        double pitch = 120, phase = 0;
        double[] formants = [500, 1500, 2500], targets = [500, 1500, 2500], y1 = new double[3], y2 = new double[3];
        for (int i = 0; i < samples; i++)
        {
            if (i % 1200 == 0)
            {
                pitch = 80 + 200 * random.NextDouble();
                targets = [250 + 700 * random.NextDouble(), 800 + 1500 * random.NextDouble(), 2000 + 1200 * random.NextDouble()];
            }

            phase += pitch / 8000;
            double x = 0.02 * (random.NextDouble() - 0.5);
            if (phase >= 1)
            {
                phase -= 1;
                x += 1;
            }

            for (int f = 0; f < 3; f++)
            {
                formants[f] += (targets[f] - formants[f]) * 0.002;
                double radius = Math.Exp(-Math.PI * (60 + 40 * f) / 8000);
                double y = x + 2 * radius * Math.Cos(2 * Math.PI * formants[f] / 8000) * y1[f] - radius * radius * y2[f];
                (y2[f], y1[f]) = (y1[f], y);
                sound[i] += y / (1 << f);
            }
        }

        double peak = 0;
        foreach (double value in sound) peak = Math.Max(peak, Math.Abs(value));
        return Array.ConvertAll(sound, value => (short)(value / peak * 20_000));
    }

    private static short[] Pad(short[] pcm) => [.. new short[333], .. pcm, .. new short[800]];

    private static short[] Through(short[] pcm, bool muLaw)
    {
        byte[] octets = new byte[pcm.Length];
        short[] back = new short[pcm.Length];
        if (muLaw)
        {
            G711.EncodeMuLaw(pcm, octets);
            G711.DecodeMuLaw(octets, back);
        }
        else
        {
            G711.EncodeALaw(pcm, octets);
            G711.DecodeALaw(octets, back);
        }

        return back;
    }

    private static string Hear(short[] pcm)
    {
        char[] keys = new char[pcm.Length / 200 + 1];
        return new string(keys, 0, new DtmfDetector().Process(pcm, keys));
    }
}
