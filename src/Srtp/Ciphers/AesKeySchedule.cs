using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using AesInstructions = System.Runtime.Intrinsics.X86.Aes;

namespace Srtp.Ciphers;

/// <summary>The round keys of AES-128 or AES-256 (FIPS 197 §5.2), and AES with them by AES-NI.</summary>
/// <remarks>A value that lies within whoever uses it, and is never copied.</remarks>
internal struct AesKeySchedule : IDisposable
{
    private RoundKeys _keys;

    /// <param name="key">16 or 32 bytes.</param>
    public AesKeySchedule(ReadOnlySpan<byte> key)
    {
        Rounds = key.Length == 16 ? 10 : 14;
        if (key.Length == 16) Expand128(Vector128.Create(key));
        else if (key.Length == 32) Expand256(Vector128.Create(key), Vector128.Create(key[16..]));
        else throw new ArgumentException("16 or 32 bytes.", nameof(key));
    }

    /// <summary>10 or 14; there is one round key more.</summary>
    public readonly int Rounds { get; }

    /// <summary>The first of <see cref="Rounds"/> + 1 round keys in a row.</summary>
    [UnscopedRef]
    public readonly ref readonly Vector128<byte> First => ref Unsafe.As<RoundKeys, Vector128<byte>>(ref Unsafe.AsRef(in _keys));

    /// <summary>One block.</summary>
    public readonly Vector128<byte> Encrypt(Vector128<byte> block)
    {
        ref readonly Vector128<byte> key = ref First;
        block ^= key;
        for (int round = 1; round < Rounds; round++) block = AesInstructions.Encrypt(block, Unsafe.Add(ref Unsafe.AsRef(in key), round));
        return AesInstructions.EncryptLast(block, Unsafe.Add(ref Unsafe.AsRef(in key), Rounds));
    }

    /// <summary>Reads a byte of each cache line of the keys.</summary>
    public readonly long Touch() => _keys[0].ToScalar() + _keys[4].ToScalar() + _keys[8].ToScalar() + _keys[10].ToScalar();

    /// <summary>Forgets the key.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(new Span<RoundKeys>(ref _keys)));

    private void Expand128(Vector128<byte> key)
    {
        _keys[0] = key;
        _keys[1] = key = Next(key, AesInstructions.KeygenAssist(key, 0x01));
        _keys[2] = key = Next(key, AesInstructions.KeygenAssist(key, 0x02));
        _keys[3] = key = Next(key, AesInstructions.KeygenAssist(key, 0x04));
        _keys[4] = key = Next(key, AesInstructions.KeygenAssist(key, 0x08));
        _keys[5] = key = Next(key, AesInstructions.KeygenAssist(key, 0x10));
        _keys[6] = key = Next(key, AesInstructions.KeygenAssist(key, 0x20));
        _keys[7] = key = Next(key, AesInstructions.KeygenAssist(key, 0x40));
        _keys[8] = key = Next(key, AesInstructions.KeygenAssist(key, 0x80));
        _keys[9] = key = Next(key, AesInstructions.KeygenAssist(key, 0x1B));
        _keys[10] = Next(key, AesInstructions.KeygenAssist(key, 0x36));
    }

    private void Expand256(Vector128<byte> even, Vector128<byte> odd)
    {
        (_keys[0], _keys[1]) = (even, odd);
        _keys[2] = even = Next(even, AesInstructions.KeygenAssist(odd, 0x01));
        _keys[3] = odd = NextOdd(odd, even);
        _keys[4] = even = Next(even, AesInstructions.KeygenAssist(odd, 0x02));
        _keys[5] = odd = NextOdd(odd, even);
        _keys[6] = even = Next(even, AesInstructions.KeygenAssist(odd, 0x04));
        _keys[7] = odd = NextOdd(odd, even);
        _keys[8] = even = Next(even, AesInstructions.KeygenAssist(odd, 0x08));
        _keys[9] = odd = NextOdd(odd, even);
        _keys[10] = even = Next(even, AesInstructions.KeygenAssist(odd, 0x10));
        _keys[11] = odd = NextOdd(odd, even);
        _keys[12] = even = Next(even, AesInstructions.KeygenAssist(odd, 0x20));
        _keys[13] = odd = NextOdd(odd, even);
        _keys[14] = Next(even, AesInstructions.KeygenAssist(odd, 0x40));
    }

    /// <summary>Four words: each is the one four before it, plus the sum of those since; the first also takes RotWord, SubWord and Rcon.</summary>
    private static Vector128<byte> Next(Vector128<byte> key, Vector128<byte> assist) =>
        Sum(key) ^ Sse2.Shuffle(assist.AsUInt32(), 0xFF).AsByte();

    /// <summary>The words of AES-256 half-way between two Rcons: SubWord without RotWord.</summary>
    private static Vector128<byte> NextOdd(Vector128<byte> odd, Vector128<byte> even) =>
        Sum(odd) ^ Sse2.Shuffle(AesInstructions.KeygenAssist(even, 0).AsUInt32(), 0xAA).AsByte();

    private static Vector128<byte> Sum(Vector128<byte> words)
    {
        words ^= Sse2.ShiftLeftLogical128BitLane(words, 4);
        return words ^ Sse2.ShiftLeftLogical128BitLane(words, 8);
    }

    [InlineArray(15)]
    private struct RoundKeys
    {
        private Vector128<byte> _first;
    }
}
