using Tandem.Routing;
using Tandem.Trunks;
using Xunit;

namespace Tandem.Tests.Trunks;

/// <summary>Which gateways of a carrier get a call: order, failures, pauses, draining.</summary>
public sealed class DispatcherTests
{
    private readonly Dispatcher _dispatcher = new();
    private readonly List<string> _changes = [];
    private Carrier _carrier = new() { Name = "acme" };
    private Gateway[] _gateways = [];
    private TimeSpan _now = TimeSpan.FromSeconds(1000);

    public DispatcherTests() => _dispatcher.Changed = change => _changes.Add($"{change.Gateway.Gateway.Name} {change.Before}-{change.After} {change.LastCode}");

    private static Gateway Gate(string name, int priority = 0, int weight = 1) => new("acme", name, $"sip:{name}.example") { Priority = priority, Weight = weight };

    private void Configure(DispatchMethod method, params Gateway[] gateways)
    {
        _carrier = _carrier with { Dispatch = method };
        _gateways = gateways;
        Configure();
    }

    private void Configure() => _dispatcher.Configure(TrunkDirectory.Of([_carrier], _gateways), _now);

    private string Order(string callId = "call") => string.Join(' ', _dispatcher.Order("acme", callId, _now).Select(choice => choice.Gateway.Name));

    private GatewayChoice Choice(string name) => new(_carrier, _gateways.Single(gateway => gateway.Name == name));

    private GatewayState State(string name) => _dispatcher.StatusOf("acme", name)!.State;

    private void After(double seconds) => _now += TimeSpan.FromSeconds(seconds);

    private Dictionary<string, int> Firsts(int calls)
    {
        Dictionary<string, int> firsts = [];
        for (int i = 0; i < calls; i++)
        {
            string first = _dispatcher.Order("acme", $"call-{i}", _now)[0].Gateway.Name;
            firsts[first] = firsts.GetValueOrDefault(first) + 1;
        }
        return firsts;
    }

    [Fact]
    public void Priority_tries_the_lowest_number_first()
    {
        Configure(DispatchMethod.Priority, Gate("c", 30), Gate("a", 10), Gate("b", 20));
        Assert.Equal("a b c", Order());
        Assert.Equal("a b c", Order());
    }

    [Fact]
    public void Within_one_priority_weight_decides()
    {
        Configure(DispatchMethod.Priority, Gate("a", 0, 3), Gate("b", 0, 1), Gate("c", 1, 9));
        Dictionary<string, int> firsts = Firsts(400);
        Assert.Equal((300, 100, 0), (firsts["a"], firsts["b"], firsts.GetValueOrDefault("c")));
    }

    [Fact]
    public void Weight_gives_exact_shares_whatever_the_priority()
    {
        Configure(DispatchMethod.Weight, Gate("a", 9, 5), Gate("b", 5, 3), Gate("c", 1, 2));
        Dictionary<string, int> firsts = Firsts(1000);
        Assert.Equal((500, 300, 200), (firsts["a"], firsts["b"], firsts["c"]));
    }

    [Fact]
    public void Round_robin_takes_each_in_turn_and_passes_over_one_that_is_down()
    {
        Configure(DispatchMethod.RoundRobin, Gate("a"), Gate("b"), Gate("c"));
        Assert.Equal(["a b c", "b c a", "c a b", "a b c"], [Order(), Order(), Order(), Order()]);
        _dispatcher.TimedOut(Choice("b"), _now);
        _dispatcher.TimedOut(Choice("b"), _now);
        Assert.Equal(["c a", "a c", "c a"], [Order(), Order(), Order()]);
    }

    [Fact]
    public void Least_calls_goes_by_what_each_carries_now()
    {
        Configure(DispatchMethod.LeastCalls, Gate("a"), Gate("b"));
        _dispatcher.Started(Choice("a"));
        Assert.Equal("b a", Order());
        _dispatcher.Started(Choice("b"));
        _dispatcher.Started(Choice("b"));
        Assert.Equal("a b", Order());
        _dispatcher.Ended(Choice("b"));
        _dispatcher.Ended(Choice("b"));
        _dispatcher.Ended(Choice("b"));    // one too many counts for nothing
        Assert.Equal((0, 1), (_dispatcher.StatusOf("acme", "b")!.Calls, _dispatcher.StatusOf("acme", "a")!.Calls));
        _dispatcher.Ended(Choice("a"));
        Assert.Equal(new() { ["a"] = 50, ["b"] = 50 }, Firsts(100));
    }

    [Fact]
    public void A_Call_ID_always_meets_the_same_gateway_and_only_the_calls_of_one_that_fails_move()
    {
        Configure(DispatchMethod.CallIdHash, Gate("a"), Gate("b"), Gate("c"), Gate("d"));
        string[] before = [.. Enumerable.Range(0, 4000).Select(i => Order($"{i}@host"))];
        Assert.True(before.SequenceEqual(Enumerable.Range(0, 4000).Select(i => Order($"{i}@host"))));
        foreach (string gateway in (string[])["a", "b", "c", "d"])
            Assert.InRange(before.Count(order => order.StartsWith(gateway, StringComparison.Ordinal)), 850, 1150);
        _dispatcher.TimedOut(Choice("b"), _now);
        _dispatcher.TimedOut(Choice("b"), _now);
        for (int i = 0; i < 4000; i++) Assert.Equal(before[i].Replace("b", "", StringComparison.Ordinal).Replace("  ", " ", StringComparison.Ordinal).Trim(), Order($"{i}@host"));
    }

    [Fact]
    public void Two_failures_in_a_row_put_a_gateway_down_and_one_good_probe_brings_it_up()
    {
        Configure(DispatchMethod.Priority, Gate("a", 1), Gate("b", 2));
        _dispatcher.TimedOut(Choice("a"), _now);
        _dispatcher.Answered(Choice("a"), 486, TimeSpan.FromMilliseconds(40), null, _now);    // in between it works
        _dispatcher.TimedOut(Choice("a"), _now);
        Assert.Equal("a b", Order());
        _dispatcher.Unreachable(Choice("a"), _now);
        Assert.Equal(("b", GatewayState.Down), (Order(), State("a")));
        After(30);
        _dispatcher.Probed(Choice("a"), 200, true, TimeSpan.FromMilliseconds(20), _now);
        Assert.Equal(("a b", GatewayState.Up, _now), (Order(), State("a"), _dispatcher.StatusOf("acme", "a")!.Since));
        Assert.Equal(["a Up-Down 503", "a Down-Up 200"], _changes);
    }

    [Fact]
    public void How_many_failures_and_successes_it_takes_can_be_set()
    {
        _carrier = _carrier with { ProbeDown = 3, ProbeUp = 2 };
        Configure(DispatchMethod.Priority, Gate("a"));
        for (int i = 0; i < 2; i++) _dispatcher.Probed(Choice("a"), 408, false, default, _now);
        Assert.Equal(GatewayState.Up, State("a"));
        _dispatcher.Probed(Choice("a"), 408, false, default, _now);
        Assert.Equal((GatewayState.Down, 408), (State("a"), _dispatcher.StatusOf("acme", "a")!.LastCode));
        _dispatcher.Probed(Choice("a"), 200, true, default, _now);
        Assert.Equal(GatewayState.Down, State("a"));
        _dispatcher.Probed(Choice("a"), 200, true, default, _now);
        Assert.Equal(GatewayState.Up, State("a"));
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(404, true)]
    [InlineData(405, true)]
    [InlineData(501, true)]
    [InlineData(603, true)]
    [InlineData(408, false)]
    [InlineData(500, false)]
    [InlineData(503, false)]
    public void Without_a_list_every_answer_of_a_gateway_that_works_is_good(int status, bool alive)
    {
        Configure(DispatchMethod.Priority, Gate("a"));
        for (int i = 0; i < 2; i++) _dispatcher.Probed(Choice("a"), status, true, default, _now);
        Assert.Equal(alive ? GatewayState.Up : GatewayState.Down, State("a"));
    }

    [Fact]
    public void With_a_list_only_what_is_on_it_is_good()
    {
        _carrier = _carrier with { ProbeAccepted = [200, 500] };
        Configure(DispatchMethod.Priority, Gate("a"), Gate("b"));
        for (int i = 0; i < 2; i++)
        {
            _dispatcher.Probed(Choice("a"), 404, true, default, _now);
            _dispatcher.Probed(Choice("b"), 500, true, default, _now);
        }
        Assert.Equal((GatewayState.Down, GatewayState.Up), (State("a"), State("b")));
    }

    [Theory]
    [InlineData(404)]
    [InlineData(408)]
    [InlineData(480)]
    [InlineData(500)]
    [InlineData(504)]
    [InlineData(603)]
    public void What_may_be_about_the_number_that_was_dialled_puts_no_gateway_down(int status)
    {
        Configure(DispatchMethod.Priority, Gate("a"));
        for (int i = 0; i < 10; i++) _dispatcher.Answered(Choice("a"), status, default, null, _now);
        Assert.Equal((GatewayState.Up, status), (State("a"), _dispatcher.StatusOf("acme", "a")!.LastCode));
    }

    [Fact]
    public void A_503_is_a_failure_and_with_Retry_After_a_pause()
    {
        Configure(DispatchMethod.Priority, Gate("a", 1), Gate("b", 2));
        _dispatcher.Answered(Choice("a"), 503, default, TimeSpan.FromSeconds(20), _now);
        Assert.Equal(("b", GatewayState.Held), (Order(), State("a")));
        Assert.Equal(_now + TimeSpan.FromSeconds(20), _dispatcher.Deadline);
        _dispatcher.Probed(Choice("a"), 200, true, default, _now);
        Assert.Equal(GatewayState.Held, State("a"));    // it said when
        After(20);
        _dispatcher.OnTimer(_now);
        Assert.Equal(("a b", TimeSpan.MaxValue), (Order(), _dispatcher.Deadline));
        for (int i = 0; i < 2; i++) _dispatcher.Answered(Choice("a"), 503, default, null, _now);
        Assert.Equal(GatewayState.Down, State("a"));
        Assert.Equal(["a Up-Held 503", "a Held-Up 200", "a Up-Down 503"], _changes);
    }

    [Fact]
    public void Nobody_may_ask_for_a_pause_of_days()
    {
        Configure(DispatchMethod.Priority, Gate("a"));
        _dispatcher.Answered(Choice("a"), 503, default, TimeSpan.FromSeconds(uint.MaxValue), _now);
        After(3600);
        Assert.Equal("a", Order());
    }

    [Fact]
    public void Draining_takes_no_new_calls_and_keeps_those_it_has()
    {
        Configure(DispatchMethod.Priority, Gate("a", 1), Gate("b", 2));
        _dispatcher.Started(Choice("a"));
        _gateways = [_gateways[0] with { Draining = true }, _gateways[1]];
        Configure();
        Assert.Equal(("b", GatewayState.Draining, 1), (Order(), State("a"), _dispatcher.StatusOf("acme", "a")!.Calls));
        _dispatcher.TimedOut(Choice("a"), _now);
        _dispatcher.TimedOut(Choice("a"), _now);
        Assert.Equal(GatewayState.Draining, State("a"));
        _gateways = [_gateways[0] with { Draining = false }, _gateways[1]];
        Configure();    // the operator says that it works
        Assert.Equal("a b", Order());
    }

    [Fact]
    public void What_is_switched_off_gets_nothing()
    {
        Configure(DispatchMethod.Priority, Gate("a") with { Enabled = false }, Gate("b"));
        Assert.Equal(("b", GatewayState.Disabled), (Order(), State("a")));
        _carrier = _carrier with { Enabled = false };
        Configure();
        Assert.Equal(("", GatewayState.Disabled), (Order(), State("b")));
        Assert.Empty(_dispatcher.Order("nobody", "call", _now));
    }

    [Fact]
    public void What_is_known_survives_a_change_of_settings_but_not_of_the_host()
    {
        Configure(DispatchMethod.Priority, Gate("a"), Gate("b"));
        for (int i = 0; i < 2; i++)
        {
            _dispatcher.TimedOut(Choice("a"), _now);
            _dispatcher.TimedOut(Choice("b"), _now);
        }
        _gateways = [_gateways[0] with { Weight = 7 }, _gateways[1] with { Uri = "sip:elsewhere.example" }];
        Configure();
        Assert.Equal((GatewayState.Down, GatewayState.Up), (State("a"), State("b")));
        _gateways = [_gateways[1]];
        Configure();
        Assert.Null(_dispatcher.StatusOf("acme", "a"));
        _dispatcher.TimedOut(new GatewayChoice(_carrier, Gate("a")), _now);    // a call from before
        Assert.Single(_dispatcher.Snapshot());
    }

    [Fact]
    public void Without_probes_a_gateway_that_is_down_is_tried_again_after_a_while()
    {
        _carrier = _carrier with { Probe = false, ProbeSeconds = 30 };
        Configure(DispatchMethod.Priority, Gate("a"));
        for (int i = 0; i < 2; i++) _dispatcher.TimedOut(Choice("a"), _now);
        Assert.Equal("", Order());
        After(30);
        Assert.Equal("a", Order());
        _dispatcher.TimedOut(Choice("a"), _now);
        Assert.Equal("", Order());
        After(30);
        _dispatcher.Answered(Choice("a"), 200, default, null, _now);
        Assert.Equal(("a", GatewayState.Up), (Order(), State("a")));
    }

    [Fact]
    public void Latency_is_smoothed()
    {
        Configure(DispatchMethod.Priority, Gate("a"));
        Assert.Null(_dispatcher.StatusOf("acme", "a")!.Latency);
        _dispatcher.Probed(Choice("a"), 200, true, TimeSpan.FromMilliseconds(80), _now);
        _dispatcher.Probed(Choice("a"), 200, true, TimeSpan.FromMilliseconds(160), _now);
        Assert.Equal(TimeSpan.FromMilliseconds(90), _dispatcher.StatusOf("acme", "a")!.Latency);
    }
}
