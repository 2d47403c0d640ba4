namespace Codecs.G722;

/// <summary>ITU-T G.722 at 64 kbit/s (mode 1): octets in, two samples at 16000 Hz out for each.</summary>
/// <remarks>One owner; not thread-safe; allocates only when made. Every octet is valid.</remarks>
public sealed class G722Decoder
{
    private readonly G722Filter _filter = new();
    private G722Band _lower = G722Band.Lower;
    private G722Band _upper = G722Band.Upper;

    /// <param name="pcm16k">Room for twice as many samples.</param>
    /// <returns>Samples written.</returns>
    public int Decode(ReadOnlySpan<byte> octets, Span<short> pcm16k)
    {
        Span<short> target = pcm16k[..(octets.Length * 2)];
        for (int i = 0; i < octets.Length; i++)
        {
            int lower = DecodeLower(octets[i] & 0x3F), upper = DecodeUpper(octets[i] >> 6);
            (int even, int odd) = _filter.Next((short)(lower + upper), (short)(lower - upper));
            target[2 * i] = (short)G722Band.Limit(odd >> 11);
            target[2 * i + 1] = (short)G722Band.Limit(even >> 11);
        }

        return target.Length;
    }

    public void Reset()
    {
        _filter.Reset();
        (_lower, _upper) = (G722Band.Lower, G722Band.Upper);
    }

    // Blocks 5L, 6L for what is heard; 2L, 3L, 4L with four of the six bits for the predictor.
    private int DecodeLower(int code)
    {
        int sound = Limit15(_lower.Predicted + (_lower.Scale * G722Tables.Qm6[code] >> 15));
        int code4 = code >> 2, difference = _lower.Scale * G722Tables.Qm4[code4] >> 15;
        _lower.ScaleLower(code4);
        _lower.Adapt(difference);
        return sound;
    }

    private int DecodeUpper(int code)
    {
        int difference = _upper.Scale * G722Tables.Qm2[code] >> 15;
        int sound = Limit15(_upper.Predicted + difference);
        _upper.ScaleUpper(code);
        _upper.Adapt(difference);
        return sound;
    }

    private static int Limit15(int value) => Math.Clamp(value, -16384, 16383);
}
