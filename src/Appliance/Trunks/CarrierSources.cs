using System.Collections.Frozen;
using System.Net;
using Tandem.Routing;

namespace Tandem.Trunks;

/// <summary>Which carrier an address belongs to: those of its gateways, and the networks it names. Immutable, safe on any thread.</summary>
public sealed class CarrierSources
{
    private readonly FrozenDictionary<IPAddress, Carrier> _addresses;
    private readonly (IPNetwork Network, Carrier Carrier)[] _networks;    // the narrowest first

    /// <param name="routing">Carriers that are switched off have no sources.</param>
    /// <param name="addresses">Where a gateway can be, as its URI or DNS says.</param>
    public CarrierSources(RoutingDirectory routing, Func<Gateway, IReadOnlyList<IPAddress>> addresses)
    {
        ArgumentNullException.ThrowIfNull(routing);
        Dictionary<IPAddress, Carrier> single = [];
        List<(IPNetwork, Carrier)> networks = [];
        foreach (Carrier carrier in routing.Carriers.Values.Where(carrier => carrier.Enabled)
            .OrderBy(carrier => carrier.InboundUser is not null).ThenBy(carrier => carrier.Name, StringComparer.Ordinal))
        {
            foreach (Gateway gateway in routing.GatewaysOf(carrier.Name).Where(gateway => gateway.Enabled))
                foreach (IPAddress address in addresses(gateway)) single.TryAdd(Plain(address), carrier);
            foreach (string source in carrier.Sources)
            {
                if (IPAddress.TryParse(source, out IPAddress? one)) single.TryAdd(Plain(one), carrier);
                else if (IPNetwork.TryParse(source, out IPNetwork network)) networks.Add((network, carrier));
            }
        }
        _addresses = single.ToFrozenDictionary();
        _networks = [.. networks.OrderByDescending(entry => entry.Item1.PrefixLength)];
    }

    public static CarrierSources Empty { get; } = new(RoutingDirectory.Empty, _ => []);

    public bool IsEmpty => _addresses.Count == 0 && _networks.Length == 0;

    /// <summary>The carrier whose packets come from there; null: nobody's. Where two claim an address, a single one goes before a network,
    /// a narrow network before a wide one, then one that has no other sign (no account of ours), and then the first by name.</summary>
    public Carrier? Find(IPAddress source)
    {
        if (IsEmpty) return null;
        source = Plain(source);
        if (_addresses.TryGetValue(source, out Carrier? known)) return known;
        foreach ((IPNetwork network, Carrier carrier) in _networks)
            if (network.Contains(source)) return carrier;
        return null;
    }

    private static IPAddress Plain(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 && address.ScopeId != 0 ? new IPAddress(address.GetAddressBytes())
        : address;
}
