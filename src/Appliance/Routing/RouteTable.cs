namespace Tandem.Routing;

/// <summary>The routes in the order in which they are looked at, with an index by called prefix.</summary>
/// <remarks>Lowest priority number first; then the longest called prefix, the longest caller prefix, the name.</remarks>
public sealed class RouteTable
{
    private readonly PrefixMap<List<int>> _byCalled = new();
    private readonly Dictionary<string, TimeWindow?> _windows = new(StringComparer.Ordinal);

    public RouteTable(IEnumerable<Route> routes)
    {
        Ordered = [.. routes.OrderBy(route => route.Priority).ThenByDescending(route => route.CalledPrefix.Length)
            .ThenByDescending(route => route.CallerPrefix.Length).ThenBy(route => route.Name, StringComparer.Ordinal)];
        Emergency = [.. Ordered.Where(route => route is { Action: RouteAction.Emergency, Enabled: true })];
        for (int i = 0; i < Ordered.Count; i++)
        {
            Route route = Ordered[i];
            if (route.Window is { } window && !_windows.ContainsKey(window)) _windows[window] = TimeWindow.TryParse(window, out TimeWindow? parsed, out _) ? parsed : null;
            if (route.Action == RouteAction.Emergency) continue;
            if (!_byCalled.TryPrefix(route.CalledPrefix, out List<int>? places)) _byCalled.Add(route.CalledPrefix, prefix: true, places = []);
            places.Add(i);
        }
    }

    public IReadOnlyList<Route> Ordered { get; }

    /// <summary>Enabled routes for emergency calls, in order. The others never take one, and they never take another call.</summary>
    public IReadOnlyList<Route> Emergency { get; }

    /// <summary>The routes, but those for emergencies, whose called prefix fits the number as dialled or in E.164, in order.</summary>
    public List<Route> ByCalled(string dialled, string? e164)
    {
        List<int> places = [];
        Collect(dialled, places);
        if (e164 is not null && e164 != dialled) Collect(e164, places);
        places.Sort();
        List<Route> routes = new(places.Count);
        foreach (int place in places)
            if (routes.Count == 0 || !ReferenceEquals(routes[^1], Ordered[place])) routes.Add(Ordered[place]);    // an empty prefix is found twice
        return routes;
    }

    /// <summary>When a route holds; null: never, for its text cannot be read. Ask only where it has a window.</summary>
    public TimeWindow? WindowOf(Route route) => _windows.GetValueOrDefault(route.Window!);

    private void Collect(string number, List<int> places)
    {
        for (int length = 0; length <= number.Length; length++)
            if (_byCalled.TryPrefix(number.AsSpan(0, length), out List<int>? here)) places.AddRange(here);
    }
}
