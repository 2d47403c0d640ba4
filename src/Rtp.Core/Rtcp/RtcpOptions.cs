namespace Rtp.Core.Rtcp;

/// <summary>How a leg reports.</summary>
/// <param name="SendClockRateHz">Timestamp clock of what we send.</param>
/// <param name="BandwidthOctetsPerSecond">For the RTCP of both sides; 5 % of a 64 kbit/s stream by default (RFC 3550 §6.2).</param>
/// <param name="LowerLayerOctets">UDP and IP of each datagram, for the average size (§6.3.3).</param>
/// <param name="AllowReducedSize">Accept datagrams that start with neither SR nor RR (RFC 5506).</param>
public sealed record RtcpOptions(
    int SendClockRateHz = 8000, double BandwidthOctetsPerSecond = 400, int LowerLayerOctets = 28, bool AllowReducedSize = false)
{
    /// <summary>The least time between reports before randomisation.</summary>
    public TimeSpan MinimumInterval { get; init; } = RtcpInterval.Minimum;
}
