namespace Tandem.Tts.Voices;

/// <summary>The voice that a request means.</summary>
/// <param name="Name">Its full name, with <c>#SPEAKER</c> where one was named; one voice has one name, whatever was asked for.</param>
/// <param name="Piper">The neural voice; null when espeak-ng itself is to speak.</param>
/// <param name="Speaker">The speaker's number; 0 for a voice with one.</param>
/// <param name="Language">The espeak-ng language.</param>
internal sealed record VoiceChoice(string Name, VoiceFile? Piper, int Speaker, string Language)
{
    /// <summary>What the cache key says of the voice.</summary>
    public string Fingerprint => Piper is null ? Name : FormattableString.Invariant($"{Name} {Piper.ModelBytes}");
}
