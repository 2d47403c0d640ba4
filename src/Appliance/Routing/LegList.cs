using System.Globalization;

namespace Tandem.Routing;

/// <summary>Collects the carriers that a call tries: each once, and within routes of the same rank the cheapest first.</summary>
/// <param name="asDialled">The number goes as dialled, whatever the carriers want: an emergency.</param>
internal sealed class LegList(OutsideCall call, RoutingDirectory routing, bool asDialled, List<RouteTrace>? trace)
{
    private readonly HashSet<string> _carriers = new(StringComparer.Ordinal);
    private Route? _rank;
    private int _rankStart;

    public List<RouteLeg> Legs { get; } = [];

    /// <summary>Adds the carriers of a route that fits. Routes come in the order of their table.</summary>
    public void Add(Route route)
    {
        if (_rank is null || (_rank.Priority, _rank.CalledPrefix.Length, _rank.CallerPrefix.Length)
            != (route.Priority, route.CalledPrefix.Length, route.CallerPrefix.Length)) (_rank, _rankStart) = (route, Legs.Count);
        trace?.Add(new RouteTrace($"route {route.Name}", true, route.Carriers.Count == 0 ? "fits, but names no carrier" : $"fits: {string.Join(", ", route.Carriers)}"));
        foreach (string name in route.Carriers)
        {
            if (routing.FindCarrier(name) is not { } carrier) Pass(name, "there is no such carrier");
            else Try(carrier, route.Name, route.Cost ?? carrier.Cost);
        }
    }

    /// <summary>Adds every carrier that no route named, the cheapest first.</summary>
    public void AddRest()
    {
        (_rank, _rankStart) = (null, Legs.Count);
        foreach (Carrier carrier in routing.Carriers.Values.OrderBy(carrier => carrier.Name, StringComparer.Ordinal))
            if (!_carriers.Contains(carrier.Name)) Try(carrier, "", carrier.Cost);
    }

    private void Try(Carrier carrier, string route, decimal cost)
    {
        if (!carrier.Enabled) Pass(carrier.Name, "is disabled");
        else if (!InService(carrier)) Pass(carrier.Name, "has no gateway that is enabled and not draining");
        else if (Called(carrier) is not { } number) Pass(carrier.Name, $"the number is too short to strip {carrier.Strip.ToString(CultureInfo.InvariantCulture)} from it");
        else if (!_carriers.Add(carrier.Name)) Pass(carrier.Name, "is tried already");
        else
        {
            int place = Legs.Count;
            while (place > _rankStart && Legs[place - 1].Cost > cost) place--;
            Legs.Insert(place, new RouteLeg(carrier, number, CallerId(carrier), route, cost));
            trace?.Add(new RouteTrace($"carrier {carrier.Name}", true,
                $"takes {number} as {CallerId(carrier) ?? "nobody"}, cost {cost.ToString(CultureInfo.InvariantCulture)}{(route.Length == 0 ? ", as a last resort" : "")}"));
        }
    }

    private void Pass(string carrier, string why) => trace?.Add(new RouteTrace($"carrier {carrier}", false, why));

    private bool InService(Carrier carrier)
    {
        foreach (Gateway gateway in routing.GatewaysOf(carrier.Name))
            if (gateway is { Enabled: true, Draining: false }) return true;
        return false;
    }

    /// <returns>The number as the carrier wants it; null: nothing is left of it.</returns>
    private string? Called(Carrier carrier)
    {
        if (asDialled) return call.Dialled;
        string number = NumberPlan.Of(carrier, call.Home).Write(call.CalledE164, call.Dialled, carrier.Format);
        return number.Length <= carrier.Strip ? null
            : carrier.Strip == 0 && carrier.Prefix.Length == 0 ? number : string.Concat(carrier.Prefix, number.AsSpan(carrier.Strip));
    }

    private string? CallerId(Carrier carrier)
    {
        if (!carrier.CallerIdFromUser || call.ShownE164 is not { } shown) return carrier.CallerId;
        return NumberPlan.Of(carrier, call.Home).Write(shown, shown, carrier.Format);
    }
}
