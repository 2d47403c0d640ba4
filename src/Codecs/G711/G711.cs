namespace Codecs.G711;

/// <summary>ITU-T G.711: 8-bit µ-law (PCMU) and A-law (PCMA), exact by table.</summary>
/// <remarks>A destination must hold as many elements as its source; a shorter one is our bug and throws. Nothing allocates.</remarks>
public static class G711
{
    /// <summary>The octet for a sample of 0: what silence is filled with.</summary>
    public const byte MuLawSilence = 0xFF;

    /// <inheritdoc cref="MuLawSilence"/>
    public const byte ALawSilence = 0xD5;

    public static void EncodeMuLaw(ReadOnlySpan<short> pcm, Span<byte> octets)
    {
        ReadOnlySpan<byte> table = G711Tables.FromLinearToMuLaw;
        Span<byte> target = octets[..pcm.Length];
        for (int i = 0; i < pcm.Length; i++) target[i] = table[unchecked((ushort)pcm[i]) >> 2];
    }

    public static void EncodeALaw(ReadOnlySpan<short> pcm, Span<byte> octets)
    {
        ReadOnlySpan<byte> table = G711Tables.FromLinearToALaw;
        Span<byte> target = octets[..pcm.Length];
        for (int i = 0; i < pcm.Length; i++) target[i] = table[unchecked((ushort)pcm[i]) >> 4];
    }

    public static void DecodeMuLaw(ReadOnlySpan<byte> octets, Span<short> pcm) => Decode(G711Tables.FromMuLawToLinear, octets, pcm);

    public static void DecodeALaw(ReadOnlySpan<byte> octets, Span<short> pcm) => Decode(G711Tables.FromALawToLinear, octets, pcm);

    public static void MuLawToALaw(Span<byte> inPlace) => Translate(G711Tables.FromMuLawToALaw, inPlace);

    public static void ALawToMuLaw(Span<byte> inPlace) => Translate(G711Tables.FromALawToMuLaw, inPlace);

    private static void Decode(ReadOnlySpan<short> table, ReadOnlySpan<byte> octets, Span<short> pcm)
    {
        Span<short> target = pcm[..octets.Length];
        for (int i = 0; i < octets.Length; i++) target[i] = table[octets[i]];
    }

    private static void Translate(ReadOnlySpan<byte> table, Span<byte> octets)
    {
        for (int i = 0; i < octets.Length; i++) octets[i] = table[octets[i]];
    }
}
