namespace Tandem.Trunks;

/// <summary>A gateway went from one state to another.</summary>
/// <param name="LastCode">See <see cref="GatewayStatus.LastCode"/>.</param>
public sealed record GatewayChange(GatewayChoice Gateway, GatewayState Before, GatewayState After, int LastCode);
