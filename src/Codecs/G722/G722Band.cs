using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Codecs.G722;

/// <summary>The adaptive predictor and scale factor of one sub-band: blocks 3 and 4 of the recommendation, the same in both directions.</summary>
internal struct G722Band
{
    private static readonly Vector256<int> s_zeroTaps = Vector256.Create(-1, -1, -1, -1, -1, -1, 0, 0);
    private static readonly Vector256<int> s_shift = Vector256.Create(0, 0, 1, 2, 3, 4, 5, 6);
    private static readonly Vector256<int> s_allButFirst = Vector256.Create(0, -1, -1, -1, -1, -1, 0, 0);

    private Vector256<int> _b;      // six zero coefficients
    private Vector256<int> _d;      // the last six quantised differences, doubled and limited as FILTEZ wants them
    private int _a1, _a2;           // pole coefficients
    private int _r1, _r2;           // reconstructed signal
    private int _p1, _p2;           // partly reconstructed signal
    private int _zero;              // output of the zero section (SZ)
    private int _logScale;          // NBL, NBH

    /// <summary>The predicted value (SL, SH).</summary>
    public int Predicted { get; private set; }

    /// <summary>The quantiser's scale factor (DETL, DETH).</summary>
    public int Scale { get; private set; }

    public static G722Band Lower => new() { Scale = 32 };

    public static G722Band Upper => new() { Scale = 8 };

    /// <summary>SCALEL and LOGSCL.</summary>
    public void ScaleLower(int code4) => Rescale(G722Tables.Wl[code4], 18432, 8);

    /// <summary>SCALEH and LOGSCH.</summary>
    public void ScaleUpper(int code2) => Rescale(G722Tables.Wh[code2], 22528, 10);

    private void Rescale(int multiplier, int limit, int shift)
    {
        _logScale = Math.Clamp((_logScale * 127 >> 7) + multiplier, 0, limit);
        int down = shift - (_logScale >> 11), fraction = G722Tables.Ilb[(_logScale >> 6) & 31];
        Scale = (down < 0 ? fraction << -down : fraction >> down) << 2;
    }

    /// <summary>Block 4: adapts the predictor with the quantised difference and predicts the next value.</summary>
    public void Adapt(int difference)
    {
        int r0 = Limit(Predicted + difference);    // RECONS
        int p0 = Limit(_zero + difference);        // PARREC
        bool likeLast = (p0 ^ _p1) >= 0, likeLastButOne = (p0 ^ _p2) >= 0;

        // UPPOL2
        int step = Limit(_a1 << 2);
        step = Math.Min(likeLast ? -step : step, short.MaxValue);
        int a2 = Math.Clamp((step >> 7) + (likeLastButOne ? 128 : -128) + (_a2 * 32512 >> 15), -12288, 12288);

        // UPPOL1
        int bound = Limit(15360 - a2);
        int a1 = Math.Clamp(Limit((likeLast ? 192 : -192) + (_a1 * 32640 >> 15)), -bound, bound);

        // UPZERO, all six at once. b * 32640 >> 15 is b less a 256th of it, rounded down.
        Vector256<int> sign = (_d ^ Vector256.Create(difference)) >> 31;
        Vector256<int> gain = Vector256.Create(difference == 0 ? 0 : 128);
        _b = Limit(_b + ((-_b) >> 8) + ((gain ^ sign) - sign)) & s_zeroTaps;

        // DELAYA
        _d = (Vector256.ShuffleNative(_d, s_shift) & s_allButFirst).WithElement(0, Limit(difference + difference));
        (_r2, _r1, _p2, _p1, _a2, _a1) = (_r1, r0, _p1, p0, a2, a1);

        // FILTEP, FILTEZ, PREDIC
        int poles = Limit((a1 * Limit(r0 + r0) >> 15) + (a2 * Limit(_r2 + _r2) >> 15));
        _zero = Limit(Vector256.Sum((_b * _d) >> 15));
        Predicted = Limit(poles + _zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Limit(int value) => Math.Clamp(value, short.MinValue, short.MaxValue);

    private static Vector256<int> Limit(Vector256<int> value) =>
        Vector256.Min(Vector256.Max(value, Vector256.Create((int)short.MinValue)), Vector256.Create((int)short.MaxValue));
}
