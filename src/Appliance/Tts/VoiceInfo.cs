namespace Tandem.Tts;

/// <summary>What an operator sees of a voice.</summary>
/// <param name="Name">The name to ask for; a speaker of a multi-speaker voice is <c>NAME#SPEAKER</c>.</param>
/// <param name="Language">The espeak-ng language that makes its phonemes, such as <c>en-us</c>.</param>
/// <param name="SampleRateHz">Rate of its audio files.</param>
/// <param name="Speakers">Names of its speakers; empty for a voice with one.</param>
/// <param name="Engine"><c>piper</c> or <c>espeak-ng</c>.</param>
/// <param name="IsDefault">True for the voice that <c>default</c> means.</param>
public sealed record VoiceInfo(string Name, string Language, int SampleRateHz, IReadOnlyList<string> Speakers, string Engine, bool IsDefault);
