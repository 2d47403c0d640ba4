using Codecs.G711;
using Codecs.Opus;
using Load.Media;
using Micro.Quality;
using Xunit;

namespace CodecsTests;

/// <summary>What decides in bench/Load whether an engine's sound is right.</summary>
public class AudioJudgeTests
{
    private const int Rate = AudioJudge.RateHz, Frame = AudioJudge.FrameSamples, Delay = 777;
    private const double Opus = 0.8, Plain = 0.99;

    private static readonly short[] s_said = MadeSpeech.Say(seed: 3, seconds: 10), s_other = MadeSpeech.Say(seed: 4, seconds: 10);

    [Fact]
    public void What_comes_out_as_it_went_in_is_right()
    {
        AudioJudge judge = Judge(Heard());
        Assert.True(judge.IsRight(Plain), judge.ToString());
        Assert.InRange(judge.LevelDb, -0.01, 0.01);
    }

    [Fact]
    public void So_is_what_G711_makes_of_it()
    {
        short[] heard = Heard();
        byte[] coded = new byte[heard.Length];
        G711.EncodeALaw(heard, coded);
        G711.DecodeALaw(coded, heard);
        AudioJudge judge = Judge(heard);
        Assert.True(judge.IsRight(Plain), judge.ToString());
    }

    [Theory]
    [InlineData(OpusApplication.Voip, 24_000, 1)]
    [InlineData(OpusApplication.LowDelay, 32_000, 1)]
    [InlineData(OpusApplication.Voip, 24_000, 0.7)]
    public void So_is_what_Opus_makes_of_it_even_3_dB_down(OpusApplication application, int bitrate, double gain)
    {
        AudioJudge judge = Judge(ThroughOpus(Scaled(Heard(), gain), application, bitrate));
        Assert.True(judge.IsRight(Opus), judge.ToString());
        Assert.InRange(judge.LevelDb, 20 * Math.Log10(gain) - 0.3, 20 * Math.Log10(gain) + 0.3);
    }

    [Theory]
    [InlineData(1.6)]
    [InlineData(0.6)]
    public void A_gain_beyond_the_limit_is_wrong(double gain) => AssertWrong(Scaled(Heard(), gain));

    [Fact]
    public void A_level_that_changes_in_the_midst_is_wrong()
    {
        short[] heard = Heard();
        Scaled(heard.AsSpan(3 * Rate, Rate).ToArray(), 0.7).CopyTo(heard, 3 * Rate);
        AssertWrong(heard);
    }

    [Fact]
    public void Silence_is_wrong() => AssertWrong(new short[6 * Rate]);

    [Fact]
    public void Another_prompt_is_wrong() => AssertWrong(s_other[..(6 * Rate)]);

    [Fact]
    public void Too_little_is_wrong() => AssertWrong(Heard()[..(2 * Rate)]);

    [Theory]
    [InlineData(12_000)]
    [InlineData(-9_000)]
    public void One_wrong_sample_is_a_click(int by)
    {
        short[] heard = Heard();
        int at = Quiet(heard);
        heard[at] = (short)Math.Clamp(heard[at] + by, short.MinValue, short.MaxValue);
        Assert.Equal(0, Judge(Heard()).Clicks);
        Assert.True(Judge(heard).Clicks > 0, Judge(heard).ToString());
        AssertWrong(heard);
    }

    [Fact]
    public void A_lost_frame_is_a_gap()
    {
        short[] heard = Heard();
        heard.AsSpan(Loud(heard), 2 * Frame).Clear();
        Assert.True(Judge(heard).Gaps > 0);
        AssertWrong(heard);
    }

    [Fact]
    public void Frames_left_out_again_and_again_are_wrong() =>    // of a single one the sequence numbers tell
        AssertWrong([.. s_said.Skip(Delay).Chunk(Rate / 4).SelectMany(piece => piece.SkipLast(Frame)).Take(6 * Rate)]);

    [Fact]
    public void A_delay_that_is_adapted_is_no_fault()
    {
        short[] heard = Heard();
        int at = Quiet(heard);
        short[] shorter = [.. heard[..at], .. heard[(at + Frame / 4)..]];
        AudioJudge judge = Judge(shorter);
        Assert.True(judge.Likeness > Opus && judge.Gaps == 0, judge.ToString());
    }

    [Fact]
    public void Frames_in_another_order_are_wrong()
    {
        short[] heard = Heard();
        for (int at = 2 * Rate; at + 4 * Frame <= heard.Length; at += 4 * Frame)
        {
            short[] first = heard[at..(at + Frame)];
            heard.AsSpan(at + Frame, Frame).CopyTo(heard.AsSpan(at));
            first.CopyTo(heard, at + Frame);
        }
        AssertWrong(heard);
    }

    [Fact]
    public void Noise_over_it_is_wrong()
    {
        var random = new Random(9);
        short[] heard = Heard();
        for (int i = 0; i < heard.Length; i++) heard[i] = (short)Math.Clamp(heard[i] + random.Next(-6000, 6000), short.MinValue, short.MaxValue);
        AssertWrong(heard);
    }

    [Fact]
    public void The_delay_is_that_of_the_sound()
    {
        short[] heard = Heard();    // begins 777 samples into what was said, and that arrived 50 ms after it was sent
        AudioJudge judge = AudioJudge.Compare(s_said, heard, at => 50_000_000L + (at + Delay) * 125_000L, at => at * 125_000L);
        Assert.InRange(judge.DelayMs, 49.9, 50.1);
    }

    private static AudioJudge Judge(short[] heard) => AudioJudge.Compare(s_said, heard, static _ => 0, static _ => 0);

    private static void AssertWrong(short[] heard)
    {
        AudioJudge judge = Judge(heard);
        Assert.False(judge.IsRight(Opus), judge.ToString());    // by the most lenient rule that is used
    }

    private static short[] Heard() => s_said[Delay..(Delay + 6 * Rate)];

    private static short[] Scaled(short[] pcm, double gain) => [.. pcm.Select(sample => (short)Math.Clamp(Math.Round(sample * gain), short.MinValue, short.MaxValue))];

    private static int Loud(short[] pcm) => Place(pcm, loudest: true);

    private static int Quiet(short[] pcm) => Place(pcm, loudest: false);

    // The frame of the judged part with the most or the least in it.
    private static int Place(short[] pcm, bool loudest) => Enumerable.Range(0, 3 * Rate / Frame).Select(i => 2 * Rate + i * Frame)
        .MaxBy(at => (loudest ? 1 : -1) * pcm.AsSpan(at, Frame).ToArray().Sum(sample => Math.Abs((double)sample)));

    private static short[] ThroughOpus(short[] pcm, OpusApplication application, int bitrate)
    {
        using var encoder = new OpusEncoder(Rate, 1, application) { BitrateBps = bitrate };
        using var decoder = new OpusDecoder(Rate, 1);
        short[] heard = new short[pcm.Length / Frame * Frame];
        byte[] packet = new byte[1500];
        for (int at = 0; at < heard.Length; at += Frame)
        {
            int length = encoder.Encode(pcm.AsSpan(at, Frame), packet);
            decoder.Decode(packet.AsSpan(0, length), heard.AsSpan(at, Frame));
        }
        return heard;
    }
}
