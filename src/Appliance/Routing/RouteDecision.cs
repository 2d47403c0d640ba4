namespace Tandem.Routing;

/// <summary>Whether and how a call goes out.</summary>
/// <param name="CalledE164">With +; the number as dialled where it has no such form (an emergency number, a short one).</param>
/// <param name="Legs">In the order in which they are tried; empty: the call is refused.</param>
/// <param name="Trace">Every rule that was looked at, in order, where it was asked for; else empty.</param>
/// <param name="Reason">In words, for the log and the person who asks.</param>
/// <param name="Status">The SIP status that refuses the call (403 not allowed, 404 no route, 503 no carrier in service); 0: it goes out.</param>
public sealed record RouteDecision(RouteAction Action, string CalledE164, IReadOnlyList<RouteLeg> Legs, IReadOnlyList<RouteTrace> Trace, string Reason,
    int Status)
{
    /// <summary>The caller's number in E.164; null: it has none.</summary>
    public string? CallerE164 { get; init; }
}
