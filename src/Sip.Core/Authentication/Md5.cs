using System.Buffers.Binary;
using static System.Numerics.BitOperations;

namespace Sip.Core.Authentication;

/// <summary>MD5 (RFC 1321): RFC 3261 §22.4 has it, and most phones know nothing else.</summary>
readonly struct Md5 : IBlockHash
{
    public const int DigestLength = 16;

    static readonly uint[] _sines =
    [
        0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
        0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
        0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
        0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
        0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
        0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
        0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
        0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
    ];

    /// <param name="text">What to hash.</param>
    /// <param name="digest">Gets 16 bytes.</param>
    public static void Hash(ReadOnlySpan<byte> text, Span<byte> digest)
    {
        Span<uint> state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
        BlockHash.Finish<Md5>(state, text);
        for (int i = 0; i < state.Length; i++) BinaryPrimitives.WriteUInt32LittleEndian(digest[(4 * i)..], state[i]);
    }

    public static void WriteLength(Span<byte> to, long bits) => BinaryPrimitives.WriteInt64LittleEndian(to, bits);

    public static void Compress(Span<uint> state, ReadOnlySpan<byte> block)
    {
        Span<uint> x = stackalloc uint[16];
        for (int i = 0; i < 16; i++) x[i] = BinaryPrimitives.ReadUInt32LittleEndian(block[(4 * i)..]);
        ReadOnlySpan<uint> t = _sines;
        unchecked
        {
            uint a = state[0], b = state[1], c = state[2], d = state[3];
            for (int i = 0; i < 16; i += 4)
            {
                a = b + RotateLeft(a + (d ^ (b & (c ^ d))) + x[i] + t[i], 7);
                d = a + RotateLeft(d + (c ^ (a & (b ^ c))) + x[i + 1] + t[i + 1], 12);
                c = d + RotateLeft(c + (b ^ (d & (a ^ b))) + x[i + 2] + t[i + 2], 17);
                b = c + RotateLeft(b + (a ^ (c & (d ^ a))) + x[i + 3] + t[i + 3], 22);
            }
            for (int i = 16; i < 32; i += 4)
            {
                a = b + RotateLeft(a + (c ^ (d & (b ^ c))) + x[(5 * i + 1) & 15] + t[i], 5);
                d = a + RotateLeft(d + (b ^ (c & (a ^ b))) + x[(5 * i + 6) & 15] + t[i + 1], 9);
                c = d + RotateLeft(c + (a ^ (b & (d ^ a))) + x[(5 * i + 11) & 15] + t[i + 2], 14);
                b = c + RotateLeft(b + (d ^ (a & (c ^ d))) + x[5 * i & 15] + t[i + 3], 20);
            }
            for (int i = 32; i < 48; i += 4)
            {
                a = b + RotateLeft(a + (b ^ c ^ d) + x[(3 * i + 5) & 15] + t[i], 4);
                d = a + RotateLeft(d + (a ^ b ^ c) + x[(3 * i + 8) & 15] + t[i + 1], 11);
                c = d + RotateLeft(c + (d ^ a ^ b) + x[(3 * i + 11) & 15] + t[i + 2], 16);
                b = c + RotateLeft(b + (c ^ d ^ a) + x[(3 * i + 14) & 15] + t[i + 3], 23);
            }
            for (int i = 48; i < 64; i += 4)
            {
                a = b + RotateLeft(a + (c ^ (b | ~d)) + x[7 * i & 15] + t[i], 6);
                d = a + RotateLeft(d + (b ^ (a | ~c)) + x[(7 * i + 7) & 15] + t[i + 1], 10);
                c = d + RotateLeft(c + (a ^ (d | ~b)) + x[(7 * i + 14) & 15] + t[i + 2], 15);
                b = c + RotateLeft(b + (d ^ (c | ~a)) + x[(7 * i + 21) & 15] + t[i + 3], 21);
            }
            (state[0], state[1], state[2], state[3]) = (state[0] + a, state[1] + b, state[2] + c, state[3] + d);
        }
    }
}
