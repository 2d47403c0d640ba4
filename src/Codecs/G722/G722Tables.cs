using System.Runtime.Intrinsics;

namespace Codecs.G722;

/// <summary>The tables of ITU-T G.722; names are the recommendation's.</summary>
internal static class G722Tables
{
    /// <summary>Decision levels of the lower band's 6-bit quantiser (table 9), padded with one that is never passed.</summary>
    private static readonly Vector256<int> s_q6a = Vector256.Create(35, 72, 110, 150, 190, 233, 276, 323);
    private static readonly Vector256<int> s_q6b = Vector256.Create(370, 422, 473, 530, 587, 650, 714, 786);
    private static readonly Vector256<int> s_q6c = Vector256.Create(858, 940, 1023, 1121, 1219, 1339, 1458, 1612);
    private static readonly Vector256<int> s_q6d = Vector256.Create(1765, 1980, 2195, 2557, 2919, int.MaxValue, int.MaxValue, int.MaxValue);
    private static readonly Vector256<int> s_passable = Vector256.Create(-1, -1, -1, -1, -1, 0, 0, 0);

    public static ReadOnlySpan<byte> Iln =>
        [63, 62, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4];

    public static ReadOnlySpan<byte> Ilp =>
        [61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32];

    /// <summary>Logarithmic scale factor multipliers of the lower band (WL), by the four upper bits of its code (RL42).</summary>
    public static readonly short[] Wl = [-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60];

    /// <summary>The same of the upper band (WH), by its code (RH2).</summary>
    public static readonly short[] Wh = [798, -214, 798, -214];

    /// <summary>Inverse logarithm (ILB).</summary>
    public static readonly short[] Ilb =
    [
        2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834,
        2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
    ];

    public static readonly short[] Qm2 = [-7408, -1616, 7408, 1616];

    public static readonly short[] Qm4 =
        [0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0];

    public static readonly short[] Qm6 =
    [
        -136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360, -8576, -7856,
        -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688, -1360, -1040, -728,
        24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456,
        4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136,
    ];

    /// <summary>How many decision levels, scaled, a magnitude passes: 0 to 29. All at once; they rise, so counting is searching.</summary>
    public static int LevelsPassed(int magnitude, int scale)
    {
        Vector256<int> wanted = Vector256.Create(magnitude);
        Vector256<int> passed = Vector256.GreaterThanOrEqual(wanted, (s_q6a * scale) >> 12)
            + Vector256.GreaterThanOrEqual(wanted, (s_q6b * scale) >> 12)
            + Vector256.GreaterThanOrEqual(wanted, (s_q6c * scale) >> 12)
            + (Vector256.GreaterThanOrEqual(wanted, (s_q6d * scale) >> 12) & s_passable);
        return -Vector256.Sum(passed);
    }
}
