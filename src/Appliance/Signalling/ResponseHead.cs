using System.Text;
using Sip.Core.Grammar;
using Sip.Core.Messages;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>The lines that every response to a request repeats: Via with received and rport (RFC 3261 §18.2.1, RFC 3581), From, Call-ID, CSeq.</summary>
internal static class ResponseHead
{
    /// <returns>Whole lines, owned; empty when the request's own do not fit into <paramref name="scratch"/>.</returns>
    public static byte[] Of(SipMessage request, SipFlow flow, Span<byte> scratch)
    {
        var writer = new SipWriter(scratch);
        bool top = true;
        foreach (ReadOnlySpan<byte> value in request.All(SipHeaderId.Via))
        {
            writer.BeginHeader(SipHeaderId.Via);
            if (top && request.TryGetTopVia(out Via via)) Top(ref writer, via, flow);
            else writer.Text(value);
            writer.EndHeader();
            top = false;
        }
        writer.CopyAll(request, SipHeaderId.From);
        writer.CopyAll(request, SipHeaderId.CallId);
        writer.CopyAll(request, SipHeaderId.CSeq);
        writer.CopyAll(request, SipHeaderId.Timestamp);
        return writer.Written.ToArray();
    }

    private static void Top(ref SipWriter writer, Via via, SipFlow flow)
    {
        writer.Text(via.Raw[..^via.Parameters.Raw.Length]);
        foreach (SipParameters parameter in via.Parameters)
        {
            if (Ascii.EqualsIgnoreCase(parameter.Name, "received"u8) || Ascii.EqualsIgnoreCase(parameter.Name, "rport"u8)) continue;
            writer.Text(";"u8);
            writer.Text(parameter.Name);
            if (!parameter.HasValue) continue;
            writer.Text("="u8);
            if (parameter.Quoted) writer.Text("\""u8);
            writer.Text(parameter.Value);
            if (parameter.Quoted) writer.Text("\""u8);
        }
        bool same = SipUriText.TryAddress(via.Host, out System.Net.IPAddress? sentBy) && flow.Remote.Address.Equals(sentBy);
        if (!same || via.HasRPort)
        {
            writer.Text(";received="u8);
            writer.Text(flow.Remote.Address.ToString());
        }
        if (!via.HasRPort) return;
        writer.Text(";rport="u8);
        writer.Number(flow.Remote.Port);
    }
}
