using Tandem.Tts;
using Xunit;

namespace Appliance.Tests.Tts;

/// <summary>A voice with speakers and another rate, dropped into the operator's folder, works like the one that ships.</summary>
public sealed class DroppedInVoiceTests : IDisposable
{
    private readonly TestSpeech _speech = new();

    public DroppedInVoiceTests() =>
        TinyVoice.Install(_speech.Options.VoicesFolder!, "en_US-tiny-medium", VoiceTests.Vector("config-sample-en_US-arctic-medium.onnx.json"));

    public void Dispose() => _speech.Dispose();

    private async Task<SpokenSentence> Say(string voice, double speed = 1)
    {
        await foreach (SpokenSentence sentence in _speech.Service.SpeakAsync("Hello world.", voice, speed, ct: TestContext.Current.CancellationToken)) return sentence;
        throw new InvalidOperationException("nothing was said");
    }

    /// <summary>Radians a sample, from the zero crossings of the first half second.</summary>
    private static double PitchOf(SpokenSentence said)
    {
        ReadOnlySpan<short> tone = said.Pcm.AsSpan(0, 10_000);
        int crossings = 0;
        for (int i = 1; i < tone.Length; i++) crossings += tone[i - 1] < 0 != tone[i] < 0 ? 1 : 0;
        return crossings * Math.PI / tone.Length;
    }

    [Theory]
    [InlineData("en_US-tiny-medium", 0)]
    [InlineData("en_US-tiny#slt", 2)]
    [InlineData("en_US-tiny#5", 5)]
    public async Task Each_speaker_has_a_voice_of_its_own(string voice, int speaker)
    {
        SpokenSentence said = await Say(voice);
        Assert.Equal(TinyVoice.SampleRateHz, said.SampleRateHz);
        Assert.Equal(TinyVoice.Pitch(speaker), PitchOf(said), 0.004);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(2.0)]
    [InlineData(0.5)]
    public async Task The_model_is_given_all_ids_and_the_speed_as_length_scale(double speed)
    {
        const int ids = 31;    // of "Hello world."
        double pause = 0.2, seconds = ids * TinyVoice.SamplesPerId / speed / TinyVoice.SampleRateHz + pause;
        Assert.Equal(seconds, (await Say("en_US-tiny", speed)).Duration.TotalSeconds, 0.015);
    }

    [Fact]
    public async Task Voices_speakers_and_speeds_have_cache_entries_of_their_own()
    {
        string[] keys = [(await Say("en_US-tiny")).Key, (await Say("en_US-tiny#1")).Key, (await Say("default")).Key, (await Say("default", 1.5)).Key];
        Assert.Equal(4, keys.Distinct().Count());
        Assert.Equal(keys[0], (await Say("en_US-tiny-medium")).Key);
        Assert.True((await Say("EN_us-TINY")).Cached);
    }

    [Fact]
    public async Task A_file_that_is_no_model_is_refused_with_its_name_and_works_once_it_is_replaced()
    {
        string model = Path.Combine(_speech.Options.VoicesFolder!, "en_US-tiny-medium.onnx");
        byte[] good = await File.ReadAllBytesAsync(model, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(model, good[..^10], TestContext.Current.CancellationToken);
        SpeechException failure = await Assert.ThrowsAsync<SpeechException>(() => Say("en_US-tiny"));
        Assert.Equal(SpeechFailure.Unavailable, failure.Failure);
        Assert.Contains("en_US-tiny-medium.onnx", failure.Message, StringComparison.Ordinal);
        await File.WriteAllBytesAsync(model, good, TestContext.Current.CancellationToken);
        _ = _speech.Service.Voices;
        Assert.Equal(TinyVoice.SampleRateHz, (await Say("en_US-tiny")).SampleRateHz);
    }

    [Fact]
    public async Task A_language_without_a_Piper_voice_is_spoken_by_espeak()
    {
        SpokenSentence said = await Say("de");
        Assert.Equal(22050, said.SampleRateHz);
        Assert.InRange(said.Duration.TotalSeconds, 0.6, 2.5);
        Assert.InRange(said.Pcm.Max(s => Math.Abs((int)s)), 3000, 32767);
    }
}
