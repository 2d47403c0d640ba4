using System.Globalization;
using Interop.Peers;
using Tandem.Routing;
using Tandem.Storage;
using Xunit;

namespace Interop.Trunks;

/// <summary>Which carrier gets a user's call: by cost, time and number, with a gateway of sipp's for each carrier.</summary>
public sealed class RouteTests(Trunk trunk) : IClassFixture<Trunk>
{
    private readonly int _cheap = Ports.Sip(), _dear = Ports.Sip();

    /// <summary>Carriers "dear" and "cheap", and these routes.</summary>
    private Task ConfigureAsync(IReadOnlyList<Route> routes, params NumberRule[] rules) => trunk.ConfigureAsync(
        Trunk.Acme with { Name = "dear", Cost = 0.05m, Format = NumberFormat.AsDialled }, [Trunk.Uri(_dear)], session =>
        {
            DateTimeOffset now = DateTimeOffset.UtcNow;
            session.Execute("DELETE FROM routes");
            session.Execute("DELETE FROM number_rules WHERE kind = 'blocked'");
            CarrierStore.Save(session, Trunk.Acme with { Name = "cheap", Cost = 0.01m, Sources = [], Format = NumberFormat.AsDialled }, now);
            GatewayStore.Save(session, new Gateway("cheap", "g1", Trunk.Uri(_cheap)), now);
            foreach (Route route in routes) RouteStore.Save(session, route, now);
            foreach (NumberRule rule in rules) NumberRuleStore.Save(session, rule, now);
        });

    private async Task GoesToAsync(string number, int port)
    {
        await using SippRun gateway = await Sipp.StartAsync(trunk.Gateway("self_uas", port));
        SippResult called = await Sipp.RunAsync(trunk.Tandem.Sipp("call") with { Service = number, Pause = TimeSpan.FromMilliseconds(300) });
        Assert.True(called.Succeeded(1), called.ToString());
        Assert.Equal($"INVITE sip:{number}@127.0.0.2:{port} SIP/2.0", Trunk.First(await gateway.MessagesAsync(), "INVITE ")[0]);
        await trunk.EndedAsync("1001", number, "completed");
    }

    [Fact]
    public Task The_cheapest_carrier_is_tried_first_and_the_other_where_it_fails() => trunk.RunAsync(async () =>
    {
        await ConfigureAsync([new Route { Name = "all", Carriers = ["dear", "cheap"] }]);
        await GoesToAsync("0911222333", _cheap);
        await GoesToAsync("0911222444", _dear);    // nobody is at the cheap one any more
    });

    [Fact]
    public Task A_route_out_of_its_hours_is_passed_over() => trunk.RunAsync(async () =>
    {
        DateTime other = DateTime.UtcNow.AddDays(3);
        string window = $"{other.ToString("ddd", CultureInfo.InvariantCulture).ToLowerInvariant()} 00:00-24:00 UTC";
        await ConfigureAsync([new Route { Name = "first", Priority = 1, Carriers = ["cheap"], Window = window }, new Route { Name = "all", Carriers = ["dear"] }]);
        await GoesToAsync("0911222333", _dear);
    });

    [Fact]
    public Task An_emergency_number_goes_out_as_dialled_whatever_the_routes_say() => trunk.RunAsync(async () =>
    {
        await ConfigureAsync([new Route { Name = "none", Action = RouteAction.Block }, new Route { Name = "help", Action = RouteAction.Emergency, Carriers = ["dear"] }]);
        await GoesToAsync("112", _dear);
    });

    [Fact]
    public Task A_blocked_number_is_refused_and_no_carrier_hears_of_it() => trunk.RunAsync(async () =>
    {
        await ConfigureAsync([new Route { Name = "all", Carriers = ["cheap"] }], new NumberRule("+34806", NumberRuleKind.Blocked, Prefix: true));
        using var gateway = new System.Net.Sockets.UdpClient(new System.Net.IPEndPoint(Trunk.Carrier, _cheap));
        SippResult refused = await Sipp.RunAsync(trunk.Tandem.Sipp("refused") with { Service = "0806123456" });
        Assert.True(refused.Succeeded(1), refused.ToString());
        Assert.Contains("SIP/2.0 403 ", refused.Messages, StringComparison.Ordinal);
        Assert.Equal(0, gateway.Available);
        await trunk.EndedAsync("1001", "0806123456", "rejected");
    });
}
