namespace Tandem.Storage;

/// <summary>What the media of a leg was like.</summary>
/// <param name="JitterMs">Inter-arrival jitter of what we received (RFC 3550 §6.4.1), milliseconds.</param>
/// <param name="RoundTripMs">From RTCP, milliseconds; null where the peer sent no report.</param>
/// <param name="Mos">What people would say of what we received, 1 to 4.5; null where nothing came.</param>
/// <param name="RemotePacketsLost">Of what we sent, by the peer's last report; null where it sent none.</param>
/// <param name="RemoteJitterMs">Of what we sent, by the peer's last report.</param>
/// <param name="RemoteMos">What people would say of what the peer received, by its own account.</param>
public readonly record struct LegQuality(long PacketsSent, long PacketsReceived, long PacketsLost, double JitterMs, double? RoundTripMs,
    double? Mos = null, long? RemotePacketsLost = null, double? RemoteJitterMs = null, double? RemoteMos = null);
