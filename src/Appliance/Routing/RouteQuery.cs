namespace Tandem.Routing;

/// <summary>A call that wants to be routed.</summary>
/// <param name="Caller">The user who calls, or who forwards; null: a stranger.</param>
/// <param name="CallerNumber">The number that calls, as it was received.</param>
/// <param name="Called">The number as dialled.</param>
/// <param name="InboundCarrier">The carrier that the call came from; null: from one of ours.</param>
public sealed record RouteQuery(string? Caller, string CallerNumber, string Called, string? InboundCarrier, DateTimeOffset At)
{
    /// <summary>The number of ours that forwards the call to the outside: its owner's word stands for a user's. Null: none.</summary>
    public string? ForwardedBy { get; init; }
}
