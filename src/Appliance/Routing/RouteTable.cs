namespace Tandem.Routing;

/// <summary>The routes in the order in which they are looked at, with an index by called prefix.</summary>
/// <remarks>Lowest priority number first; then the longest called prefix, the longest caller prefix, the name.</remarks>
public sealed class RouteTable
{
    private readonly PrefixMap<List<int>> _byCalled = new();

    public RouteTable(IEnumerable<Route> routes)
    {
        Ordered = [.. routes.OrderBy(route => route.Priority).ThenByDescending(route => route.CalledPrefix.Length)
            .ThenByDescending(route => route.CallerPrefix.Length).ThenBy(route => route.Name, StringComparer.Ordinal)];
        for (int i = 0; i < Ordered.Count; i++)
        {
            string prefix = Ordered[i].CalledPrefix;
            if (!_byCalled.TryPrefix(prefix, out List<int>? places)) _byCalled.Add(prefix, prefix: true, places = []);
            places.Add(i);
        }
    }

    public IReadOnlyList<Route> Ordered { get; }

    /// <summary>Those whose called prefix fits the number as dialled or in E.164, in order.</summary>
    public List<Route> ByCalled(string dialled, string? e164)
    {
        List<int> places = [];
        Collect(dialled, places);
        if (e164 is not null && e164 != dialled) Collect(e164, places);
        places.Sort();
        List<Route> routes = new(places.Count);
        foreach (int place in places)
            if (routes.Count == 0 || routes[^1] != Ordered[place]) routes.Add(Ordered[place]);
        return routes;
    }

    private void Collect(string number, List<int> places)
    {
        for (int length = 0; length <= number.Length; length++)
            if (_byCalled.TryPrefix(number.AsSpan(0, length), out List<int>? here)) places.AddRange(here);
    }
}
