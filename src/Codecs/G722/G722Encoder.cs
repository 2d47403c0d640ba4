namespace Codecs.G722;

/// <summary>ITU-T G.722 at 64 kbit/s (mode 1): sound at 16000 Hz in, one octet for two samples out.</summary>
/// <remarks>One owner; not thread-safe; allocates only when made. In RTP the clock is 8000 Hz, one tick an octet (RFC 3551 §4.5.2).</remarks>
public sealed class G722Encoder
{
    private readonly G722Filter _filter = new();
    private G722Band _lower = G722Band.Lower;
    private G722Band _upper = G722Band.Upper;

    /// <param name="pcm16k">An even number of samples.</param>
    /// <param name="octets">Room for half as many.</param>
    /// <returns>Octets written.</returns>
    public int Encode(ReadOnlySpan<short> pcm16k, Span<byte> octets)
    {
        Span<byte> target = octets[..(pcm16k.Length / 2)];
        for (int i = 0; i < target.Length; i++)
        {
            (int even, int odd) = _filter.Next(pcm16k[2 * i], pcm16k[2 * i + 1]);
            target[i] = (byte)(EncodeUpper(odd - even >> 14) << 6 | EncodeLower(odd + even >> 14));
        }

        return target.Length;
    }

    public void Reset()
    {
        _filter.Reset();
        (_lower, _upper) = (G722Band.Lower, G722Band.Upper);
    }

    // Blocks 1L (SUBTRA, QUANTL), 2L (INVQAL), 3L, 4L.
    private int EncodeLower(int sample)
    {
        int error = G722Band.Limit(sample - _lower.Predicted);
        int level = G722Tables.LevelsPassed(error >= 0 ? error : ~error, _lower.Scale);
        int code = error < 0 ? G722Tables.Iln[level] : G722Tables.Ilp[level];
        int code4 = code >> 2, difference = _lower.Scale * G722Tables.Qm4[code4] >> 15;
        _lower.ScaleLower(code4);
        _lower.Adapt(difference);
        return code;
    }

    // Blocks 1H, 2H, 3H, 4H; two bits.
    private int EncodeUpper(int sample)
    {
        int error = G722Band.Limit(sample - _upper.Predicted);
        bool large = (error >= 0 ? error : ~error) >= 564 * _upper.Scale >> 12;
        int code = (error < 0, large) switch
        {
            (true, true) => 0,
            (true, false) => 1,
            (false, true) => 2,
            (false, false) => 3,
        };
        int difference = _upper.Scale * G722Tables.Qm2[code] >> 15;
        _upper.ScaleUpper(code);
        _upper.Adapt(difference);
        return code;
    }
}
