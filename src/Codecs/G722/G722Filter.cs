using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Codecs.G722;

/// <summary>The quadrature mirror filter: 24 taps, which split a pair of samples into the two bands and put it together again.</summary>
/// <remarks>Its window of samples slides through a short buffer that is moved back when it is full.</remarks>
internal sealed class G722Filter
{
    private const int Taps = 24, Room = 512;

    // Table 11 (h0 to h23 scaled by 8192), as the samples stand: even places take it forwards, odd places backwards.
    private static readonly short[] s_even = [3, 0, -11, 0, 12, 0, 32, 0, -210, 0, 951, 0, 3876, 0, -805, 0, 362, 0, -156, 0, 53, 0, -11, 0];
    private static readonly short[] s_odd = [0, -11, 0, 53, 0, -156, 0, 362, 0, -805, 0, 3876, 0, 951, 0, -210, 0, 32, 0, 12, 0, -11, 0, 3];

    private readonly short[] _samples = new short[Room];
    private int _start;

    /// <summary>Takes two values and sums the window over the even and over the odd places.</summary>
    public (int Even, int Odd) Next(short first, short second)
    {
        if (_start + Taps + 2 > Room)
        {
            _samples.AsSpan(_start, Taps).CopyTo(_samples);
            _start = 0;
        }

        _start += 2;
        _samples[_start + Taps - 2] = first;
        _samples[_start + Taps - 1] = second;
        ReadOnlySpan<short> window = _samples.AsSpan(_start, Taps);
        return (Dot(window, s_even), Dot(window, s_odd));
    }

    public void Reset()
    {
        _samples.AsSpan().Clear();
        _start = 0;
    }

    private static int Dot(ReadOnlySpan<short> window, ReadOnlySpan<short> taps)
    {
        if (Sse2.IsSupported)
        {
            ReadOnlySpan<Vector128<short>> a = MemoryMarshal.Cast<short, Vector128<short>>(window), b = MemoryMarshal.Cast<short, Vector128<short>>(taps);
            return Vector128.Sum(Sse2.MultiplyAddAdjacent(a[0], b[0]) + Sse2.MultiplyAddAdjacent(a[1], b[1]) + Sse2.MultiplyAddAdjacent(a[2], b[2]));
        }

        int sum = 0;
        for (int i = 0; i < Taps; i++) sum += window[i] * taps[i];
        return sum;
    }
}
