using System.Text;
using Sip.Core.Messages;
using Tandem.Calls.Outside;
using Tandem.Signalling;
using Xunit;

namespace Appliance.Tests.Calls.Outside;

/// <summary>Who calls by an INVITE, and which of its fields go on.</summary>
public sealed class CallerIdentityTests
{
    private static SipMessage Invite(string from, params string[] lines)
    {
        var message = new SipMessage();
        message.Parse(Encoding.UTF8.GetBytes(
            $"INVITE sip:1@h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nMax-Forwards: 70\r\nFrom: {from};tag=1\r\nTo: <sip:1@h>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n"
            + string.Concat(lines.Select(line => line + "\r\n")) + "Content-Length: 0\r\n\r\n"));
        Assert.Equal(SipParseError.None, message.Error);
        return message;
    }

    [Theory]
    [InlineData(true, "+3491")]
    [InlineData(false, "7")]
    public void What_a_carrier_asserts_holds_and_what_anybody_else_asserts_does_not(bool trusted, string expected) => Assert.Equal(expected,
        CallerIdentity.Of(Invite("\"Eve\" <sip:7@h>", "P-Asserted-Identity: \"Alice\" <sip:+3491@c>, <tel:+3491>"), trusted).Number);

    [Theory]
    [InlineData("P-Asserted-Identity: <sip:c>|P-Asserted-Identity: <tel:+3492;ext=1>", "+3492")]
    [InlineData("Remote-Party-ID: <sip:+3493@c>;privacy=off", "+3493")]
    [InlineData("P-Asserted-Identity : <sip:+3494@c>", "+3494")]
    [InlineData("P-Asserted-Identity: garbage <", "7")]
    public void The_first_identity_that_names_somebody_counts(string lines, string expected) =>
        Assert.Equal(expected, CallerIdentity.Of(Invite("<sip:7@h>", lines.Split('|')), trusted: true).Number);

    [Theory]
    [InlineData("<sip:7@h>", "Privacy: id", true)]
    [InlineData("<sip:7@h>", "Privacy: header;user;critical", true)]
    [InlineData("<sip:7@h>", "Privacy: none", false)]
    [InlineData("<sip:7@h>", "Remote-Party-ID: <sip:9@c>;privacy=full", true)]
    [InlineData("<sip:7@h>", "Remote-Party-ID: <sip:9@c>;privacy=off", false)]
    [InlineData("\"Anonymous\" <sip:anonymous@anonymous.invalid>", "Subject: x", true)]
    public void Privacy_is_what_any_of_its_fields_asks_for(string from, string line, bool expected) =>
        Assert.Equal(expected, CallerIdentity.Of(Invite(from, line), trusted: true).IsPrivate);

    [Fact]
    public void Forwardings_before_us_are_counted_with_their_counters() => Assert.Equal(4,
        CallerIdentity.Of(Invite("<sip:7@h>", "Diversion: <sip:1@c>;counter=3, <sip:2@c>;reason=unknown"), trusted: true).EarlierDiversions);

    private static readonly string[] s_fields =
        ["X-Account: 7", "x-account : 8", "X-Account\t: 9", "Subject: one", "s: two", "User-to-User: 00;encoding=hex", "P-Asserted-Identity: <sip:1@h>", "Alert-Info: <http://x>",
         "Diversion: <sip:1@h>", "P-Charge-Info: <sip:1@h>", "Authorization: Digest x", "X-: 1"];

    [Fact]
    public void Fields_of_our_own_kind_pass_among_us() => Assert.Equal(
        ["X-Account: 7", "x-account: 8", "X-Account: 9", "Subject: one", "User-to-User: 00;encoding=hex", "Alert-Info: <http://x>"],
        HeaderRules.Pass(Invite("<sip:7@h>", s_fields), Side.Inside, Side.Inside).Select(line => $"{line.Key}: {line.Value}"));

    [Theory]
    [InlineData((int)Side.Outside, (int)Side.Inside)]
    [InlineData((int)Side.Inside, (int)Side.Outside)]
    [InlineData((int)Side.Outside, (int)Side.Outside)]
    public void They_never_cross_the_border_however_they_are_written(int from, int to) => Assert.Equal(
        ["Subject: one", "User-to-User: 00;encoding=hex"],
        HeaderRules.Pass(Invite("<sip:7@h>", s_fields), (Side)from, (Side)to).Select(line => $"{line.Key}: {line.Value}"));

    [Fact]
    public void What_passes_is_bounded_and_holds_no_control_characters()
    {
        string[] many = [.. Enumerable.Range(0, 40).Select(n => $"X-N: {n}"), "X-Long: " + new string('a', 2000)];
        Assert.Equal(16, HeaderRules.Pass(Invite("<sip:7@h>", many), Side.Inside, Side.Inside).Count);
        Assert.Empty(HeaderRules.Pass(Invite("<sip:7@h>", "X-Nul: a\u0001b"), Side.Inside, Side.Inside));
        Assert.False(HeaderRules.HasAny(Invite("<sip:7@h>", "Allow-Events: talk", "Session-ID: 1")));
        Assert.True(HeaderRules.HasAny(Invite("<sip:7@h>", "x-a : 1")));
    }
}
