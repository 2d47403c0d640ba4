using System.Security.Cryptography;
using System.Text;
using Sip.Core.Authentication;
using Sip.Core.Messages;
using Xunit;

namespace Sip.Core.Tests.Authentication;

/// <summary>How a client answers challenges (RFC 3261 §22, RFC 7616 §3.4, RFC 8760).</summary>
public sealed class DigestClientTests
{
    private const string Md5 = "Digest realm=\"carrier\", nonce=\"n1\", qop=\"auth\"";

    private DigestTries _tries;

    private static SipMessage Response(int status, params string[] challenges)
    {
        var response = new SipMessage();
        string header = status == 401 ? "WWW-Authenticate" : "Proxy-Authenticate";
        string lines = string.Concat(challenges.Select(challenge => $"{header}: {challenge}\r\n"));
        Assert.Equal(SipParseError.None, response.Parse(Encoding.UTF8.GetBytes(
            $"SIP/2.0 {status} No\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:a@h>;tag=2\r\n"
            + $"Call-ID: 1\r\nCSeq: 1 INVITE\r\n{lines}\r\n")));
        return response;
    }

    private static string Lines(DigestClient client) => Encoding.UTF8.GetString(client.Lines(SipMethod.Invite, "sip:b@h"u8, "c"u8));

    private static DigestClient Client(string? realm = null) => new(new DigestLogin("us", "secret", realm));

    [Fact]
    public void Before_a_challenge_nothing_is_said() => Assert.Empty(Lines(Client()));

    [Fact]
    public void Each_request_counts_the_nonce_once_more()
    {
        DigestClient client = Client();
        Assert.Equal(DigestReply.Answer, client.Take(Response(407, Md5), ref _tries));
        Assert.Contains("nc=00000001", Lines(client), StringComparison.Ordinal);
        string second = Lines(client);
        Assert.StartsWith("Proxy-Authorization: Digest username=\"us\", realm=\"carrier\", nonce=\"n1\"", second, StringComparison.Ordinal);
        Assert.Contains("nc=00000002", second, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_question_after_an_answer_means_that_the_answer_is_wrong()
    {
        DigestClient client = Client();
        client.Take(Response(401, Md5), ref _tries);
        Assert.Equal(DigestReply.Refused, client.Take(Response(401, Md5.Replace("n1", "n2", StringComparison.Ordinal)), ref _tries));
        DigestTries next = default;    // of another request: an old nonce is no wrong password
        Assert.Equal(DigestReply.Answer, client.Take(Response(401, Md5), ref next));
    }

    [Fact]
    public void A_stale_nonce_is_replaced_but_not_for_ever()
    {
        DigestClient client = Client();
        client.Take(Response(401, Md5), ref _tries);
        Assert.Equal(DigestReply.Answer, client.Take(Response(401, Md5 + ", stale=TRUE"), ref _tries));
        Assert.Equal(DigestReply.Answer, client.Take(Response(401, Md5 + ", stale=true"), ref _tries));
        Assert.Equal(DigestReply.Refused, client.Take(Response(401, Md5 + ", stale=true"), ref _tries));
    }

    [Fact]
    public void A_proxy_and_the_server_behind_it_may_both_ask()
    {
        DigestClient client = Client();
        client.Take(Response(407, Md5), ref _tries);
        Assert.Equal(DigestReply.Answer, client.Take(Response(401, Md5.Replace("n1", "n2", StringComparison.Ordinal)), ref _tries));
        Assert.Equal(2, Lines(client).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void Only_one_realm_is_answered()
    {
        Assert.Equal(DigestReply.OtherRealm, Client("ours").Take(Response(401, Md5), ref _tries));
        DigestClient client = Client();
        Assert.Equal(DigestReply.Answer, client.Take(Response(401, Md5), ref _tries));
        Assert.Equal(DigestReply.OtherRealm, client.Take(Response(407, Md5.Replace("carrier", "stranger", StringComparison.Ordinal)), ref _tries));
        Assert.DoesNotContain("stranger", Lines(client), StringComparison.Ordinal);
    }

    [Fact]
    public void The_better_hash_is_taken_wherever_it_stands()
    {
        DigestClient client = Client();
        string sha = Md5.Replace("n1", "n256", StringComparison.Ordinal) + ", algorithm=SHA-256";
        client.Take(Response(401, sha, Md5 + ", algorithm=MD5"), ref _tries);
        Assert.Contains("nonce=\"n256\"", Lines(client), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Basic realm=\"carrier\"")]
    [InlineData("Digest realm=\"carrier\", nonce=\"n\", qop=\"auth-int\"")]
    [InlineData("Digest realm=\"carrier\", nonce=\"n\", algorithm=MD5-sess")]
    [InlineData("Digest realm=\"carrier\"")]
    public void What_we_do_not_speak_is_not_answered(string challenge) =>
        Assert.Equal(DigestReply.Unknown, Client().Take(Response(401, challenge), ref _tries));

    [Fact]
    public void Without_qop_the_answer_is_that_of_RFC_2069()
    {
        DigestClient client = Client();
        client.Take(Response(401, "Digest realm=\"carrier\", nonce=\"n1\", opaque=\"o\""), ref _tries);
        string expected = Hash($"{Hash("us:carrier:secret")}:n1:{Hash("INVITE:sip:b@h")}"), lines = Lines(client);
        Assert.Contains($"response=\"{expected}\", opaque=\"o\", algorithm=MD5", lines, StringComparison.Ordinal);
        Assert.DoesNotContain("nc=", lines, StringComparison.Ordinal);
    }

    [Fact]
    public void A_login_prints_no_password() => Assert.Equal("us", new DigestLogin("us", "secret").ToString());

#pragma warning disable CA5351 // the hash of the protocol
    private static string Hash(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351
}
