using System.Globalization;
using System.Net;
using System.Net.Sockets;
using static Sip.Core.Sdp.AudioFormatLists;

namespace Sip.Core.Sdp;

/// <summary>The offer/answer model of RFC 3264 for one audio stream per leg, as pure functions.</summary>
/// <remarks>
/// One audio m-line is taken; every other m-line is answered with port 0 in its place. A leg speaks RTP/AVP and RTP/SAVP, as
/// <see cref="AudioCapabilities.Security"/> has it, with a port of its own for RTCP: a=rtcp-mux is not answered there, so peers fall back
/// (RFC 5761 §5.1.1). Or it speaks DTLS-SRTP as <see cref="AudioCapabilities.Dtls"/> has it, and then nothing else.
/// </remarks>
public static class OfferAnswer
{
    /// <summary>An offer of ours: the first of a session, or one that changes it.</summary>
    /// <param name="capabilities">Codecs, digits, packet length.</param>
    /// <param name="rtp">Our address for RTP, as the peer must use it.</param>
    /// <param name="rtcp">Our address for RTCP; written as a=rtcp where it is not the next port.</param>
    /// <param name="direction">What we want to do; hold is <see cref="MediaDirection.SendOnly"/> or <see cref="MediaDirection.Inactive"/>.</param>
    /// <param name="origin">The origin of a new session; not looked at when <paramref name="previous"/> is given.</param>
    /// <param name="previous">Our last description in this session, offer or answer. Its m-lines keep their places and its payload types
    /// their meaning (RFC 3264 §8); when nothing changes, the version does not either.</param>
    public static SessionDescription CreateOffer(
        AudioCapabilities capabilities,
        IPEndPoint rtp,
        IPEndPoint rtcp,
        MediaDirection direction,
        SdpOrigin origin,
        SessionDescription? previous = null)
    {
        int index = previous is null ? -1 : ActiveAudio(previous);
        var payloadTypes = new PayloadTypes(index < 0 ? null : previous!.Media[index]);
        var formats = new List<AudioFormat>();
        foreach (AudioFormat codec in capabilities.InOfferOrder()) formats.Add(payloadTypes.Assign(codec));
        if (capabilities.OffersComfortNoise) formats.Add(payloadTypes.Assign(AudioFormat.ComfortNoise));
        if (capabilities.TelephoneEvent) AddTelephoneEvents(formats, payloadTypes);

        SdpMedia audio = AudioMediaLine.Write(formats, rtp, rtcp, direction, capabilities.PtimeMs);
        SdpMedia? before = index < 0 ? null : previous!.Media[index];
        int place = index < 0 ? previous?.Media.Count ?? 0 : index;
        audio = capabilities.Dtls is { } dtls
            ? dtls.Offer(audio, before, mid: place.ToString(CultureInfo.InvariantCulture)) : capabilities.Security.Offer(audio, before);
        var media = new List<SdpMedia>();
        for (int i = 0; i < (previous?.Media.Count ?? 0); i++) media.Add(i == index ? audio : AudioMediaLine.Rejected(previous!.Media[i]));
        if (index < 0) media.Add(audio);
        SessionDescription offer = Describe(media, rtp, previous?.Origin ?? origin);
        return Versioned(capabilities.Dtls?.Announce(offer, audio, bundle: true) ?? offer, previous);
    }

    /// <summary>Answers an offer of the peer.</summary>
    /// <param name="offer">The peer's description.</param>
    /// <param name="capabilities">What we can do; the answer keeps the offer's payload types, and its order unless told otherwise.</param>
    /// <param name="rtp">Our address for RTP, of the family that <see cref="RemoteAudio"/> shows.</param>
    /// <param name="rtcp">Our address for RTCP.</param>
    /// <param name="wanted">What we would do; the answer says what both allow, so hold and resume need nothing more.</param>
    /// <param name="origin">The origin of a new session; not looked at when <paramref name="previous"/> is given.</param>
    /// <param name="previous">Our last description in this session, offer or answer.</param>
    /// <returns>The answer and what it settles, or a reason to refuse with 488.</returns>
    public static AnswerResult Answer(
        SessionDescription offer,
        AudioCapabilities capabilities,
        IPEndPoint rtp,
        IPEndPoint rtcp,
        MediaDirection wanted,
        SdpOrigin origin,
        SessionDescription? previous = null)
    {
        AudioChoice choice = ChooseAudio(offer, capabilities, previous);
        if (choice.Formats is null) return AnswerResult.Refused(choice.Refusal, choice.Reason!);
        SdpMedia offered = offer.Media[choice.Index];
        NegotiatedDtls? dtls = choice.Security.Dtls;
        bool ice = dtls?.RemoteIce is not null;
        if (!ice && !MediaTarget.IsOf(rtp.AddressFamily, offered, offer))
            return AnswerResult.Refused(SdpRefusal.AddressFamily, $"the peer's media is at {offered.ConnectionIn(offer)!.Host}, ours would be at {rtp.Address}");

        MediaDirection direction = wanted.And(MediaTarget.Direction(offered, offer, ice).Reversed());
        int ptime = capabilities.SendPtimeFor(offered);
        SdpMedia answered = AudioMediaLine.Write(WithOwnParameters(choice.Formats, capabilities), rtp, rtcp, direction, ptime);
        NegotiatedSrtp? srtp = null;
        answered = dtls is null
            ? capabilities.Security.Answer(answered, offered, choice.Security, out srtp) : capabilities.Dtls!.Answer(answered, offered, dtls.Role);
        var media = new List<SdpMedia>(offer.Media.Count);
        for (int i = 0; i < offer.Media.Count; i++) media.Add(i == choice.Index ? answered : AudioMediaLine.Rejected(offer.Media[i]));

        SessionDescription answer = Describe(media, rtp, previous?.Origin ?? origin);
        answer = Versioned(dtls is null ? answer : capabilities.Dtls!.Announce(answer, answered, DtlsTransport.IsBundled(offered, offer)), previous);
        NegotiatedAudio audio = Settle(offer, offered, choice.Formats, choice.Formats, direction, ptime, rtp.AddressFamily, ice);
        return AnswerResult.Accepted(audio with { Srtp = srtp, Dtls = dtls }, answer);
    }

    /// <summary>Takes the peer's answer to an offer of ours.</summary>
    /// <param name="offer">What we sent.</param>
    /// <param name="answer">What came back.</param>
    /// <param name="capabilities">What the offer was made from, for the packet length; 20 ms packets without it.</param>
    public static AnswerResult Accept(SessionDescription offer, SessionDescription answer, AudioCapabilities? capabilities = null)
    {
        int index = ActiveAudio(offer);
        if (index < 0) return AnswerResult.Refused(SdpRefusal.Mismatch, "our offer has no audio");
        if (index >= answer.Media.Count || !answer.Media[index].IsAudio)
            return AnswerResult.Refused(SdpRefusal.Mismatch, "the answer has no audio where the offer has");
        SdpMedia ours = offer.Media[index], theirs = answer.Media[index];
        if (theirs.Port == 0) return AnswerResult.Refused(SdpRefusal.NoAudio, "the peer rejects audio");
        NegotiatedSrtp? srtp = null;
        NegotiatedDtls? dtls = null;
        string? insecure;
        if (capabilities?.Dtls is { } transport) dtls = transport.Accept(theirs, answer, out insecure);
        else insecure = (capabilities?.Security ?? MediaSecurity.Off).Accept(ours, theirs, out srtp);
        if (insecure is not null) return AnswerResult.Refused(SdpRefusal.Profile, insecure);
        bool ice = dtls?.RemoteIce is not null;
        if (!ice && MediaTarget.Problem(theirs, answer) is { } problem) return AnswerResult.Refused(SdpRefusal.Address, problem);
        AddressFamily family = (ours.ConnectionIn(offer)?.Address ?? IPAddress.Any).AddressFamily;
        if (!ice && !MediaTarget.IsOf(family, theirs, answer))
            return AnswerResult.Refused(SdpRefusal.AddressFamily, $"the answer's address {theirs.ConnectionIn(answer)!.Host} is not of the offer's family");

        // What we send goes under the answer's numbers, what we get comes under those of our offer (RFC 3264 §6.1 and §7).
        List<AudioFormat> send = [], receive = [];
        IReadOnlyList<AudioFormat> offered = ours.AudioFormats();
        foreach (AudioFormat format in theirs.AudioFormats())
        {
            if (Find(offered, format) is not { } own || Find(send, format) is not null) continue;
            send.Add(format);
            receive.Add(own);
        }

        if (!HasCodec(send)) return AnswerResult.Refused(SdpRefusal.NoCommonCodec, "the answer has no codec of the offer");
        MediaDirection direction = ours.DirectionIn(offer).And(MediaTarget.Direction(theirs, answer, ice).Reversed());
        NegotiatedAudio audio = Settle(
            answer, theirs, send, receive, direction, (capabilities ?? AudioCapabilities.G711).SendPtimeFor(theirs), family, ice);
        return AnswerResult.Accepted(audio with { Srtp = srtp, Dtls = dtls }, answer: null);
    }

    /// <summary>An answer that takes nothing of an offer (RFC 3264 §6): each of its streams is rejected.</summary>
    public static SessionDescription Decline(SessionDescription offer, SdpOrigin origin)
    {
        var media = new List<SdpMedia>(offer.Media.Count);
        foreach (SdpMedia offered in offer.Media) media.Add(AudioMediaLine.Rejected(offered));
        return new SessionDescription { Origin = origin, Media = media };
    }

    /// <summary>Where the audio that we would take wants its packets: tells the family and network of the address to answer with.</summary>
    /// <returns>Null when the offer would be refused, or says nothing (0.0.0.0, a name under .invalid).</returns>
    public static IPEndPoint? RemoteAudio(SessionDescription offer, AudioCapabilities capabilities, SessionDescription? previous = null)
    {
        AudioChoice choice = ChooseAudio(offer, capabilities, previous);
        if (choice.Formats is null) return null;
        SdpConnection? at = offer.Media[choice.Index].ConnectionIn(offer);
        return at?.Address is null || at.IsUnspecified ? null : new IPEndPoint(at.Address, offer.Media[choice.Index].Port);
    }

    private readonly record struct AudioChoice(
        int Index, List<AudioFormat>? Formats, SdpRefusal Refusal, string? Reason, SecurityChoice Security = default);

    /// <summary>The m-line to take: the one in use before any other, else the first that works; or the reason of the first that does not.</summary>
    private static AudioChoice ChooseAudio(SessionDescription offer, AudioCapabilities capabilities, SessionDescription? previous)
    {
        int inUse = previous is null ? -1 : ActiveAudio(previous);
        AudioChoice first = default;
        for (int i = -1; i < offer.Media.Count; i++)
        {
            int index = i < 0 ? inUse : i;
            if (index < 0 || index >= offer.Media.Count || (i >= 0 && index == inUse)) continue;
            AudioChoice choice = Consider(offer, index, capabilities);
            if (choice.Formats is not null) return choice;
            if (first.Reason is null || first.Refusal == SdpRefusal.NoAudio) first = choice;
        }

        return first.Reason is not null ? first : new AudioChoice(-1, null, SdpRefusal.NoAudio, "the offer has no audio");
    }

    private static AudioChoice Consider(SessionDescription offer, int index, AudioCapabilities capabilities)
    {
        SdpMedia media = offer.Media[index];
        if (!media.IsAudio) return new(index, null, SdpRefusal.NoAudio, "the offer has no audio");
        bool bundled = capabilities.Dtls is not null && SdpBundle.IsBundleOnly(media);
        if (media.Port == 0 && !bundled) return new(index, null, SdpRefusal.NoAudio, "the offer's audio is switched off");
        SecurityChoice security = capabilities.ConsiderSecurity(media, offer);
        if (security.Problem is not null) return new(index, null, SdpRefusal.Profile, security.Problem);
        if (security.Dtls?.RemoteIce is null && MediaTarget.Problem(media, offer) is { } problem) return new(index, null, SdpRefusal.Address, problem);
        List<AudioFormat> common = CommonFormats(media, capabilities);
        return common.Count > 0
            ? new(index, common, SdpRefusal.None, null, security)
            : new(index, null, SdpRefusal.NoCommonCodec, $"no common codec among {string.Join(' ', media.Formats)}");
    }

    private static NegotiatedAudio Settle(
        SessionDescription remote,
        SdpMedia media,
        List<AudioFormat> send,
        List<AudioFormat> receive,
        MediaDirection direction,
        int ptime,
        AddressFamily family,
        bool ice)
    {
        var rtp = new IPEndPoint(MediaTarget.Address(media, remote, family), media.Port);
        AudioFormat codec = FirstCodec(send);
        var codecs = new List<AudioFormat>(receive.Count);
        var digits = new List<AudioFormat>();
        foreach (AudioFormat format in receive)
        {
            if (format.IsCodec) codecs.Add(format);
            else if (format.IsTelephoneEvent) digits.Add(format);
        }

        AudioFormat? sentDigits = TelephoneEventFor(send, codec);
        return new NegotiatedAudio(
            rtp,
            media.RtcpFor(rtp),
            codec,
            codecs,
            sentDigits?.PayloadType ?? -1,
            TelephoneEventFor(receive, codec)?.PayloadType ?? -1,
            direction,
            ptime,
            RemoteOnHold: !MediaTarget.Direction(media, remote, ice).Receives())
        {
            TelephoneEventSendClockHz = sentDigits?.ClockRateHz ?? codec.ClockRateHz,
            TelephoneEvents = digits,
            ComfortNoiseSendPt = codec.ClockRateHz == 8000 ? Find(send, AudioFormat.ComfortNoise)?.PayloadType ?? -1 : -1,
            ComfortNoiseReceivePt = Find(receive, AudioFormat.ComfortNoise)?.PayloadType ?? -1,
            RemoteMaxPtimeMs = media.MaxPtimeMs ?? 0,
            RemoteNamesPtime = media.PtimeMs is not null,
        };
    }

    /// <summary>Index of the audio m-line in use in a description of ours; -1 for none.</summary>
    private static int ActiveAudio(SessionDescription ours)
    {
        for (int i = 0; i < ours.Media.Count; i++)
        {
            if (ours.Media[i].IsAudio && ours.Media[i].Port != 0) return i;
        }

        return -1;
    }

    private static SessionDescription Describe(IReadOnlyList<SdpMedia> media, IPEndPoint rtp, SdpOrigin origin) =>
        new() { Origin = origin, Connection = new SdpConnection(rtp.Address), Media = media };

    /// <summary>Keeps the version of a description that says what the previous one said; else the next one (RFC 3264 §8).</summary>
    private static SessionDescription Versioned(SessionDescription description, SessionDescription? previous)
    {
        if (previous is null) return description;
        return description.SameContent(previous) ? previous : description with { Origin = previous.Origin.Next() };
    }
}
