using System.Net;
using System.Net.Sockets;
using Rtp.Core.Ice;
using Tandem.Media;

namespace Tandem.Calls;

/// <summary>Where a WebRTC leg of ours can be reached, as its SDP says.</summary>
internal static class LocalCandidates
{
    /// <summary>
    /// The address that the peer's signalling knows first, then the host's others: the outside one of each family for a peer outside the local
    /// networks, our own ones and the outside ones for a peer inside. All are host candidates: behind a 1:1 NAT there is nothing else to tell.
    /// </summary>
    public static IReadOnlyList<IceCandidate> Of(MediaLeg leg, in MediaAddress address)
    {
        List<IPEndPoint> known = [new IPEndPoint(address.Advertise, leg.LocalRtp.Port)];
        if (address.Known is { } advertised)
        {
            bool inside = advertised.IsLocal(address.Signalling);
            foreach (IPEndPoint local in leg.LocalAddresses)
            {
                bool named = !local.Address.Equals(IPAddress.Any) && !local.Address.Equals(IPAddress.IPv6Any);
                IPAddress? outside = IPAddress.IsLoopback(local.Address) ? null : advertised.External(local.AddressFamily);
                if (named && (inside || outside is null)) Add(known, new IPEndPoint(local.Address, local.Port));
                if (!inside && outside is not null) Add(known, new IPEndPoint(outside, local.Port));
            }
            foreach (IPEndPoint local in leg.LocalAddresses)
            {
                if (!IPAddress.IsLoopback(local.Address) && advertised.External(local.AddressFamily) is { } outside) Add(known, new IPEndPoint(outside, local.Port));
            }
        }
        var candidates = new IceCandidate[known.Count];
        for (int i = 0; i < candidates.Length; i++)
            candidates[i] = new IceCandidate($"{i + 1}", 1, IcePriority.Of(IceCandidateKind.Host, LegIce.LocalPreference(i)), known[i].Address, known[i].Port, IceCandidateKind.Host);
        return candidates;
    }

    /// <summary>The peer's checks can reach us: we are lite. Behind a NAT that nobody told us of, only our own checks open a way.</summary>
    public static bool AreReachable(in MediaAddress address) => !IsPrivate(address.Advertise) || IsPrivate(address.Signalling);

    private static void Add(List<IPEndPoint> known, IPEndPoint address)
    {
        if (!known.Contains(address)) known.Add(address);
    }

    /// <summary>RFC 1918, RFC 6598, RFC 4193, and what stays on a link or a host.</summary>
    private static bool IsPrivate(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6) return address.IsIPv6UniqueLocal || address.IsIPv6LinkLocal || IPAddress.IsLoopback(address);
        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        return bytes[0] is 10 or 127 || (bytes[0], bytes[1]) is (172, >= 16 and <= 31) or (192, 168) or (169, 254) or (100, >= 64 and <= 127);
    }
}
