using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Configuration;
using Tandem.Tts;

namespace Appliance.Tests.Tts;

/// <summary>A speech service on a folder of its own.</summary>
public sealed class TestSpeech : IDisposable
{
    public TestSpeech(Func<SpeechOptions, SpeechOptions>? with = null)
    {
        Folder = Directory.CreateTempSubdirectory("tandem-tts-").FullName;
        var options = new SpeechOptions { CacheFolder = Path.Combine(Folder, "cache"), VoicesFolder = Path.Combine(Folder, "voices"), Threads = 1 };
        Options = with?.Invoke(options) ?? options;
        Service = SpeechService.Start(Options, NullLoggerFactory.Instance);
    }

    public string Folder { get; }
    public SpeechOptions Options { get; }
    public SpeechService Service { get; private set; }

    public void Restart()
    {
        Service.Dispose();
        Service = SpeechService.Start(Options, NullLoggerFactory.Instance);
    }

    public void Dispose()
    {
        Service.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
