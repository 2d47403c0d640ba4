using System.Net;
using System.Security.Cryptography;
using Sip.Core.Sdp;
using Tandem.Media;
using Tandem.Signalling;

namespace Tandem.Calls;

/// <summary>The media of one leg as its offers and answers have settled it (RFC 3264). Shard thread only.</summary>
internal sealed class LegMedia
{
    internal static readonly AudioCapabilities Capabilities = new([AudioFormat.Pcmu, AudioFormat.Pcma], TelephoneEvent: true, PtimeMs: 20);

    private readonly TimeSpan _timeout;
    private readonly IPAddress _signalling;
    private readonly IPEndPoint _rtp, _rtcp;
    private readonly SdpOrigin _origin;
    private SessionDescription? _local;
    private IPEndPoint? _remote;

    private LegMedia(MediaLeg leg, MediaAddress address, TimeSpan timeout)
    {
        (Leg, _signalling, _timeout) = (leg, address.Signalling, timeout);
        (_rtp, _rtcp) = (new IPEndPoint(address.Advertise, leg.LocalRtp.Port), new IPEndPoint(address.Advertise, leg.LocalRtcp.Port));
        _origin = SdpOrigin.Create(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)), address.Advertise);
    }

    public MediaLeg Leg { get; }

    /// <summary>What happens to the media, brought to the shard.</summary>
    public Action<MediaEvent>? OnEvent { get; set; }

    /// <summary>Name of the codec we send, once it is settled.</summary>
    public string? Codec { get; private set; }

    /// <summary>Binds a port pair for one call.</summary>
    /// <param name="loop">The media loop of the leg that this one will talk to; null: the least loaded.</param>
    /// <returns>Null where no port is free.</returns>
    public static LegMedia? Open(CallServices services, string callId, MediaAddress address, int? loop) =>
        Open(services.Media, services.Shard, callId, address, services.MediaOptions.Timeout, loop);

    /// <inheritdoc cref="Open(CallServices, string, MediaAddress, int?)"/>
    /// <param name="timeout">Silence on the network that counts as the end of the media.</param>
    public static LegMedia? Open(MediaPlane plane, SignallingShard shard, string callId, MediaAddress address, TimeSpan timeout, int? loop)
    {
        LegMedia? media = null;
        MediaLeg? leg = plane.CreateLeg(new MediaLegRequest(
            address.Bind, callId, raised => shard.Post(e => media?.OnEvent?.Invoke((MediaEvent)e!), raised), loop));
        return leg is null ? null : media = new LegMedia(leg, address, timeout);
    }

    /// <summary>Our offer: everything we can do.</summary>
    public ReadOnlyMemory<byte> Offer()
    {
        _local = OfferAnswer.CreateOffer(Capabilities, _rtp, _rtcp, MediaDirection.SendRecv, _origin, _local);
        return _local.Write();
    }

    /// <summary>Answers an offer and sets the media by it; empty, and nothing changed, where we have nothing in common.</summary>
    public ReadOnlyMemory<byte> Answer(ReadOnlyMemory<byte> offer, out string? problem)
    {
        if (!SessionDescription.TryParse(offer.Span, out SessionDescription? remote, out problem)) return default;
        AnswerResult result = OfferAnswer.Answer(remote!, Capabilities, _rtp, _rtcp, MediaDirection.SendRecv, _origin, _local);
        if (!Apply(result, out problem)) return default;
        _local = result.Answer!;
        return _local.Write();
    }

    /// <summary>Takes the answer to our offer and sets the media by it.</summary>
    public bool Accept(ReadOnlyMemory<byte> answer, out string? problem)
    {
        problem = "no offer of ours is open";
        if (_local is null || !SessionDescription.TryParse(answer.Span, out SessionDescription? remote, out problem)) return false;
        return Apply(OfferAnswer.Accept(_local, remote!, Capabilities), out problem);
    }

    private bool Apply(AnswerResult result, out string? problem)
    {
        problem = result.Reason;
        if (result.Audio is not { } audio) return false;
        bool talking = audio.Direction == MediaDirection.SendRecv;
        Codec = audio.SendCodec.Name.ToUpperInvariant();
        Leg.Configure(new MediaLegSettings(
            audio.RemoteRtp, audio.RemoteRtcp, CodecOf(audio.SendCodec), (byte)audio.SendCodec.PayloadType,
            [.. audio.ReceiveCodecs.Select(format => (CodecOf(format), (byte)format.PayloadType))],
            audio.TelephoneEventSendPt, audio.TelephoneEventReceivePt,
            Send: talking || audio.Direction == MediaDirection.SendOnly,
            Receive: talking || audio.Direction == MediaDirection.RecvOnly,
            audio.SendPtimeMs,
            talking ? _timeout : null,
            RelearnSource: _remote is not null && !_remote.Equals(audio.RemoteRtp),
            BehindNat: !audio.RemoteRtp.Address.Equals(_signalling)));
        _remote = audio.RemoteRtp;
        return true;
    }

    private static AudioCodec CodecOf(AudioFormat format) => format.SameCodec(AudioFormat.Pcma) ? AudioCodec.Pcma : AudioCodec.Pcmu;
}
