namespace Rtp.Core.Playout;

/// <summary>What a jitter buffer needs to know of a packet beside its payload.</summary>
/// <param name="DurationTicks">Length of its sound on the RTP clock; the codec knows it. For a comfort-noise packet that has no length of its own, that of one frame.</param>
/// <param name="Tag">The caller's: payload type, or which decoder.</param>
/// <param name="EndsSpurt">After it the sender may say nothing until it has sound again: a comfort-noise packet (RFC 3389) or a silent packet of Opus. What does not follow is not lost.</param>
public readonly record struct PlayoutPacket(
    uint Ssrc, ushort SequenceNumber, uint Timestamp, bool Marker, int DurationTicks, byte Tag = 0, bool EndsSpurt = false);
