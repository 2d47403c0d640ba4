using System.Net;

namespace Sip.Core.Sdp;

/// <summary>What an exchange of offer and answer has settled for the audio of one leg, from our side.</summary>
/// <param name="RemoteRtp">Where our packets go. The unspecified address when the peer said 0.0.0.0: then nothing may be sent.</param>
/// <param name="RemoteRtcp">Where our reports go.</param>
/// <param name="SendCodec">The codec to send, under the payload type that the peer expects and with its parameters.</param>
/// <param name="ReceiveCodecs">Everything the peer may send, under the payload types that it will use; it may switch at any time.</param>
/// <param name="TelephoneEventSendPt">Payload type for digits that we send; -1: the peer takes none.</param>
/// <param name="TelephoneEventReceivePt">Payload type of digits that we get; -1 for none. <see cref="TelephoneEvents"/> has all.</param>
/// <param name="Direction">Ours: SendOnly means that we send and the peer does not.</param>
/// <param name="SendPtimeMs">Milliseconds per packet that we send.</param>
/// <param name="RemoteOnHold">The peer takes no audio from us now (sendonly, inactive or 0.0.0.0).</param>
public sealed record NegotiatedAudio(
    IPEndPoint RemoteRtp,
    IPEndPoint RemoteRtcp,
    AudioFormat SendCodec,
    IReadOnlyList<AudioFormat> ReceiveCodecs,
    int TelephoneEventSendPt,
    int TelephoneEventReceivePt,
    MediaDirection Direction,
    int SendPtimeMs,
    bool RemoteOnHold)
{
    /// <summary>The keys of both sides by SDES; null: plain RTP, or <see cref="Dtls"/>.</summary>
    public NegotiatedSrtp? Srtp { get; init; }

    /// <summary>How DTLS makes the keys; null: it does not. RTCP goes over the same port then.</summary>
    public NegotiatedDtls? Dtls { get; init; }

    /// <summary>Clock of the digits that we send: the codec's, or 8000 where the peer knows no other.</summary>
    public int TelephoneEventSendClockHz { get; init; } = 8000;

    /// <summary>Every form of digits that the peer may send.</summary>
    public IReadOnlyList<AudioFormat> TelephoneEvents { get; init; } = [];

    /// <summary>Payload type of comfort noise that the peer takes; -1: none.</summary>
    public int ComfortNoiseSendPt { get; init; } = -1;

    /// <summary>Payload type of comfort noise that the peer may send; -1: none.</summary>
    public int ComfortNoiseReceivePt { get; init; } = -1;

    /// <summary>The longest packets that the peer takes, in milliseconds; 0: it does not say.</summary>
    public int RemoteMaxPtimeMs { get; init; }

    /// <summary>The peer named the packet length that it wants.</summary>
    public bool RemoteNamesPtime { get; init; }
}
