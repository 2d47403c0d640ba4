using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace Srtp.Ciphers;

/// <summary>GHASH (NIST SP 800-38D §6.4) by PCLMULQDQ: up to sixteen blocks share one reduction, which is all of a voice packet.</summary>
/// <remarks>
/// GCM counts bits from the left, so blocks are byte-reversed and what a carry-less product then lacks, a factor of x, is multiplied into
/// the powers of the key beforehand. A reduction folds the lower half of the 256-bit product up, 64 bits at a time.
/// </remarks>
internal sealed class GHash : IDisposable
{
    private const int Powers = 16, BlockLength = 16;
    private const ulong Polynomial = 0xC200000000000000;    // x^128 + x^127 + x^126 + x^121 + 1, reflected, without its ends

    private KeyPowers _powers;      // [n − 1]: H^n · x
    private KeyPowers _folded;      // the sum of both halves of the same, in the lower half: Karatsuba's middle factor

    /// <param name="hashKey">The encrypted zero block.</param>
    public GHash(Vector128<byte> hashKey)
    {
        UInt128 h = Unsafe.BitCast<Vector128<byte>, UInt128>(Reverse(hashKey));
        UInt128 carry = unchecked(0 - (h >> 127));
        Vector128<ulong> first = Unsafe.BitCast<UInt128, Vector128<ulong>>((h << 1) ^ (carry & new UInt128(Polynomial, 1)));
        Vector128<ulong> power = first;
        for (int n = 0; n < Powers; n++)
        {
            _powers[n] = power;
            _folded[n] = power ^ Swap(power);
            power = Multiply(power, first);
        }
    }

    /// <summary>The hash of both texts, each padded with zeros to whole blocks, and their lengths.</summary>
    public Vector128<byte> Compute(ReadOnlySpan<byte> associated, ReadOnlySpan<byte> text)
    {
        ref Vector128<ulong> powers = ref Unsafe.As<KeyPowers, Vector128<ulong>>(ref _powers);
        ref Vector128<ulong> folded = ref Unsafe.As<KeyPowers, Vector128<ulong>>(ref _folded);
        int blocks = ((associated.Length + BlockLength - 1) / BlockLength) + ((text.Length + BlockLength - 1) / BlockLength) + 1;
        int power = Math.Min(blocks, Powers);
        ref byte at = ref MemoryMarshal.GetReference(associated);
        int left = associated.Length, stage = 0;
        Vector128<ulong> low = default, middle = default, high = default, carried = default;
        while (true)
        {
            Vector128<byte> block;
            if (left >= BlockLength)
            {
                block = Vector128.LoadUnsafe(ref at);
                at = ref Unsafe.Add(ref at, BlockLength);
                left -= BlockLength;
            }
            else if (left > 0)
            {
                block = LoadPartial(ref at, left);
                left = 0;
            }
            else if (stage == 0)
            {
                at = ref MemoryMarshal.GetReference(text);
                (left, stage) = (text.Length, 1);
                continue;
            }
            else break;

            Vector128<ulong> x = Reverse(block).AsUInt64() ^ carried;
            carried = default;
            power--;
            Vector128<ulong> h = Unsafe.Add(ref powers, power);
            low ^= Pclmulqdq.CarrylessMultiply(x, h, 0x00);
            high ^= Pclmulqdq.CarrylessMultiply(x, h, 0x11);
            middle ^= Pclmulqdq.CarrylessMultiply(x ^ Swap(x), Unsafe.Add(ref folded, power), 0x00);
            blocks--;
            if (power > 0) continue;
            carried = Reduce(low, middle ^ low ^ high, high);
            low = middle = high = default;
            power = Math.Min(blocks, Powers);
        }

        Vector128<ulong> last = carried ^ Vector128.Create((ulong)text.Length * 8, (ulong)associated.Length * 8);
        low ^= Pclmulqdq.CarrylessMultiply(last, powers, 0x00);
        high ^= Pclmulqdq.CarrylessMultiply(last, powers, 0x11);
        middle ^= Pclmulqdq.CarrylessMultiply(last ^ Swap(last), folded, 0x00);
        return Reverse(Reduce(low, middle ^ low ^ high, high).AsByte());
    }

    /// <summary>Reads a byte of each cache line of the powers that a voice packet takes.</summary>
    public long Touch()
    {
        ulong sum = 0;
        for (int power = 0; power < Powers; power += 4) sum ^= _powers[power].ToScalar() ^ _folded[power].ToScalar();
        return unchecked((long)sum);
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(new Span<KeyPowers>(ref _powers)));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(new Span<KeyPowers>(ref _folded)));
    }

    private static Vector128<ulong> Multiply(Vector128<ulong> a, Vector128<ulong> b) => Reduce(
        Pclmulqdq.CarrylessMultiply(a, b, 0x00),
        Pclmulqdq.CarrylessMultiply(a, b, 0x01) ^ Pclmulqdq.CarrylessMultiply(a, b, 0x10),
        Pclmulqdq.CarrylessMultiply(a, b, 0x11));

    /// <summary>low + middle·x^64 + high·x^128, modulo the polynomial.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Reduce(Vector128<ulong> low, Vector128<ulong> middle, Vector128<ulong> high)
    {
        Vector128<ulong> polynomial = Vector128.Create(Polynomial, 0);
        middle ^= Swap(low) ^ Pclmulqdq.CarrylessMultiply(low, polynomial, 0x00);
        return high ^ Swap(middle) ^ Pclmulqdq.CarrylessMultiply(middle, polynomial, 0x00);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Swap(Vector128<ulong> halves) => Sse2.Shuffle(halves.AsUInt32(), 0x4E).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Reverse(Vector128<byte> block) =>
        Ssse3.Shuffle(block, Vector128.Create((byte)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));

    private static Vector128<byte> LoadPartial(ref byte from, int length)
    {
        Span<byte> block = stackalloc byte[BlockLength];
        block.Clear();
        MemoryMarshal.CreateReadOnlySpan(ref from, length).CopyTo(block);
        return Vector128.Create<byte>(block);
    }

    [InlineArray(Powers)]
    private struct KeyPowers
    {
        private Vector128<ulong> _first;
    }
}
