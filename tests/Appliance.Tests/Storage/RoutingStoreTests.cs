using Sip.Core.Sdp;
using Tandem.Configuration;
using Tandem.Routing;
using Tandem.Storage;
using Xunit;

namespace Tandem.Tests.Storage;

public sealed class RoutingStoreTests(PostgresCluster cluster)
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly Carrier s_carrier = new()
    {
        Name = "acme",
        Enabled = false,
        Sources = ["192.0.2.0/24", "2001:db8::/32"],
        InboundUser = "acme-in",
        AuthUser = "we",
        AuthPassword = "geheim",
        AuthRealm = "acme.example",
        Register = true,
        Registrar = "sip:reg.acme.example",
        RegisterSeconds = 600,
        Srtp = SrtpMode.Required,
        Codecs = [CodecName.All[3], CodecName.All[1]],
        MaxCalls = 30,
        MaxCallsPerSecond = 5,
        MaxCallSeconds = 7200,
        Dispatch = DispatchMethod.RoundRobin,
        Strip = 1,
        Prefix = "99#",
        Format = NumberFormat.National,
        CountryCode = "34",
        NationalPrefix = "",
        InternationalPrefix = "000",
        CallerId = "+34911000000",
        CallerIdFromUser = false,
        Identity = IdentityHeader.RemotePartyId,
        PrivacyAllowed = false,
        Diversion = false,
        Probe = false,
        ProbeSeconds = 10,
        ProbeDown = 3,
        ProbeUp = 4,
        ProbeAccepted = [200, 404],
        Cost = 0.0125m,
        Reliable = ReliableMode.Required,
        SessionSeconds = 600,
    };

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task The_directory_has_all_of_routing_as_it_was_saved(DatabaseEngine engine)
    {
        await using TestDatabase test = await TestDatabase.CreateAsync(engine, cluster);
        var gateway = new Gateway("acme", "1", "sip:gw.acme.example;transport=tls") { Priority = 2, Weight = 7, Enabled = false, Draining = true };
        var own = new Did("+34911", true, "acme", ExtensionKind.Group, "sales") { ForwardTo = "600000000", ForwardAlways = true };
        var any = new Did("+34911", true, null, ExtensionKind.Menu, "main");
        var route = new Route
        {
            Name = "spain",
            Priority = 5,
            CallerPrefix = "10",
            CalledPrefix = "+34",
            Action = RouteAction.Emergency,
            Carriers = ["acme", "b"],
            Window = "mon UTC",
            Cost = 0.5m,
            Enabled = false,
        };
        var group = new RingGroup { Name = "sales", Method = RingMethod.Sequential, Members = ["1001", "1002"], RingSeconds = 15, Otherwise = "9999" };
        var forwarding = new Forwarding("1001") { Always = "1", Busy = "2", NoAnswer = "3", NoAnswerSeconds = 9 };
        var rule = new NumberRule("+34806", NumberRuleKind.Blocked, Prefix: true, "premium");
        await test.Database.WriteAsync(session =>
        {
            UserStore.Save(session, User.WithPassword("1001", "Ann", "tandem", "pw"), s_now);
            UserStore.SetCallerId(session, "1001", "+34911000001", s_now);
            for (int twice = 0; twice < 2; twice++)
            {
                CarrierStore.Save(session, twice == 0 ? new Carrier { Name = "acme" } : s_carrier, s_now);
                GatewayStore.Save(session, twice == 0 ? new Gateway("acme", "1", "sip:x") : gateway, s_now);
                DidStore.Save(session, twice == 0 ? own with { Target = "x" } : own, s_now);
                DidStore.Save(session, any, s_now);
                RouteStore.Save(session, twice == 0 ? new Route { Name = "spain" } : route, s_now);
                RingGroupStore.Save(session, twice == 0 ? new RingGroup { Name = "sales" } : group, s_now);
                ForwardingStore.Save(session, twice == 0 ? new Forwarding("1001") { Busy = "x" } : forwarding, s_now);
                NumberRuleStore.Save(session, rule, s_now);
            }
            return 0;
        }, TestContext.Current.CancellationToken);
        var directory = new PhoneDirectory(test.Database);
        await directory.ReloadAsync(TestContext.Current.CancellationToken);

        RoutingDirectory routing = directory.Current.Routing;
        Assert.Equivalent(s_carrier, routing.FindCarrier("acme"), strict: true);
        Assert.Same(routing.FindCarrier("acme"), routing.FindCarrierOfUser("acme-in"));
        Assert.Equal([gateway], routing.GatewaysOf("acme"));
        Assert.Empty(routing.GatewaysOf("b"));
        Assert.Equal(own, routing.Dids.Find("", "+34911000000", "acme"));
        Assert.Equal(any, routing.Dids.Find("", "+34911000000", "b"));
        Assert.Equivalent(route, Assert.Single(routing.Routes.Ordered), strict: true);
        Assert.Equivalent(group, routing.FindGroup("sales"), strict: true);
        Assert.Equal(forwarding, routing.ForwardingOf("1001"));
        Assert.Equal(rule, routing.Numbers.Find(NumberRuleKind.Blocked, "806", "+34806123456"));
        Assert.NotNull(routing.Numbers.Find(NumberRuleKind.Emergency, "112", null));
        Assert.Equal("+34911000001", directory.Current.FindUser("1001")!.CallerId);
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task Removing_says_whether_there_was_one_and_takes_what_belongs_to_it(DatabaseEngine engine)
    {
        await using TestDatabase test = await TestDatabase.CreateAsync(engine, cluster);
        bool[] removed = await test.Database.WriteAsync(session =>
        {
            UserStore.Save(session, User.WithPassword("1001", "Ann", "tandem", "pw"), s_now);
            ForwardingStore.Save(session, new Forwarding("1001") { Always = "1" }, s_now);
            CarrierStore.Save(session, s_carrier, s_now);
            GatewayStore.Save(session, new Gateway("acme", "1", "sip:x"), s_now);
            GatewayStore.Save(session, new Gateway("acme", "2", "sip:y"), s_now);
            DidStore.Save(session, new Did("1", false, null, ExtensionKind.User, "1001"), s_now);
            return new[]
            {
                GatewayStore.Remove(session, "acme", "2"), GatewayStore.Remove(session, "acme", "2"), CarrierStore.Remove(session, "acme"), CarrierStore.Remove(session, "acme"),
                GatewayStore.List(session).Count > 0, DidStore.Remove(session, "1", true, null), DidStore.Remove(session, "1", false, "acme"), DidStore.Remove(session, "1", false, null),
                UserStore.Remove(session, "1001"), ForwardingStore.List(session).Count > 0, RouteStore.Remove(session, "x"), RingGroupStore.Remove(session, "x"),
                NumberRuleStore.Remove(session, new NumberRule("911", NumberRuleKind.Emergency)), NumberRuleStore.Remove(session, new NumberRule("911", NumberRuleKind.Emergency)),
            };
        }, TestContext.Current.CancellationToken);
        Assert.Equal([true, false, true, false, false, false, false, true, true, false, false, false, true, false], removed);
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task Numbers_are_listed_in_parts_and_found_by_what_they_name(DatabaseEngine engine)
    {
        await using TestDatabase test = await TestDatabase.CreateAsync(engine, cluster);
        Did any = new("+341", false, null, ExtensionKind.User, "1001"), own = new("+341", false, "acme", ExtensionKind.Group, "sales"),
            prefix = new("+341", true, null, ExtensionKind.Menu, "main"), other = new("+351", false, null, ExtensionKind.User, "1001");
        await test.Database.WriteAsync(session =>
        {
            foreach (Did did in (Did[])[other, prefix, own, any]) DidStore.Save(session, did, s_now);
            return 0;
        }, TestContext.Current.CancellationToken);
        await test.Database.ReadAsync(session =>
        {
            Assert.Equal([any, own], DidStore.ListAfter(session, "", "", false, "", 2));
            Assert.Equal([prefix, other], DidStore.ListAfter(session, "", "+341", false, "acme", 2));
            Assert.Equal([prefix], DidStore.ListAfter(session, "+34", "+341", false, "acme", 2));
            Assert.Equal(own, DidStore.Find(session, "+341", false, "acme"));
            Assert.Null(DidStore.Find(session, "+341", true, "acme"));
            Assert.Equal([own], DidStore.OfCarrier(session, "acme", 5));
            Assert.Equal(2, DidStore.OfTarget(session, ExtensionKind.User, "1001", 5).Count);
            return 0;
        }, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_carriers_password_is_in_no_text_made_of_it() => Assert.Equal("acme", $"{s_carrier}");
}
