using System.Net;

namespace Tandem.Media;

/// <summary>What offer and answer agreed on for one leg. Immutable; a new one replaces it whole.</summary>
/// <param name="RemoteRtp">The signalled address. 0.0.0.0 or ::, or port 0: a hold of the old kind, the address before it stays in force.</param>
/// <param name="RemoteRtcp">The same as <paramref name="RemoteRtp"/>: RTCP is multiplexed on the RTP port (RFC 5761).</param>
/// <param name="Codec">The codec we send.</param>
/// <param name="SendPayloadType">Its payload type towards the peer.</param>
/// <param name="ReceiveFormats">What the peer may send, by the payload types that we named.</param>
/// <param name="TelephoneEventSendPt">Payload type of RFC 4733 events towards the peer; −1: none.</param>
/// <param name="TelephoneEventReceivePt">Payload type of RFC 4733 events from the peer; −1: none.</param>
/// <param name="Send">We send audio: our direction is sendrecv or sendonly.</param>
/// <param name="Receive">We take audio and digits: our direction is sendrecv or recvonly.</param>
/// <param name="PtimeMs">Milliseconds of audio in each packet that we make: 10, 20, 30, 40 or 60.</param>
/// <param name="MediaTimeout">Silence on the network after which <see cref="MediaTimedOut"/> is raised; null: held, exempt.</param>
/// <param name="RelearnSource">The peer's signalled address changed: learn its source again. Without effect where it did not.</param>
/// <param name="BehindNat">Media may come from another host than the signalled one. False where the peer's signalling came from the host
/// that its SDP names: then only that host, on any port, is learned.</param>
/// <param name="Srtp">Everything goes protected, both ways; null: plain.</param>
public sealed record MediaLegSettings(
    IPEndPoint RemoteRtp,
    IPEndPoint RemoteRtcp,
    AudioCodec Codec,
    byte SendPayloadType,
    IReadOnlyList<(AudioCodec Codec, byte PayloadType)> ReceiveFormats,
    int TelephoneEventSendPt,
    int TelephoneEventReceivePt,
    bool Send,
    bool Receive,
    int PtimeMs,
    TimeSpan? MediaTimeout,
    bool RelearnSource,
    bool BehindNat = true,
    SrtpSettings? Srtp = null)
{
    /// <summary>Clock of the events that we send; 0: the codec's.</summary>
    public int TelephoneEventSendClockHz { get; init; }

    /// <summary>Every form of events that the peer may send; empty: <see cref="TelephoneEventReceivePt"/> at the codec's clock.</summary>
    public IReadOnlyList<(int ClockRateHz, byte PayloadType)> TelephoneEventFormats { get; init; } = [];

    /// <summary>Payload type of comfort noise towards the peer; −1: it takes none.</summary>
    public int ComfortNoiseSendPt { get; init; } = -1;

    /// <summary>Payload type of comfort noise from the peer; −1: none.</summary>
    public int ComfortNoiseReceivePt { get; init; } = -1;

    /// <summary>The longest packets that the peer takes; 0: any.</summary>
    public int MaxPtimeMs { get; init; }

    /// <summary>What is passed on from another leg is cut into packets of <see cref="PtimeMs"/> too: the peer named that length.</summary>
    public bool ExactPtime { get; init; }

    /// <summary>Keys are listened for in the audio itself: the peer sends no events.</summary>
    public bool InbandKeys { get; init; }

    /// <summary>Payload types that mean the same on the connected leg: what comes under them is passed on as it is, also codecs that we do not know.</summary>
    public IReadOnlyList<byte> PassedOn { get; init; } = [];

    /// <summary>The leg runs ICE: only what comes from a checked address counts. Null: the source is learned from the packets.</summary>
    public IceSettings? Ice { get; init; }

    /// <summary>How Opus is made for this peer.</summary>
    public OpusSending Opus { get; init; } = OpusSending.Default;

    /// <summary>The keys come from a handshake with the peer instead of <see cref="Srtp"/>; until then nothing else goes in or out.</summary>
    public DtlsSettings? Dtls { get; init; }
}
