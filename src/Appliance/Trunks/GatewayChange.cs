namespace Tandem.Trunks;

/// <summary>A gateway went from one state to another.</summary>
/// <param name="LastCode">See <see cref="GatewayStatus.LastCode"/>.</param>
/// <param name="Latency">See <see cref="GatewayStatus.Latency"/>.</param>
public sealed record GatewayChange(GatewayChoice Gateway, GatewayState Before, GatewayState After, int LastCode, TimeSpan? Latency);
