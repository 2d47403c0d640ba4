using System.Buffers.Binary;

namespace Rtp.Core.Rtcp;

/// <summary>Walks the packets of one RTCP datagram: RFC 3550 §6.1, checked as a whole before anything is believed (A.2).</summary>
public ref struct RtcpReader
{
    private ReadOnlySpan<byte> _rest;

    private RtcpReader(ReadOnlySpan<byte> datagram) => _rest = datagram;

    public RtcpPacketType Type { get; private set; }

    /// <summary>The five bits of the header: report count, source count or feedback format.</summary>
    public int Count { get; private set; }

    /// <summary>The packet behind its four-byte header, without padding.</summary>
    public ReadOnlySpan<byte> Body { get; private set; }

    /// <summary>Checks version, lengths and padding of every packet in the datagram.</summary>
    /// <param name="datagram">One datagram, plain.</param>
    /// <param name="reader">Stands before the first packet.</param>
    /// <param name="allowReducedSize">Accept a datagram that does not start with an SR or RR (RFC 5506), where that was negotiated.</param>
    /// <returns>False where the datagram is to be dropped whole. Never throws.</returns>
    public static bool TryParse(ReadOnlySpan<byte> datagram, out RtcpReader reader, bool allowReducedSize = false)
    {
        reader = new RtcpReader(datagram);
        if (datagram.Length < 4) return false;
        if (!allowReducedSize && (RtcpPacketType)datagram[1] is not (RtcpPacketType.SenderReport or RtcpPacketType.ReceiverReport)) return false;
        for (ReadOnlySpan<byte> rest = datagram; !rest.IsEmpty;)
        {
            if (rest.Length < 4 || rest[0] >> 6 != 2) return false;
            int length = PacketLength(rest);
            if (length > rest.Length) return false;
            if ((rest[0] & 0x20) != 0)
            {
                int padding = rest[length - 1];
                // Only the last packet of a compound may be padded (§6.4.1).
                if (length != rest.Length || padding == 0 || (padding & 3) != 0 || padding > length - 4) return false;
            }

            rest = rest[length..];
        }

        return true;
    }

    /// <summary>Moves to the next packet.</summary>
    public bool Read()
    {
        if (_rest.Length < 4) return false;
        int length = PacketLength(_rest);
        int end = (_rest[0] & 0x20) != 0 ? length - _rest[length - 1] : length;
        Type = (RtcpPacketType)_rest[1];
        Count = _rest[0] & 0x1F;
        Body = _rest[4..end];
        _rest = _rest[length..];
        return true;
    }

    private static int PacketLength(ReadOnlySpan<byte> packet) => 4 * (BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) + 1);
}
