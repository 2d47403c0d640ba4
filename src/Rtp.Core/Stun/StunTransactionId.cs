using System.Buffers.Binary;

namespace Rtp.Core.Stun;

/// <summary>The 96 bits that tell which request a response answers (RFC 8489 §5).</summary>
/// <param name="First">The first 32 bits.</param>
/// <param name="Rest">The other 64.</param>
public readonly record struct StunTransactionId(uint First, ulong Rest)
{
    public const int Length = 12;

    public static StunTransactionId Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt32BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[4..]));

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, First);
        BinaryPrimitives.WriteUInt64BigEndian(destination[4..], Rest);
    }
}
