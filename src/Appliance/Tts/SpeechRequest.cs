using Tandem.Tts.Voices;

namespace Tandem.Tts;

/// <summary>One sentence to be spoken.</summary>
/// <param name="Key">Its cache key.</param>
/// <param name="Text">The sentence, normalised.</param>
/// <param name="Voice">The voice that the request named.</param>
/// <param name="Speed">0.5 to 2.</param>
internal sealed record SpeechRequest(string Key, string Text, VoiceChoice Voice, double Speed);
