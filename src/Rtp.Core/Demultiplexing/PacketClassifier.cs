namespace Rtp.Core.Demultiplexing;

/// <summary>Tells the protocols on one port apart: RFC 7983 §7 by the first byte, RFC 5761 §4 between RTP and RTCP.</summary>
public static class PacketClassifier
{
    /// <summary>An empty or one-byte datagram is nobody's.</summary>
    public static PacketKind Classify(ReadOnlySpan<byte> datagram) =>
        datagram.Length < 2 ? PacketKind.Unknown : Classify(datagram[0], datagram[1]);

    public static PacketKind Classify(byte first, byte second) => first switch
    {
        <= 3 => PacketKind.Stun,
        >= 16 and <= 19 => PacketKind.Zrtp,
        >= 20 and <= 63 => PacketKind.Dtls,
        >= 64 and <= 79 => PacketKind.TurnChannel,
        >= 128 and <= 191 => second is >= 192 and <= 223 ? PacketKind.Rtcp : PacketKind.Rtp,
        _ => PacketKind.Unknown,
    };
}
