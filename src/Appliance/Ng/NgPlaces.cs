using System.Net;
using System.Net.Sockets;
using Tandem.Configuration;
using Tandem.Net;

namespace Tandem.Ng;

/// <summary>Which address of ours a side's media uses: a configured interface, else the one that routes to the peer.</summary>
/// <param name="interfaces">As configured; the first of a family is its default.</param>
/// <param name="advertised">What the outside sees of us.</param>
internal sealed class NgPlaces(IReadOnlyList<NgInterface> interfaces, AdvertisedAddresses advertised)
{
    private const int Kept = 1024;

    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(30);

    private readonly Dictionary<IPAddress, (IPAddress Address, TimeSpan At)> _routes = [];

    /// <summary>The place of one side.</summary>
    /// <param name="name">The interface asked for; empty or unknown: the default.</param>
    /// <param name="ipv6">The family asked for; null: that of <paramref name="peer"/>.</param>
    /// <param name="peer">The side's media address, or the other side's while it is not known.</param>
    /// <param name="now">Monotonic.</param>
    public NgPlace For(string name, bool? ipv6, IPAddress peer, TimeSpan now)
    {
        AddressFamily family = ipv6 switch { true => AddressFamily.InterNetworkV6, false => AddressFamily.InterNetwork, _ => peer.AddressFamily };
        NgInterface? chosen = null;
        foreach (NgInterface candidate in interfaces)
        {
            if (candidate.Address.AddressFamily != family) continue;
            if (candidate.Name == name) return new NgPlace(candidate.Address, candidate.Advertised);
            chosen ??= candidate;
        }
        if (chosen is not null) return new NgPlace(chosen.Address, chosen.Advertised);
        IPAddress any = family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;
        // Any address of ours may be the one that reaches a peer not heard of yet, so the socket takes them all.
        return new NgPlace(any, peer.AddressFamily == family ? Route(peer, any, now) : OwnOf(family, now));
    }

    private IPAddress Route(IPAddress peer, IPAddress any, TimeSpan now)
    {
        if (_routes.TryGetValue(peer, out (IPAddress Address, TimeSpan At) known) && now - known.At < s_fresh) return known.Address;
        if (_routes.Count >= Kept) _routes.Clear();
        IPAddress address = advertised.For(peer, any);
        _routes[peer] = (address, now);
        return address;
    }

    /// <summary>Bridging families: the address that the default route of the other one uses, else its loopback.</summary>
    private IPAddress OwnOf(AddressFamily family, TimeSpan now)
    {
        bool six = family == AddressFamily.InterNetworkV6;
        IPAddress found = Route(IPAddress.Parse(six ? "2001:db8::1" : "192.0.2.1"), six ? IPAddress.IPv6Any : IPAddress.Any, now);
        bool none = found.Equals(IPAddress.Any) || found.Equals(IPAddress.IPv6Any);
        return !none ? found : six ? IPAddress.IPv6Loopback : IPAddress.Loopback;
    }
}
