using System.Text;
using Sip.Core.Grammar;
using Sip.Core.Sdp;
using Tandem.Net;

namespace Tandem.Calls;

/// <summary>What carries the media of a leg. It stays for the leg's life.</summary>
internal enum LegTransport : byte
{
    /// <summary>RTP with a port of its own for RTCP, plain or with keys by SDES.</summary>
    Rtp,

    /// <summary>RTP and RTCP on one port, keys by DTLS: a SIP phone that does so.</summary>
    Dtls,

    /// <summary>The same after ICE: a browser.</summary>
    WebRtc,
}

internal static class LegTransports
{
    /// <summary>What a caller asks for by its offer, or is by its connection where it brought none.</summary>
    public static LegTransport Of(ReceivedOffer offer, SipFlow? flow)
    {
        if (offer.Text.IsEmpty) return IsBrowser(flow) ? LegTransport.WebRtc : LegTransport.Rtp;
        if (offer.Description is null || !DtlsTransport.IsAskedFor(offer.Description, out bool ice)) return LegTransport.Rtp;
        return ice ? LegTransport.WebRtc : LegTransport.Dtls;
    }

    /// <summary>What suits a device that is to be rung: a browser registers over a WebSocket, ours or that of a proxy before us.</summary>
    public static LegTransport Of(DialTarget target) =>
        IsBrowser(target.Flow) || NamesWebSocket(target.Uri) ? LegTransport.WebRtc : LegTransport.Rtp;

    private static bool IsBrowser(SipFlow? flow) => flow?.Transport is SipTransport.Ws or SipTransport.Wss;

    private static bool NamesWebSocket(string contact) =>
        SipUri.TryParse(Encoding.UTF8.GetBytes(contact), out SipUri uri) && uri.Parameters.TryGet("transport"u8, out ReadOnlySpan<byte> transport)
        && (Ascii.EqualsIgnoreCase(transport, "ws"u8) || Ascii.EqualsIgnoreCase(transport, "wss"u8));
}
