using System.Text;
using Sip.Core.Authentication;
using Sip.Core.Messages;
using Xunit;

namespace Sip.Core.Tests.Authentication;

public class DigestAuthenticatorTests
{
    static readonly byte[] Key = Encoding.ASCII.GetBytes("0123456789abcdef0123456789abcdef");
    static readonly DigestSecret Secret = DigestSecret.FromPassword("1001", "tandem", "secret");

    readonly DigestAuthenticator _server = new("tandem", Key, TimeSpan.FromMinutes(5), rememberedNonces: 4);

    static byte[] B(string text) => Encoding.UTF8.GetBytes(text);

    static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    static string Nonce(string challenge) => challenge.Split("nonce=\"")[1].Split('"')[0];

    static string Answer(string nonce, string password = "secret", string user = "1001", string nc = "00000001",
        DigestAlgorithm algorithm = DigestAlgorithm.Md5,
        string method = "REGISTER")
    {
        byte[] hex = new byte[DigestHash.HexLength(algorithm)];
        DigestSecret secret = DigestSecret.FromPassword(user, "tandem", password);
        Assert.True(DigestHash.TryResponse(algorithm, secret.For(algorithm), B(nonce), B(nc), "abc"u8, B(method), "sip:tandem"u8, hex));
        string name = algorithm == DigestAlgorithm.Md5 ? "MD5" : "SHA-256";
        return $"Digest username=\"{user}\", realm=\"tandem\", nonce=\"{nonce}\", uri=\"sip:tandem\", response=\"{Encoding.ASCII.GetString(hex)}\", " +
            $"algorithm={name}, cnonce=\"abc\", qop=auth, nc={nc}";
    }

    DigestOutcome Verify(string credentials, double now, DigestSecret? secret) => Verify(_server, credentials, now, secret);

    static DigestOutcome Verify(DigestAuthenticator server, string credentials, double now, DigestSecret? secret)
    {
        Assert.True(DigestCredentials.TryParse(B(credentials), out DigestCredentials parsed));
        return server.Verify(parsed, secret, "REGISTER"u8, At(now));
    }

    string Fresh(double now, DigestAlgorithm algorithm = DigestAlgorithm.Md5) => Nonce(_server.Challenge(algorithm, stale: false, At(now)));

    [Theory]
    [InlineData(DigestAlgorithm.Md5, "8ca523f5e9506fed4657c9700eebdbec")]
    [InlineData(DigestAlgorithm.Sha256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")]
    public void The_response_is_that_of_RFC_7616_3_9_1(DigestAlgorithm algorithm, string expected)
    {
        DigestSecret secret = DigestSecret.FromPassword("Mufasa", "http-auth@example.org", "Circle of Life");
        byte[] hex = new byte[expected.Length];
        Assert.True(DigestHash.TryResponse(algorithm, secret.For(algorithm), "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"u8, "00000001"u8,
            "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"u8, "GET"u8, "/dir/index.html"u8, hex));
        Assert.Equal(expected, Encoding.ASCII.GetString(hex));
    }

    [Fact]
    public void A_challenge_names_realm_nonce_one_hash_and_qop()
    {
        string challenge = _server.Challenge(DigestAlgorithm.Sha256, stale: true, At(1));
        Assert.Matches("^Digest realm=\"tandem\", nonce=\"[A-Za-z0-9_-]{32}\", algorithm=SHA-256, qop=\"auth\", stale=true$", challenge);
        Assert.NotEqual(Nonce(challenge), Fresh(1));
    }

    [Theory]
    [InlineData(DigestAlgorithm.Md5)]
    [InlineData(DigestAlgorithm.Sha256)]
    public void The_right_password_is_ok_the_wrong_one_and_an_unknown_user_are_wrong(DigestAlgorithm algorithm)
    {
        string nonce = Fresh(0, algorithm);
        Assert.Equal(DigestOutcome.Wrong, Verify(Answer(nonce, "guess", algorithm: algorithm), 1, Secret));
        Assert.Equal(DigestOutcome.Wrong, Verify(Answer(nonce, algorithm: algorithm), 1, secret: null));
        Assert.Equal(DigestOutcome.Wrong, Verify(Answer(nonce, algorithm: algorithm, method: "INVITE"), 1, Secret));
        Assert.Equal(DigestOutcome.Ok, Verify(Answer(nonce, algorithm: algorithm), 1, Secret));
    }

    [Fact]
    public void The_same_nonce_count_is_refused_a_higher_one_and_one_that_was_overtaken_are_taken()
    {
        string nonce = Fresh(0);
        Assert.Equal(DigestOutcome.Ok, Verify(Answer(nonce, nc: "00000001"), 1, Secret));
        Assert.Equal(DigestOutcome.Stale, Verify(Answer(nonce, nc: "00000001"), 1, Secret));
        Assert.Equal(DigestOutcome.Ok, Verify(Answer(nonce, nc: "0000000a"), 1, Secret));
        Assert.Equal(DigestOutcome.Ok, Verify(Answer(nonce, nc: "00000009"), 1, Secret));
        Assert.Equal(DigestOutcome.Stale, Verify(Answer(nonce, nc: "00000009"), 1, Secret));
        Assert.Equal(DigestOutcome.Ok, Verify(Answer(nonce, nc: "00000100"), 1, Secret));
        Assert.Equal(DigestOutcome.Stale, Verify(Answer(nonce, nc: "0000000b"), 1, Secret));     // too far behind to know
    }

    [Fact]
    public void A_wrong_password_uses_no_nonce_count_up()
    {
        string nonce = Fresh(0);
        Assert.Equal(DigestOutcome.Wrong, Verify(Answer(nonce, "guess"), 1, Secret));
        Assert.Equal(0, _server.RememberedNonces);
        Assert.Equal(DigestOutcome.Ok, Verify(Answer(nonce), 1, Secret));
    }

    [Fact]
    public void A_nonce_past_its_life_from_before_a_restart_or_of_another_is_stale_and_says_nothing_of_the_password()
    {
        string nonce = Fresh(0);
        Assert.Equal(DigestOutcome.Stale, Verify(Answer(nonce), 301, Secret));
        Assert.Equal(DigestOutcome.Stale, Verify(Answer(nonce, "guess"), 301, Secret));
        var restarted = new DigestAuthenticator("tandem", B("another key, as long as the first"));
        Assert.Equal(DigestOutcome.Stale, Verify(restarted, Answer(nonce), 1, Secret));
        Assert.Equal(DigestOutcome.Stale, Verify(restarted, Answer(nonce, "guess"), 1, Secret));
        string theirs = Nonce(_server.Challenge(DigestAlgorithm.Md5, stale: false, TimeSpan.Zero, peer: 7));
        Assert.Equal(DigestOutcome.Stale, Verify(Answer(theirs, "guess"), 1, Secret));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!")]
    public void A_forged_nonce_never_authenticates(string nonce)
    {
        string credentials = Answer(nonce);
        if (nonce.Length == 0) Assert.False(DigestCredentials.TryParse(B(credentials), out _));
        else Assert.Equal(DigestOutcome.Stale, Verify(credentials, 0, Secret));
    }

    [Fact]
    public void A_nonce_with_one_character_changed_is_not_ours()
    {
        string nonce = Fresh(0);
        for (int i = 0; i < nonce.Length; i++)
        {
            string changed = nonce[..i] + (nonce[i] == 'A' ? 'B' : 'A') + nonce[(i + 1)..];
            Assert.Equal(DigestOutcome.Stale, Verify(Answer(changed), 0, Secret));
        }
        Assert.Equal(0, _server.RememberedNonces);
    }

    [Fact]
    public void Memory_of_nonces_is_bounded_and_a_forgotten_one_cannot_be_played_again()
    {
        string[] nonces = [Fresh(0), Fresh(0), Fresh(0), Fresh(0), Fresh(0), Fresh(0)];
        foreach (string nonce in nonces) Assert.Equal(DigestOutcome.Ok, Verify(Answer(nonce), 1, Secret));
        Assert.Equal(4, _server.RememberedNonces);
        foreach (string nonce in nonces) Assert.Equal(DigestOutcome.Stale, Verify(Answer(nonce), 2, Secret));
        Assert.Equal(DigestOutcome.Ok, Verify(Answer(Fresh(400)), 400, Secret));
        Assert.Equal(1, _server.RememberedNonces);     // the others died of age
    }

    [Theory]
    [InlineData("qop=auth", "qop=auth-int")]
    [InlineData("qop=auth, ", "")]
    [InlineData("nc=00000001", "nc=1")]
    [InlineData("nc=00000001", "nc=0000000x")]
    [InlineData("nc=00000001", "nc=00000000")]
    [InlineData("cnonce=\"abc\"", "cnonce=\"\"")]
    [InlineData("algorithm=MD5", "algorithm=SHA-512-256")]
    [InlineData("algorithm=MD5", "algorithm=MD5-sess")]
    public void What_we_did_not_ask_for_is_unacceptable(string part, string instead)
    {
        string credentials = Answer(Fresh(0)).Replace(part, instead, StringComparison.Ordinal);
        Assert.Equal(DigestOutcome.Unacceptable, Verify(credentials, 0, Secret));
    }

    [Fact]
    public void Without_an_algorithm_it_is_MD5()
    {
        // libre up to 1.1 (baresip 1.0) names none.
        string credentials = Answer(Fresh(0)).Replace("algorithm=MD5, ", "", StringComparison.Ordinal);
        Assert.Equal(DigestOutcome.Ok, Verify(credentials, 0, Secret));
    }

    [Fact]
    public void Overlong_parts_are_unacceptable_not_a_fault()
    {
        string credentials = Answer(Fresh(0)).Replace("\"abc\"", "\"" + new string('a', 4000) + "\"", StringComparison.Ordinal);
        Assert.Equal(DigestOutcome.Unacceptable, Verify(credentials, 0, Secret));
        credentials = Answer(Fresh(0)).Replace("sip:tandem", "sip:" + new string('a', 4000), StringComparison.Ordinal);
        Assert.Equal(DigestOutcome.Unacceptable, Verify(credentials, 0, Secret));
    }

    [Fact]
    public void A_user_without_a_secret_for_the_hash_is_wrong()
    {
        string credentials = Answer(Fresh(0, DigestAlgorithm.Sha256), algorithm: DigestAlgorithm.Sha256);
        Assert.Equal(DigestOutcome.Wrong, Verify(credentials, 0, new DigestSecret(Secret.Ha1Md5, [])));
    }

    [Fact]
    public void An_unknown_scheme_is_no_credentials()
    {
        // RFC 4475 §3.3.7: answered as if there were none, with a challenge.
        var message = new SipMessage();
        Assert.Equal(SipParseError.None, message.Parse(Vectors.Rfc4475("regaut01")));
        Assert.False(DigestCredentials.TryFind(message, SipHeaderId.Authorization, "tandem"u8, out _));
    }

    [Fact]
    public void Of_several_credentials_those_for_our_realm_are_taken()
    {
        var message = new SipMessage();
        message.Parse(B("REGISTER sip:h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:a@h>\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\n" +
            Answer("other").Replace("\"tandem\"", "\"elsewhere\"", StringComparison.Ordinal).Insert(0, "Authorization: ") + "\r\n" +
            "Authorization: " + Answer("ours", user: "10\\\"01") + "\r\n\r\n"));
        Assert.True(DigestCredentials.TryFind(message, SipHeaderId.Authorization, "tandem"u8, out DigestCredentials found));
        Assert.Equal("ours"u8, found.Nonce);
        Assert.Equal("10\"01", found.GetUser());
    }

    [Theory]
    [InlineData("Digest")]
    [InlineData("Digest username")]
    [InlineData("Digest =x")]
    [InlineData("Digest username=\"a")]
    [InlineData("Digest username=\"a\" realm=\"b\"")]
    [InlineData("Digest username=\"a\", nonce=\"b\", uri=\"c\"")]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("")]
    public void What_the_grammar_forbids_is_no_credentials(string text) => Assert.False(DigestCredentials.TryParse(B(text), out _));

    [Theory]
    [InlineData(DigestAlgorithm.Md5, 401)]
    [InlineData(DigestAlgorithm.Sha256, 407)]
    public void Our_client_answers_our_server(DigestAlgorithm algorithm, int status)
    {
        string header = status == 401 ? "WWW-Authenticate" : "Proxy-Authenticate";
        string challenges = $"{header}: {_server.Challenge(DigestAlgorithm.Md5, false, At(0))}\r\n";
        if (algorithm == DigestAlgorithm.Sha256) challenges += $"{header}: {_server.Challenge(algorithm, false, At(0))}\r\n";
        var response = new SipMessage();
        Assert.Equal(SipParseError.None,
            response.Parse(B($"SIP/2.0 {status} No\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\n" +
            $"To: <sip:a@h>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\n{challenges}\r\n")));
        var client = new DigestClient(new DigestLogin("1001", "secret"));
        DigestTries tries = default;
        Assert.Equal(DigestReply.Answer, client.Take(response, ref tries));
        string written = Encoding.UTF8.GetString(client.Lines(SipMethod.Register, "sip:tandem"u8, "xyz"u8));
        Assert.Equal(1, written.Split('\n').Length - 1);
        Assert.Equal(DigestOutcome.Ok, Verify(written[(written.IndexOf(':', StringComparison.Ordinal) + 2)..^2], 1, Secret));
        Assert.Contains(algorithm == DigestAlgorithm.Md5 ? "algorithm=MD5" : "algorithm=SHA-256", written, StringComparison.Ordinal);
    }

    [Fact]
    public void Checking_credentials_allocates_nothing()
    {
        byte[] credentials = B(Answer(Fresh(0), "guess"));
        for (int i = 0; i < 50; i++) Check();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) Check();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Check()
        {
            if (!DigestCredentials.TryParse(credentials, out DigestCredentials parsed)) throw new InvalidOperationException();
            _server.Verify(parsed, Secret, "REGISTER"u8, At(1));
        }
    }
}
