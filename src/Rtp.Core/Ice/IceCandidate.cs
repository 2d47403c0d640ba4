using System.Net;

namespace Rtp.Core.Ice;

/// <summary>A UDP address where one side of a stream may be reached (RFC 8445 §5.1, RFC 8839 §5.1).</summary>
/// <param name="Foundation">Alike for candidates of one kind, base and server; 1 to 32 ice-chars.</param>
/// <param name="Component">1: RTP, and RTCP where multiplexed; 2: RTCP.</param>
/// <param name="Priority">1 to 2^31 − 1; the higher, the rather.</param>
/// <param name="Address">Never a name.</param>
/// <param name="Port">UDP.</param>
/// <param name="Kind">How the address was found.</param>
public sealed record IceCandidate(string Foundation, int Component, uint Priority, IPAddress Address, int Port, IceCandidateKind Kind);
