using Microsoft.Extensions.Logging;
using Tandem.Net;

namespace Tandem.Calls;

/// <summary>SDES keys that travel in the clear. It is allowed, as every phone and gateway of this kind does it; it is said once a leg.</summary>
internal static partial class OpenKeys
{
    public static void Warn(ILogger log, SipFlow? flow, string callId)
    {
        if (flow is { Transport: not (SipTransport.Tls or SipTransport.Wss) and var transport }) LogOpen(log, callId, transport);
    }

    [LoggerMessage(LogLevel.Debug, "Call-ID {SipCallId}: the SRTP keys came over {Transport}, readable for whoever listens there; TLS would hide them")]
    private static partial void LogOpen(ILogger log, string sipCallId, SipTransport transport);
}
