using System.Net;
using System.Text;
using Sip.Core.Messages;
using Tandem.Net;

namespace Appliance.Tests.Signalling;

/// <summary>A peer that says exactly what a test tells it to, and keeps what it hears.</summary>
internal sealed class RawPeer
{
    private readonly VirtualNetwork _network;
    private readonly IPEndPoint _address;
    private readonly IPEndPoint _target;

    public RawPeer(VirtualNetwork network, string address, VirtualPort target)
    {
        (_network, _address, _target) = (network, IPEndPoint.Parse(address), target.Address);
        network.Attach(_address, datagram =>
        {
            var message = new SipMessage();
            message.Parse(datagram.Bytes);
            Heard.Add(message);
            At.Add(network.Now);
        });
    }

    public List<SipMessage> Heard { get; } = [];

    public List<TimeSpan> At { get; } = [];

    public SipMessage Last => Heard[^1];

    /// <summary>Sends a message; line ends become CRLF and Content-Length is added.</summary>
    public void Send(string message)
    {
        string text = message.ReplaceLineEndings("\r\n").TrimStart();
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        string head = end < 0 ? text.TrimEnd() : text[..end], body = end < 0 ? "" : text[(end + 4)..];
        if (!head.Contains("Content-Length", StringComparison.Ordinal)) head += $"\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}";
        Deliver(Encoding.UTF8.GetBytes($"{head}\r\n\r\n{body}"));
    }

    public void Deliver(byte[] bytes) => _network.Deliver(new VirtualDatagram(SipTransport.Udp, _address, _target, bytes, null));

    /// <summary>A request of the usual shape: <c>INVITE</c> and its kin with tag "peer" and Call-ID "raw".</summary>
    public void Request(string method, int cseq, string branch, string toTag = "", string extra = "", string body = "", string uri = "sip:9999@10.0.0.1") =>
        Send($"""
            {method} {uri} SIP/2.0
            Via: SIP/2.0/UDP {_address};branch=z9hG4bK{branch};rport
            Max-Forwards: 70
            From: "Raw" <sip:raw@{_address}>;tag=peer
            To: <{uri}>{(toTag.Length > 0 ? ";tag=" + toTag : "")}
            Call-ID: raw@peer
            CSeq: {cseq} {method}
            Contact: <sip:raw@{_address}>{(extra.Length > 0 ? "\n" + extra : "")}{(body.Length > 0 ? "\nContent-Type: application/sdp" : "")}

            {body}
            """);

    /// <summary>A response to a request that was heard.</summary>
    public void Respond(SipMessage request, int status, string tag = "", string extra = "", string body = "")
    {
        var text = new StringBuilder();
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $"SIP/2.0 {status} Test\n");
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $"Via: {request.GetString(SipHeaderId.Via)}\nFrom: {request.GetString(SipHeaderId.From)}\n");
        string to = request.GetString(SipHeaderId.To)!;
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $"To: {to}{(tag.Length > 0 && request.ToTag.IsEmpty ? ";tag=" + tag : "")}\n");
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $"Call-ID: {request.GetString(SipHeaderId.CallId)}\nCSeq: {request.GetString(SipHeaderId.CSeq)}\n");
        if (!extra.Contains("Contact:", StringComparison.Ordinal)) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"Contact: <sip:raw@{_address}>\n");
        if (extra.Length > 0) text.Append(extra).Append('\n');
        if (body.Length > 0) text.Append("Content-Type: application/sdp\n");
        Send($"{text}\n{body}");
    }

    public SipMessage Heard1(string methodOrStatus) => Heard.Last(m => m.IsRequest
        ? Encoding.ASCII.GetString(m.MethodName) == methodOrStatus
        : m.StatusCode.ToString(System.Globalization.CultureInfo.InvariantCulture) == methodOrStatus);

    public int CountHeard(string methodOrStatus) => Heard.Count(m => m.IsRequest
        ? Encoding.ASCII.GetString(m.MethodName) == methodOrStatus
        : m.StatusCode.ToString(System.Globalization.CultureInfo.InvariantCulture) == methodOrStatus);
}
