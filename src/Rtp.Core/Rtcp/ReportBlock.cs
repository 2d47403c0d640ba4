using System.Buffers.Binary;

namespace Rtp.Core.Rtcp;

/// <summary>One report block of an SR or RR: RFC 3550 §6.4.1.</summary>
/// <param name="Ssrc">The source that the block is about.</param>
/// <param name="FractionLost">Since the report before, in 1/256.</param>
/// <param name="CumulativeLost">24 bits with sign.</param>
/// <param name="ExtendedHighest">Wraps and highest sequence number received.</param>
/// <param name="Jitter">In timestamp units of the source.</param>
/// <param name="LastSr">Middle 32 bits of the NTP timestamp of the last SR; 0 for none.</param>
/// <param name="DelaySinceLastSr">In 1/65536 s.</param>
public readonly record struct ReportBlock(
    uint Ssrc, byte FractionLost, int CumulativeLost, uint ExtendedHighest, uint Jitter, uint LastSr, uint DelaySinceLastSr)
{
    public const int Length = 24;

    /// <summary>Reads the block at the start of <paramref name="bytes"/>, which holds at least <see cref="Length"/>.</summary>
    public static ReportBlock Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt32BigEndian(bytes),
        bytes[4],
        unchecked((int)(BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]) << 8)) >> 8,
        BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]),
        BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]));

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Ssrc);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], (uint)FractionLost << 24 | (unchecked((uint)CumulativeLost) & 0xFF_FFFF));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], ExtendedHighest);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], Jitter);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[16..], LastSr);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[20..], DelaySinceLastSr);
    }
}
