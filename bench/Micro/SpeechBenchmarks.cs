using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Configuration;
using Tandem.Media;
using Tandem.Tts;
using Tandem.Tts.Text;

namespace Micro;

/// <summary>Text to the first audio that a call can play, with the voice that ships.</summary>
/// <remarks>One run a sample, since a sentence is new only once; in this process, where the voice and its threads are.</remarks>
[Config(typeof(OneRunASample))]
[MinColumn, MedianColumn, MaxColumn]
public class SpeechBenchmarks
{
    private static readonly string[] Words = ["agents", "numbers", "messages", "orders", "payments", "letters", "members", "lines", "rooms", "tickets"];

    private readonly string _folder = Directory.CreateTempSubdirectory("tandem-bench-").FullName;
    private SpeechService _speech = null!;
    private PromptLibrary _disk = null!;
    private PromptLibrary _memory = null!;
    private int _number;

    [GlobalSetup]
    public async Task Start()
    {
        _speech = SpeechService.Start(new SpeechOptions { CacheFolder = _folder }, NullLoggerFactory.Instance);
        _disk = new PromptLibrary(_speech, limitBytes: 0);
        _memory = new PromptLibrary(_speech, limitBytes: 64_000_000);
        await _speech.Ready;
        await First(_memory, "Please hold the line now.");
    }

    [GlobalCleanup]
    public void Stop()
    {
        _speech.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Every run a sentence of five words that was never said before.</summary>
    [Benchmark]
    public Task<Prompt> UncachedSentence()
    {
        int n = _number++;
        return First(_disk, $"{Words[n / 1000 % 10]} {Words[n / 100 % 10]} {Words[n / 10 % 10]} {Words[n % 10]} waiting.");
    }

    /// <summary>From the cache folder: read, checked, converted to 8 kHz.</summary>
    [Benchmark]
    public Task<Prompt> SentenceCachedOnDisk() => First(_disk, "Please hold the line now.");

    /// <summary>From memory: what a caller of a menu gets.</summary>
    [Benchmark]
    public Task<Prompt> SentenceInMemory() => First(_memory, "Please hold the line now.");

    [Benchmark(OperationsPerInvoke = 100)]
    public int Normalise()
    {
        int length = 0;
        for (int i = 0; i < 100; i++) length += TextNormaliser.Normalise("Your balance is $1,234.56, due Nov 3rd. Call +1 555 010 4477, ext. 1001, by 5 p.m.").Length;
        return length;
    }

    private static async Task<Prompt> First(PromptLibrary library, string text)
    {
        await foreach (Prompt prompt in library.SayAsync(text)) return prompt;
        throw new InvalidOperationException("nothing was said");
    }

    private sealed class OneRunASample : ManualConfig
    {
        public OneRunASample() => AddJob(Job.Default.WithStrategy(RunStrategy.Monitoring).WithToolchain(new InProcessEmitToolchain(TimeSpan.FromMinutes(10), logOutput: false))
            .WithWarmupCount(5).WithIterationCount(60).WithInvocationCount(1).WithUnrollFactor(1));
    }
}
