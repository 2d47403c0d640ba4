using System.Net;

namespace Tandem.Defence;

/// <summary>Networks that limits do not hold: those of the settings, and those that somebody else knows.</summary>
/// <param name="networks">Of the settings.</param>
/// <param name="others">Asked for whatever is in none of them: the carriers' addresses.</param>
internal sealed class NetworkList(IReadOnlyList<IPNetwork> networks, Func<IPAddress, bool> others)
{
    public bool Contains(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        foreach (IPNetwork network in networks)
            if (network.Contains(address)) return true;
        return others(address);
    }
}
