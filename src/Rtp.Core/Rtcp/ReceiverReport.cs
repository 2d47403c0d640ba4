using System.Buffers.Binary;

namespace Rtp.Core.Rtcp;

/// <summary>A receiver report, borrowed: RFC 3550 §6.4.2.</summary>
public readonly ref struct ReceiverReport
{
    private const int HeadLength = 4;

    private ReceiverReport(ReadOnlySpan<byte> body, int count)
    {
        Ssrc = BinaryPrimitives.ReadUInt32BigEndian(body);
        Reports = new ReportBlocks(body.Slice(HeadLength, count * ReportBlock.Length));
    }

    public uint Ssrc { get; }

    public ReportBlocks Reports { get; }

    public static bool TryParse(in RtcpReader packet, out ReceiverReport report)
    {
        bool fits = packet.Type == RtcpPacketType.ReceiverReport && packet.Body.Length >= HeadLength + packet.Count * ReportBlock.Length;
        report = fits ? new ReceiverReport(packet.Body, packet.Count) : default;
        return fits;
    }
}
