using Codecs;
using Codecs.Wav;
using Tandem.Media;
using Tandem.Tts;
using Xunit;

namespace Appliance.Tests.Tts;

public sealed class PromptLibraryTests : IDisposable
{
    private readonly TestSpeech _speech = new();
    private readonly PromptLibrary _prompts;

    public PromptLibraryTests() => _prompts = new PromptLibrary(_speech.Service, limitBytes: 2_000_000);

    public void Dispose() => _speech.Dispose();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static async Task<List<Prompt>> Say(PromptLibrary library, string text, string voice = "default")
    {
        List<Prompt> prompts = [];
        await foreach (Prompt prompt in library.SayAsync(text, voice, ct: Ct)) prompts.Add(prompt);
        return prompts;
    }

    [Fact]
    public async Task A_text_becomes_one_prompt_a_sentence_at_the_rate_of_calls_without_clipping()
    {
        List<Prompt> said = await Say(_prompts, "Thank you for calling. Press 1 for sales.");
        Assert.Equal(["Thank you for calling.", "Press one for sales."], said.Select(p => p.Name));
        foreach (Prompt prompt in said)
        {
            short[] pcm = prompt.Pcm.ToArray();
            Assert.InRange(prompt.Duration.TotalSeconds, 0.8, 2.5);
            Assert.InRange(pcm.Max(s => Math.Abs((int)s)), 8_000, 28_000);
            double rms = Math.Sqrt(pcm.Average(s => (double)s * s));
            Assert.InRange(pcm.Average(s => s), -0.01 * rms, 0.01 * rms);
            Assert.InRange(20 * Math.Log10(rms / 32768), -24, -12);
        }
    }

    [Fact]
    public async Task All_callers_share_one_prompt_and_the_speech_is_made_once()
    {
        await _speech.Service.Ready;
        List<Prompt>[] said = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Say(_prompts, "All our agents are busy.")));
        Assert.All(said, prompts => Assert.Same(said[0].Single(), prompts.Single()));
        Assert.Equal(1, _speech.Service.Synthesised);
        Assert.Equal(1, _prompts.Use.Prompts);
    }

    [Fact]
    public async Task Texts_said_ahead_are_in_memory_when_they_are_wanted()
    {
        await _prompts.PreloadAsync(["Welcome. Press 1.", "Goodbye."], ct: Ct);
        Assert.Equal((3, 3L), (_prompts.Use.Prompts, _speech.Service.Synthesised));
        await Say(_prompts, "Welcome. Goodbye.");
        Assert.Equal(3, _speech.Service.Synthesised);
    }

    [Fact]
    public async Task Memory_is_bounded_and_what_was_not_used_for_longest_is_forgotten()
    {
        var small = new PromptLibrary(_speech.Service, limitBytes: 60_000);
        Prompt kept = (await Say(small, "This one is used all the time.")).Single();
        for (int i = 1; i <= 6; i++)
        {
            await Say(small, $"Number {i}.");
            Assert.Same(kept, (await Say(small, "This one is used all the time.")).Single());
        }
        Assert.InRange(small.Use.Bytes, 1, 60_000);
        Assert.InRange(small.Use.Prompts, 2, 6);
    }

    [Fact]
    public async Task A_caller_who_hangs_up_ends_the_wait()
    {
        using var hangUp = new CancellationTokenSource();
        await using IAsyncEnumerator<Prompt> said = _prompts.SayAsync("One. Two. Three. Four.", ct: hangUp.Token).GetAsyncEnumerator(Ct);
        Assert.True(await said.MoveNextAsync());
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (await said.MoveNextAsync())
            {
            }
        });
    }

    [Fact]
    public async Task An_unknown_voice_and_an_empty_text_are_told()
    {
        Assert.Equal(SpeechFailure.UnknownVoice, (await Assert.ThrowsAsync<SpeechException>(() => Say(_prompts, "Hello.", "klingon"))).Failure);
        Assert.Equal(SpeechFailure.BadRequest, (await Assert.ThrowsAsync<SpeechException>(() => Say(_prompts, " "))).Failure);
        Assert.Equal(SpeechFailure.BadRequest, (await Assert.ThrowsAsync<SpeechException>(() => _prompts.PreloadAsync(["Fine.", "..."], ct: Ct))).Failure);
    }

    [Theory]
    [InlineData(8000, 1)]
    [InlineData(16000, 1)]
    [InlineData(22050, 2)]
    [InlineData(44100, 2)]
    [InlineData(48000, 1)]
    public async Task A_file_of_any_rate_with_one_or_two_channels_becomes_a_prompt(int rate, int channels)
    {
        Prompt prompt = await _prompts.FromFileAsync(Tone(rate, channels, seconds: 0.5), Ct);
        Assert.Equal(0.5, prompt.Duration.TotalSeconds, 0.002);
        short[] middle = prompt.Pcm.Span[1000..3000].ToArray();
        Assert.InRange(Math.Sqrt(middle.Average(s => (double)s * s)) * Math.Sqrt(2), 9900, 10100);
    }

    [Fact]
    public async Task A_file_is_read_once_and_again_when_it_has_changed()
    {
        string path = Tone(16000, 1, 0.5);
        Prompt first = await _prompts.FromFileAsync(path, Ct);
        Assert.Same(first, await _prompts.FromFileAsync(path, Ct));
        File.Move(Tone(8000, 1, 0.25), path, overwrite: true);
        Assert.Equal(0.25, (await _prompts.FromFileAsync(path, Ct)).Duration.TotalSeconds, 0.001);
    }

    [Fact]
    public async Task A_file_that_cannot_be_played_is_told_by_name()
    {
        string missing = Path.Combine(_speech.Folder, "missing.wav"), text = Path.Combine(_speech.Folder, "text.wav"), empty = Tone(8000, 1, 0);
        await File.WriteAllTextAsync(text, "no sound", Ct);
        foreach (string path in (string[])[missing, text, empty, _speech.Folder])
            Assert.Contains(path, (await Assert.ThrowsAsync<SpeechException>(() => _prompts.FromFileAsync(path, Ct))).Message, StringComparison.Ordinal);
    }

    /// <summary>A tone of 1 kHz and amplitude 10,000 as a file.</summary>
    private string Tone(int rate, int channels, double seconds)
    {
        int samples = (int)(rate * seconds);
        byte[] file = new byte[WavFile.HeaderLength + samples * channels * 2];
        WavFile.WriteHeader(file, new PcmFormat(rate, channels), (uint)(samples * channels * 2));
        for (int i = 0; i < samples * channels; i++)
            BitConverter.TryWriteBytes(file.AsSpan(WavFile.HeaderLength + 2 * i), (short)Math.Round(10_000 * Math.Sin(2 * Math.PI * 1000 * (i / channels) / rate)));
        string path = Path.Combine(_speech.Folder, $"{Guid.NewGuid():N}.wav");
        File.WriteAllBytes(path, file);
        return path;
    }
}
