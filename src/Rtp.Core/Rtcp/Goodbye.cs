using System.Buffers.Binary;

namespace Rtp.Core.Rtcp;

/// <summary>A BYE, borrowed: RFC 3550 §6.6.</summary>
public readonly ref struct Goodbye
{
    private readonly ReadOnlySpan<byte> _sources;

    private Goodbye(ReadOnlySpan<byte> sources, ReadOnlySpan<byte> reason)
    {
        _sources = sources;
        Reason = reason;
    }

    public int Count => _sources.Length / 4;

    /// <summary>UTF-8 of a stranger; empty where none is given.</summary>
    public ReadOnlySpan<byte> Reason { get; }

    public uint Ssrc(int index) => BinaryPrimitives.ReadUInt32BigEndian(_sources.Slice(4 * index, 4));

    public bool Names(uint ssrc)
    {
        for (int i = 0; i < Count; i++)
        {
            if (Ssrc(i) == ssrc) return true;
        }

        return false;
    }

    public static bool TryParse(in RtcpReader packet, out Goodbye goodbye)
    {
        goodbye = default;
        int sources = 4 * packet.Count;
        if (packet.Type != RtcpPacketType.Bye || packet.Body.Length < sources) return false;
        ReadOnlySpan<byte> rest = packet.Body[sources..];
        bool hasReason = rest.Length > 1 && rest.Length > rest[0];
        goodbye = new Goodbye(packet.Body[..sources], hasReason ? rest.Slice(1, rest[0]) : default);
        return true;
    }
}
