using System.Net;
using Sip.Core.Sdp;
using Tandem.Net;

namespace Tandem.Calls;

/// <summary>The address of ours that one peer's media uses.</summary>
/// <param name="Bind">Where the sockets are bound.</param>
/// <param name="Advertise">What SDP says: another address where a router translates ours.</param>
/// <param name="Signalling">The host that the peer's signalling comes from.</param>
internal readonly record struct MediaAddress(IPAddress Bind, IPAddress Advertise, IPAddress Signalling)
{
    /// <summary>Our addresses to the outside, for a peer that can choose among several; null: there is just <see cref="Advertise"/>.</summary>
    public AdvertisedAddresses? Known { get; init; }

    /// <summary>The address that signalling uses, unless the peer's media is of the other family: then the one that routes to it.</summary>
    /// <param name="offer">The peer's offer; null where we offer.</param>
    public static MediaAddress For(CallServices services, SipFlow flow, SessionDescription? offer)
    {
        IPAddress peer = flow.Remote.Address, local = flow.Local.Address;
        if (PeerMedia(offer) is { } media && media.AddressFamily != peer.AddressFamily)
            (peer, local) = (media, media.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any);
        if (local.Equals(IPAddress.Any) || local.Equals(IPAddress.IPv6Any)) local = AdvertisedAddresses.RouteTo(peer) ?? local;
        return new MediaAddress(local, services.MediaAddresses.For(peer, local), flow.Remote.Address) { Known = services.MediaAddresses };
    }

    private static IPAddress? PeerMedia(SessionDescription? offer) => offer is null ? null : OfferAnswer.RemoteAudio(offer, LegVoice.Everything)?.Address;
}
