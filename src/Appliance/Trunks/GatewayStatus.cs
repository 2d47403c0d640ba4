namespace Tandem.Trunks;

/// <summary>How a gateway is, at one moment.</summary>
/// <param name="Gateway">Which one.</param>
/// <param name="State">Whether it gets new calls.</param>
/// <param name="Since">Monotonic: when it came into that state.</param>
/// <param name="Latency">From a request to its first response, smoothed over about eight of them; null: nothing was heard yet.</param>
/// <param name="LastCode">The last final status that it answered with, 408 where it did not answer, 503 where it cannot be reached; 0: not asked.</param>
/// <param name="Calls">Calls that it carries now.</param>
/// <param name="HeldUntil">Monotonic: the end of the pause it asked for; null: it asked for none.</param>
public sealed record GatewayStatus(
    GatewayChoice Gateway, GatewayState State, TimeSpan Since, TimeSpan? Latency, int LastCode, int Calls, TimeSpan? HeldUntil);
