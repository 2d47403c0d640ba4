using System.Net;
using System.Net.Sockets;

namespace Sip.Core.Sdp;

/// <summary>The offer/answer model of RFC 3264 for one audio stream per leg, as pure functions.</summary>
/// <remarks>
/// One audio m-line is taken; every other m-line is answered with port 0 in its place. RTP/AVP and RTP/SAVP, as
/// <see cref="AudioCapabilities.Security"/> has it. RTCP has a port of its own: a=rtcp-mux is not answered, so peers fall back (RFC 5761
/// §5.1.1).
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
        audio = capabilities.Security.Offer(audio, index < 0 ? null : previous!.Media[index]);
        var media = new List<SdpMedia>();
        for (int i = 0; i < (previous?.Media.Count ?? 0); i++)
            media.Add(i == index ? audio : previous!.Media[i] with { Port = 0, PortCount = 1, Attributes = [], Connection = null });
        if (index < 0) media.Add(audio);
        return Versioned(Describe(media, rtp, previous?.Origin ?? origin), previous);
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
        SdpConnection at = offered.ConnectionIn(offer)!;
        if (!at.IsUnspecified && at.Address!.AddressFamily != rtp.AddressFamily)
            return AnswerResult.Refused(SdpRefusal.AddressFamily, $"the peer's media is at {at.Host}, ours would be at {rtp.Address}");

        MediaDirection direction = wanted.And(OfferedDirection(offered, offer).Reversed());
        int ptime = capabilities.SendPtimeFor(offered);
        SdpMedia answered = AudioMediaLine.Write(WithOwnParameters(choice.Formats, capabilities), rtp, rtcp, direction, ptime);
        answered = capabilities.Security.Answer(answered, offered, choice.Security, out NegotiatedSrtp? srtp);
        var media = new List<SdpMedia>(offer.Media.Count);
        for (int i = 0; i < offer.Media.Count; i++) media.Add(i == choice.Index ? answered : AudioMediaLine.Rejected(offer.Media[i]));

        SessionDescription answer = Versioned(Describe(media, rtp, previous?.Origin ?? origin), previous);
        NegotiatedAudio audio = Settle(offer, offered, choice.Formats, choice.Formats, direction, ptime, rtp.AddressFamily);
        return AnswerResult.Accepted(audio with { Srtp = srtp }, answer);
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
        if ((capabilities?.Security ?? MediaSecurity.Off).Accept(ours, theirs, out NegotiatedSrtp? srtp) is { } insecure)
            return AnswerResult.Refused(SdpRefusal.Profile, insecure);
        if (AddressProblem(theirs, answer) is { } problem) return AnswerResult.Refused(SdpRefusal.Address, problem);
        SdpConnection at = theirs.ConnectionIn(answer)!;
        AddressFamily family = (ours.ConnectionIn(offer)?.Address ?? IPAddress.Any).AddressFamily;
        if (!at.IsUnspecified && at.Address!.AddressFamily != family)
            return AnswerResult.Refused(SdpRefusal.AddressFamily, $"the answer's address {at.Host} is not of the offer's family");

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
        MediaDirection direction = ours.DirectionIn(offer).And(OfferedDirection(theirs, answer).Reversed());
        NegotiatedAudio audio = Settle(answer, theirs, send, receive, direction, (capabilities ?? AudioCapabilities.G711).SendPtimeFor(theirs), family);
        return AnswerResult.Accepted(audio with { Srtp = srtp }, answer: null);
    }

    /// <summary>Where the audio that we would take wants its packets: tells the family and network of the address to answer with.</summary>
    /// <returns>Null when the offer would be refused, or says nothing (0.0.0.0, a name under .invalid).</returns>
    public static IPEndPoint? RemoteAudio(SessionDescription offer, AudioCapabilities capabilities, SessionDescription? previous = null)
    {
        AudioChoice choice = ChooseAudio(offer, capabilities, previous);
        if (choice.Formats is null) return null;
        SdpConnection at = offer.Media[choice.Index].ConnectionIn(offer)!;
        return at.IsUnspecified ? null : new IPEndPoint(at.Address!, offer.Media[choice.Index].Port);
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
        if (media.Port == 0) return new(index, null, SdpRefusal.NoAudio, "the offer's audio is switched off");
        SecurityChoice security = capabilities.Security.Consider(media);
        if (security.Problem is not null) return new(index, null, SdpRefusal.Profile, security.Problem);
        if (AddressProblem(media, offer) is { } problem) return new(index, null, SdpRefusal.Address, problem);
        List<AudioFormat> common = CommonFormats(media, capabilities);
        return common.Count > 0
            ? new(index, common, SdpRefusal.None, null, security)
            : new(index, null, SdpRefusal.NoCommonCodec, $"no common codec among {string.Join(' ', media.Formats)}");
    }

    /// <summary>The offer's formats that we speak, in its order and under its numbers, digits last; empty when there is no codec.</summary>
    private static List<AudioFormat> CommonFormats(SdpMedia media, AudioCapabilities capabilities)
    {
        IReadOnlyList<AudioFormat> offered = media.AudioFormats();
        var common = new List<AudioFormat>();
        foreach (AudioFormat format in offered)
        {
            if (format.IsCodec && Find(capabilities.Codecs, format) is not null && Find(common, format) is null) common.Add(format);
        }

        int codecs = common.Count;
        if (codecs == 0) return common;
        common = capabilities.InAnswerOrder(common);
        if (Find(offered, AudioFormat.ComfortNoise) is { } noise && common.Exists(static format => format.ClockRateHz == 8000)) common.Add(noise);
        if (!capabilities.TelephoneEvent) return common;
        foreach (AudioFormat format in offered)
        {
            if (!format.IsTelephoneEvent || Find(common, format) is not null) continue;
            for (int i = 0; i < codecs; i++)
            {
                if (!FitsClock(common[i], format)) continue;
                common.Add(format);
                break;
            }
        }

        return common;
    }

    /// <summary>Digits have the clock of their codec (RFC 4733 §2.3), but some phones know them at 8000 only, whatever they speak.</summary>
    private static bool FitsClock(AudioFormat codec, AudioFormat digits) =>
        digits.ClockRateHz == codec.ClockRateHz || digits.ClockRateHz == 8000;

    private static NegotiatedAudio Settle(
        SessionDescription remote,
        SdpMedia media,
        List<AudioFormat> send,
        List<AudioFormat> receive,
        MediaDirection direction,
        int ptime,
        AddressFamily family)
    {
        SdpConnection at = media.ConnectionIn(remote)!;
        IPAddress address = at.IsUnspecified ? (family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any) : at.Address!;
        var rtp = new IPEndPoint(address, media.Port);
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
            RemoteOnHold: !OfferedDirection(media, remote).Receives())
        {
            TelephoneEventSendClockHz = sentDigits?.ClockRateHz ?? codec.ClockRateHz,
            TelephoneEvents = digits,
            ComfortNoiseSendPt = codec.ClockRateHz == 8000 ? Find(send, AudioFormat.ComfortNoise)?.PayloadType ?? -1 : -1,
            ComfortNoiseReceivePt = Find(receive, AudioFormat.ComfortNoise)?.PayloadType ?? -1,
            RemoteMaxPtimeMs = media.MaxPtimeMs ?? 0,
            RemoteNamesPtime = media.PtimeMs is not null,
        };
    }

    /// <summary>The digits to send beside a codec: those of its clock before those that fit at all.</summary>
    private static AudioFormat? TelephoneEventFor(List<AudioFormat> formats, AudioFormat codec)
    {
        AudioFormat? fits = null;
        foreach (AudioFormat format in formats)
        {
            if (!format.IsTelephoneEvent || !FitsClock(codec, format)) continue;
            if (format.ClockRateHz == codec.ClockRateHz) return format;
            fits ??= format;
        }

        return fits;
    }

    /// <summary>The direction that the writer means: with c=0.0.0.0 it takes nothing, whatever the attribute says (RFC 3264 §8.4).</summary>
    private static MediaDirection OfferedDirection(SdpMedia media, SessionDescription session)
    {
        MediaDirection direction = media.DirectionIn(session);
        return media.ConnectionIn(session)!.IsUnspecified ? direction.And(MediaDirection.SendOnly) : direction;
    }

    private static string? AddressProblem(SdpMedia media, SessionDescription session)
    {
        SdpConnection? at = media.ConnectionIn(session);
        if (at is null) return "c= is missing";
        if (at.IsUnspecified) return null;
        if (at.Address is null) return $"c= names the host {at.Host}; an address is needed";
        return IsUnicast(at.Address) ? null : $"{at.Host} is not a unicast address";
    }

    private static bool IsUnicast(IPAddress address)
    {
        if (address.IsIPv6Multicast) return false;
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out int length) && (length != 4 || bytes[0] < 224);
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

    /// <summary>The peer's payload types with our own parameters: fmtp says what its writer can receive.</summary>
    private static List<AudioFormat> WithOwnParameters(List<AudioFormat> formats, AudioCapabilities capabilities)
    {
        var ours = new List<AudioFormat>(formats.Count);
        foreach (AudioFormat format in formats)
            ours.Add(format with { Fmtp = format.IsTelephoneEvent ? PayloadTypes.Digits : Find(capabilities.Codecs, format)?.Fmtp });
        return ours;
    }

    private static void AddTelephoneEvents(List<AudioFormat> formats, PayloadTypes payloadTypes)
    {
        int codecs = formats.Count;
        for (int i = 0; i < codecs; i++)
        {
            if (!formats[i].IsCodec) continue;
            AudioFormat digits = PayloadTypes.TelephoneEvent(formats[i].ClockRateHz);
            if (Find(formats, digits) is null) formats.Add(payloadTypes.Assign(digits));
        }
    }

    private static bool HasCodec(List<AudioFormat> formats)
    {
        foreach (AudioFormat format in formats)
        {
            if (format.IsCodec) return true;
        }

        return false;
    }

    private static AudioFormat FirstCodec(List<AudioFormat> formats)
    {
        foreach (AudioFormat format in formats)
        {
            if (format.IsCodec) return format;
        }

        return formats[0];
    }

    private static AudioFormat? Find(IReadOnlyList<AudioFormat> formats, AudioFormat wanted)
    {
        foreach (AudioFormat format in formats)
        {
            if (format.SameCodec(wanted)) return format;
        }

        return null;
    }
}
