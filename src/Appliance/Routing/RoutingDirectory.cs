using System.Collections.Frozen;

namespace Tandem.Routing;

/// <summary>Carriers, numbers, routes, groups and forwarding as they were at one moment: immutable, safe on any thread.</summary>
public sealed class RoutingDirectory
{
    private readonly FrozenDictionary<string, IReadOnlyList<Gateway>> _gateways;
    private readonly FrozenDictionary<string, Carrier> _byUser;
    private readonly FrozenDictionary<string, RingGroup> _groups;
    private readonly FrozenDictionary<string, Forwarding> _forwards;

    public RoutingDirectory(IEnumerable<Carrier> carriers, IEnumerable<Gateway> gateways, DidMap dids, RouteTable routes,
        IEnumerable<RingGroup> groups, IEnumerable<Forwarding> forwards, NumberRules numbers)
    {
        Carriers = carriers.ToFrozenDictionary(carrier => carrier.Name, StringComparer.Ordinal);
        _gateways = gateways.GroupBy(gateway => gateway.Carrier, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, IReadOnlyList<Gateway> (group) => [.. group], StringComparer.Ordinal);
        _byUser = Carriers.Values.Where(carrier => carrier.InboundUser is not null).GroupBy(carrier => carrier.InboundUser!, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        _groups = groups.ToFrozenDictionary(group => group.Name, StringComparer.Ordinal);
        _forwards = forwards.ToFrozenDictionary(forwarding => forwarding.User, StringComparer.Ordinal);
        (Dids, Routes, Numbers) = (dids, routes, numbers);
    }

    public static RoutingDirectory Empty { get; } = new([], [], new DidMap([]), new RouteTable([]), [], [], new NumberRules([]));

    public FrozenDictionary<string, Carrier> Carriers { get; }

    public DidMap Dids { get; }

    public RouteTable Routes { get; }

    public NumberRules Numbers { get; }

    /// <summary>Whether or not it is enabled.</summary>
    public Carrier? FindCarrier(string name) => Carriers.GetValueOrDefault(name);

    /// <summary>The carrier whose calls come with this digest account; null: the user is a person.</summary>
    public Carrier? FindCarrierOfUser(string user) => _byUser.GetValueOrDefault(user);

    /// <summary>All gateways of a carrier, disabled and draining ones too, by name.</summary>
    public IReadOnlyList<Gateway> GatewaysOf(string carrier) => _gateways.GetValueOrDefault(carrier, []);

    public RingGroup? FindGroup(string name) => _groups.GetValueOrDefault(name);

    /// <summary>Where a user's calls go instead; null: nowhere.</summary>
    public Forwarding? ForwardingOf(string user) => _forwards.GetValueOrDefault(user);
}
