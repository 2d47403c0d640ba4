using Tandem.Routing;

namespace Tandem.Tests.Trunks;

/// <summary>A directory with carriers and gateways and nothing else.</summary>
internal static class TrunkDirectory
{
    public static RoutingDirectory Of(IEnumerable<Carrier> carriers, IEnumerable<Gateway> gateways) =>
        new(carriers, gateways, new DidMap([]), new RouteTable([]), [], [], new NumberRules([]));
}
