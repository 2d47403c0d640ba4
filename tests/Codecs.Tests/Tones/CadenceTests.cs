using Codecs.Tones;
using Xunit;

namespace CodecsTests;

public class CadenceTests
{
    [Fact]
    public void North_American_ringback_is_two_seconds_of_440_and_480_and_four_of_silence()
    {
        short[] period = Cadence.RingbackNorthAmerica.Render(8000);
        Assert.Equal(48_000, period.Length);
        Span<short> on = period.AsSpan(100, 15_800);
        Assert.Equal(-16, Dbm0(Signal.Amplitude(on, 440, 8000)), 0.1);
        Assert.Equal(-16, Dbm0(Signal.Amplitude(on, 480, 8000)), 0.1);
        Assert.Equal(-13, Dbm0(Signal.Rms(on) * Math.Sqrt(2)), 0.2);
        Assert.True(Dbm0(Signal.Amplitude(on, 460, 8000)) < -60);
        Assert.Equal(0, Signal.Rms(period.AsSpan(16_000)));
    }

    [Fact]
    public void European_and_special_tones_are_those_of_E180()
    {
        Assert.Equal(TimeSpan.FromSeconds(5), Cadence.RingbackEurope.Period);
        Assert.Equal(TimeSpan.FromSeconds(1), Cadence.BusyEurope.Period);
        Assert.Equal(TimeSpan.FromSeconds(0.5), Cadence.CongestionEurope.Period);
        short[] special = Cadence.SpecialInformation.Render(8000);
        Assert.Equal(8000 * 1990 / 1000, special.Length);
        foreach ((int at, double hz) in new[] { (0, 950.0), (2640, 1400.0), (5280, 1800.0) })
            Assert.Equal(-13, Dbm0(Signal.Amplitude(special.AsSpan(at + 100, 2400), hz, 8000)), 0.1);
        Assert.Equal(0, Signal.Rms(special.AsSpan(7920)));
    }

    [Fact]
    public void Tones_start_and_stop_without_a_click()
    {
        short[] busy = Cadence.BusyNorthAmerica.Render(8000);
        int peak = busy.Max(sample => Math.Abs((int)sample));
        foreach (int edge in new[] { 0, 1, 3998, 3999 }) Assert.True(Math.Abs((int)busy[edge]) < peak / 8, $"{busy[edge]} of {peak} at {edge}");
    }

    [Fact]
    public void A_dial_tone_goes_on_without_a_break_and_pieces_are_the_whole()
    {
        var generator = new ToneGenerator(Cadence.DialNorthAmerica, 8000);
        short[] whole = new short[80_000];
        generator.Fill(whole);
        Assert.Equal(-16, Dbm0(Signal.Amplitude(whole.AsSpan(72_000), 350, 8000)), 0.1);
        for (int i = 7900; i < 8100; i += 40) Assert.InRange(Signal.Rms(whole.AsSpan(i, 800)), 2000, 4200);
        var again = new ToneGenerator(Cadence.DialNorthAmerica, 8000);
        short[] pieces = new short[80_000];
        var random = new Random(1);
        for (int at = 0; at < pieces.Length;)
        {
            int length = Math.Min(pieces.Length - at, random.Next(400));
            again.Fill(pieces.AsSpan(at, length));
            at += length;
        }

        Assert.Equal(whole, pieces);
    }

    [Fact]
    public void Filling_allocates_nothing()
    {
        var generator = new ToneGenerator(Cadence.SpecialInformation, 8000);
        short[] frame = new short[160];
        generator.Fill(frame);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) generator.Fill(frame);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static double Dbm0(double peak) => Signal.Db(peak / 32_124) + 3.17;
}
