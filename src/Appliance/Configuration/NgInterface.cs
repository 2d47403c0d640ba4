using System.Net;

namespace Tandem.Configuration;

/// <summary>A named address for media that the ng protocol's clients may choose by <c>direction</c>.</summary>
/// <param name="Name">As the client names it.</param>
/// <param name="Address">Where sockets are bound.</param>
/// <param name="Advertised">What SDP says: another address where a router translates ours.</param>
public sealed record NgInterface(string Name, IPAddress Address, IPAddress Advertised)
{
    /// <summary>Reads <c>name/address</c> or <c>name/address!advertised</c>, rtpengine's spelling; without a name it is <c>default</c>.</summary>
    public static bool TryParse(string text, out NgInterface result)
    {
        result = new NgInterface("default", IPAddress.None, IPAddress.None);
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        string[] addresses = text[(slash + 1)..].Split('!');
        if (slash == 0 || addresses.Length > 2 || !IPAddress.TryParse(addresses[0], out IPAddress? address)) return false;
        if (!IPAddress.TryParse(addresses[^1], out IPAddress? advertised) || advertised.AddressFamily != address.AddressFamily) return false;
        result = new NgInterface(slash < 0 ? "default" : text[..slash], address, advertised);
        return true;
    }

    public override string ToString() => $"{Name}/{Address}{(Advertised.Equals(Address) ? "" : "!" + Advertised)}";
}
