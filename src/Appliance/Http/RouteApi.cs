using System.ComponentModel;
using Tandem.Routing;
using Tandem.Storage;

namespace Tandem.Http;

/// <summary>Who may call the outside, and through which carriers.</summary>
public static class RouteApi
{
    public sealed record RouteName([property: Description("The route's name.")] string Name);

    /// <summary>In the order in which they are looked at.</summary>
    public static readonly ApiOperation<Nothing, IReadOnlyList<Route>> List = new("GET", "/routes", async (context, _, cancellation) =>
        await context.Database.ReadAsync(session => new RouteTable(RouteStore.List(session)).Ordered, cancellation).ConfigureAwait(false));

    public static readonly ApiOperation<RouteName, Route> Show = new("GET", "/routes/{name}", async (context, input, cancellation) =>
        await context.Database.ReadAsync(session => RouteStore.List(session).Find(route => route.Name == input.Name) ?? throw NoRoute(input.Name), cancellation)
            .ConfigureAwait(false));

    /// <summary>Adds the route or changes it.</summary>
    public static readonly ApiOperation<RouteFields, Route> Set = new("PUT", "/routes/{name}", async (context, input, cancellation) =>
        await context.ChangeAsync(session =>
        {
            Route route = input.Over(RouteStore.List(session).Find(known => known.Name == input.Name), new Referents(session, context.Home));
            RouteStore.Save(session, route, context.Clock.GetUtcNow());
            return route;
        }, cancellation).ConfigureAwait(false));

    public static readonly ApiOperation<RouteName, Nothing> Remove = new("DELETE", "/routes/{name}", async (context, input, cancellation) =>
        await context.ChangeAsync(session => RouteStore.Remove(session, input.Name) ? Nothing.Value
            : throw NoRoute(input.Name), cancellation).ConfigureAwait(false));

    private static ApiException NoRoute(string name) => Fields.Fault(404, "name", $"there is no route {name}.", "To see which there are: tandem route list");
}
