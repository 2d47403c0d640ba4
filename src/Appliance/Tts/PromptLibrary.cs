using Tandem.Media;

namespace Tandem.Tts;

/// <summary>Spoken sentences and sound files in memory, each rendered once and shared by all callers.</summary>
/// <remarks>Thread-safe. Bounded: the prompts not used for longest are forgotten; calls that are playing one keep it until they end.</remarks>
public sealed class PromptLibrary
{
    /// <summary>Longest sound file, in bytes: half an hour at 8 kHz, five minutes at 48 kHz.</summary>
    public const int MaxFileBytes = 32_000_000;

    private readonly SpeechService _speech;
    private readonly PromptMemory _memory;

    /// <param name="speech">Makes what is not in memory.</param>
    /// <param name="limitBytes">Bound of all samples together; what encoders make of them comes on top (as much again for G.711).</param>
    public PromptLibrary(SpeechService speech, long limitBytes)
    {
        ArgumentNullException.ThrowIfNull(speech);
        _speech = speech;
        _memory = new PromptMemory(limitBytes);
    }

    /// <summary>Prompts in memory and the bytes of their samples.</summary>
    public (int Prompts, long Bytes) Use => _memory.Use;

    /// <summary>Speaks a text as prompts, one for each sentence: play the first while the next is made.</summary>
    /// <param name="text">As <see cref="SpeechService.SpeakAsync"/>.</param>
    /// <param name="voice">As <see cref="SpeechService.SpeakAsync"/>.</param>
    /// <param name="speed">As <see cref="SpeechService.SpeakAsync"/>.</param>
    /// <param name="ct">Ends the wait, as when the caller hangs up.</param>
    /// <exception cref="SpeechException">From the enumeration: why the text is not spoken.</exception>
    public IAsyncEnumerable<Prompt> SayAsync(string text, string voice = "default", double speed = 1.0, CancellationToken ct = default) =>
        _speech.InTurnAsync(text, voice, speed, (request, token) => GetAsync(request, ahead: false, token), ct);

    /// <summary>Renders texts before anyone waits for them, behind what callers wait for.</summary>
    /// <exception cref="SpeechException">One of the texts cannot be spoken; those before it are ready.</exception>
    public async Task PreloadAsync(IEnumerable<string> texts, string voice = "default", double speed = 1.0, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        await _speech.Ready.WaitAsync(ct).ConfigureAwait(false);    // which voice speaks is known from then on
        foreach (string text in texts)
        {
            foreach (SpeechRequest request in _speech.Plan(text, voice, speed)) _ = await GetAsync(request, ahead: true, ct).ConfigureAwait(false);
        }
    }

    /// <summary>A WAV file as a prompt; read again when it has changed on disk.</summary>
    /// <exception cref="SpeechException">The file is not there, or no audio that can be played.</exception>
    public Task<Prompt> FromFileAsync(string wavPath, CancellationToken ct = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(wavPath);
        return Task.Run(() => FromFile(Path.GetFullPath(wavPath)), ct);    // disk and conversion: not on the caller's thread
    }

    private async Task<Prompt?> GetAsync(SpeechRequest request, bool ahead, CancellationToken ct)
    {
        if (_memory.Find(request.Key) is { } known) return known;
        SpokenSentence sentence = await _speech.SentenceAsync(request, ahead, ct).ConfigureAwait(false);
        if (sentence.Pcm.Length == 0) return null;
        return _memory.Add(request.Key, new Prompt(CallAudio.FromSpeech(sentence), request.Text));
    }

    private Prompt FromFile(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists) throw new SpeechException(SpeechFailure.BadRequest, $"There is no file '{path}'.");
            if (file.Length > MaxFileBytes) throw new SpeechException(SpeechFailure.BadRequest, $"'{path}' is longer than {MaxFileBytes} bytes.");
            string key = FormattableString.Invariant($"{path} {file.Length} {file.LastWriteTimeUtc.Ticks}");
            return _memory.Find(key) ?? _memory.Add(key, new Prompt(CallAudio.FromWav(File.ReadAllBytes(path), path), Path.GetFileName(path)));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SpeechException(SpeechFailure.BadRequest, $"'{path}' cannot be read: {failure.Message}", failure);
        }
    }
}
