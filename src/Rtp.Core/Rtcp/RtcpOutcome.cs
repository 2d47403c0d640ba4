namespace Rtp.Core.Rtcp;

/// <summary>What a datagram brought.</summary>
[Flags]
public enum RtcpOutcome : byte
{
    None = 0,

    /// <summary>The remote view of our stream is new.</summary>
    Report = 1,

    /// <summary>The source that we hear has left. SIP decides about the call.</summary>
    Bye = 2,

    /// <summary>Somebody reports under our SSRC: a collision, or our own packets come back (RFC 3550 §8.2).</summary>
    SsrcCollision = 4,

    /// <summary>The datagram, or a packet in it, is no RTCP.</summary>
    Malformed = 8,
}
