using System.Net;
using System.Text.RegularExpressions;
using Interop.EndToEnd;
using Interop.Trunks;
using Xunit;

namespace Interop.Defence;

/// <summary>Whoever asks cannot tell who has an account here from who has not, over whatever transport: status, header fields and their order are the same.</summary>
public sealed partial class SameAnswerTests(Appliance appliance) : IClassFixture<Appliance>
{
    private static readonly string[] s_users = ["1002", "4711"];

    private int _asked;

    [Theory]
    [InlineData("udp", 1)]
    [InlineData("tcp", 2)]
    [InlineData("tls", 3)]
    [InlineData("ws", 4)]
    public Task A_user_and_nobody_get_the_same_answers_without_and_with_a_wrong_password(string transport, byte place) => appliance.RunAsync(async () =>
    {
        byte at = 10;    // each method from somewhere else: who guesses too much is answered late
        foreach (string method in (string[])["REGISTER", "INVITE", "OPTIONS"])
        {
            await using Stranger stranger = new(appliance.Tandem, transport, new IPAddress([127, 9, place, at++]));
            List<string> answers = [];
            foreach (string user in s_users) answers.Add(await AnswersAsync(stranger, transport, method, user));
            Assert.All(answers, answer => Assert.Equal(answers[0], answer));
            // A WebSocket comes from 127.0.0.1, which is known: OPTIONS is answered there.
            string[] wanted = transport == "ws" && method == "OPTIONS" ? ["200", "200"] : [method == "REGISTER" ? "401" : "407", "403"];
            Assert.Equal(wanted, StatusLine().Matches(answers[0]).Select(match => match.Groups[1].Value));
        }
    });

    /// <summary>The challenge, and what a guess gets; what differs from request to request is left out.</summary>
    private async Task<string> AnswersAsync(Stranger stranger, string transport, string method, string user)
    {
        string challenge = await AskAsync("");
        string guess = challenge.Contains("-Authenticate:", StringComparison.Ordinal) ? DigestCaller.Credentials(challenge, method, "sip:x", user, "guess") : "";
        return Plain().Replace(challenge + await AskAsync(guess), "*").Replace(user, "USER", StringComparison.Ordinal);

        async Task<string> AskAsync(string credentials)
        {
            string id = $"same-{transport}-{method}-{++_asked}", host = await stranger.HostAsync(), me = appliance.Tandem.Sip.ToString();
            return await stranger.HearAsync($"{method} sip:{(method == "REGISTER" ? "" : user + "@")}{me} SIP/2.0\r\n"
                + $"Via: SIP/2.0/{transport.ToUpperInvariant()} {host}:{stranger.Port};branch=z9hG4bK{id};rport\r\nMax-Forwards: 70\r\n"
                + $"From: <sip:{user}@tandem>;tag=t{_asked}\r\nTo: <sip:{user}@tandem>\r\nCall-ID: {id}\r\nCSeq: 1 {method}\r\n"
                + $"Contact: <sip:x@{host}:{stranger.Port}>\r\n{credentials}Content-Length: 0\r\n\r\n", id);
        }
    }

    [GeneratedRegex("""nonce="[^"]*"|;tag=[^\r;]*|branch=[^\r;]*|Call-ID: [^\r]*|rport=\d+|:\d+;""")]
    private static partial Regex Plain();

    [GeneratedRegex(@"^SIP/2\.0 (\d+)", RegexOptions.Multiline)]
    private static partial Regex StatusLine();
}
