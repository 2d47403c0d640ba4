using Tandem.Routing;

namespace Tandem.Trunks;

/// <summary>The orders in which the gateways of a carrier are tried.</summary>
internal static class GatewayOrder
{
    /// <param name="ready">Those that take calls.</param>
    /// <param name="method">The carrier's.</param>
    /// <param name="callId">Of the call.</param>
    /// <param name="turn">Number of this order, one more than the last.</param>
    public static IEnumerable<GatewayHealth> Of(List<GatewayHealth> ready, DispatchMethod method, string callId, long turn) => method switch
    {
        DispatchMethod.Weight => ByWeight(ready),
        DispatchMethod.RoundRobin => InTurn(ready.OrderBy(gateway => gateway.Turn), turn),
        DispatchMethod.LeastCalls => InTurn(ready.OrderBy(gateway => gateway.Calls).ThenBy(gateway => gateway.Turn), turn),
        DispatchMethod.CallIdHash => ready.OrderByDescending(gateway => Hash(callId, gateway.Choice.Gateway.Name)),
        _ => ready.GroupBy(gateway => gateway.Choice.Gateway.Priority).OrderBy(group => group.Key).SelectMany(group => ByWeight([.. group])),
    };

    /// <summary>Smooth weighted round robin: exact shares over any run of calls, no bursts to one gateway.</summary>
    private static IEnumerable<GatewayHealth> ByWeight(List<GatewayHealth> gateways)
    {
        int total = 0;
        GatewayHealth? first = null;
        foreach (GatewayHealth gateway in gateways)
        {
            int weight = Math.Max(1, gateway.Choice.Gateway.Weight);
            total += weight;
            gateway.Credit += weight;
            if (first is null || gateway.Credit > first.Credit) first = gateway;
        }
        if (first is null) return [];
        first.Credit -= total;
        return gateways.Where(gateway => gateway != first).OrderByDescending(gateway => gateway.Credit).Prepend(first);
    }

    private static List<GatewayHealth> InTurn(IEnumerable<GatewayHealth> order, long turn)
    {
        List<GatewayHealth> list = [.. order];
        if (list.Count > 0) list[0].Turn = turn;
        return list;
    }

    /// <summary>Rendezvous hashing: when a gateway goes, only its own calls move, and they spread over all the others.</summary>
    private static ulong Hash(string callId, string gateway)
    {
        ulong hash = 14695981039346656037;    // FNV-1a, then mixed: its high bits alone are too regular to compare
        foreach (char c in callId) hash = unchecked((hash ^ c) * 1099511628211);
        hash = unchecked((hash ^ '/') * 1099511628211);
        foreach (char c in gateway) hash = unchecked((hash ^ c) * 1099511628211);
        hash = unchecked((hash ^ (hash >> 33)) * 0xff51afd7ed558ccd);
        hash = unchecked((hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53);
        return hash ^ (hash >> 33);
    }
}
