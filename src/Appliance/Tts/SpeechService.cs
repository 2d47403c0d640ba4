using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Tandem.Configuration;
using Tandem.Tts.Text;
using Tandem.Tts.Voices;

namespace Tandem.Tts;

/// <summary>Text in, speech out. Thread-safe; the work is done on its own niced threads behind a bounded queue.</summary>
public sealed partial class SpeechService : IDisposable
{
    /// <summary>Sentences that may wait at once; one more is refused as busy.</summary>
    public const int QueueCapacity = 512;

    public const double SlowestSpeed = 0.5, FastestSpeed = 2.0;

    private readonly SpeechOptions _options;
    private readonly ILogger _log;
    private readonly VoiceCatalog _voices;
    private readonly SpeechCache _cache;
    private readonly SpeechEngine _engine;
    private readonly SpeechThreads _threads;
    private readonly SpeechJobs _jobs;
    private readonly SpeechPlans _plans = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SpeechService(SpeechOptions options, ILoggerFactory log)
    {
        _options = options;
        _log = log.CreateLogger<SpeechService>();
        string[] folders = [ShippedVoices, .. options.VoicesFolder is { } own ? [own] : Array.Empty<string>()];
        var languages = new Lazy<IReadOnlySet<string>>(() => EspeakVoice.Languages());
        _voices = new VoiceCatalog(folders, options.Voice, () => languages.Value, _log);
        _cache = new SpeechCache(options.CacheFolder, options.CacheMegabytes * 1_000_000L, TimeProvider.System, _log);
        _engine = new SpeechEngine(_log);
        _threads = new SpeechThreads(options.Threads > 0 ? options.Threads : Math.Max(1, Environment.ProcessorCount / 2), QueueCapacity, _log);
        _jobs = new SpeechJobs(_threads, FromCache, Make);
    }

    /// <summary>The folder of the voice that ships with the product.</summary>
    public static string ShippedVoices => Path.Combine(AppContext.BaseDirectory, "voices");

    /// <summary>Completes when the default voice has spoken its warm-up sentences, or cannot (see <see cref="Problem"/>). Never fails.</summary>
    public Task Ready => _ready.Task;

    /// <summary>
    /// Why the chosen default voice does not speak and what to do; null when it does or is still being loaded. Another voice speaks in
    /// its place where one can (<see cref="DefaultVoice"/>).
    /// </summary>
    public string? Problem { get; private set; }

    /// <summary>Full name of the voice that speaks for <c>default</c>; null until one does (see <see cref="Problem"/>).</summary>
    public string? DefaultVoice { get; private set; }

    /// <summary>The voices there are now; looks at the folders.</summary>
    public IReadOnlyList<VoiceInfo> Voices => _voices.List();

    /// <summary>Rendered texts in the cache folder, and their bytes.</summary>
    public (int Files, long Bytes) CacheUse => (_cache.Count, _cache.Bytes);

    /// <summary>Sentences synthesised since the start; what came from the cache or from another caller's request is not counted.</summary>
    public long Synthesised => Interlocked.Read(ref _synthesised);
    private long _synthesised;

    /// <summary>Starts the threads and, in the background, loads and warms the default voice.</summary>
    /// <exception cref="IOException">The cache folder cannot be made.</exception>
    public static SpeechService Start(SpeechOptions options, ILoggerFactory log)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(log);
        var speech = new SpeechService(options, log);
        speech._threads.TryQueue(speech.WarmUp, ahead: false);
        return speech;
    }

    /// <summary>Speaks a text sentence by sentence; the next sentence is made while the caller plays the last.</summary>
    /// <param name="text">Plain text; amounts, dates, numbers and abbreviations are spoken as a person would.</param>
    /// <param name="voice">A name of <see cref="Voices"/>, or <c>default</c>.</param>
    /// <param name="speed">0.5 to 2; 1 is the voice's own.</param>
    /// <param name="cache">False: made anew, and not kept.</param>
    /// <param name="ct">Ends the wait. A sentence that nobody waits for any more is not made.</param>
    /// <exception cref="SpeechException">From the enumeration: why the text is not spoken.</exception>
    public IAsyncEnumerable<SpokenSentence> SpeakAsync(
        string text, string voice = "default", double speed = 1.0, bool cache = true, CancellationToken ct = default) =>
        InTurnAsync(text, voice, speed, async (request, token) =>
            await _jobs.GetAsync(request, cache, ahead: false, token).ConfigureAwait(false) is { Pcm.Length: > 0 } sentence ? sentence : null, ct);

    /// <summary>Renders the whole text to a file of the cache folder.</summary>
    /// <param name="text">As <see cref="SpeakAsync"/>.</param>
    /// <param name="voice">As <see cref="SpeakAsync"/>.</param>
    /// <param name="speed">As <see cref="SpeakAsync"/>.</param>
    /// <param name="cache">False: made anew; the file takes the place of an older one.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="SpeechException">Why the text is not spoken.</exception>
    public async Task<SpeechFile> RenderFileAsync(
        string text, string voice = "default", double speed = 1.0, bool cache = true, CancellationToken ct = default)
    {
        IReadOnlyList<SpeechRequest> plan = Plan(text, voice, speed);
        string key = plan.Count == 1 ? plan[0].Key : SpeechKey.Of(string.Join(' ', plan.Select(r => r.Text)), plan[0].Voice.Fingerprint, speed);
        if (cache && await Task.Run(() => _cache.Read(key), ct).ConfigureAwait(false) is { } known)
            return new SpeechFile(_cache.PathOf(key), true, DurationOf(known.Pcm.Length, known.RateHz));

        List<SpokenSentence> sentences = [];
        foreach (SpeechRequest request in plan) sentences.Add(await _jobs.GetAsync(request, cache, ahead: false, ct).ConfigureAwait(false));
        short[] pcm = Join(sentences);
        int rate = sentences[0].SampleRateHz;
        if (pcm.Length == 0) throw Bad("There is nothing in the text that this voice can speak.");
        bool kept = plan.Count == 1 && cache && sentences[0].Cached || await Task.Run(() => _cache.Write(key, pcm, rate), ct).ConfigureAwait(false);
        return kept ? new SpeechFile(_cache.PathOf(key), false, DurationOf(pcm.Length, rate))
            : throw new SpeechException(SpeechFailure.Unavailable, $"The file cannot be written to '{_options.CacheFolder}': is the disk full or the folder not ours?");
    }

    /// <summary>Removes every rendered text from the cache folder.</summary>
    /// <returns>How many there were.</returns>
    public int ClearCache() => _cache.Clear();

    /// <summary>Finishes what is queued, then ends the threads and the programs that they started.</summary>
    public void Dispose()
    {
        _threads.Dispose();
        _engine.Dispose();
    }

    /// <summary>What is to be spoken, sentence by sentence.</summary>
    /// <exception cref="SpeechException">The request is wrong.</exception>
    internal IReadOnlyList<SpeechRequest> Plan(string text, string voice, double speed)
    {
        if (string.IsNullOrWhiteSpace(text)) throw Bad("The text is empty.");
        if (text.Length > _options.MaxTextLength) throw Bad(FormattableString.Invariant($"The text has {text.Length} characters; at most {_options.MaxTextLength} are taken."));
        if (!(speed is >= SlowestSpeed and <= FastestSpeed)) throw Bad(FormattableString.Invariant($"The speed is {speed}; it must be between {SlowestSpeed} and {FastestSpeed}."));
        IReadOnlyList<SpeechRequest> plan = _plans.Of(text, _voices.Find(voice), speed);
        return plan.Count > 0 ? plan : throw Bad("There is nothing in the text that can be spoken.");
    }

    /// <summary>One sentence of a plan.</summary>
    internal Task<SpokenSentence> SentenceAsync(SpeechRequest request, bool ahead, CancellationToken ct) => _jobs.GetAsync(request, cache: true, ahead, ct);

    /// <summary>Does something for each sentence, one ahead of the caller: the next is under way while the caller uses the last.</summary>
    /// <param name="make">Gives null for a sentence in which nothing can be heard: it is passed over.</param>
    internal async IAsyncEnumerable<T> InTurnAsync<T>(string text, string voice, double speed,
        Func<SpeechRequest, CancellationToken, Task<T?>> make, [EnumeratorCancellation] CancellationToken ct) where T : class
    {
        IReadOnlyList<SpeechRequest> plan = Plan(text, voice, speed);
        using var left = CancellationTokenSource.CreateLinkedTokenSource(ct);    // the caller may stop in the middle
        Task<T?> next = make(plan[0], left.Token);
        try
        {
            for (int i = 0; i < plan.Count; i++)
            {
                T? ready = await next.ConfigureAwait(false);
                if (i + 1 < plan.Count) next = make(plan[i + 1], left.Token);
                if (ready is not null) yield return ready;
            }
        }
        finally
        {
            await left.CancelAsync().ConfigureAwait(false);
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private SpokenSentence? FromCache(SpeechRequest request) =>
        _cache.Read(request.Key) is { } found ? new SpokenSentence(request.Key, request.Text, found.Pcm, found.RateHz, Cached: true) : null;

    private SpokenSentence Make(SpeechRequest request, bool keep)
    {
        (short[] pcm, int rate) = _engine.Speak(request.Text, request.Voice, request.Speed);
        Interlocked.Increment(ref _synthesised);
        if (keep && pcm.Length > 0) _cache.Write(request.Key, pcm, rate);
        return new SpokenSentence(request.Key, request.Text, pcm, rate, Cached: false);
    }

    /// <summary>Finds the voice that speaks for <c>default</c>: the chosen one, else any other, else espeak-ng's.</summary>
    private void WarmUp()
    {
        try
        {
            if (TryWarmUp(VoiceCatalog.Default)) return;
            string[] others = [.. _voices.Files.Select(v => v.Name), VoiceCatalog.EspeakPrefix + "en-us"];
            if (others.FirstOrDefault(TryWarmUp) is { } instead) _voices.SpeakInstead(instead);
        }
        finally
        {
            _ready.SetResult();
        }
    }

    /// <summary>Speaks what a call will soon ask for, down to the rate of calls, so that the first caller finds everything compiled.</summary>
    private bool TryWarmUp(string name)
    {
        try
        {
            long start = Stopwatch.GetTimestamp();
            VoiceChoice voice = _voices.Find(name);
            foreach (string sentence in Sentences.Of("Hello. Dr. Lee's bill of $12.50 is due Nov 3rd, 9:30am. Call +1 555 010 4477, ext. 1001, or see www.example.com.", english: true))
            {
                (short[] pcm, int rate) = _engine.Speak(sentence, voice, 1);
                _ = CallAudio.FromSpeech(new SpokenSentence("", sentence, pcm, rate, Cached: false));
            }
            DefaultVoice = voice.Name;
            TimeSpan taken = Stopwatch.GetElapsedTime(start);
            LogReady(_log, voice.Name, taken);
            return true;
        }
        catch (SpeechException failure)
        {
            Problem ??= failure.Message;
            LogNotReady(_log, name, failure.Message);
            return false;
        }
    }

    private static short[] Join(List<SpokenSentence> sentences)
    {
        short[] pcm = new short[sentences.Sum(s => s.Pcm.Length)];
        int at = 0;
        foreach (SpokenSentence sentence in sentences)
        {
            sentence.Pcm.CopyTo(pcm, at);
            at += sentence.Pcm.Length;
        }
        return pcm;
    }

    private static SpeechException Bad(string reason) => new(SpeechFailure.BadRequest, reason);

    private static TimeSpan DurationOf(int samples, int rateHz) => TimeSpan.FromSeconds((double)samples / rateHz);

    [LoggerMessage(Level = LogLevel.Information, Message = "The voice {Voice} is ready after {Taken}")]
    private static partial void LogReady(ILogger logger, string voice, TimeSpan taken);

    [LoggerMessage(Level = LogLevel.Error, Message = "The voice {Voice} does not speak: {Reason}")]
    private static partial void LogNotReady(ILogger logger, string voice, string reason);
}
