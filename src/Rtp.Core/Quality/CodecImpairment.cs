namespace Rtp.Core.Quality;

/// <summary>What a codec costs a call, on the narrow-band scale of the E-model: after ITU-T G.113 where it has a value, else after what was published.</summary>
/// <remarks>
/// G.113 rates wide-band codecs on a scale whose top is 129 instead of 93.2. What is left of their impairment here is what exceeds the
/// difference, 35.8: nothing of any codec that carries more than a telephone's band well.
/// </remarks>
/// <param name="Ie">Equipment impairment without loss.</param>
/// <param name="Bpl">Robustness against loss: the higher, the less it is heard.</param>
public readonly record struct CodecImpairment(double Ie, double Bpl)
{
    private const double BplOfSilence = 4.3;    // G.113 appendix I: G.711 that plays silence for what is lost

    /// <summary>G.711 with the concealment of its appendix I (G.113 appendix I).</summary>
    public static CodecImpairment G711 => new(0, 25.1);

    /// <summary>Linear samples, concealed as G.711 is.</summary>
    public static CodecImpairment Linear => G711;

    /// <summary>
    /// 64 kbit/s: its wide-band Ie of 13 (G.113 appendix IV) is none here. Concealed as G.711 is, but its decoder has to find the coder's steps
    /// again after a loss, as that of Opus has: rated alike, for want of a value.
    /// </summary>
    public static CodecImpairment G722 => new(0, Opus.Bpl);

    /// <summary>
    /// From about 12 kbit/s on without impairment; Bpl of narrow-band Opus at 11 kbit/s under random loss (15.95, a published fit of the
    /// E-model to it; G.113 has no Opus). In-band redundancy is not counted: who reports a loss does not say whether it was made good.
    /// </summary>
    public static CodecImpairment Opus => new(0, 15.95);

    /// <summary>The same codec where silence is played for what is lost.</summary>
    public CodecImpairment NotConcealed => this with { Bpl = BplOfSilence };
}
