using System.Buffers.Binary;

namespace Rtp.Core.Rtcp;

/// <summary>A sender report, borrowed: RFC 3550 §6.4.1.</summary>
public readonly ref struct SenderReport
{
    private const int HeadLength = 24;

    private readonly ReadOnlySpan<byte> _body;

    private SenderReport(ReadOnlySpan<byte> body, int count)
    {
        _body = body;
        Reports = new ReportBlocks(body.Slice(HeadLength, count * ReportBlock.Length));
    }

    public uint Ssrc => BinaryPrimitives.ReadUInt32BigEndian(_body);

    public NtpTimestamp Ntp => new(BinaryPrimitives.ReadUInt64BigEndian(_body[4..]));

    public uint RtpTimestamp => BinaryPrimitives.ReadUInt32BigEndian(_body[12..]);

    public uint PacketCount => BinaryPrimitives.ReadUInt32BigEndian(_body[16..]);

    public uint OctetCount => BinaryPrimitives.ReadUInt32BigEndian(_body[20..]);

    public ReportBlocks Reports { get; }

    public static bool TryParse(in RtcpReader packet, out SenderReport report)
    {
        bool fits = packet.Type == RtcpPacketType.SenderReport && packet.Body.Length >= HeadLength + packet.Count * ReportBlock.Length;
        report = fits ? new SenderReport(packet.Body, packet.Count) : default;
        return fits;
    }
}
