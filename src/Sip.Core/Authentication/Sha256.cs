using System.Buffers.Binary;
using static System.Numerics.BitOperations;

namespace Sip.Core.Authentication;

/// <summary>SHA-256 (FIPS 180-4 §6.2).</summary>
readonly struct Sha256 : IBlockHash
{
    public const int DigestLength = 32, Words = 8;

    static readonly uint[] _initial =
        [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    static readonly uint[] _roots =
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    /// <param name="text">What to hash.</param>
    /// <param name="digest">Gets 32 bytes.</param>
    public static void Hash(ReadOnlySpan<byte> text, Span<byte> digest)
    {
        Span<uint> state = stackalloc uint[Words];
        Begin(state);
        BlockHash.Finish<Sha256>(state, text);
        Write(state, digest);
    }

    /// <summary>The state before the first block.</summary>
    public static void Begin(Span<uint> state) => _initial.CopyTo(state);

    /// <summary>A state as the digest that it is once the text has ended.</summary>
    public static void Write(ReadOnlySpan<uint> state, Span<byte> digest)
    {
        for (int i = 0; i < Words; i++) BinaryPrimitives.WriteUInt32BigEndian(digest[(4 * i)..], state[i]);
    }

    public static void WriteLength(Span<byte> to, long bits) => BinaryPrimitives.WriteInt64BigEndian(to, bits);

    public static void Compress(Span<uint> state, ReadOnlySpan<byte> block)
    {
        Span<uint> w = stackalloc uint[64];
        for (int i = 0; i < 16; i++) w[i] = BinaryPrimitives.ReadUInt32BigEndian(block[(4 * i)..]);
        ReadOnlySpan<uint> k = _roots;
        unchecked
        {
            for (int i = 16; i < w.Length; i++)
            {
                uint early = w[i - 15], late = w[i - 2];
                w[i] = w[i - 16] + (RotateRight(early, 7) ^ RotateRight(early, 18) ^ (early >> 3))
                    + w[i - 7] + (RotateRight(late, 17) ^ RotateRight(late, 19) ^ (late >> 10));
            }
            uint a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
            for (int i = 0; i < w.Length; i++)
            {
                uint one = h + (RotateRight(e, 6) ^ RotateRight(e, 11) ^ RotateRight(e, 25)) + (g ^ (e & (f ^ g))) + k[i] + w[i];
                uint two = (RotateRight(a, 2) ^ RotateRight(a, 13) ^ RotateRight(a, 22)) + ((a & b) | (c & (a | b)));
                (h, g, f, e, d, c, b, a) = (g, f, e, d + one, c, b, a, one + two);
            }
            (state[0], state[1], state[2], state[3]) = (state[0] + a, state[1] + b, state[2] + c, state[3] + d);
            (state[4], state[5], state[6], state[7]) = (state[4] + e, state[5] + f, state[6] + g, state[7] + h);
        }
    }
}
