using System.ComponentModel;
using Tandem.Routing;

namespace Tandem.Http;

/// <summary>A route as it is given: what is null stays as it is, or for a new one has its default; an empty text takes a value away.</summary>
public sealed record RouteFields
{
    [Description("The route's name.")]
    public required string Name { get; init; }

    [Description("The lowest is looked at first; of equal ones the longest called prefix.")]
    public int? Priority { get; init; }

    [Description("How the user's name begins, or with + its outside number; empty: everybody.")]
    public string? CallerPrefix { get; init; }

    [Description("How the called number begins: with + in E.164, without as dialled; empty: every number. Of an emergency route: the whole number as dialled.")]
    public string? CalledPrefix { get; init; }

    [Description("allow, block, emergency.")]
    public RouteAction? Action { get; init; }

    [Description("Carriers to try: the cheapest first, equal ones in this order.")]
    public IReadOnlyList<string>? Carriers { get; init; }

    [Description("When it holds: \"mon-fri 08:00-18:00, sat 09:00-13:00 Europe/Madrid\"; empty: always.")]
    public string? Window { get; init; }

    [Description("What a minute costs on this route, instead of what the carrier costs; -1: what the carrier costs.")]
    public decimal? Cost { get; init; }

    [Description("Whether it counts.")]
    public bool? Enabled { get; init; }

    /// <summary>The route that it is from now on.</summary>
    /// <exception cref="ApiException">A field is wrong.</exception>
    internal Route Over(Route? before, Referents known)
    {
        Route old = before ?? new Route { Name = Fields.Name("name", Name) };
        Route route = old with
        {
            Priority = Fields.Range("priority", Priority ?? old.Priority, 0, 1_000_000),
            CallerPrefix = CallerPrefix is { Length: > 0 } caller ? Fields.Number("caller_prefix", caller)! : CallerPrefix ?? old.CallerPrefix,
            CalledPrefix = Fields.Prefix("called_prefix", CalledPrefix ?? old.CalledPrefix),
            Action = Action ?? old.Action,
            Carriers = Carriers is null ? old.Carriers : [.. Carriers.Select(name => known.CheckCarrier("carriers", name).Name).Distinct()],
            Window = Fields.Text("window", Fields.Keep(Window, old.Window), 255),
            Cost = Cost is null ? old.Cost : Cost == -1 ? null : Fields.Cost("cost", Cost.Value),
            Enabled = Enabled ?? old.Enabled,
        };
        Fields.Check(route.Carriers.Count > 0 || route.Action == RouteAction.Block, "carriers", "a route that takes calls needs at least one.",
            "Give carriers, or make the action block.");
        if (route.Window is { } window && !TimeWindow.TryParse(window, out _, out string? problem)) throw Fields.Fault(400, "window", $"{problem}.", TimeWindow.Form);
        return route;
    }
}
