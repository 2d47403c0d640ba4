using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>A call to make.</summary>
public sealed record OutgoingInvite
{
    /// <summary>Request-URI, for instance a registered contact, whole (INTEROP 9).</summary>
    public required string Target { get; init; }

    /// <summary>The flow of a registered contact; null: found from <see cref="Route"/> or <see cref="Target"/>, by DNS if need be.</summary>
    public SipFlow? Flow { get; init; }

    /// <summary>
    /// Later requests stay on <see cref="Flow"/> whatever the peer's Contact says: a registered phone, behind NAT perhaps. False for a
    /// flow that was found from the target's address: they go by Contact and Record-Route then (RFC 3261 §12.2.1.1).
    /// </summary>
    public bool StaysOnFlow { get; init; } = true;

    /// <summary>DNS named the transport of <see cref="Flow"/>: a long request may not change it (RFC 3261 §18.1.1).</summary>
    public bool TransportIsFixed { get; init; }

    /// <summary>Pre-loaded Route values, in order (Path of a registration, an outbound proxy).</summary>
    public IReadOnlyList<string> Route { get; init; } = [];

    /// <summary>The user whose phone is called: requests in the dialog are taken from where it is registered alone. Null: no phone of ours.</summary>
    public string? Peer { get; init; }

    /// <summary>Answers challenges of the peer, to the INVITE and to later requests; null: none is answered.</summary>
    public ChallengeAnswer? OnChallenge { get; init; }

    /// <summary>The peer must send its provisional responses reliably: <c>Require: 100rel</c> (RFC 3262).</summary>
    public bool RequiresReliable { get; init; }

    /// <summary>How the peer does it; null: as everybody.</summary>
    public SessionTerms? Terms { get; init; }

    /// <summary>User part of From; the host is our advertised address unless <see cref="FromHost"/> says otherwise.</summary>
    public required string FromUser { get; init; }

    public string? FromDisplay { get; init; }

    public string? FromHost { get; init; }

    /// <summary>URI of To; null: <see cref="Target"/> without its parameters.</summary>
    public string? To { get; init; }

    /// <summary>The offer; empty: a delayed offer, the peer's comes with its 2xx and <see cref="InviteSession.AckWith"/> answers it.</summary>
    public ReadOnlyMemory<byte> Sdp { get; init; }

    /// <summary>Further header lines, written as they are. A line break in one is refused with an exception.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Hops that are left: of a call that serves another one, the other one's less one (RFC 7332).</summary>
    public int MaxForwards { get; init; } = 70;

    /// <summary>Call-ID of the call; null: made by the user agent.</summary>
    public string? CallId { get; init; }
}
