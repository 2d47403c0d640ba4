namespace Tandem.Routing;

/// <summary>What a call from a carrier rings.</summary>
/// <param name="Did">The number of ours that was called; null: the call is refused.</param>
/// <param name="CalledE164">With +; the number as received where it has no such form.</param>
/// <param name="CallerE164">With +; null: the caller's number is hidden or has no such form.</param>
/// <param name="Status">The SIP status that refuses the call; 0: it is taken.</param>
/// <param name="Trace">Every rule that was looked at, where it was asked for; else empty.</param>
/// <param name="Reason">In words.</param>
public sealed record ArrivalDecision(Did? Did, string CalledE164, string? CallerE164, int Status, IReadOnlyList<RouteTrace> Trace, string Reason);
