namespace Rtp.Core.Quality;

/// <summary>What a codec costs a call, after ITU-T G.113 appendix I.</summary>
/// <param name="Ie">Equipment impairment without loss.</param>
/// <param name="Bpl">Robustness against loss: the higher, the less it is heard.</param>
public readonly record struct CodecImpairment(double Ie, double Bpl)
{
    /// <summary>G.711 whose losses are concealed (its appendix I). G.722, Opus and L16, of which G.113 has no narrow-band values, are rated as this.</summary>
    public static CodecImpairment Concealed => new(0, 25.1);

    /// <summary>G.711 that plays silence for what is lost.</summary>
    public static CodecImpairment NotConcealed => new(0, 4.3);
}
