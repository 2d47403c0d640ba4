using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Tandem.Tts.Phonemes;
using Tandem.Tts.Voices;

namespace Tandem.Tts;

/// <summary>Makes the samples of one sentence: clauses, phonemes, ids, model. Blocks; called on the speech threads.</summary>
/// <remarks>Thread-safe. A model is loaded when it is first needed and stays; each language has one espeak-ng.</remarks>
internal sealed partial class SpeechEngine(ILogger log, TimeSpan? phonemeLimit = null) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<LoadedVoice>> _voices = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, EspeakPhonemizer> _phonemizers = new(StringComparer.Ordinal);

    /// <summary>Speaks one sentence that the normaliser has seen.</summary>
    /// <returns>16-bit mono samples; empty when the sentence has nothing to say.</returns>
    /// <exception cref="SpeechException">Why it cannot be spoken.</exception>
    public (short[] Pcm, int RateHz) Speak(string sentence, VoiceChoice voice, double speed)
    {
        if (voice.Piper is not { } file)
            return (SilenceTrim.Apply(EspeakVoice.Speak(sentence, voice.Language, speed), EspeakVoice.SampleRateHz), EspeakVoice.SampleRateHz);
        LoadedVoice loaded = Load(file);
        long[] ids = loaded.Ids.Of(PhonemesOf(sentence, file.Config), out string unknown);
        if (unknown.Length > 0) LogUnknown(log, file.Name, unknown);
        int rate = file.Config.SampleRateHz;
        return ids.Length == 0 ? ([], rate) : (SilenceTrim.Apply(loaded.Model.Speak(ids, speed, voice.Speaker), rate), rate);
    }

    /// <summary>The sentence's phonemes with its punctuation marks, as the voice was trained on them.</summary>
    public string PhonemesOf(string sentence, VoiceConfig config)
    {
        if (config.TextPhonemes) return sentence.ToLowerInvariant();
        EspeakPhonemizer phonemizer = _phonemizers.GetOrAdd(config.EspeakLanguage,
            language => new EspeakPhonemizer(language, phonemeLimit ?? EspeakPhonemizer.DefaultLimit, log));
        return string.Concat(Clause.Split(sentence).Select(clause => phonemizer.Phonemize(clause.Text) + clause.Mark switch
        {
            '\0' => "",
            ',' or ';' or ':' => clause.Mark + " ",
            char mark => mark.ToString(),
        }));
    }

    public void Dispose()
    {
        foreach (EspeakPhonemizer phonemizer in _phonemizers.Values) phonemizer.Dispose();
        foreach (Lazy<LoadedVoice> voice in _voices.Values.Where(v => v.IsValueCreated)) voice.Value.Model.Dispose();
    }

    private LoadedVoice Load(VoiceFile file)
    {
        string key = FormattableString.Invariant($"{file.ModelPath} {file.ModelBytes}");
        Lazy<LoadedVoice> lazy = _voices.GetOrAdd(key, _ => new Lazy<LoadedVoice>(() => new LoadedVoice(PiperVoice.Load(file), new PhonemeIds(file.Config))));
        try
        {
            return lazy.Value;
        }
        catch (SpeechException)
        {
            _voices.TryRemove(KeyValuePair.Create(key, lazy));    // a file that was still being copied works the next time
            throw;
        }
    }

    private sealed record LoadedVoice(PiperVoice Model, PhonemeIds Ids);

    [LoggerMessage(Level = LogLevel.Information, Message = "The voice {Voice} has no sound for '{Unknown}': left out")]
    private static partial void LogUnknown(ILogger logger, string voice, string unknown);
}
