using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Interop.Defence;

/// <summary>A telephone over UDP that registers and calls with a password, from a loopback address of its own; it sends again as RFC 3261 says.</summary>
internal sealed partial class DigestCaller : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly byte[] _buffer = new byte[65_536];
    private readonly IPEndPoint _server;
    private readonly string _user;
    private readonly string _password;

    public DigestCaller(IPAddress from, IPEndPoint server, string user, string password)
    {
        (_server, _user, _password) = (server, user, password);
        _socket.Bind(new IPEndPoint(from, 0));
    }

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
        string id = Id(), uri = $"sip:{number}@{_server}", to = $"<{uri}>";
        string sdp = $"v=0\r\no=- 1 1 IN IP4 {Own.Split(':')[0]}\r\ns=-\r\nc=IN IP4 {Own.Split(':')[0]}\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n";
        long began = Stopwatch.GetTimestamp();
        string asked = Ask("INVITE", uri, id, 1, to, body: sdp);
        Send("ACK", uri, id, 1, to);
        string answered = Ask("INVITE", uri, id, 2, to, Answer(asked, "INVITE", uri, _password), body: sdp);
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        if (Status(answered) != 200) throw new InvalidOperationException($"the call was not answered: {answered}");
        string target = ContactUri().Match(answered).Groups[1].Value, dialog = ToValue().Match(answered).Groups[1].Value;
        Send("ACK", target, id, 2, dialog);
        Ask("BYE", target, id, 3, dialog);
        return took;
    }

    public void Dispose() => _socket.Dispose();

    private static int Status(string answer) => answer.Length == 0 ? 0 : int.Parse(answer.AsSpan(8, 3), CultureInfo.InvariantCulture);

    private static string Id() => Guid.NewGuid().ToString("N");

    private string Ask(string method, string uri, string id, int number, string to, string headers = "", string? from = null, double patience = 32,
        string agent = "phone", string body = "")
    {
        byte[] request = Text(method, uri, id, number, to, headers, from, agent, body);
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

    private void Send(string method, string uri, string id, int number, string to) => _socket.SendTo(Text(method, uri, id, number, to, "", null, "phone", ""), _server);

    private byte[] Text(string method, string uri, string id, int number, string to, string headers, string? from, string agent, string body) => Encoding.UTF8.GetBytes(
        $"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {Own};branch=z9hG4bK{Id()}\r\nMax-Forwards: 70\r\nFrom: <sip:{from ?? _user}@tandem>;tag={id[..8]}\r\nTo: {to}\r\n" +
        $"Call-ID: {id}\r\nCSeq: {number} {method}\r\nContact: <sip:{_user}@{Own}>\r\nUser-Agent: {agent}\r\n{headers}" +
        (body.Length > 0 ? "Content-Type: application/sdp\r\n" : "") + $"Content-Length: {body.Length}\r\n\r\n{body}");

    private string Answer(string asked, string method, string uri, string password, string? account = null)
    {
        string nonce = Nonce().Match(asked).Groups[1].Value, user = account ?? _user;
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
