using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Tandem.Media;
using Tandem.Tts;

namespace Tandem.Ivr;

/// <summary>Words and sound files as prompts for callers. What cannot be spoken is logged and left out: the call goes on.</summary>
internal sealed partial class CallWords(PromptLibrary prompts, string soundsFolder, ILogger logger)
{
    /// <summary>The texts one after the other, sentence by sentence; nulls and blanks are left out.</summary>
    public async IAsyncEnumerable<Prompt> Say([EnumeratorCancellation] CancellationToken ct, params string?[] texts)
    {
        foreach (string? text in texts)
        {
            if (string.IsNullOrWhiteSpace(text)) continue;
            await using IAsyncEnumerator<Prompt> sentences = prompts.SayAsync(text, ct: ct).GetAsyncEnumerator(ct);
            while (await NextAsync(sentences)) yield return sentences.Current;
        }
    }

    /// <summary>A WAV file of the sounds folder, named without leaving it.</summary>
    public async IAsyncEnumerable<Prompt> Play(string file, [EnumeratorCancellation] CancellationToken ct = default)
    {
        if (await LoadAsync(file, ct) is { } prompt) yield return prompt;
    }

    private async ValueTask<bool> NextAsync(IAsyncEnumerator<Prompt> sentences)
    {
        try
        {
            return await sentences.MoveNextAsync();
        }
        catch (SpeechException e)
        {
            LogUnspoken(logger, e.Message);
            return false;
        }
    }

    private async Task<Prompt?> LoadAsync(string file, CancellationToken ct)
    {
        string path = Path.GetFullPath(Path.Combine(soundsFolder, file));
        if (!path.StartsWith(Path.GetFullPath(soundsFolder) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            LogOutside(logger, file, soundsFolder);
            return null;
        }
        try
        {
            return await prompts.FromFileAsync(path, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SpeechException)
        {
            LogUnplayable(logger, path, e.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A prompt could not be spoken: {Reason} Run `tandem check`.")]
    private static partial void LogUnspoken(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The sound file {File} is outside {Folder}; menus play files from there only")]
    private static partial void LogOutside(ILogger logger, string file, string folder);

    [LoggerMessage(Level = LogLevel.Error, Message = "The sound file {Path} cannot be played: {Reason}")]
    private static partial void LogUnplayable(ILogger logger, string path, string reason);
}
