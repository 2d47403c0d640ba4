using System.Net;
using Tandem.Defence;
using Tandem.Routing;
using Tandem.Signalling;
using Tandem.Trunks;

namespace Tandem.Calls.Outside;

/// <summary>What calls from and to the outside work with. Shard thread only.</summary>
internal sealed class OutsidePlane
{
    public RouteEngine Routes { get; init; } = new(new NumberPlan("", "0", "00"));

    public required TrunkPlane Trunks { get; init; }

    public Dispatcher Gateways => Trunks.Dispatcher;

    public CarrierLimits Limits => Trunks.Limits;

    public HostRests Hosts { get; } = new();

    public FraudGuard Guard { get; init; } = new(new Configuration.FraudOptions());

    /// <summary>A number outside, ready to be rung; null: the call may not go there.</summary>
    /// <param name="number">As a user would dial it.</param>
    /// <param name="authority">On whose word; without one no route leads anywhere.</param>
    /// <param name="refused">Why not.</param>
    public IBranch? Open(CallServices services, Call call, string number, Authority authority, out DialResult refused)
    {
        var query = new RouteQuery(authority.User, call.From, number, call.Carrier?.Name, DateTimeOffset.UtcNow) { ForwardedBy = authority.Number };
        RouteDecision decision = Routes.Decide(query, services.Directory);
        refused = default;
        if (decision.Legs.Count > 0) return new OutsideBranch(services, call, decision, authority);
        refused = DialResult.NotAnswered(decision.Status) with
        {
            CallerStatus = decision.Status,
            Phrase = decision.Status == 404 ? "No such number" : null,
            Why = $"{decision.Status} {decision.Reason}",
        };
        return null;
    }

    /// <summary>The carrier, and its gateway, that an admitted call came from; null: it is one of ours.</summary>
    public static LegWay? WayOf(CallServices services, InviteSession session)
    {
        if (session.Carrier is not { } name || services.Directory.Routing.FindCarrier(name) is not { } carrier) return null;
        IPAddress? source = session.Flow?.Remote.Address;
        Gateway? gateway = services.Directory.Routing.GatewaysOf(name).FirstOrDefault(known => services.Outside.Trunks.AddressesOf(known).Contains(source));
        return new LegWay(carrier, gateway?.Name);
    }
}
