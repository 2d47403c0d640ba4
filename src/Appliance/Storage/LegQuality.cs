namespace Tandem.Storage;

/// <summary>What the media of a leg was like.</summary>
/// <param name="JitterMs">Inter-arrival jitter of what we received (RFC 3550 §6.4.1), milliseconds.</param>
/// <param name="RoundTripMs">From RTCP, milliseconds; null where the peer sent no report.</param>
public readonly record struct LegQuality(long PacketsSent, long PacketsReceived, long PacketsLost, double JitterMs, double? RoundTripMs);
