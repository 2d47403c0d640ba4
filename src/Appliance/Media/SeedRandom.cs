using System.Security.Cryptography;

namespace Tandem.Media;

/// <summary>Random bytes that an outsider cannot guess, taken from the system in blocks: each request by itself costs more than the rest of a leg's memory.</summary>
internal static class SeedRandom
{
    private const int BlockBytes = 512;

    [ThreadStatic]
    private static byte[]? t_block;

    [ThreadStatic]
    private static int t_used;

    /// <summary>Fills a few bytes. Any thread.</summary>
    public static void Fill(Span<byte> bytes)
    {
        if (t_block is null || t_used + bytes.Length > BlockBytes)
        {
            t_block ??= new byte[BlockBytes];
            RandomNumberGenerator.Fill(t_block);
            t_used = 0;
        }
        Span<byte> taken = t_block.AsSpan(t_used, bytes.Length);
        taken.CopyTo(bytes);
        taken.Clear();    // never handed out again
        t_used += bytes.Length;
    }

    /// <summary>New bytes. Any thread.</summary>
    public static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        Fill(bytes);
        return bytes;
    }

    public static uint Next()
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        Fill(bytes);
        return BitConverter.ToUInt32(bytes);
    }
}
