namespace Rtp.Core.Demultiplexing;

/// <summary>What a datagram on a media port is, by its first bytes.</summary>
public enum PacketKind : byte
{
    Unknown,
    Stun,
    Zrtp,
    Dtls,
    TurnChannel,
    Rtp,
    Rtcp,
}
