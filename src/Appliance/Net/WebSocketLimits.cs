namespace Tandem.Net;

/// <summary>What a WebSocket peer may do to us.</summary>
/// <param name="WriteQueueBytes">Bytes that may wait for a peer that does not read, before its connection is dropped.</param>
/// <param name="MessageTimeout">A message once begun must be finished within this time.</param>
public sealed record WebSocketLimits(int WriteQueueBytes, TimeSpan MessageTimeout);
