using System.Net;
using Sip.Core.Sdp;
using Tandem.Calls;
using Tandem.Media;

namespace Tandem.Ng;

/// <summary>Offers and answers of a dialogue: legs opened, told what was agreed and connected, descriptions rewritten. The ng thread only.</summary>
/// <param name="plane">Where legs come from.</param>
/// <param name="places">Our addresses.</param>
/// <param name="opus">How Opus is made on this host.</param>
/// <param name="log">Of what goes wrong with a leg later.</param>
internal sealed class NgNegotiation(MediaPlane plane, NgPlaces places, OpusSending opus, NgLegLog log)
{
    /// <summary>Takes an offer and rewrites it for the other side.</summary>
    /// <param name="offerer">Index of the side that made it.</param>
    /// <param name="rewritten">What the other side is to get.</param>
    /// <returns>Null, or why not, in words for the reply.</returns>
    public string? Offer(NgCall call, NgDialogue dialogue, int offerer, NgRequest request, SessionDescription sdp, TimeSpan now, out SessionDescription? rewritten)
    {
        rewritten = null;
        if (Check(sdp) is { } problem) return problem;
        dialogue.Offerer = offerer;
        IPAddress? advertised = null;
        var lines = new NgLine[sdp.Media.Count];
        for (int i = 0; i < lines.Length; i++)
        {
            SdpMedia media = sdp.Media[i];
            if (dialogue.Streams.Count <= i) dialogue.Streams.Add(new NgStream(media.Kind));
            NgStream stream = dialogue.Streams[i];
            if (!IsCarried(media) || media.Port == 0)
            {
                stream.Close();
                lines[i] = NgLine.Rejected with { Mid = media.Attribute("mid")?.Trim() };
                continue;
            }
            NgEnd from = stream.Ends[offerer], to = stream.Ends[1 - offerer];
            if (NgDtls.TakeOffer(from, media, sdp) is { } unanswerable) return unanswerable;
            if (Note(from, media, sdp, request) is { } wrong) return wrong;
            if (NgCrypto.TakeOffer(from, media, request) is { } unusable) return unusable;
            from.Protocol = media.Protocol;
            from.Named = NgFormats.Acceptable(media.AudioFormats(), request.Codecs);
            to.Named = NgFormats.Offer(media.AudioFormats(), request.Codecs);
            to.Protocol = request.Protocol ?? media.Protocol;
            if (NgDtls.Offer(to, from, request, i) is { } impossible) return impossible;
            if (NgCrypto.Offer(to, request, out IReadOnlyList<string> crypto) is { } unprotected) return unprotected;
            OfferMultiplexing(from, to, media.Has("rtcp-mux"), request.Mux);
            if (!Open(call, stream, to, from, request, now)) return "no media port is free";
            advertised ??= to.Place.Advertise;
            int port = to.Leg!.LocalRtp.Port;
            bool required = to.Multiplexed && (to.SpeaksDtls || (request.Mux & RtcpMux.Require) != 0);
            lines[i] = NgDtls.Describe(new NgLine(port, required ? port : to.Leg.LocalRtcp.Port, to.Multiplexed, to.Protocol, to.Named, crypto), to, from);
        }
        rewritten = NgSdp.Rewrite(sdp, lines, request.MediaAddress ?? advertised ?? IPAddress.Any, request);
        return null;
    }

    /// <summary>Takes an answer, sets the media by it and rewrites it for the offerer.</summary>
    /// <inheritdoc cref="Offer"/>
    public string? Answer(NgCall call, NgDialogue dialogue, int offerer, NgRequest request, SessionDescription sdp, TimeSpan now, out SessionDescription? rewritten)
    {
        rewritten = null;
        if (Check(sdp) is { } problem) return problem;
        IPAddress? advertised = null;
        var lines = new NgLine[sdp.Media.Count];
        for (int i = 0; i < lines.Length; i++)
        {
            SdpMedia media = sdp.Media[i];
            NgStream? stream = i < dialogue.Streams.Count ? dialogue.Streams[i] : null;
            if (stream?.Ends[offerer].Remote is null || stream.Ends[1 - offerer].Leg is null || !IsCarried(media) || media.Port == 0)
            {
                stream?.Close();
                lines[i] = NgLine.Rejected with { Mid = media.Attribute("mid")?.Trim() };
                continue;
            }
            NgEnd to = stream.Ends[offerer], from = stream.Ends[1 - offerer];
            if (Note(from, media, sdp, request) is { } wrong) return wrong;
            if (NgDtls.Accept(from, media, sdp) is { } unfit) return unfit;
            to.SpeaksIce &= request.Ice != NgIce.Remove;
            if (!Open(call, stream, to, to, request, now)) return "no media port is free";
            if (NgDtls.Answer(to, to.Remote!, to.Session!, request) is { } refused) return refused;
            if (NgFormats.Agree(to.Named, from.Named, media.AudioFormats()) is not { } agreed) return "offer and answer have no codec in common that can be passed on";
            if (NgCrypto.Accept(from, media) is { } unusable) return unusable;
            IReadOnlyList<string> crypto = NgCrypto.Answer(to, request);
            AnswerMultiplexing(to, from, media.Has("rtcp-mux"));
            if (request.AcceptsProtocol) to.Protocol = media.Protocol;
            Configure(to, agreed.Offerer, agreed.Offerer, agreed.Transcoded ? null : agreed.Answerer);
            Configure(from, agreed.Answerer, from.Named, agreed.Transcoded ? null : agreed.Offerer);
            if (!stream.IsConnected) to.Leg!.Connect(from.Leg!);
            stream.IsConnected = true;
            advertised ??= to.Place.Advertise;
            int port = to.Leg!.LocalRtp.Port;
            var line = new NgLine(port, to.Multiplexed ? port : to.Leg.LocalRtcp.Port, to.Multiplexed, to.Protocol, agreed.Offerer, crypto);
            lines[i] = NgDtls.Describe(line, to, from);
        }
        rewritten = NgSdp.Rewrite(sdp, lines, request.MediaAddress ?? advertised ?? IPAddress.Any, request);
        return null;
    }

    private static bool IsCarried(SdpMedia media) => media.IsAudio;

    private static string? Check(SessionDescription sdp)
    {
        foreach (SdpMedia media in sdp.Media)
        {
            if (!IsCarried(media) || media.Port == 0) continue;
            if (NgSdp.ProfileOf(media.Protocol) is null) return "the SDP's transport protocol is not supported: RTP/(S)AVP(F) and UDP/TLS/RTP/SAVP(F) are";
        }
        return sdp.Media.Count == 0 ? "the SDP has no media" : null;
    }

    /// <summary>Takes note of what a side's m-line says.</summary>
    private static string? Note(NgEnd end, SdpMedia media, SessionDescription sdp, NgRequest request)
    {
        SdpConnection? connection = media.ConnectionIn(sdp);
        if (connection is null) return "the SDP names no address";
        IPAddress? address = request.UsesSignallingSource && request.ReceivedFrom is { } source ? source : connection.Address;
        if (end.SpeaksIce && (address is null || connection.IsUnspecified)) address = DtlsTransport.FirstCandidate(media) ?? request.ReceivedFrom ?? IPAddress.Any;
        bool held = connection.IsUnspecified && !end.SpeaksIce;
        if (address is null && !held) return "an address in the SDP is a name: an IP address is needed";
        (end.Remote, end.Session) = (media, sdp);
        end.Direction = held ? MediaDirection.Inactive : media.DirectionIn(sdp);
        if (!held || end.RemoteRtp is null)
        {
            end.RemoteRtp = new IPEndPoint(address ?? IPAddress.Any, media.Port);
            end.RemoteRtcp = media.RtcpFor(end.RemoteRtp);
        }
        end.BehindNat = !request.StrictSource;
        return null;
    }

    /// <summary>The default goes along with the offerer; what the flags decide, they decide for the offerer's end until its next offer.</summary>
    private static void OfferMultiplexing(NgEnd from, NgEnd to, bool offered, RtcpMux flags)
    {
        from.Multiplexed = offered;
        from.MultiplexingDecided = false;
        to.Multiplexed = offered;
        if (offered && (flags & RtcpMux.Demux) != 0) (to.Multiplexed, from.MultiplexingDecided) = (false, true);
        else if (offered && (flags & RtcpMux.Accept) != 0) from.MultiplexingDecided = true;
        else if (offered && (flags & RtcpMux.Reject) != 0) (from.Multiplexed, to.Multiplexed, from.MultiplexingDecided) = (false, false, true);
        if ((flags & (RtcpMux.Offer | RtcpMux.Require)) != 0 || to.SpeaksDtls) to.Multiplexed = true;
        if (from.SpeaksDtls) (from.Multiplexed, from.MultiplexingDecided) = (true, true);
    }

    private static void AnswerMultiplexing(NgEnd to, NgEnd from, bool accepted)
    {
        from.Multiplexed &= accepted;
        if (!to.MultiplexingDecided) to.Multiplexed &= accepted;
    }

    /// <summary>Opens an end's sockets on the loop of the other end's, unless they are open.</summary>
    /// <param name="hint">Whose address tells where the peer is while the end's own is not known.</param>
    private bool Open(NgCall call, NgStream stream, NgEnd end, NgEnd hint, NgRequest request, TimeSpan now)
    {
        if (end.Leg is { } open && (open.Ice is not null, end.Dtls is not null) == (end.SpeaksIce, end.SpeaksDtls)) return true;
        if (end.Leg is not null)
        {
            end.Close();    // it is another kind of leg from now on
            stream.IsConnected = false;
        }
        IPAddress peer = (end.RemoteRtp ?? hint.RemoteRtp)!.Address;
        end.Place = places.For(request.Direction[1], request.WantsIpv6, peer, now);
        end.Leg = plane.CreateLeg(new MediaLegRequest(end.Place.Bind, call.CallId, log.For(call.CallId), hint.Leg?.LoopIndex) { WebRtc = end.SpeaksIce });
        if (end.Leg is null) return false;
        IPAddress advertised = request.MediaAddress ?? end.Place.Advertise;
        // Whoever asks named the address: it is taken at its word that the peer can reach it.
        if (end.SpeaksDtls) end.Dtls = new LegDtlsSdp(end.Leg, plane.DtlsFingerprint, new MediaAddress(end.Place.Bind, advertised, advertised));
        return true;
    }

    private void Configure(NgEnd end, IReadOnlyList<AudioFormat> sent, IReadOnlyList<AudioFormat> received, IReadOnlyList<AudioFormat>? other)
    {
        MediaLegSettings settings = NgLegSettings.For(end, sent, received, other, opus);
        if (NgLegSettings.Same(end.Settings, settings)) return;    // an answer that is repeated does not disturb the stream
        end.Leg!.Configure(end.Settings is null ? settings : settings with { RelearnSource = true });
        end.Settings = settings;
    }
}
