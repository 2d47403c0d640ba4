using Tandem.Routing;

namespace Tandem.Storage;

/// <summary>All that routing works with, read at once.</summary>
internal static class RoutingStore
{
    public static RoutingDirectory Read(DbSession session) => new(CarrierStore.List(session), GatewayStore.List(session),
        new DidMap(DidStore.List(session)), new RouteTable(RouteStore.List(session)), RingGroupStore.List(session),
        ForwardingStore.List(session), new NumberRules(NumberRuleStore.List(session)));
}
