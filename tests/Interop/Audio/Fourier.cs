using System.Numerics;

namespace Interop.Audio;

/// <summary>Radix-2 fast Fourier transform in place; the length is a power of two.</summary>
internal static class Fourier
{
    public static void Transform(Complex[] data, bool inverse)
    {
        for (int i = 1, j = 0; i < data.Length; i++)
        {
            int bit = data.Length >> 1;
            for (; (j & bit) != 0; bit >>= 1) j ^= bit;
            j ^= bit;
            if (i < j) (data[i], data[j]) = (data[j], data[i]);
        }
        Complex[] roots = new Complex[data.Length / 2];
        for (int i = 0; i < roots.Length; i++) roots[i] = Complex.FromPolarCoordinates(1, (inverse ? 2 : -2) * Math.PI * i / data.Length);
        for (int length = 2; length <= data.Length; length <<= 1)
        {
            int half = length / 2, stride = data.Length / length;
            for (int start = 0; start < data.Length; start += length)
            {
                for (int k = 0; k < half; k++)
                {
                    Complex odd = data[start + half + k] * roots[k * stride], even = data[start + k];
                    data[start + k] = even + odd;
                    data[start + half + k] = even - odd;
                }
            }
        }
        if (inverse)
        {
            for (int i = 0; i < data.Length; i++) data[i] /= data.Length;
        }
    }
}
