using Microsoft.Extensions.Logging;
using Tandem.Configuration;

namespace Tandem.Tts;

/// <summary>Text in, speech out. Thread-safe; the work is done on its own niced threads behind a bounded queue.</summary>
public sealed class SpeechService : IDisposable
{
    private readonly SpeechOptions _options;

    private SpeechService(SpeechOptions options) => _options = options;

    /// <summary>Starts the threads and, in the background, loads and warms the default voice.</summary>
    public static SpeechService Start(SpeechOptions options, ILoggerFactory log)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(log);
        return new SpeechService(options);
    }

    /// <summary>Completes when the default voice has spoken its warm-up sentence.</summary>
    public Task Ready { get; } = Task.CompletedTask;

    public IReadOnlyList<VoiceInfo> Voices { get; } = [];

    /// <summary>Speaks a text sentence by sentence; the next sentence is made while the caller plays the last.</summary>
    /// <exception cref="SpeechException">From the enumeration: why the text is not spoken.</exception>
    public IAsyncEnumerable<SpokenSentence> SpeakAsync(
        string text, string voice = "default", double speed = 1.0, bool cache = true, CancellationToken ct = default) =>
        throw new SpeechException(SpeechFailure.Unavailable, $"Speech is not built yet ({_options.Voice}).");

    /// <summary>Renders the whole text to a file of the cache folder.</summary>
    /// <exception cref="SpeechException">Why the text is not spoken.</exception>
    public Task<SpeechFile> RenderFileAsync(
        string text, string voice = "default", double speed = 1.0, bool cache = true, CancellationToken ct = default) =>
        throw new SpeechException(SpeechFailure.Unavailable, $"Speech is not built yet ({_options.Voice}).");

    public void Dispose()
    {
    }
}
