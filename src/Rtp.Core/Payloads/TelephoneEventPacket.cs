namespace Rtp.Core.Payloads;

/// <summary>One packet that a <see cref="TelephoneEventSender"/> wants sent.</summary>
/// <param name="Payload">What to write behind the header.</param>
/// <param name="Timestamp">RTP timestamp: that of the start of the event, not of now (RFC 4733 §2.2.2).</param>
/// <param name="Marker">Set on the first packet of an event.</param>
public readonly record struct TelephoneEventPacket(TelephoneEvent Payload, uint Timestamp, bool Marker);
