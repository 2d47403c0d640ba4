using System.ComponentModel;
using Tandem.Routing;
using Tandem.Storage;

namespace Tandem.Http;

/// <summary>Carriers and their gateways. A carrier's password goes in and never comes out.</summary>
public static class CarrierApi
{
    public sealed record CarrierName([property: Description("The carrier's name.")] string Name);

    public sealed record GatewayQuery(string? Carrier = null);

    public sealed record GatewayName([property: Description("The carrier that it belongs to.")] string Carrier,
        [property: Description("The gateway's name within its carrier.")] string Name);

    public static readonly ApiOperation<Nothing, IReadOnlyList<Carrier>> List = new("GET", "/carriers", async (context, _, cancellation) =>
        await context.Database.ReadAsync<IReadOnlyList<Carrier>>(session => [.. CarrierStore.List(session).Select(Shown)], cancellation).ConfigureAwait(false));

    public static readonly ApiOperation<CarrierName, Carrier> Show = new("GET", "/carriers/{name}", async (context, input, cancellation) =>
        await context.Database.ReadAsync(session => Shown(Find(session, input.Name)), cancellation).ConfigureAwait(false));

    public static readonly ApiOperation<CarrierFields, Carrier> Add = new("POST", "/carriers", async (context, input, cancellation) =>
        await context.ChangeAsync(session =>
        {
            var known = new Referents(session, context.Home);
            if (known.Carriers.ContainsKey(input.Name))
                throw Fields.Fault(409, "name", $"carrier {input.Name} exists already.", $"To change it: tandem carrier set {input.Name}");
            Carrier carrier = input.Over(null, known);
            CarrierStore.Save(session, carrier, context.Clock.GetUtcNow());
            return Shown(carrier);
        }, cancellation).ConfigureAwait(false));

    public static readonly ApiOperation<CarrierFields, Carrier> Change = new("PUT", "/carriers/{name}", async (context, input, cancellation) =>
        await context.ChangeAsync(session =>
        {
            Carrier carrier = input.Over(Find(session, input.Name), new Referents(session, context.Home));
            CarrierStore.Save(session, carrier, context.Clock.GetUtcNow());
            return Shown(carrier);
        }, cancellation).ConfigureAwait(false));

    public static readonly ApiOperation<CarrierName, Nothing> Remove = new("DELETE", "/carriers/{name}", async (context, input, cancellation) =>
        await context.ChangeAsync(session =>
        {
            Find(session, input.Name);
            Uses.OfCarrier(session, input.Name).Refuse($"Carrier {input.Name}");
            CarrierStore.Remove(session, input.Name);
            return Nothing.Value;
        }, cancellation).ConfigureAwait(false));

    public static readonly ApiOperation<GatewayQuery, IReadOnlyList<Gateway>> Gateways = new("GET", "/gateways", async (context, input, cancellation) =>
        await context.Database.ReadAsync<IReadOnlyList<Gateway>>(session =>
            [.. GatewayStore.List(session).Where(gateway => input.Carrier is null || gateway.Carrier == input.Carrier)], cancellation).ConfigureAwait(false));

    public static readonly ApiOperation<GatewayName, Gateway> ShowGateway = new("GET", "/carriers/{carrier}/gateways/{name}", async (context, input, cancellation) =>
        await context.Database.ReadAsync(session => GatewayStore.List(session).Find(gateway => gateway.Carrier == input.Carrier && gateway.Name == input.Name)
            ?? throw NoGateway(input), cancellation).ConfigureAwait(false));

    /// <summary>Adds the gateway or changes it.</summary>
    public static readonly ApiOperation<GatewayFields, Gateway> SetGateway = new("PUT", "/carriers/{carrier}/gateways/{name}", async (context, input, cancellation) =>
        await context.ChangeAsync(session =>
        {
            Gateway? before = GatewayStore.List(session).Find(gateway => gateway.Carrier == input.Carrier && gateway.Name == input.Name);
            Gateway gateway = input.Over(before, new Referents(session, context.Home));
            GatewayStore.Save(session, gateway, context.Clock.GetUtcNow());
            return gateway;
        }, cancellation).ConfigureAwait(false));

    public static readonly ApiOperation<GatewayName, Nothing> RemoveGateway = new("DELETE", "/carriers/{carrier}/gateways/{name}", async (context, input, cancellation) =>
        await context.ChangeAsync(session => GatewayStore.Remove(session, input.Carrier, input.Name) ? Nothing.Value
            : throw NoGateway(input), cancellation).ConfigureAwait(false));

    private static ApiException NoGateway(GatewayName key) =>
        Fields.Fault(404, "name", $"carrier {key.Carrier} has no gateway {key.Name}.", $"To see which it has: tandem gateway list {key.Carrier}");

    private static Carrier Shown(Carrier carrier) => carrier with { AuthPassword = null, HasAuthPassword = carrier.AuthPassword is not null };

    private static Carrier Find(DbSession session, string name) => CarrierStore.List(session).Find(carrier => carrier.Name == name)
        ?? throw Fields.Fault(404, "name", $"there is no carrier {name}.", "To see which there are: tandem carrier list");
}
