using System.Net;
using System.Net.Sockets;
using Tandem.Net.Interop;

namespace Tandem.Net;

/// <summary>Which address of ours a peer can reach: the outside one through NAT, else the one that routing uses towards it.</summary>
internal sealed class AdvertisedAddresses(IReadOnlyList<IPAddress> external, IReadOnlyList<IPNetwork> localNetworks)
{
    /// <param name="remote">The peer.</param>
    /// <param name="local">The address of ours that its packets reached, or the unspecified one while that is not known.</param>
    public IPAddress For(IPAddress remote, IPAddress local)
    {
        if (!IsLocal(remote))
        {
            foreach (IPAddress address in external)
            {
                if (address.AddressFamily == remote.AddressFamily) return address;
            }
        }

        bool known = !local.Equals(IPAddress.Any) && !local.Equals(IPAddress.IPv6Any);
        IPAddress found = known ? local : RouteTo(remote) ?? local;
        return found.IsIPv6LinkLocal && found.ScopeId != 0 ? new IPAddress(found.GetAddressBytes()) : found;    // %scope means nothing to a peer
    }

    /// <summary>The outside address of a family; null: routers do not translate it.</summary>
    public IPAddress? External(AddressFamily family)
    {
        foreach (IPAddress address in external)
        {
            if (address.AddressFamily == family) return address;
        }
        return null;
    }

    public bool IsLocal(IPAddress remote)
    {
        if (IPAddress.IsLoopback(remote) || remote.IsIPv6LinkLocal) return true;
        if (remote.AddressFamily == AddressFamily.InterNetwork && IPNetwork.Parse("169.254.0.0/16").Contains(remote)) return true;
        foreach (IPNetwork network in localNetworks)
        {
            if (network.BaseAddress.AddressFamily == remote.AddressFamily && network.Contains(remote)) return true;
        }

        return false;
    }

    /// <summary>The local address that the kernel would send from; nothing is sent. Null: there is no route.</summary>
    public static unsafe IPAddress? RouteTo(IPAddress remote)
    {
        NativeSocketAddress target = NativeSocketAddress.From(remote, 5060);
        using var socket = new FileDescriptor(Libc.Socket(
            target.IsIpv6 ? AddressFamilies.Inet6 : AddressFamilies.Inet, SocketTypes.Datagram | SocketTypes.CloseOnExec, 0));
        if (socket.IsInvalid || Libc.Connect(socket.Number, &target, target.Length) != 0) return null;
        NativeSocketAddress local = socket.LocalAddress();
        return local.IsEmpty || local.IsUnspecified ? null : local.ToAddress();
    }
}
