using System.Net;
using Sip.Core.Sdp;
using Srtp;
using Tandem.Media;
using Tandem.Signalling;
using Tandem.Storage;

namespace Tandem.Calls;

/// <summary>The media of one leg as its offers and answers have settled it (RFC 3264). Shard thread only.</summary>
internal sealed class LegMedia
{
    private readonly TimeSpan _timeout;
    private readonly LegVoice _voice;
    private readonly IPAddress _signalling;
    private readonly IPEndPoint _rtp, _rtcp;
    private readonly SdpOrigin _origin;
    private readonly LegKeys _keys;
    private readonly LegDtlsSdp? _dtls;
    private SessionDescription? _local;
    private IPEndPoint? _remote;
    private NegotiatedAudio? _audio;
    private LegMedia? _other;
    private MediaLegSettings? _untimed;
    private ReceivedOffer _received;
    private bool _isEarly;

    /// <param name="leg">Open, and for this alone.</param>
    /// <param name="address">Of ours, as the peer uses it.</param>
    /// <param name="voice">Its codecs.</param>
    /// <param name="timeout">Silence on the network that counts as the end of the media.</param>
    /// <param name="dtls">Its ICE and DTLS; null: it has none.</param>
    public LegMedia(MediaLeg leg, MediaAddress address, LegVoice voice, TimeSpan timeout, LegDtlsSdp? dtls = null)
    {
        _dtls = dtls;
        (Leg, _signalling, _voice, _timeout) = (leg, address.Signalling, voice, timeout);
        (_rtp, _rtcp) = (new IPEndPoint(address.Advertise, leg.LocalRtp.Port), new IPEndPoint(address.Advertise, leg.LocalRtcp.Port));
        _keys = new LegKeys(voice.Srtp);
        _origin = SdpOrigin.Create(BitConverter.ToUInt64(SeedRandom.Bytes(8)), address.Advertise);
    }

    public MediaLeg Leg { get; }

    /// <summary>What happens to the media, brought to the shard.</summary>
    public Action<MediaEvent>? OnEvent { get; set; }

    /// <summary>Name of the codec we send, once it is settled.</summary>
    public string? Codec => _audio?.SendCodec.Name.ToUpperInvariant();

    /// <summary>The codec we send and all others that were agreed on, that one first; empty before an agreement.</summary>
    public IReadOnlyList<AudioFormat> Codecs =>
        _audio is { } audio ? [audio.SendCodec, .. audio.ReceiveCodecs.Where(format => !format.SameCodec(audio.SendCodec))] : [];

    /// <summary>What the media is encrypted with, by the name of its crypto suite; null: it is not.</summary>
    public string? CryptoSuite => _audio?.Srtp?.Suite.Name;

    /// <summary>A browser, or a phone that does as they do.</summary>
    public bool IsWebRtc => Leg.Ice is not null;

    /// <summary>It is not to be brought to another codec for the other party's sake.</summary>
    public bool KeepsItsCodec => _voice.StaysWithOpus && _audio is { SendCodec.IsOpus: true };

    /// <summary>The code of the Warning field (RFC 3261 §20.43) that says why an offer was refused; 0: none was.</summary>
    public int WarningCode { get; private set; }

    /// <summary>Key agreement and profile, as the call's record has them; null: plain, or no keys yet.</summary>
    public string? Encryption => CryptoSuite is { } suite ? $"SDES {suite}" : DtlsProfile is { } profile ? $"DTLS {Profiles.Find(profile)?.SuiteName}" : null;

    /// <summary>What DTLS has agreed on; null: nothing yet, or there is no DTLS.</summary>
    public SrtpProfile? DtlsProfile { get; private set; }

    private AudioCapabilities Capabilities => _dtls is null ? Voice with { Security = _keys.Security } : Voice with { Dtls = _dtls.Transport };

    private AudioCapabilities Voice => _other is not { _audio: { } other }
        ? _voice.Capabilities(favoured: [], comfortNoise: false)
        : _voice.Capabilities(_other.Codecs, comfortNoise: other.ComfortNoiseSendPt >= 0 || other.ComfortNoiseReceivePt >= 0);

    /// <summary>Binds a port pair for one call.</summary>
    /// <param name="loop">The media loop of the leg that this one will talk to; null: the least loaded.</param>
    /// <returns>Null where no port is free.</returns>
    /// <param name="user">Whose phone it is: its codecs; null: a stranger's.</param>
    /// <param name="transport">What carries it.</param>
    public static LegMedia? Open(CallServices services, string callId, MediaAddress address, int? loop, string? user, LegTransport transport)
    {
        User? known = user is null ? null : services.Directory.FindUser(user);
        return Open(services, callId, address, loop, LegVoice.For(services.MediaOptions, known), transport);
    }

    /// <inheritdoc cref="Open(CallServices, string, MediaAddress, int?, string?, LegTransport)"/>
    /// <param name="voice">Its codecs.</param>
    public static LegMedia? Open(CallServices services, string callId, MediaAddress address, int? loop, LegVoice voice, LegTransport transport)
    {
        return Open(services.Media, services.Shard, callId, address, transport == LegTransport.WebRtc ? voice.ForBrowser() : voice,
            services.MediaOptions.Timeout, loop, transport);
    }

    /// <inheritdoc cref="Open(CallServices, string, MediaAddress, int?, string?, LegTransport)"/>
    /// <param name="voice">Its codecs.</param>
    /// <param name="timeout">Silence on the network that counts as the end of the media.</param>
    public static LegMedia? Open(
        MediaPlane plane, SignallingShard shard, string callId, MediaAddress address, LegVoice voice, TimeSpan timeout, int? loop, LegTransport transport)
    {
        LegMedia? media = null;
        var request = new MediaLegRequest(address.Bind, callId, raised => shard.Post(e => media?.OnEvent?.Invoke((MediaEvent)e!), raised), loop);
        MediaLeg? leg = plane.CreateLeg(request with { WebRtc = transport == LegTransport.WebRtc });
        if (leg is null) return null;
        LegDtlsSdp? dtls = transport == LegTransport.Rtp ? null : new LegDtlsSdp(leg, plane.DtlsFingerprint, address);
        return media = new LegMedia(leg, address, voice, timeout, dtls);
    }

    /// <summary>The offer that will be answered, so that it is not read again.</summary>
    public void Keep(ReceivedOffer offer) => _received = offer;

    /// <summary>Whom this leg talks to, or will: what that one speaks comes first in offers and answers from now on.</summary>
    public void Favour(LegMedia other) => _other = other;

    /// <summary>The handshake gave keys.</summary>
    public void OnDtlsConnected(SrtpProfile profile) => DtlsProfile = profile;

    /// <summary>Our offer: everything we can do.</summary>
    public ReadOnlyMemory<byte> Offer() => Offer(Capabilities);

    /// <summary>
    /// The peer was asked for another width of sound than whoever it talks to can be given: a new offer of ours would ask for that one.
    /// Browsers alone are asked again.
    /// </summary>
    public bool ShouldAskAgain => IsWebRtc && _other is { _audio: not null } other && _audio is { SendCodec.IsOpus: true } && AskedHz != LegVoice.HearingHz(other.Codecs);

    private int AskedHz => OpusParameters.Parse(
        _local?.Media.FirstOrDefault(media => media.IsAudio && media.Port != 0)?.AudioFormats().FirstOrDefault(format => format.IsOpus)?.Fmtp).MaxPlaybackRateHz;

    /// <summary>Our offer of one codec alone, to a peer that speaks it but does not send it.</summary>
    public ReadOnlyMemory<byte> OfferOnly(AudioFormat codec) => Offer(Capabilities with { Codecs = [.. Capabilities.Codecs.Where(codec.SameCodec)] });

    /// <summary>The offer was refused: all stays as it was agreed before. Versions go on from the refused one.</summary>
    public void Withdraw(SessionDescription? agreed)
    {
        if (_local is { } refused && agreed is not null) _local = agreed with { Origin = refused.Origin };
    }

    /// <summary>What we said last, to be handed to <see cref="Withdraw"/>.</summary>
    public SessionDescription? Local => _local;

    /// <summary>Answers an offer and sets the media by it; empty, and nothing changed, where we have nothing in common.</summary>
    public ReadOnlyMemory<byte> Answer(ReadOnlyMemory<byte> offer, out string? problem)
    {
        if (Read(offer, out problem) is not { } remote) return default;
        AnswerResult result = Answer(remote);
        if (_dtls?.Follow(result.Audio?.Dtls) == true) result = Answer(remote);
        WarningCode = result.WarningCode;
        if (!Apply(result, weOffered: false, out problem)) return default;
        _local = result.Answer!;
        return _local.Write();
    }

    /// <summary>Whether an offer can be answered, some time later. What is spoken is settled by it, for offers to those who are rung meanwhile.</summary>
    public bool CanAnswer(ReadOnlyMemory<byte> offer, out string? problem)
    {
        if (_dtls is not null) return !AnswerEarly(offer, out problem).IsEmpty;
        if (Read(offer, out problem) is not { } remote) return false;
        AnswerResult result = Answer(remote);
        (WarningCode, problem) = (result.WarningCode, result.Reason);
        if (result.Audio is null) return false;
        _audio = result.Audio;
        return true;
    }

    /// <summary>As <see cref="Answer(ReadOnlyMemory{byte}, out string?)"/> before the call is answered: silence ends nothing yet.</summary>
    public ReadOnlyMemory<byte> AnswerEarly(ReadOnlyMemory<byte> offer, out string? problem)
    {
        _isEarly = true;
        return Answer(offer, out problem);
    }

    /// <summary>As <see cref="Accept"/> before the call is answered: silence ends nothing yet.</summary>
    public bool AcceptEarly(ReadOnlyMemory<byte> answer)
    {
        _isEarly = true;
        return Accept(answer, out _);
    }

    /// <summary>The call is answered: silence counts from now on.</summary>
    public void Established()
    {
        _isEarly = false;
        _received = default;
        if (_untimed is { } settings) Leg.Configure(settings with { MediaTimeout = _timeout, RelearnSource = false });
        _untimed = null;
    }

    /// <summary>Takes the answer to our offer and sets the media by it.</summary>
    public bool Accept(ReadOnlyMemory<byte> answer, out string? problem)
    {
        problem = "no offer of ours is open";
        if (_local is null || !SessionDescription.TryParse(answer.Span, out SessionDescription? remote, out problem)) return false;
        return Apply(OfferAnswer.Accept(_local, remote!, Capabilities), weOffered: true, out problem);
    }

    private SessionDescription? Read(ReadOnlyMemory<byte> offer, out string? problem)
    {
        ReceivedOffer received = _received.Text.Equals(offer) ? _received : ReceivedOffer.Read(offer);
        problem = received.Problem;
        return received.Description;
    }

    private AnswerResult Answer(SessionDescription offer) =>
        OfferAnswer.Answer(offer, Capabilities, _rtp, _rtcp, MediaDirection.SendRecv, _origin, _local);

    private ReadOnlyMemory<byte> Offer(AudioCapabilities capabilities)
    {
        _local = OfferAnswer.CreateOffer(capabilities, _rtp, _rtcp, MediaDirection.SendRecv, _origin, _local);
        return _local.Write();
    }

    private bool Apply(AnswerResult result, bool weOffered, out string? problem)
    {
        problem = result.Reason;
        if (result.Audio is not { } audio) return false;
        bool talking = audio.Direction == MediaDirection.SendRecv;
        _audio = audio;
        bool receives = talking || audio.Direction == MediaDirection.RecvOnly;
        (IceSettings? ice, DtlsSettings? dtls) = audio.Dtls is null ? default((IceSettings?, DtlsSettings?)) : _dtls!.Settle(audio.Dtls, weOffered);
        var settings = new MediaLegSettings(
            audio.RemoteRtp, dtls is null ? audio.RemoteRtcp : audio.RemoteRtp, LegVoice.CodecOf(audio.SendCodec), (byte)audio.SendCodec.PayloadType,
            [.. audio.ReceiveCodecs.Select(format => (LegVoice.CodecOf(format), (byte)format.PayloadType))],
            audio.TelephoneEventSendPt, audio.TelephoneEventReceivePt,
            Send: talking || audio.Direction == MediaDirection.SendOnly,
            Receive: receives,
            audio.SendPtimeMs,
            talking && !_isEarly ? _timeout : null,
            RelearnSource: _remote is not null && !_remote.Equals(audio.RemoteRtp),
            BehindNat: !audio.RemoteRtp.Address.Equals(_signalling),
            _keys.Settle(audio.Srtp))
        {
            TelephoneEventSendClockHz = audio.TelephoneEventSendClockHz,
            TelephoneEventFormats = [.. audio.TelephoneEvents.Select(format => (format.ClockRateHz, (byte)format.PayloadType))],
            InbandKeys = receives && audio.TelephoneEvents.Count == 0,
            ComfortNoiseSendPt = audio.ComfortNoiseSendPt,
            ComfortNoiseReceivePt = audio.ComfortNoiseReceivePt,
            MaxPtimeMs = audio.RemoteMaxPtimeMs,
            ExactPtime = audio.RemoteNamesPtime,
            Opus = _voice.Sending(audio.SendCodec),
            Ice = ice,
            Dtls = dtls,
        };
        _untimed = talking && _isEarly ? settings : null;
        Leg.Configure(settings);
        _remote = audio.RemoteRtp;
        return true;
    }
}
