using Tandem.Tts;
using Xunit;

namespace Appliance.Tests.Tts;

public sealed class SpeechServiceTests : IDisposable
{
    private readonly TestSpeech _speech = new();

    public void Dispose() => _speech.Dispose();

    private async Task<List<SpokenSentence>> Speak(string text, string voice = "default", double speed = 1, bool cache = true)
    {
        List<SpokenSentence> sentences = [];
        await foreach (SpokenSentence sentence in _speech.Service.SpeakAsync(text, voice, speed, cache, TestContext.Current.CancellationToken)) sentences.Add(sentence);
        return sentences;
    }

    [Fact]
    public async Task The_voice_that_ships_speaks_a_sentence_at_full_level_without_clipping_or_direct_current()
    {
        SpokenSentence said = Assert.Single(await Speak("Welcome, please choose from the following options."));
        Assert.Null(_speech.Service.Problem);
        Assert.Equal(16000, said.SampleRateHz);
        Assert.InRange(said.Duration.TotalSeconds, 1.8, 4.5);
        Assert.Equal(short.MaxValue, said.Pcm.Max(s => Math.Abs((int)s)));
        Assert.InRange(said.Pcm.Count(s => Math.Abs((int)s) >= 32767), 1, 4);
        double mean = said.Pcm.Average(s => s), rms = Math.Sqrt(said.Pcm.Average(s => (double)s * s));
        Assert.InRange(mean, -0.01 * rms, 0.01 * rms);
        Assert.InRange(20 * Math.Log10(rms / 32768), -26, -9);
    }

    [Theory]
    [InlineData("no-such-voice")]
    [InlineData("broken-medium")]
    public async Task A_default_voice_that_does_not_speak_is_told_and_another_speaks_in_its_place(string chosen)
    {
        using var speech = new TestSpeech(o =>
        {
            TinyVoice.Install(o.VoicesFolder!, "broken-medium", VoiceTests.Vector("config-sample-en_US-lessac-medium.onnx.json"));
            File.WriteAllText(Path.Combine(o.VoicesFolder!, "broken-medium.onnx"), "no model");
            return o with { Voice = chosen };
        });
        await speech.Service.Ready;
        Assert.Contains(chosen, speech.Service.Problem, StringComparison.Ordinal);
        Assert.Equal("en_US-slt_lite-x_low", speech.Service.DefaultVoice);
        Assert.True((await speech.Service.RenderFileAsync("Hello.", ct: TestContext.Current.CancellationToken)).Duration > TimeSpan.Zero);
        Assert.Equal("en_US-slt_lite-x_low", speech.Service.Voices.Single(v => v.IsDefault).Name);
    }

    [Fact]
    public async Task A_text_comes_sentence_by_sentence()
    {
        List<SpokenSentence> said = await Speak("Thank you for calling. Press one for sales; press two for support! Goodbye?");
        Assert.Equal(["Thank you for calling.", "Press one for sales; press two for support!", "Goodbye?"], said.Select(s => s.Text));
    }

    [Fact]
    public async Task Twice_the_speed_is_about_half_the_length()
    {
        TimeSpan normal = (await Speak("This sentence is spoken at two speeds to compare them.")).Single().Duration;
        TimeSpan fast = (await Speak("This sentence is spoken at two speeds to compare them.", speed: 2)).Single().Duration;
        Assert.InRange(fast / normal, 0.4, 0.65);
    }

    [Fact]
    public async Task A_sentence_said_before_comes_from_the_cache_and_survives_a_restart()
    {
        SpokenSentence first = (await Speak("All our agents are busy.")).Single();
        Assert.False(first.Cached);
        _speech.Restart();
        SpokenSentence again = (await Speak("All our agents are busy.")).Single();
        Assert.True(again.Cached);
        Assert.Equal(first.Pcm, again.Pcm);
        Assert.Equal(first.SampleRateHz, again.SampleRateHz);
    }

    [Fact]
    public async Task Ten_callers_asking_at_once_for_one_sentence_cause_one_synthesis()
    {
        await _speech.Service.Ready;
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Speak("Ten callers are asking for this.", cache: false)));
        Assert.InRange(_speech.Service.Synthesised, 1, 3);    // a late one may find the first already done
    }
}
