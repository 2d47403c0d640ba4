using System.Buffers.Binary;

namespace Rtp.Core.Rtcp;

/// <summary>Writes a compound of RTCP packets: RFC 3550 §6.</summary>
/// <remarks>Each method writes a whole packet or, where the buffer is too small, nothing, and returns false.</remarks>
public ref struct RtcpWriter(Span<byte> buffer)
{
    private const int MaxCount = 31;

    private readonly Span<byte> _buffer = buffer;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    public readonly ReadOnlySpan<byte> Written => _buffer[..Length];

    /// <summary>An SR (§6.4.1).</summary>
    /// <param name="ssrc">The sender.</param>
    /// <param name="ntp">Now.</param>
    /// <param name="rtpTimestamp">The same instant on the clock of the stream.</param>
    /// <param name="packetCount">Packets sent under this SSRC.</param>
    /// <param name="octetCount">Their payload bytes.</param>
    /// <param name="reports">At most 31.</param>
    public bool SenderReport(
        uint ssrc, NtpTimestamp ntp, uint rtpTimestamp, uint packetCount, uint octetCount, scoped ReadOnlySpan<ReportBlock> reports)
    {
        if (!TryBegin(RtcpPacketType.SenderReport, reports.Length, 24 + reports.Length * ReportBlock.Length, out Span<byte> body)) return false;
        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc);
        BinaryPrimitives.WriteUInt64BigEndian(body[4..], ntp.Value);
        BinaryPrimitives.WriteUInt32BigEndian(body[12..], rtpTimestamp);
        BinaryPrimitives.WriteUInt32BigEndian(body[16..], packetCount);
        BinaryPrimitives.WriteUInt32BigEndian(body[20..], octetCount);
        WriteBlocks(body[24..], reports);
        return true;
    }

    /// <summary>An RR (§6.4.2).</summary>
    public bool ReceiverReport(uint ssrc, scoped ReadOnlySpan<ReportBlock> reports)
    {
        if (!TryBegin(RtcpPacketType.ReceiverReport, reports.Length, 4 + reports.Length * ReportBlock.Length, out Span<byte> body)) return false;
        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc);
        WriteBlocks(body[4..], reports);
        return true;
    }

    /// <summary>An SDES with one CNAME (§6.5.1).</summary>
    /// <param name="ssrc">The source.</param>
    /// <param name="cname">UTF-8, 1–255 bytes.</param>
    public bool Cname(uint ssrc, scoped ReadOnlySpan<byte> cname)
    {
        if (cname.Length is < 1 or > 255) return false;
        int length = (4 + 2 + cname.Length + 1 + 3) & ~3;    // at least one null ends the chunk
        if (!TryBegin(RtcpPacketType.SourceDescription, 1, length, out Span<byte> body)) return false;
        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc);
        body[4] = SourceDescriptionReader.Cname;
        body[5] = (byte)cname.Length;
        cname.CopyTo(body[6..]);
        body[(6 + cname.Length)..].Clear();
        return true;
    }

    /// <summary>A BYE of one source (§6.6).</summary>
    /// <param name="ssrc">The source that leaves.</param>
    /// <param name="reason">UTF-8, up to 255 bytes; may be empty.</param>
    public bool Bye(uint ssrc, scoped ReadOnlySpan<byte> reason = default)
    {
        if (reason.Length > 255) return false;
        int length = reason.IsEmpty ? 4 : (4 + 1 + reason.Length + 3) & ~3;
        if (!TryBegin(RtcpPacketType.Bye, 1, length, out Span<byte> body)) return false;
        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc);
        if (reason.IsEmpty) return true;
        body[4] = (byte)reason.Length;
        reason.CopyTo(body[5..]);
        body[(5 + reason.Length)..].Clear();
        return true;
    }

    /// <summary>An XR with one DLRR sub-block: the echo of a receiver's reference time (RFC 3611 §4.5).</summary>
    /// <param name="ssrc">Who echoes.</param>
    /// <param name="receiver">Whose time it is.</param>
    /// <param name="lastReceiverReport">The middle 32 bits of it.</param>
    /// <param name="delay">Since it came, in 1/65536 s.</param>
    public bool DelaySinceLastReceiverReport(uint ssrc, uint receiver, uint lastReceiverReport, uint delay)
    {
        if (!TryBegin(RtcpPacketType.ExtendedReport, 0, 4 + 4 + 12, out Span<byte> body)) return false;
        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc);
        body[4] = (byte)ExtendedReportBlockType.DelaySinceLastReceiverReport;
        body[5] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(body[6..], 3);
        BinaryPrimitives.WriteUInt32BigEndian(body[8..], receiver);
        BinaryPrimitives.WriteUInt32BigEndian(body[12..], lastReceiverReport);
        BinaryPrimitives.WriteUInt32BigEndian(body[16..], delay);
        return true;
    }

    private static void WriteBlocks(Span<byte> body, ReadOnlySpan<ReportBlock> reports)
    {
        for (int i = 0; i < reports.Length; i++) reports[i].Write(body[(i * ReportBlock.Length)..]);
    }

    private bool TryBegin(RtcpPacketType type, int count, int bodyLength, out Span<byte> body)
    {
        body = default;
        if (count > MaxCount || _buffer.Length - Length < 4 + bodyLength) return false;
        Span<byte> packet = _buffer.Slice(Length, 4 + bodyLength);
        packet[0] = (byte)(0x80 | count);
        packet[1] = (byte)type;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)(bodyLength / 4));
        body = packet[4..];
        Length += packet.Length;
        return true;
    }
}
