using System.Net;
using System.Net.Sockets;

namespace Tandem.Net;

/// <summary>Counts open connections, overall and per source: an IPv4 address, or the /64 that one IPv6 host may roam in.</summary>
internal sealed class ConnectionLimits(int total, int perSource)
{
    private readonly Dictionary<IPAddress, int> _bySource = [];

    public int Count { get; private set; }

    /// <summary>Takes a place; false when there is none. Every place taken is given back with <see cref="Leave"/>.</summary>
    public bool TryEnter(IPAddress remote)
    {
        IPAddress source = Source(remote);
        int used = _bySource.GetValueOrDefault(source);
        if (Count >= total || used >= perSource) return false;
        _bySource[source] = used + 1;
        Count++;
        return true;
    }

    /// <summary>Takes a place within the overall limit only: connections that we open ourselves.</summary>
    public bool TryEnterOutgoing()
    {
        if (Count >= total) return false;
        Count++;
        return true;
    }

    public void Leave(IPAddress remote)
    {
        IPAddress source = Source(remote);
        if (_bySource.TryGetValue(source, out int used))
        {
            if (used > 1) _bySource[source] = used - 1;
            else _bySource.Remove(source);
        }

        Count--;
    }

    public void LeaveOutgoing() => Count--;

    /// <summary>What counts as one source: an IPv4 address, or the /64 of an IPv6 address.</summary>
    public static IPAddress Source(IPAddress remote)
    {
        if (remote.AddressFamily != AddressFamily.InterNetworkV6) return remote;
        byte[] bytes = remote.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
