using System.Buffers.Binary;
using System.Net;

namespace Load.Media;

/// <summary>PCMU passed on as it is. The payload carries its stream, index and time; every byte is compared.</summary>
internal sealed class RelayKind : MediaKind
{
    private const int HeaderLength = 12, PayloadLength = 160, Units = 160;

    public override string Name => "relay";

    public override string Offer(IPAddress address, int port) => Sdp(address, port, "RTP/AVP", "0 101", "rtpmap:0 PCMU/8000", "rtpmap:101 telephone-event/8000");

    public override string Answer(IPAddress address, int port) => Offer(address, port);

    public override int Write(MediaStream stream, int index, long wallNow, Span<byte> packet)
    {
        WriteHeader(stream, index, 0, Units, packet);
        Span<byte> payload = packet.Slice(HeaderLength, PayloadLength);
        BinaryPrimitives.WriteUInt32LittleEndian(payload, stream.Ssrc);
        BinaryPrimitives.WriteInt32LittleEndian(payload[4..], index);
        BinaryPrimitives.WriteInt64LittleEndian(payload[8..], wallNow);
        payload[16..].Fill(Pattern(stream, index));
        return HeaderLength + PayloadLength;
    }

    public override bool Check(MediaStream stream, Span<byte> packet, long receivedAt, out int index, out long sentAt)
    {
        (index, sentAt) = (0, 0);
        if (packet.Length != HeaderLength + PayloadLength || packet[0] != 0x80 || (packet[1] & 0x7F) != 0) return false;
        ReadOnlySpan<byte> payload = packet[HeaderLength..];
        index = BinaryPrimitives.ReadInt32LittleEndian(payload[4..]);
        sentAt = BinaryPrimitives.ReadInt64LittleEndian(payload[8..]);
        return BinaryPrimitives.ReadUInt32LittleEndian(payload) == stream.Ssrc && index >= 0 && index < stream.Sent
            && !payload[16..].ContainsAnyExcept(Pattern(stream, index));
    }

    private static byte Pattern(MediaStream stream, int index) => unchecked((byte)(stream.Ssrc * 31 + (uint)index));
}
