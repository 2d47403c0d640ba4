namespace Tandem.Tts;

/// <summary>A rendered text on disk: 16-bit mono WAV at the voice's rate.</summary>
/// <param name="Path">Absolute path. A file in the cache may be removed once newer ones need its place.</param>
/// <param name="Cached">True when the file was there before the request.</param>
/// <param name="Duration">Length of the audio.</param>
public sealed record SpeechFile(string Path, bool Cached, TimeSpan Duration);
