using Tandem.Storage;

namespace Tandem.Routing;

/// <summary>A question to the routes with the numbers in it understood.</summary>
/// <param name="Dialled">Without separators.</param>
/// <param name="CalledE164">With +; null: it has no such form.</param>
/// <param name="CallerE164">The outside number of the user or number of ours that calls, which caller prefixes with + are held against; null: none.</param>
/// <param name="ShownE164">The number to show the called party; null: none of the caller's own.</param>
/// <param name="Home">How people here dial.</param>
internal sealed record OutsideCall(RouteQuery Query, string Dialled, string? CalledE164, string? CallerE164, string? ShownE164, NumberPlan Home)
{
    /// <summary>In E.164, or as dialled.</summary>
    public string Called => CalledE164 ?? Dialled;

    public string Who => Query.Caller is { } user ? $"user {user}" : Query.ForwardedBy is { } did ? $"number {did}" : "a stranger";

    public static OutsideCall Of(RouteQuery query, DirectorySnapshot directory, NumberPlan home)
    {
        string dialled = NumberPlan.Clean(query.Called);
        string? own = query.Caller is { } user ? directory.FindUser(user)?.CallerId : query.ForwardedBy;
        string? ownE164 = own is null ? null : home.ToE164(own);
        string? shown = ownE164;
        if (query.InboundCarrier is { } inbound)    // a forwarded call shows who really calls; a phone's word on its own number counts for nothing
            shown = (directory.Routing.FindCarrier(inbound) is { } carrier ? NumberPlan.Of(carrier, home) : home).ToE164(query.CallerNumber);
        return new OutsideCall(query, dialled, home.ToE164(dialled), ownE164, shown, home);
    }

    public RouteDecision Goes(RouteAction action, IReadOnlyList<RouteLeg> legs, List<RouteTrace>? trace, string reason)
    {
        trace?.Add(new RouteTrace("decision", true, $"goes out by {string.Join(", then ", legs.Select(leg => leg.Carrier.Name))}"));
        return new RouteDecision(action, Called, legs, trace ?? [], reason, 0) { CallerE164 = ShownE164 };
    }
}
