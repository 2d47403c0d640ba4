using System.Net;
using System.Text.RegularExpressions;
using Tandem.Tests.Signalling;

namespace Tandem.Tests.Web;

/// <summary>A browser's SIP stack in a few lines: .invalid Contact and Via, digest, one dialog; its WebSocket may drop and come back.</summary>
internal sealed partial class WsPhone(IPEndPoint server, string user, string password) : IDisposable
{
    private readonly string _host = $"{Guid.NewGuid():N}.invalid"[..20], _tag = $"{Guid.NewGuid():N}";
    private readonly string _registerCallId = $"{Guid.NewGuid():N}", _instance = $"<urn:uuid:{Guid.NewGuid()}>";
    private WsPeer? _peer;
    private int _cseq, _branch;

    public string Contact => $"sip:abc@{_host};transport=ws";

    /// <summary>The dialog's To with its tag, once there is one.</summary>
    public string CallTo { get; private set; } = "";

    public string CallId { get; } = $"{Guid.NewGuid():N}";

    /// <summary>The peer's Contact in the dialog.</summary>
    public string CallTarget { get; private set; } = "";

    public async Task ConnectAsync() => _peer = await WsPeer.ConnectAsync(server, secure: false, origin: null, forwardedFor: null);

    /// <summary>Cuts the connection without a word.</summary>
    public void Drop()
    {
        _peer!.Socket.Abort();
        _peer.Dispose();
    }

    public Task<string> RegisterAsync() => AskAsync("REGISTER", $"sip:{server.Address}", $"<sip:{user}@{server.Address}>", _registerCallId,
        $"Contact: <{Contact}>;+sip.instance=\"{_instance}\";reg-id=1;expires=600\r\nSupported: path, gruu, outbound\r\n", "");

    /// <summary>As JsSIP does it: a session timer of 90 s, refreshed by whoever is to.</summary>
    public async Task<string> CallAsync(string number)
    {
        string offer = $"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n";
        string answer = await AskAsync("INVITE", $"sip:{number}@{server.Address}", $"<sip:{number}@{server.Address}>", CallId,
            $"Contact: <{Contact};ob>\r\nSession-Expires: 90\r\nSupported: timer,ice,replaces,outbound\r\nAllow: INVITE,ACK,CANCEL,BYE,UPDATE,MESSAGE,OPTIONS,REFER,INFO\r\n", offer);
        (CallTo, CallTarget) = (Field(answer, "To"), Field(answer, "Contact").Split('<')[1].Split('>')[0]);
        await _peer!.SendAsync(Text("ACK", CallTarget, CallTo, CallId, _cseq, "", ""));
        return answer;
    }

    public Task<string> HangUpAsync() => AskAsync("BYE", CallTarget, CallTo, CallId, "", "");

    /// <summary>The next request from the server, answered with 200.</summary>
    public async Task<string> AnswerNextAsync(string method)
    {
        while (true)
        {
            string message = await NextAsync();
            if (message.StartsWith("SIP/2.0", StringComparison.Ordinal)) continue;
            await _peer!.SendAsync($"SIP/2.0 200 OK\r\nVia: {Field(message, "Via")}\r\nFrom: {Field(message, "From")}\r\nTo: {Field(message, "To")}\r\n"
                + $"Call-ID: {Field(message, "Call-ID")}\r\nCSeq: {Field(message, "CSeq")}\r\nContent-Length: 0\r\n\r\n");
            if (message.StartsWith(method + " ", StringComparison.Ordinal)) return message;
        }
    }

    public static string Field(string message, string name) =>
        Regex.Match(message, $"^{name}: (.*?)\r$", RegexOptions.Multiline | RegexOptions.IgnoreCase).Groups[1].Value;

    public void Dispose() => _peer?.Dispose();

    private async Task<string> AskAsync(string method, string uri, string to, string callId, string headers, string body)
    {
        string credentials = "";
        while (true)
        {
            await _peer!.SendAsync(Text(method, uri, to, callId, ++_cseq, headers + credentials, body));
            string answer = await FinalAsync(callId);
            if (credentials.Length > 0 || !Challenge().IsMatch(answer)) return answer;
            if (method == "INVITE") await _peer.SendAsync(Text("ACK", uri, Field(answer, "To"), callId, _cseq, "", "", newBranch: false));
            credentials = RegistrarRig.Credentials(answer, user, password, method);
        }
    }

    private async Task<string> FinalAsync(string callId)
    {
        while (true)
        {
            string answer = await NextAsync();
            if (answer.StartsWith("SIP/2.0 ", StringComparison.Ordinal) && answer[8] != '1' && Field(answer, "Call-ID") == callId
                && Field(answer, "CSeq").StartsWith($"{_cseq} ", StringComparison.Ordinal)) return answer;
        }
    }

    private async Task<string> NextAsync() => await _peer!.ReceiveAsync() ?? throw new IOException("the server closed the WebSocket");

    private string Text(string method, string uri, string to, string callId, int cseq, string headers, string body, bool newBranch = true) =>
        $"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/WS {_host};branch=z9hG4bK{callId[..6]}{(newBranch ? ++_branch : _branch)}\r\n"
        + $"From: <sip:{user}@{server.Address}>;tag={_tag}\r\nTo: {to}\r\nCall-ID: {callId}\r\nCSeq: {cseq} {method}\r\nMax-Forwards: 69\r\n{headers}"
        + (body.Length > 0 ? "Content-Type: application/sdp\r\n" : "") + $"Content-Length: {body.Length}\r\n\r\n{body}";

    [GeneratedRegex("^SIP/2.0 40[17] ")]
    private static partial Regex Challenge();
}
