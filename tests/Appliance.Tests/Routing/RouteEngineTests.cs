using Tandem.Routing;
using Tandem.Storage;
using Xunit;

namespace Tandem.Tests.Routing;

public sealed class RouteEngineTests
{
    private static Route Allow(string name, string called, params string[] carriers) => new() { Name = name, CalledPrefix = called, Carriers = carriers };

    private static Route Block(string name, string called) => new() { Name = name, CalledPrefix = called, Action = RouteAction.Block };

    [Fact]
    public void Without_a_route_nobody_calls_the_outside()
    {
        RouteDecision decision = new RoutingWorld().Call("1001", "+34600000000");
        Assert.Equal((RouteAction.Block, 404, "no route allows user 1001 to call +34600000000"), (decision.Action, decision.Status, decision.Reason));
        Assert.Empty(decision.Legs);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("a")]
    public void A_stranger_never_calls_the_outside_whatever_routes_there_are(string? carrier)
    {
        RouteDecision decision = new RoutingWorld { Routes = [Allow("all", "", "a")], Rules = [new("112", NumberRuleKind.Emergency)] }
            .Decide(new RouteQuery(null, "+34911000001", "112", carrier, RoutingWorld.Monday));
        Assert.Equal((RouteAction.Block, 403), (decision.Action, decision.Status));
    }

    [Fact]
    public void The_account_of_a_carrier_is_no_user_that_calls_the_outside()
    {
        var world = new RoutingWorld { Routes = [Allow("all", "", "a")] };
        world.Carriers[1] = world.Carriers[1] with { InboundUser = "1002" };
        Assert.Equal(403, world.Call("1002", "+34600000000").Status);
        Assert.Equal(0, world.Call("1001", "+34600000000").Status);
    }

    [Fact]
    public void A_number_of_ours_may_forward_to_the_outside_and_shows_who_calls()
    {
        var world = new RoutingWorld { Routes = [Allow("all", "+", "a")] };
        RouteDecision decision = world.Decide(new RouteQuery(null, "600123123", "+33123456789", "a", RoutingWorld.Monday) { ForwardedBy = "+34911000000" });
        Assert.Equal((0, "+34600123123"), (decision.Status, Assert.Single(decision.Legs).CallerId));
    }

    [Fact]
    public void The_longest_called_prefix_wins_and_wider_routes_follow_when_it_fails()
    {
        var world = new RoutingWorld { Routes = [Allow("world", "+", "b"), Allow("spain", "+34", "a")] };
        Assert.Equal("a b", RoutingWorld.Names(world.Call("1001", "600000000")));
        Assert.Equal("b", RoutingWorld.Names(world.Call("1001", "+33123456789")));
    }

    [Fact]
    public void A_lower_priority_number_comes_before_a_longer_prefix()
    {
        var world = new RoutingWorld { Routes = [Allow("spain", "+34", "a"), Allow("first", "", "b") with { Priority = 1 }] };
        Assert.Equal("b a", RoutingWorld.Names(world.Call("1001", "600000000")));
    }

    [Fact]
    public void A_blocking_route_refuses_and_ends_the_search()
    {
        var world = new RoutingWorld { Routes = [Allow("world", "+", "a"), Block("premium", "+34806"), Allow("late", "+34806", "b") with { Priority = 200 }] };
        RouteDecision decision = world.Call("1001", "806123456");
        Assert.Equal((RouteAction.Block, 403, "route premium blocks +34806123456"), (decision.Action, decision.Status, decision.Reason));
        Assert.Equal("a", RoutingWorld.Names(world.Call("1001", "600000000")));
    }

    [Fact]
    public void Routes_above_a_block_keep_the_call_and_those_below_are_not_asked()
    {
        var world = new RoutingWorld
        {
            Routes = [Allow("boss", "+", "a") with { Priority = 1, CallerPrefix = "1001" }, Block("nobody", "+") with { Priority = 2 }, Allow("late", "+", "b") with { Priority = 3 }],
        };
        Assert.Equal("a", RoutingWorld.Names(world.Call("1001", "600000000")));
        Assert.Equal(403, world.Call("1002", "600000000").Status);
    }

    [Theory]
    [InlineData("10", "1002", true)]
    [InlineData("1001", "1002", false)]
    [InlineData("+34911", "1001", true)]
    [InlineData("+34911", "1002", false)]    // has no outside number
    public void Caller_prefixes_are_held_against_the_user_or_with_plus_against_its_outside_number(string prefix, string user, bool fits) =>
        Assert.Equal(fits, new RoutingWorld { Routes = [Allow("r", "", "a") with { CallerPrefix = prefix }] }.Call(user, "600000000").Status == 0);

    [Fact]
    public void A_called_prefix_without_plus_is_held_against_what_was_dialled()
    {
        var world = new RoutingWorld { Routes = [Allow("outside line", "9", "a")] };
        Assert.Equal(0, world.Call("1001", "911234567").Status);
        Assert.Equal(404, world.Call("1001", "+34911234567").Status);
    }

    [Fact]
    public void Of_routes_of_one_rank_the_cheapest_carrier_is_tried_first_and_equals_keep_their_order()
    {
        var world = new RoutingWorld { Routes = [Allow("r", "+", "a", "b", "c")] };
        world.Carriers.Add(new Carrier { Name = "c" });
        world.Gateways.Add(new Gateway("c", "1", "sip:192.0.2.3"));
        Assert.Equal("a b c", RoutingWorld.Names(world.Call("1001", "600000000")));
        world.Carriers[0] = world.Carriers[0] with { Cost = 0.02m };
        world.Carriers[2] = world.Carriers[2] with { Cost = 0.01m };
        Assert.Equal("b c a", RoutingWorld.Names(world.Call("1001", "600000000")));
        world.Routes.Add(Allow("special", "+", "c") with { Cost = 0m, Name = "a special" });
        Assert.Equal("c b a", RoutingWorld.Names(world.Call("1001", "600000000")));
    }

    [Fact]
    public void A_route_holds_only_in_its_window_and_one_that_cannot_be_read_never()
    {
        var world = new RoutingWorld { Routes = [Allow("office", "+", "a") with { Window = "mon-fri 08:00-18:00 Europe/Madrid" }] };
        Assert.Equal(0, world.Call("1001", "600000000").Status);
        Assert.Equal(404, world.Call("1001", "600000000", RoutingWorld.Monday.AddDays(5)).Status);
        world.Routes[0] = world.Routes[0] with { Window = "sometimes" };
        Assert.Contains("cannot be read", string.Join('\n', world.Call("1001", "600000000").Trace.Select(step => step.Why)), StringComparison.Ordinal);
    }

    [Fact]
    public void Carriers_out_of_service_are_passed_over_and_when_none_is_left_it_is_503()
    {
        var world = new RoutingWorld { Routes = [Allow("r", "+", "gone", "a", "b")] };
        world.Carriers[0] = world.Carriers[0] with { Enabled = false };
        Assert.Equal("b", RoutingWorld.Names(world.Call("1001", "600000000")));
        world.Gateways[1] = world.Gateways[1] with { Draining = true };
        Assert.Equal((503, "no carrier of the routes for +34600000000 is in service"), (world.Call("1001", "600000000").Status, world.Call("1001", "600000000").Reason));
    }

    [Theory]
    [InlineData(NumberFormat.E164Plus, 0, "", "+34600000000")]
    [InlineData(NumberFormat.E164, 2, "", "600000000")]
    [InlineData(NumberFormat.E164, 0, "99#", "99#34600000000")]
    [InlineData(NumberFormat.National, 0, "", "600000000")]
    [InlineData(NumberFormat.AsDialled, 2, "0", "034600000000")]
    public void Digits_are_stripped_and_put_before_after_the_carriers_format(NumberFormat format, int strip, string prefix, string expected)
    {
        var world = new RoutingWorld { Routes = [Allow("r", "+", "a")] };
        world.Carriers[0] = world.Carriers[0] with { Format = format, Strip = strip, Prefix = prefix };
        Assert.Equal(expected, Assert.Single(world.Call("1001", "0034600000000").Legs).Called);
    }

    [Fact]
    public void A_number_that_is_too_short_to_strip_passes_the_carrier_over()
    {
        var world = new RoutingWorld { Routes = [Allow("r", "", "a", "b")] };
        world.Carriers[0] = world.Carriers[0] with { Strip = 3 };
        Assert.Equal("b", RoutingWorld.Names(world.Call("1001", "118")));
    }

    [Theory]
    [InlineData("1001", true, "+34911000001")]
    [InlineData("1002", true, "+34911999999")]
    [InlineData("1001", false, "+34911999999")]
    public void The_caller_shows_its_own_number_else_the_carriers(string user, bool fromUser, string shown)
    {
        var world = new RoutingWorld { Routes = [Allow("r", "+", "a")] };
        world.Carriers[0] = world.Carriers[0] with { CallerIdFromUser = fromUser };
        Assert.Equal(shown, Assert.Single(world.Call(user, "600000000").Legs).CallerId);
    }

    [Fact]
    public void A_phones_word_on_its_number_counts_for_nothing()
    {
        var world = new RoutingWorld { Routes = [Allow("r", "+", "b")] };
        Assert.Null(Assert.Single(world.Decide(new RouteQuery("1002", "+34666666666", "600000000", null, RoutingWorld.Monday)).Legs).CallerId);
    }

    [Fact]
    public void Blocked_numbers_are_refused_and_prefixes_of_them()
    {
        var world = new RoutingWorld
        {
            Routes = [Allow("r", "", "a")],
            Rules = [new("+34806", NumberRuleKind.Blocked, Prefix: true, "premium rate"), new("118", NumberRuleKind.Blocked)],
        };
        Assert.Equal(403, world.Call("1001", "806123456").Status);
        Assert.Equal(403, world.Call("1001", "118").Status);
        Assert.Equal(0, world.Call("1001", "1188").Status);
    }

    [Fact]
    public void An_emergency_call_takes_its_own_routes_first_as_dialled_and_then_every_carrier_in_service()
    {
        var world = new RoutingWorld
        {
            Routes = [Block("all", ""), Allow("never for 112", "112", "a"), new() { Name = "112", Action = RouteAction.Emergency, Carriers = ["b"] }],
            Rules = [new("112", NumberRuleKind.Emergency), new("112", NumberRuleKind.Blocked)],
        };
        world.Carriers[0] = world.Carriers[0] with { Strip = 1, Prefix = "9" };
        RouteDecision decision = world.Call("1002", "112");
        Assert.Equal((RouteAction.Emergency, 0, "b a"), (decision.Action, decision.Status, RoutingWorld.Names(decision)));
        Assert.All(decision.Legs, leg => Assert.Equal("112", leg.Called));
        Assert.Equal(403, world.Call("1002", "113").Status);
    }

    [Fact]
    public void An_emergency_route_makes_its_whole_number_an_emergency_and_nothing_longer()
    {
        var world = new RoutingWorld { Routes = [new() { Name = "mountain rescue", Action = RouteAction.Emergency, CalledPrefix = "140", Carriers = ["a"] }] };
        Assert.Equal(RouteAction.Emergency, world.Call("1001", "140").Action);
        Assert.Equal(RouteAction.Block, world.Call("1001", "1401").Action);
        Assert.Equal(403, world.Decide(new RouteQuery(null, "", "140", "a", RoutingWorld.Monday)).Status);
        Assert.NotEqual(RouteAction.Emergency, world.Decide(new RouteQuery("1001", "", "140", "a", RoutingWorld.Monday)).Action);    // forwarded from outside
    }

    [Fact]
    public void The_trace_names_every_route_with_its_reason_in_order()
    {
        var world = new RoutingWorld
        {
            Routes =
            [
                Allow("off", "+34", "a") with { Enabled = false, Priority = 1 }, Allow("night", "+34", "a") with { Window = "22:00-06:00 UTC", Priority = 2 },
                Allow("boss", "+34", "a") with { CallerPrefix = "2", Priority = 3 }, Allow("france", "+33", "a") with { Priority = 4 },
                Allow("spain", "+34", "a", "nobody") with { Priority = 5 }, Block("rest", "") with { Priority = 6 }, Allow("late", "", "b") with { Priority = 7 },
            ],
        };
        RouteDecision decision = world.Call("1001", "600000000");
        Assert.Equal(
            [
                "True number 600000000: is +34600000000 in E.164",
                "False blocked and emergency numbers: the number is none of them",
                "False route off: is disabled",
                "False route night: it holds 22:00-06:00 UTC, not now",
                "False route boss: the caller does not begin with 2",
                "False route france: the called number does not begin with +33",
                "True route spain: fits: a, nobody",
                "True carrier a: takes +34600000000 as +34911000001, cost 0",
                "False carrier nobody: there is no such carrier",
                "True route rest: blocks: routes above it keep the call, no other is asked",
                "False route late: not reached: route rest ends the search",
                "True decision: goes out by a",
            ], decision.Trace.Select(step => $"{step.Taken} {step.Rule}: {step.Why}"));
    }

    [Fact]
    public void A_call_from_a_carrier_rings_the_number_of_ours()
    {
        var world = new RoutingWorld
        {
            Dids = [new("+34911000000", false, null, ExtensionKind.Menu, "main"), new("+3491100", true, null, ExtensionKind.Group, "sales") { ForwardTo = "600000000" }],
            Rules = [new("+34666", NumberRuleKind.BlockedCaller, Prefix: true)],
        };
        ArrivalDecision Arrive(string from, string to, string? carrier = "a") =>
            RoutingWorld.Engine.Arrive(new RouteQuery(null, from, to, carrier, RoutingWorld.Monday), world.Snapshot, explain: true);

        Assert.Equal(("main", "+34911000000", "+34600123123"), (Arrive("600123123", "911000000").Did!.Target, Arrive("600123123", "911000000").CalledE164,
            Arrive("600123123", "911000000").CallerE164));
        Assert.Equal("+34911000007 rings group sales, calls that fail go to 600000000", Arrive("anonymous", "+34911000007").Reason);
        Assert.Equal(404, Arrive("600123123", "+34922000000").Status);
        Assert.Equal(403, Arrive("666123123", "911000000").Status);
        Assert.Equal(403, Arrive("600123123", "911000000", "nobody").Status);
        world.Carriers[0] = world.Carriers[0] with { Enabled = false };
        Assert.Equal((403, "carrier a: it is disabled"), (Arrive("600123123", "911000000").Status, Arrive("600123123", "911000000").Reason));
    }
}
