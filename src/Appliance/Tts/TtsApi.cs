using Microsoft.AspNetCore.Builder;
using Tandem.Configuration;

namespace Tandem.Tts;

/// <summary>The HTTP contract of the speech service.</summary>
public static class TtsApi
{
    /// <summary>Builds the server; the caller starts, stops and disposes it.</summary>
    public static WebApplication Build(SpeechService speech, TtsApiOptions options)
    {
        ArgumentNullException.ThrowIfNull(speech);
        ArgumentNullException.ThrowIfNull(options);
        return WebApplication.CreateSlimBuilder().Build();
    }
}
