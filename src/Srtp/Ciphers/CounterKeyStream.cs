using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using AesInstructions = System.Runtime.Intrinsics.X86.Aes;

namespace Srtp.Ciphers;

/// <summary>AES in counter mode by AES-NI: eight blocks at once, because one instruction takes four cycles and two can start in each.</summary>
internal static class CounterKeyStream
{
    private const int BlockLength = 16, Wide = 8 * BlockLength, Narrow = 4 * BlockLength;

    private static Vector128<byte> Reversal => Vector128.Create((byte)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);

    /// <summary>Encrypts or decrypts in place.</summary>
    /// <param name="key">Its schedule.</param>
    /// <param name="counter">The first block; its last four bytes count up, big-endian.</param>
    /// <param name="data">Any length.</param>
    [SkipLocalsInit]
    public static void Xor(in AesKeySchedule key, Vector128<byte> counter, Span<byte> data)
    {
        ref Vector128<byte> keys = ref Unsafe.AsRef(in key.First);
        int rounds = key.Rounds;
        Vector128<byte> reversal = Reversal;
        Vector128<uint> next = Ssse3.Shuffle(counter, reversal).AsUInt32();
        ref byte at = ref MemoryMarshal.GetReference(data);
        int left = data.Length;
        for (; left >= Wide; left -= Wide)
        {
            Vector128<byte> k = keys;
            Vector128<byte> b0 = Ssse3.Shuffle(next.AsByte(), reversal) ^ k;
            Vector128<byte> b1 = Ssse3.Shuffle((next + Vector128.Create(1u, 0, 0, 0)).AsByte(), reversal) ^ k;
            Vector128<byte> b2 = Ssse3.Shuffle((next + Vector128.Create(2u, 0, 0, 0)).AsByte(), reversal) ^ k;
            Vector128<byte> b3 = Ssse3.Shuffle((next + Vector128.Create(3u, 0, 0, 0)).AsByte(), reversal) ^ k;
            Vector128<byte> b4 = Ssse3.Shuffle((next + Vector128.Create(4u, 0, 0, 0)).AsByte(), reversal) ^ k;
            Vector128<byte> b5 = Ssse3.Shuffle((next + Vector128.Create(5u, 0, 0, 0)).AsByte(), reversal) ^ k;
            Vector128<byte> b6 = Ssse3.Shuffle((next + Vector128.Create(6u, 0, 0, 0)).AsByte(), reversal) ^ k;
            Vector128<byte> b7 = Ssse3.Shuffle((next + Vector128.Create(7u, 0, 0, 0)).AsByte(), reversal) ^ k;
            next += Vector128.Create(8u, 0, 0, 0);
            for (int round = 1; round < rounds; round++)
            {
                k = Unsafe.Add(ref keys, round);
                b0 = AesInstructions.Encrypt(b0, k);
                b1 = AesInstructions.Encrypt(b1, k);
                b2 = AesInstructions.Encrypt(b2, k);
                b3 = AesInstructions.Encrypt(b3, k);
                b4 = AesInstructions.Encrypt(b4, k);
                b5 = AesInstructions.Encrypt(b5, k);
                b6 = AesInstructions.Encrypt(b6, k);
                b7 = AesInstructions.Encrypt(b7, k);
            }

            k = Unsafe.Add(ref keys, rounds);
            Put(ref at, 0, AesInstructions.EncryptLast(b0, k));
            Put(ref at, 1, AesInstructions.EncryptLast(b1, k));
            Put(ref at, 2, AesInstructions.EncryptLast(b2, k));
            Put(ref at, 3, AesInstructions.EncryptLast(b3, k));
            Put(ref at, 4, AesInstructions.EncryptLast(b4, k));
            Put(ref at, 5, AesInstructions.EncryptLast(b5, k));
            Put(ref at, 6, AesInstructions.EncryptLast(b6, k));
            Put(ref at, 7, AesInstructions.EncryptLast(b7, k));
            at = ref Unsafe.Add(ref at, Wide);
        }

        Span<byte> stream = stackalloc byte[Narrow];
        ref byte rest = ref MemoryMarshal.GetReference(stream);
        while (left > 0)
        {
            Vector128<byte> k = keys;
            Vector128<byte> b0 = Ssse3.Shuffle(next.AsByte(), reversal) ^ k;
            Vector128<byte> b1 = Ssse3.Shuffle((next + Vector128.Create(1u, 0, 0, 0)).AsByte(), reversal) ^ k;
            Vector128<byte> b2 = Ssse3.Shuffle((next + Vector128.Create(2u, 0, 0, 0)).AsByte(), reversal) ^ k;
            Vector128<byte> b3 = Ssse3.Shuffle((next + Vector128.Create(3u, 0, 0, 0)).AsByte(), reversal) ^ k;
            next += Vector128.Create(4u, 0, 0, 0);
            for (int round = 1; round < rounds; round++)
            {
                k = Unsafe.Add(ref keys, round);
                b0 = AesInstructions.Encrypt(b0, k);
                b1 = AesInstructions.Encrypt(b1, k);
                b2 = AesInstructions.Encrypt(b2, k);
                b3 = AesInstructions.Encrypt(b3, k);
            }

            k = Unsafe.Add(ref keys, rounds);
            AesInstructions.EncryptLast(b0, k).StoreUnsafe(ref rest);
            AesInstructions.EncryptLast(b1, k).StoreUnsafe(ref rest, BlockLength);
            AesInstructions.EncryptLast(b2, k).StoreUnsafe(ref rest, 2 * BlockLength);
            AesInstructions.EncryptLast(b3, k).StoreUnsafe(ref rest, 3 * BlockLength);
            int taken = Math.Min(left, Narrow), done = 0;
            for (; done + BlockLength <= taken; done += BlockLength)
                (Vector128.LoadUnsafe(ref at, (nuint)done) ^ Vector128.LoadUnsafe(ref rest, (nuint)done)).StoreUnsafe(ref at, (nuint)done);
            for (; done < taken; done++) Unsafe.Add(ref at, done) ^= Unsafe.Add(ref rest, done);
            at = ref Unsafe.Add(ref at, taken);
            left -= taken;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(ref byte data, int block, Vector128<byte> stream)
    {
        nuint offset = (nuint)(block * BlockLength);
        (Vector128.LoadUnsafe(ref data, offset) ^ stream).StoreUnsafe(ref data, offset);
    }
}
