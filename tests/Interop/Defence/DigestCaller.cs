using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Interop.Peers;

namespace Interop.Defence;

/// <summary>A telephone over UDP that registers and calls with a password, from a loopback address of its own; it sends again as RFC 3261 says.</summary>
internal sealed partial class DigestCaller : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[65_536];
    private readonly IPEndPoint _server;
    private readonly string _user;
    private readonly string _password;

    /// <param name="network">The namespace that it is in.</param>
    public DigestCaller(IPAddress from, IPEndPoint server, string user, string password, string? network = null)
    {
        (_server, _user, _password) = (server, user, password);
        _socket = Networks.Inside(network, () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        _socket.Bind(new IPEndPoint(from, 0));
    }

    /// <summary>Where it is.</summary>
    public Socket Socket => _socket;

    private string Own => _socket.LocalEndPoint!.ToString()!;

    /// <summary>The status of the last answer.</summary>
    public int Register()
    {
        string id = Id(), uri = "sip:tandem", to = $"<sip:{_user}@tandem>";
        string asked = Ask("REGISTER", uri, id, 1, to);
        return Status(Ask("REGISTER", uri, id, 2, to, Answer(asked, "REGISTER", uri, _password)));
    }

    /// <summary>The status that a guessed password gets.</summary>
    public int Guess(string account, string password)
    {
        string id = Id(), uri = "sip:tandem", to = $"<sip:{account}@tandem>";
        string asked = Ask("REGISTER", uri, id, 1, to, from: account, patience: 3);
        return asked.Length == 0 ? 0 : Status(Ask("REGISTER", uri, id, 2, to, Answer(asked, "REGISTER", uri, password, account), from: account, patience: 20));
    }

    /// <summary>One request without credentials.</summary>
    /// <returns>The whole answer; empty: none within <paramref name="patience"/> seconds.</returns>
    public string Probe(string method, string extension, double patience, string agent = "phone", string headers = "") =>
        Ask(method, $"sip:{extension}@{_server}", Id(), 1, $"<sip:{extension}@tandem>", headers, extension, patience, agent);

    /// <summary>Calls, is answered, hangs up.</summary>
    /// <returns>From the first INVITE to the 200; its retransmissions and the challenge included.</returns>
    public TimeSpan Call(string number)
    {
        long began = Stopwatch.GetTimestamp();
        DialledCall call = Dial(number);
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        if (call.Status != 200) throw new InvalidOperationException($"the call was not answered: {call.Answer}");
        HangUp(call);
        return took;
    }

    /// <summary>Calls; a call that is answered lasts until <see cref="HangUp"/>.</summary>
    /// <param name="callId">Its Call-ID.</param>
    /// <param name="rtpPort">Where its audio is taken; PCMU and no telephone-events.</param>
    public DialledCall Dial(string number, string? callId = null, int rtpPort = 40000)
    {
        string id = callId ?? Id(), uri = $"sip:{number}@{_server}", to = $"<{uri}>", branch = Id();
        string sdp = $"v=0\r\no=- 1 1 IN IP4 {Own.Split(':')[0]}\r\ns=-\r\nc=IN IP4 {Own.Split(':')[0]}\r\nt=0 0\r\nm=audio {rtpPort} RTP/AVP 0\r\n";
        string asked = Ask("INVITE", uri, id, 1, to, body: sdp);
        Send("ACK", uri, id, 1, to);
        string answered = Ask("INVITE", uri, id, 2, to, Answer(asked, "INVITE", uri, _password), body: sdp, branch: branch);
        DialledCall call = new(id, Status(answered), ContactUri().Match(answered).Groups[1].Value, ToValue().Match(answered).Groups[1].Value, answered);
        if (call.Status == 200) Send("ACK", call.Target, id, 2, call.To);
        else if (call.Status > 0) Send("ACK", uri, id, 2, call.To, branch);
        return call;
    }

    public void HangUp(DialledCall call) => Ask("BYE", call.Target, call.Id, 90, call.To);

    /// <summary>The status of a request of this call.</summary>
    public int InCall(DialledCall call, string method, string headers) => Status(Ask(method, call.Target, call.Id, 50, call.To, headers));

    /// <summary>Sends the next call that comes elsewhere.</summary>
    /// <returns>False: none came.</returns>
    public bool Deflect(string contact, double patience)
    {
        long began = Stopwatch.GetTimestamp();
        EndPoint from = _server;
        while (Stopwatch.GetElapsedTime(began).TotalSeconds < patience)
        {
            if (!_socket.Poll(TimeSpan.FromMilliseconds(10), SelectMode.SelectRead)) continue;
            string request = Encoding.UTF8.GetString(_buffer, 0, _socket.ReceiveFrom(_buffer, ref from));
            if (!request.StartsWith("INVITE ", StringComparison.Ordinal)) continue;
            _socket.SendTo(SipAnswer.To(request, "302 Moved Temporarily", $"Contact: <{contact}>\r\n"), from);
            return true;
        }
        return false;
    }

    public void Dispose() => _socket.Dispose();

    private static int Status(string answer) => answer.Length == 0 ? 0 : int.Parse(answer.AsSpan(8, 3), CultureInfo.InvariantCulture);

    /// <summary>Its tag in a call.</summary>
    public string Tag(string callId) => $"{_user}-{callId[..8]}";

    private static string Id() => Guid.NewGuid().ToString("N");

    private string Ask(string method, string uri, string id, int number, string to, string headers = "", string? from = null, double patience = 32,
        string agent = "phone", string body = "", string? branch = null)
    {
        byte[] request = Text(method, uri, id, number, to, headers, from, agent, body, branch);
        long began = Stopwatch.GetTimestamp();
        for (double next = 0, gap = 0.5, passed = 0; passed < patience; passed = Stopwatch.GetElapsedTime(began).TotalSeconds)
        {
            if (passed >= next)
            {
                _socket.SendTo(request, _server);
                (next, gap) = (passed + gap, Math.Min(2 * gap, 4));
            }
            if (!_socket.Poll(TimeSpan.FromMilliseconds(10), SelectMode.SelectRead)) continue;
            string answer = Encoding.UTF8.GetString(_buffer, 0, _socket.Receive(_buffer));
            if (answer.StartsWith("SIP/2.0 ", StringComparison.Ordinal) && answer.Contains(id, StringComparison.Ordinal) && Status(answer) >= 200
                && answer.Contains($"CSeq: {number} {method}", StringComparison.Ordinal)) return answer;
        }
        return "";
    }

    private void Send(string method, string uri, string id, int number, string to, string? branch = null) =>
        _socket.SendTo(Text(method, uri, id, number, to, "", null, "phone", "", branch), _server);

    private byte[] Text(string method, string uri, string id, int number, string to, string headers, string? from, string agent, string body, string? branch) => Encoding.UTF8.GetBytes(
        $"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {Own};branch=z9hG4bK{branch ?? Id()}\r\nMax-Forwards: 70\r\nFrom: <sip:{from ?? _user}@tandem>;tag={Tag(id)}\r\nTo: {to}\r\n" +
        $"Call-ID: {id}\r\nCSeq: {number} {method}\r\nContact: <sip:{_user}@{Own}>\r\nUser-Agent: {agent}\r\n{headers}" +
        (body.Length > 0 ? "Content-Type: application/sdp\r\n" : "") + $"Content-Length: {body.Length}\r\n\r\n{body}");

    private string Answer(string asked, string method, string uri, string password, string? account = null) => Credentials(asked, method, uri, account ?? _user, password);

    /// <summary>The header line that answers a challenge with MD5.</summary>
    public static string Credentials(string asked, string method, string uri, string user, string password)
    {
        string nonce = Nonce().Match(asked).Groups[1].Value;
        string response = Hash($"{Hash($"{user}:tandem:{password}")}:{nonce}:00000001:c:auth:{Hash($"{method}:{uri}")}");
        return $"{(Status(asked) == 401 ? "" : "Proxy-")}Authorization: Digest username=\"{user}\", realm=\"tandem\", nonce=\"{nonce}\", uri=\"{uri}\", " +
            $"response=\"{response}\", cnonce=\"c\", qop=auth, nc=00000001, algorithm=MD5\r\n";
    }

#pragma warning disable CA5351 // what phones send
    private static string Hash(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351

    [GeneratedRegex("nonce=\"([^\"]+)\", algorithm=MD5")]
    private static partial Regex Nonce();

    [GeneratedRegex("\r\nContact: <([^>]+)>")]
    private static partial Regex ContactUri();

    [GeneratedRegex("\r\nTo: ([^\r]+)")]
    private static partial Regex ToValue();
}

/// <summary>A call that was dialled: its Call-ID, the final answer, and what later requests need of it.</summary>
internal sealed record DialledCall(string Id, int Status, string Target, string To, string Answer);
