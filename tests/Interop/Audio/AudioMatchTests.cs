using Interop.Peers;
using Xunit;

namespace Interop.Audio;

public sealed class AudioMatchTests
{
    private const string Prompt = "Welcome to Tandem. For sales press one. For support press two. To speak to an operator, please hold the line.";
    private const string OtherPrompt = "Thank you for calling. Our office is closed today. Please leave your name and number after the tone, and we shall call.";

    private static readonly TimeSpan LeadIn = TimeSpan.FromSeconds(3.217);

    [Theory]
    [InlineData("mu-law")]
    [InlineData("a-law")]
    public async Task Speech_through_G711_somewhere_in_a_recording_passes(string law)
    {
        Sound reference = await Speech.RenderAsync(Prompt);
        Sound recording = Sound.Silence(LeadIn) + await ThroughAsync(reference, law) + Sound.Silence(LeadIn);

        AudioMatch match = AudioMatch.Find(reference, recording);

        Assert.True(match.Passes, match.ToString());
        Assert.InRange(match.Offset.TotalSeconds, LeadIn.TotalSeconds - 0.001, LeadIn.TotalSeconds + 0.001);
        Assert.True(match.Voiced >= 5, match.ToString());
    }

    [Fact]
    public async Task A_clock_20_ppm_fast_passes()
    {
        Sound reference = await Speech.RenderAsync(Prompt);
        Sound recording = await SoxAsync(reference, "speed", "1.00002");

        AudioMatch match = AudioMatch.Find(reference, recording);

        Assert.True(match.Passes, match.ToString());
    }

    [Fact]
    public async Task Another_prompt_in_the_same_voice_fails()
    {
        AudioMatch match = AudioMatch.Find(await Speech.RenderAsync(Prompt), LongSilence() + await Speech.RenderAsync(OtherPrompt) + LongSilence());

        Assert.False(match.Passes, match.ToString());
        Assert.True(match.Windows.Average(w => w.Score) < 0.5, match.ToString());
    }

    [Fact]
    public async Task The_same_words_in_another_voice_fail()
    {
        AudioMatch match = AudioMatch.Find(await Speech.RenderAsync(Prompt), LongSilence() + await Speech.RenderAsync(Prompt, "en-gb") + LongSilence());

        Assert.False(match.Passes, match.ToString());
    }

    [Fact]
    public async Task Silence_and_an_empty_recording_fail()
    {
        Sound reference = await Speech.RenderAsync(Prompt);

        Assert.False(AudioMatch.Find(reference, LongSilence()).Passes);
        Assert.False(AudioMatch.Find(reference, new Sound([])).Passes);
    }

    [Fact]
    public void Silence_does_not_prove_silence() => Assert.False(AudioMatch.Find(LongSilence(), LongSilence()).Passes);

    [Theory]
    [InlineData(20)]
    [InlineData(60)]
    public async Task A_gap_of_some_packets_in_the_middle_fails(int milliseconds)
    {
        Sound reference = await Speech.RenderAsync(Prompt);
        TimeSpan middle = TimeSpan.FromSeconds(3);
        Sound gap = reference.Slice(TimeSpan.Zero, middle) + Sound.Silence(TimeSpan.FromMilliseconds(milliseconds)) + reference.Slice(middle, reference.Duration);

        Assert.False(AudioMatch.Find(reference, gap).Passes);
    }

    [Fact]
    public async Task Half_a_second_that_is_missing_at_the_start_or_the_end_fails()
    {
        Sound reference = await Speech.RenderAsync(Prompt);
        TimeSpan part = TimeSpan.FromSeconds(0.5);

        Assert.False(AudioMatch.Find(reference, LongSilence() + reference.Slice(part, reference.Duration)).Passes);
        Assert.False(AudioMatch.Find(reference, reference.Slice(TimeSpan.Zero, reference.Duration - part) + LongSilence()).Passes);
    }

    [Fact]
    public async Task Garbled_packets_fail()
    {
        Sound reference = await Speech.RenderAsync(Prompt);
        short[] garbled = [.. reference.Samples];
        Random random = new(1);
        for (int packet = 0; packet + 160 <= garbled.Length; packet += 160)
        {
            if (random.Next(5) == 0) garbled.AsSpan(packet, 160).Clear();
        }

        Assert.False(AudioMatch.Find(reference, new Sound(garbled)).Passes);
    }

    [Fact]
    public async Task The_test_signals_of_two_voices_are_told_apart_second_by_second()
    {
        Sound one = await Speech.TestSignalAsync("en-us"), two = await Speech.TestSignalAsync("en-gb-scotland");
        Sound heard = await ThroughAsync(one.Slice(TimeSpan.FromSeconds(41.3), TimeSpan.FromSeconds(6)), "mu-law");

        AudioMatch match = AudioMatch.Find(heard, one);
        Assert.True(match.Passes, match.ToString());
        Assert.Equal(match.Windows.Count, match.Voiced);
        Assert.False(AudioMatch.Find(heard, two).Passes);
    }

    private static Sound LongSilence() => Sound.Silence(TimeSpan.FromSeconds(10));

    private static async Task<Sound> ThroughAsync(Sound sound, string law)
    {
        using TemporaryFolder folder = new();
        string wav = folder.File("in.wav"), coded = folder.File("coded.wav"), back = folder.File("back.wav");
        await sound.SaveAsync(wav);
        await ChildProcess.RunAsync("sox", ["-D", wav, "-e", law, "-b", "8", coded]);
        await ChildProcess.RunAsync("sox", ["-D", coded, "-e", "signed-integer", "-b", "16", back]);
        return await Sound.LoadAsync(back);
    }

    private static async Task<Sound> SoxAsync(Sound sound, params string[] effect)
    {
        using TemporaryFolder folder = new();
        string wav = folder.File("in.wav"), changed = folder.File("out.wav");
        await sound.SaveAsync(wav);
        await ChildProcess.RunAsync("sox", [wav, "-r", "8000", changed, .. effect]);
        return await Sound.LoadAsync(changed);
    }
}
