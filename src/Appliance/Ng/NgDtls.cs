using System.Globalization;
using Sip.Core.Sdp;

namespace Tandem.Ng;

/// <summary>DTLS-SRTP and ICE on either side of a stream: browsers, and whoever the proxy wants to be treated as one.</summary>
internal static class NgDtls
{
    /// <summary>Takes note of what a side that offers speaks.</summary>
    /// <returns>Null, or why it cannot be answered.</returns>
    public static string? TakeOffer(NgEnd from, SdpMedia media, SessionDescription sdp)
    {
        from.SpeaksDtls = DtlsTransport.IsDtls(media, sdp);
        from.SpeaksIce = from.SpeaksDtls && DtlsTransport.HasIce(media, sdp);
        from.Bundles = from.SpeaksDtls && DtlsTransport.IsBundled(media, sdp);
        from.Mid = media.Attribute("mid")?.Trim();
        return from.SpeaksDtls ? DtlsTransport.ProblemOf(media, sdp) : null;
    }

    /// <summary>What a side is to be offered, by the profile that was chosen for it.</summary>
    /// <param name="index">Of the m-line: its identifier where it needs one.</param>
    /// <returns>Null, or why it cannot be.</returns>
    public static string? Offer(NgEnd to, NgEnd from, NgRequest request, int index)
    {
        bool ice = request.Ice == NgIce.Force || (request.Ice == NgIce.Default && from.SpeaksIce);
        bool named = to.Protocol.StartsWith("UDP/TLS/", StringComparison.OrdinalIgnoreCase);
        if (named && request.NoDtls) return "this transport protocol needs DTLS, which is switched off";
        to.SpeaksDtls = named || (!request.NoDtls && NgSdp.ProfileOf(to.Protocol) == NgSdp.Secure && (request.NoSdes || (ice && to.Protocol.EndsWith('F'))));
        if (request.Ice == NgIce.Force && !to.SpeaksDtls) return "ICE needs DTLS here";
        to.SpeaksIce = to.SpeaksDtls && ice;
        to.Mid = from.Mid ?? (request.GeneratesMid ? index.ToString(CultureInfo.InvariantCulture) : null);
        to.Bundles = to.SpeaksIce && to.Mid is not null;
        return null;
    }

    /// <summary>Settles what the side that answered took.</summary>
    /// <returns>Null, or why it cannot be used.</returns>
    public static string? Accept(NgEnd from, SdpMedia media, SessionDescription sdp)
    {
        (from.Ice, from.DtlsKeys) = (null, null);
        if (from.Dtls is null) return DtlsTransport.IsDtls(media, sdp) ? "the answer is DTLS where none was offered" : null;
        if (from.Dtls.Transport.Accept(media, sdp, out string? problem) is not { } settled) return problem;
        (from.Ice, from.DtlsKeys) = from.Dtls.Settle(settled, weOffered: true);
        return null;
    }

    /// <summary>Settles what the side that offered gets for an answer.</summary>
    /// <inheritdoc cref="Accept"/>
    public static string? Answer(NgEnd to, SdpMedia offered, SessionDescription offer, NgRequest request)
    {
        (to.Ice, to.DtlsKeys) = (null, null);
        if (to.Dtls is not { } dtls) return null;
        dtls.PrefersClient = request.IsDtlsClient;
        if (dtls.Transport.Consider(offered, offer, out string? problem) is not { } settled) return problem;
        dtls.Follow(settled);
        (to.Ice, to.DtlsKeys) = dtls.Settle(settled, weOffered: false);
        return null;
    }

    /// <summary>What stands in a description for a side, if it speaks DTLS.</summary>
    public static NgLine Describe(NgLine line, NgEnd to, NgEnd from)
    {
        line = line with { WriterHasIce = from.SpeaksIce };
        if (to.Dtls?.Transport is not { } transport) return line;
        return line with { Transport = transport.TransportAttributes(), Mid = to.Mid, Bundled = to.Bundles, IceLite = transport.Ice is { IsLite: true } };
    }
}
