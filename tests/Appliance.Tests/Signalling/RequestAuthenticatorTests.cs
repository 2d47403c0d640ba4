using Tandem.Net;
using Tandem.Storage;
using Xunit;

namespace Tandem.Tests.Signalling;

public class RequestAuthenticatorTests
{
    private readonly RegistrarRig _rig = new();
    private readonly SipFlow _flow;

    public RequestAuthenticatorTests() => _flow = _rig.Flow();

    private static void StartsWith(string start, string answer) => Assert.StartsWith(start, answer, StringComparison.Ordinal);

    private static int Challenges(string answer) => answer.Split("-Authenticate: Digest").Length - 1;

    [Theory]
    [InlineData("REGISTER", "SIP/2.0 401 ", "WWW-Authenticate")]
    [InlineData("INVITE", "SIP/2.0 407 ", "Proxy-Authenticate")]
    public void Without_credentials_the_answer_is_a_challenge_MD5_first(string method, string status, string header)
    {
        string answer = _rig.Send(_flow, method);
        StartsWith(status, answer);
        string[] lines = [.. answer.Split("\r\n").Where(line => line.StartsWith(header, StringComparison.Ordinal))];
        Assert.Equal(2, lines.Length);
        Assert.Contains("algorithm=MD5", lines[0], StringComparison.Ordinal);
        Assert.Contains("algorithm=SHA-256", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("baresip v1.0.0 (x86_64/linux)", 1)]
    [InlineData("baresip v0.6.5 (x86_64/linux)", 1)]
    [InlineData("baresip v2.0.0 (x86_64/linux)", 2)]
    [InlineData("PJSUA v2.13", 2)]
    public void A_client_that_gives_up_at_SHA_256_is_asked_for_MD5_alone(string agent, int challenges)
    {
        Assert.Equal(challenges, Challenges(_rig.Send(_flow, agent: agent)));
    }

    [Theory]
    [InlineData(SipTransport.Ws)]
    [InlineData(SipTransport.Wss)]
    public void Browsers_which_look_at_the_last_challenge_only_get_MD5_alone(SipTransport transport)
    {
        string answer = _rig.Send(_rig.Flow(transport: transport));
        Assert.Equal(1, Challenges(answer));
        Assert.Contains("algorithm=MD5", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("REGISTER", "MD5")]
    [InlineData("REGISTER", "SHA-256")]
    [InlineData("INVITE", "MD5")]
    [InlineData("INVITE", "SHA-256")]
    public void The_right_password_is_admitted_with_either_hash(string method, string algorithm)
    {
        string answer = _rig.Send(_flow, method, callId: "a");
        answer = _rig.Send(_flow, method, headers: RegistrarRig.Credentials(answer, method: method, algorithm: algorithm), cseq: 2,
            callId: "a");
        if (method == "REGISTER") StartsWith("SIP/2.0 200 ", answer);
        else Assert.Equal(["1001"], _rig.Invited);
    }

    [Fact]
    public void A_known_user_with_a_wrong_password_and_an_unknown_user_get_the_same_answers_at_the_same_times()
    {
        List<string> known = Attack("1001", _rig.Flow("198.51.100.1:5060")), unknown = Attack("4711", _rig.Flow("198.51.100.2:5060"));
        Assert.Equal(known, unknown);
        Assert.Equal(["0 403", "0 403", "0 403", "0.5 403", "1 403", "2 403"], known);

        List<string> Attack(string user, SipFlow flow)
        {
            List<string> seen = [];
            for (int i = 0; i < 6; i++)
            {
                string challenge = _rig.Send(flow, user: user, callId: $"{user}-{i}");
                int before = _rig.SentCount;
                string answer = _rig.Send(flow, user: user, headers: RegistrarRig.Credentials(challenge, user, "guess"), cseq: 2,
                    callId: $"{user}-{i}");
                double waited = 0;
                for (; answer.Length == 0; answer = _rig.Answers(before), waited += 0.25) _rig.Pass(0.25);
                Assert.Equal(0, Challenges(answer));
                seen.Add($"{waited} {answer.Split(' ')[1]}");
                _rig.Pass(1);
            }
            return seen;
        }
    }

    [Fact]
    public void Guessing_in_parallel_is_refused_and_the_right_user_elsewhere_is_not_held_up()
    {
        for (int i = 0; i < 7; i++) Guess(i);
        StartsWith("SIP/2.0 503 ", Guess(8));
        StartsWith("SIP/2.0 200 ", _rig.Register(_rig.Flow("203.0.113.5:5060"), "Contact: <sip:a@203.0.113.5>\r\n"));
        _rig.Pass(60);
        StartsWith("SIP/2.0 200 ", _rig.Register(_flow, "Contact: <sip:a@192.0.2.7>\r\n", callId: "later"));

        string Guess(int i)
        {
            string challenge = _rig.Send(_flow, callId: $"g{i}");
            return _rig.Send(_flow, headers: RegistrarRig.Credentials(challenge, password: "guess"), cseq: 2, callId: $"g{i}");
        }
    }

    [Fact]
    public void Credentials_played_again_are_stale()
    {
        string challenge = _rig.Send(_flow);
        string credentials = RegistrarRig.Credentials(challenge);
        StartsWith("SIP/2.0 200 ", _rig.Send(_flow, headers: credentials, cseq: 2));
        string again = _rig.Send(_flow, headers: credentials, cseq: 3);
        StartsWith("SIP/2.0 401 ", again);
        Assert.Contains("stale=true", again, StringComparison.Ordinal);
        StartsWith("SIP/2.0 200 ", _rig.Send(_flow, headers: RegistrarRig.Credentials(challenge, nc: 2), cseq: 4));
    }

    [Theory]
    [InlineData("REGISTER", "1001", "1002")]
    [InlineData("REGISTER", "1002", "1001")]
    [InlineData("INVITE", "1002", "9999")]
    [InlineData("INVITE", "anonymous", "9999")]
    public void Nobody_registers_or_calls_as_somebody_else(string method, string from, string to)
    {
        string challenge = _rig.Send(_flow, method, user: from, to: to);
        StartsWith("SIP/2.0 403 ", _rig.Send(_flow, method, user: from, to: to,
            headers: RegistrarRig.Credentials(challenge, "1001", method: method), cseq: 2));
        Assert.Empty(_rig.Invited);
        Assert.Equal(0, _rig.Registrar.Count);
    }

    [Fact]
    public void A_user_whose_secret_is_of_another_realm_cannot_log_in()
    {
        _rig.Users["1001"] = User.WithPassword("1001", "", "elsewhere", "pw1001");
        string challenge = _rig.Send(_flow);
        StartsWith("SIP/2.0 403 ", _rig.Send(_flow, headers: RegistrarRig.Credentials(challenge), cseq: 2));
    }

    [Fact]
    public void OPTIONS_of_a_stranger_is_asked_who_and_answered_where_somebody_had_the_right_password()
    {
        StartsWith("SIP/2.0 407 ", _rig.Send(_flow, "OPTIONS"));
        StartsWith("SIP/2.0 200 ", _rig.Register(_flow, "Contact: <sip:a@192.0.2.7>\r\n"));
        StartsWith("SIP/2.0 200 ", _rig.Send(_flow, "OPTIONS"));
        StartsWith("SIP/2.0 407 ", _rig.Send(_rig.Flow("192.0.2.8:5060"), "OPTIONS"));
    }

    [Fact]
    public void Nothing_is_kept_of_strangers_that_are_asked_who_they_are_and_each_copy_of_a_request_gets_the_same_tag()
    {
        foreach (string method in (string[])["REGISTER", "INVITE", "OPTIONS", "MESSAGE", "SUBSCRIBE", "PUBLISH", "REFER", "NOTIFY", "BYE", "INFO", "UPDATE", "FOO"])
            for (int i = 0; i < 100; i++) StartsWith(method == "REGISTER" ? "SIP/2.0 401 " : "SIP/2.0 407 ", _rig.Send(_flow, method, callId: $"{method}{i}"));
        Assert.Equal(0, _rig.Agent.Transactions);
        string request = "INVITE sip:x@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKcopy\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\n" +
            "Call-ID: copy\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n";
        string[] tags = [.. Enumerable.Range(0, 2).Select(_ =>
        {
            int before = _rig.SentCount;
            _rig.Receive(_flow, request);
            return _rig.Answers(before).Split("\r\n").First(line => line.StartsWith("To:", StringComparison.Ordinal));
        })];
        Assert.Equal(tags[0], tags[1]);
        Assert.Equal(0, _rig.Agent.Transactions);
    }

    [Fact]
    public void A_request_of_a_call_that_is_not_here_is_answered_and_nothing_is_kept_of_it()
    {
        foreach (string method in (string[])["BYE", "INFO", "UPDATE", "CANCEL", "INVITE", "MESSAGE"])
        {
            int before = _rig.SentCount;
            _rig.Receive(_flow, $"{method} sip:x@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK{method}\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:b@h>;tag=2\r\n" +
                $"Call-ID: {method}\r\nCSeq: 1 {method}\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n");
            StartsWith("SIP/2.0 481 ", _rig.Answers(before));
        }
        Assert.Equal(0, _rig.Agent.Transactions);
    }

    [Theory]
    [InlineData("REGISTER")]
    [InlineData("INVITE")]
    [InlineData("OPTIONS")]
    [InlineData("MESSAGE")]
    [InlineData("SUBSCRIBE")]
    public void No_answer_tells_whether_an_extension_exists(string method)
    {
        string[] answers = [.. ((string[])["1001", "4711"]).SelectMany(Try)];
        Assert.Equal(answers[0], answers[2]);
        Assert.Equal(answers[1], answers[3]);

        // Neither as caller nor as called, with no credentials nor with wrong ones.
        string[] Try(string extension)
        {
            SipFlow flow = _rig.Flow($"198.51.100.{extension[0]}:5060");
            string asked = _rig.Send(flow, method, user: extension, callId: extension);
            string wrong = _rig.Send(flow, method, user: extension, callId: extension, cseq: 2, headers: RegistrarRig.Credentials(asked, extension, "guess", method));
            return [Plain(asked, extension), Plain(wrong, extension)];
        }

        static string Plain(string answer, string extension) => System.Text.RegularExpressions.Regex.Replace(
            answer.Replace(extension, "EXTENSION", StringComparison.Ordinal).Replace($"198.51.100.{extension[0]}", "SOURCE", StringComparison.Ordinal),
            "nonce=\"[^\"]*\"|tag=[^\r;]*|branch=[^\r;]*", "*");
    }
}
