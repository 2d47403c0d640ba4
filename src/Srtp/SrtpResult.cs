namespace Srtp;

/// <summary>What came of a packet. Anything but <see cref="Ok"/>: it must be dropped, and no state has changed.</summary>
public enum SrtpResult : byte
{
    Ok,

    /// <summary>No RTP or RTCP, or too short to hold a tag.</summary>
    Malformed,

    /// <summary>Its index was used already, or is further back than the window remembers (RFC 3711 §3.3.2).</summary>
    Replayed,

    /// <summary>The tag does not fit: forged, damaged, or under another key.</summary>
    NotAuthentic,

    /// <summary>The key has protected all the packets that it may (RFC 3711 §9.2): 2^48 of RTP, 2^31 of RTCP.</summary>
    KeyExhausted,

    /// <summary>No room for the tag behind the packet.</summary>
    NoRoom,
}
