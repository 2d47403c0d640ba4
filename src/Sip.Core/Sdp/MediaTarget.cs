using System.Net;
using System.Net.Sockets;

namespace Sip.Core.Sdp;

/// <summary>What a description says of where an m-line's packets go, and whether that is a place to send to.</summary>
internal static class MediaTarget
{
    /// <summary>Why packets cannot go there; with ICE nobody asks.</summary>
    public static string? Problem(SdpMedia media, SessionDescription session)
    {
        SdpConnection? at = media.ConnectionIn(session);
        if (at is null) return "c= is missing";
        if (at.IsUnspecified) return null;
        if (at.Address is null) return $"c= names the host {at.Host}; an address is needed";
        return IsUnicast(at.Address) ? null : $"{at.Host} is not a unicast address";
    }

    /// <summary>False where an address is given and is of another family than ours.</summary>
    public static bool IsOf(AddressFamily family, SdpMedia media, SessionDescription session) =>
        media.ConnectionIn(session) is not { IsUnspecified: false, Address: { } address } || address.AddressFamily == family;

    /// <summary>The address as given where we can use it, else the unspecified one of our family.</summary>
    public static IPAddress Address(SdpMedia media, SessionDescription session, AddressFamily family) =>
        media.ConnectionIn(session) is { IsUnspecified: false, Address: { } address } && address.AddressFamily == family
            ? address : family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;

    /// <summary>
    /// The direction that the writer means: with c=0.0.0.0 it takes nothing, whatever the attribute says (RFC 3264 §8.4). With ICE that
    /// address only means that candidates are still to come (RFC 8839 §4.2.1).
    /// </summary>
    public static MediaDirection Direction(SdpMedia media, SessionDescription session, bool ice)
    {
        MediaDirection direction = media.DirectionIn(session);
        return !ice && media.ConnectionIn(session)!.IsUnspecified ? direction.And(MediaDirection.SendOnly) : direction;
    }

    private static bool IsUnicast(IPAddress address)
    {
        if (address.IsIPv6Multicast) return false;
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out int length) && (length != 4 || bytes[0] < 224);
    }
}
