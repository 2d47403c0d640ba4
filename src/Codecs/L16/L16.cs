using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Codecs.L16;

/// <summary>Uncompressed 16-bit samples in network byte order: RFC 3551 §4.5.11.</summary>
/// <remarks>A destination must hold what its source gives; a shorter one is our bug and throws. Nothing allocates.</remarks>
public static class L16
{
    /// <returns>Bytes written: two a sample.</returns>
    public static int Encode(ReadOnlySpan<short> pcm, Span<byte> octets)
    {
        Span<short> target = MemoryMarshal.Cast<byte, short>(octets)[..pcm.Length];
        Swap(pcm, target);
        return 2 * pcm.Length;
    }

    /// <param name="octets">A payload; the odd byte at the end of a broken one is passed over.</param>
    /// <returns>Samples written.</returns>
    public static int Decode(ReadOnlySpan<byte> octets, Span<short> pcm)
    {
        ReadOnlySpan<short> source = MemoryMarshal.Cast<byte, short>(octets);
        Swap(source, pcm[..source.Length]);
        return source.Length;
    }

    private static void Swap(ReadOnlySpan<short> source, Span<short> target)
    {
        if (BitConverter.IsLittleEndian) BinaryPrimitives.ReverseEndianness(source, target);
        else source.CopyTo(target);
    }
}
