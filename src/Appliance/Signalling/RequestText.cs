using Sip.Core.Authentication;
using Sip.Core.Dialogs;
using Sip.Core.Grammar;
using Sip.Core.Messages;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>The parts that requests of ours are written from (RFC 3261 §8.1.1).</summary>
internal static class RequestText
{
    /// <summary>Request line, Via, Max-Forwards and Route, in the layer's scratch buffer.</summary>
    public static SipWriter Begin(
        UserAgent agent, SipMethod method, RequestRouting routing, SipFlow flow, string branch, int maxForwards = 70)
    {
        var writer = new SipWriter(agent.Layer.Scratch);
        writer.RequestLine(method, routing.RequestUri.Span);
        (string host, int port) = agent.Port.Advertised(flow);
        writer.BeginHeader(SipHeaderId.Via);
        writer.Text("SIP/2.0/"u8);
        writer.Text(flow.ViaTransport);
        writer.Text(" "u8);
        writer.Text(host);
        writer.Text(":"u8);
        writer.Number(port);
        writer.Text(";branch="u8);
        writer.Text(branch);
        writer.Text(flow.IsReliable ? ""u8 : ";rport"u8);
        writer.EndHeader();
        writer.Header(SipHeaderId.MaxForwards, maxForwards);
        foreach (ReadOnlyMemory<byte> route in routing.Routes) writer.Header(SipHeaderId.Route, route.Span);
        return writer;
    }

    /// <summary>Call-ID and CSeq.</summary>
    public static void Identify(ref SipWriter writer, ReadOnlySpan<byte> callId, uint cseq, SipMethod method)
    {
        writer.Header(SipHeaderId.CallId, callId);
        writer.BeginHeader(SipHeaderId.CSeq);
        writer.Number(cseq);
        writer.Text(" "u8);
        writer.Text(SipMethods.NameOf(method));
        writer.EndHeader();
    }

    /// <summary>Session-Expires and Min-SE of a request (RFC 4028 §7.1).</summary>
    public static void AskForSessionTimer(ref SipWriter writer, TimeSpan wanted, SessionTimer timer, string? refresher)
    {
        if (wanted == TimeSpan.Zero) return;
        SipFields.WriteSessionExpires(ref writer, wanted > timer.Minimum ? wanted : timer.Minimum, refresher);
        writer.Header(SipHeaderId.MinSE, (long)timer.Minimum.TotalSeconds);
    }

    /// <summary>For the log: why a challenge is not answered, and what to do about it.</summary>
    public static string WhyNotAnswered(DigestReply? reply) => reply switch
    {
        DigestReply.Refused => "user name or password are wrong",
        DigestReply.OtherRealm => "it is of another realm than the password",
        DigestReply.Unknown => "it asks for more than Digest with MD5 or SHA-256 and qop=auth",
        _ => "it came from elsewhere than the request went",
    };

    /// <summary>The cause in a Reason field of protocol Q.850 (RFC 3326); 0: none.</summary>
    public static int Q850CauseOf(SipMessage message)
    {
        foreach (ReadOnlySpan<byte> reason in message.All(SipHeaderId.Reason))
        {
            int semicolon = reason.IndexOf((byte)';');
            if (semicolon > 0 && UserAgent.IsType(reason, "Q.850"u8)
                && new SipParameters(reason[semicolon..]).TryGet("cause"u8, out ReadOnlySpan<byte> cause)
                && SipGrammar.TryNumber(cause, 127, out uint number)) return (int)number;
        }
        return 0;
    }
}
