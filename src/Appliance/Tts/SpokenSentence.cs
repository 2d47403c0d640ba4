namespace Tandem.Tts;

/// <summary>One sentence as audio. Immutable; callers must not write to the samples, which are shared.</summary>
/// <param name="Key">The cache key: SHA-256 of text, voice and speed, in lower-case hex.</param>
/// <param name="Text">The sentence as it stood in the request.</param>
/// <param name="Pcm">16-bit mono samples at <paramref name="SampleRateHz"/>, the voice's own rate.</param>
/// <param name="SampleRateHz">Samples a second in <paramref name="Pcm"/>.</param>
/// <param name="Cached">True when it came from the cache folder.</param>
public sealed record SpokenSentence(string Key, string Text, short[] Pcm, int SampleRateHz, bool Cached)
{
    public TimeSpan Duration => TimeSpan.FromSeconds((double)Pcm.Length / SampleRateHz);
}
