using System.Collections.Concurrent;
using Tandem.Tts.Text;
using Tandem.Tts.Voices;

namespace Tandem.Tts;

/// <summary>How texts are cut and normalised, kept: a menu says the same to every caller. Any thread.</summary>
internal sealed class SpeechPlans
{
    private const int Most = 256;
    private readonly ConcurrentDictionary<(string Text, VoiceChoice Voice, double Speed), SpeechRequest[]> _known = new();

    /// <summary>The sentences of a text; empty: nothing in it can be spoken.</summary>
    public IReadOnlyList<SpeechRequest> Of(string text, VoiceChoice voice, double speed)
    {
        if (_known.TryGetValue((text, voice, speed), out SpeechRequest[]? plan)) return plan;
        bool english = voice.Language.StartsWith("en", StringComparison.Ordinal);
        plan = [.. Sentences.Of(text, english).Select(s => new SpeechRequest(SpeechKey.Of(s, voice.Fingerprint, speed), s, voice, speed))];
        if (_known.Count >= Most) _known.Clear();    // texts with a name or an amount in them come once
        _known[(text, voice, speed)] = plan;
        return plan;
    }
}
