using System.Net;

namespace Tandem.Media;

/// <summary>What is known of a leg before its first offer or answer.</summary>
/// <param name="LocalAddress">Address to bind; <see cref="IPAddress.Any"/> or <see cref="IPAddress.IPv6Any"/> for all of a family.</param>
/// <param name="CallId">For logs.</param>
/// <param name="OnEvent">Called on a media loop's thread: it posts to its shard and never blocks.</param>
/// <param name="Loop">The loop that is to own the leg: the <see cref="MediaLeg.LoopIndex"/> of the leg it will be connected to. Null: the least loaded.</param>
public sealed record MediaLegRequest(IPAddress LocalAddress, string CallId, Action<MediaEvent> OnEvent, int? Loop = null)
{
    /// <summary>The leg gets ICE credentials and multiplexes RTCP; it sits on its loop's shared port where there is one.</summary>
    public bool WebRtc { get; init; }
}
