using Tandem.Routing;
using Tandem.Storage;

namespace Tandem.Tests.Routing;

/// <summary>A directory put together in a test: user 1001 with an outside number, 1002 without, carriers <c>a</c> and <c>b</c> with a gateway each.</summary>
internal sealed record RoutingWorld
{
    public static readonly DateTimeOffset Monday = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    public List<User> Users { get; init; } =
    [
        User.WithPassword("1001", "Ann", "tandem", "pw") with { CallerId = "+34911000001" }, User.WithPassword("1002", "Ben", "tandem", "pw"),
    ];

    public List<Carrier> Carriers { get; init; } =
    [
        new() { Name = "a", Format = NumberFormat.E164Plus, CallerId = "+34911999999" }, new() { Name = "b", Format = NumberFormat.E164Plus },
    ];

    public List<Gateway> Gateways { get; init; } = [new("a", "1", "sip:192.0.2.1"), new("b", "1", "sip:192.0.2.2")];
    public List<Did> Dids { get; init; } = [];
    public List<Route> Routes { get; init; } = [];
    public List<NumberRule> Rules { get; init; } = [];

    public DirectorySnapshot Snapshot => DirectorySnapshot.Of(Users, [], [], []) with
    {
        Routing = new RoutingDirectory(Carriers, Gateways, new DidMap(Dids), new RouteTable(Routes), [], [], new NumberRules(Rules)),
    };

    public static RouteEngine Engine { get; } = new(new NumberPlan("34", "", "00"));

    /// <summary>The decision for a call of a user, the same with and without a trace.</summary>
    public RouteDecision Call(string? user, string called, DateTimeOffset? at = null) => Decide(new RouteQuery(user, user ?? "", called, null, at ?? Monday));

    public RouteDecision Decide(RouteQuery query)
    {
        DirectorySnapshot snapshot = Snapshot;
        RouteDecision quick = Engine.Decide(query, snapshot), explained = Engine.Decide(query, snapshot, explain: true);
        Xunit.Assert.Equal((quick.Action, quick.CalledE164, quick.Reason, quick.Status), (explained.Action, explained.CalledE164, explained.Reason, explained.Status));
        Xunit.Assert.Equal(quick.Legs, explained.Legs);
        Xunit.Assert.Empty(quick.Trace);
        return explained;
    }

    public static string Names(RouteDecision decision) => string.Join(' ', decision.Legs.Select(leg => leg.Carrier.Name));
}
