using Tandem.Calls.Outside;
using Tandem.Routing;
using Xunit;

namespace Appliance.Tests.Calls.Outside;

/// <summary>What a carrier is told of who calls, byte for byte (RFC 3323, RFC 3325, RFC 5806).</summary>
public sealed class OutgoingIdentityTests
{
    private const string Number = "+34911234567", Host = "203.0.113.7";

    private static readonly CallerIdentity s_open = new("1001", "Alice", IsPrivate: false), s_hidden = s_open with { IsPrivate = true };

    private static OutgoingIdentity For(CallerIdentity caller, IdentityHeader identity, string? callerId = Number, bool privacy = true, bool diversion = true,
        params Diversion[] diversions) => OutgoingIdentity.For(
        new Carrier { Name = "c", Identity = identity, PrivacyAllowed = privacy, Diversion = diversion }, callerId, caller, diversions, Host);

    private static string Lines(OutgoingIdentity identity) => string.Join('\n', identity.Headers.Select(line => $"{line.Key}: {line.Value}"));

    [Fact]
    public void A_caller_who_may_be_known_is_asserted_and_shown()
    {
        OutgoingIdentity told = For(s_open, IdentityHeader.PAssertedIdentity);
        Assert.Equal((Number, "Alice", null), (told.FromUser, told.FromDisplay, told.FromHost));
        Assert.Equal("P-Asserted-Identity: <sip:+34911234567@203.0.113.7>", Lines(told));
    }

    [Fact]
    public void A_caller_who_wants_to_be_unknown_is_known_to_the_carrier_alone()
    {
        OutgoingIdentity told = For(s_hidden, IdentityHeader.PAssertedIdentity);
        Assert.Equal(("anonymous", "Anonymous", "anonymous.invalid"), (told.FromUser, told.FromDisplay, told.FromHost));
        Assert.Equal("P-Asserted-Identity: <sip:+34911234567@203.0.113.7>\nPrivacy: id", Lines(told));
    }

    [Fact]
    public void Where_a_carrier_allows_no_privacy_the_number_is_shown_without_the_name()
    {
        OutgoingIdentity told = For(s_hidden, IdentityHeader.PAssertedIdentity, privacy: false);
        Assert.Equal((Number, null, null), (told.FromUser, told.FromDisplay, told.FromHost));
        Assert.Equal("P-Asserted-Identity: <sip:+34911234567@203.0.113.7>", Lines(told));
    }

    [Theory]
    [InlineData(false, "Remote-Party-ID: <sip:+34911234567@203.0.113.7>;party=calling;screen=yes;privacy=off")]
    [InlineData(true, "Remote-Party-ID: <sip:+34911234567@203.0.113.7>;party=calling;screen=yes;privacy=full\nPrivacy: id")]
    public void Older_switches_read_Remote_Party_ID(bool hidden, string expected) =>
        Assert.Equal(expected, Lines(For(hidden ? s_hidden : s_open, IdentityHeader.RemotePartyId)));

    [Fact]
    public void Without_a_number_nobody_is_asserted()
    {
        OutgoingIdentity told = For(s_open, IdentityHeader.PAssertedIdentity, callerId: null);
        Assert.Equal(("anonymous", "Anonymous", "anonymous.invalid", ""), (told.FromUser, told.FromDisplay, told.FromHost, Lines(told)));
    }

    [Fact]
    public void Forwardings_are_named_the_last_first()
    {
        Diversion[] went = [new("+34911000002", DiversionReason.NoAnswer), new("+34911000001", DiversionReason.UserBusy)];
        Assert.Equal("""
            Diversion: <sip:+34911000002@203.0.113.7>;reason=no-answer;counter=1
            Diversion: <sip:+34911000001@203.0.113.7>;reason=user-busy;counter=1
            """, Lines(For(s_open, IdentityHeader.None, diversions: went)));
        Assert.Equal("", Lines(For(s_open, IdentityHeader.None, diversion: false, diversions: went)));
    }

    [Theory]
    [InlineData("+34 911\r\nX-Evil: 1", "P-Asserted-Identity: <sip:+34%20911%0D%0AX-Evil%3A%201@203.0.113.7>")]
    [InlineData("a@b>;x", "P-Asserted-Identity: <sip:a%40b%3E;x@203.0.113.7>")]
    public void A_number_cannot_break_out_of_its_URI(string number, string expected) =>
        Assert.Equal(expected, Lines(For(s_open, IdentityHeader.PAssertedIdentity, number)));

    [Fact]
    public void A_name_holds_no_control_characters() =>
        Assert.Equal("EveX-Evil: 1", For(s_open with { Display = "Eve\r\nX-Evil: 1\u0000" }, IdentityHeader.None).FromDisplay);

    [Theory]
    [InlineData("sip:gw.example", "+34", "sip:+34@gw.example")]
    [InlineData("sip:192.0.2.1:5080;transport=tcp", "0034 9", "sip:0034%209@192.0.2.1:5080;transport=tcp")]
    [InlineData("sip:[2001:db8::1]:5060", "1@evil.example", "sip:1%40evil.example@[2001:db8::1]:5060")]
    public void A_number_is_called_at_the_gateway_whatever_stands_in_it(string gateway, string number, string expected) =>
        Assert.Equal(expected, Redirection.GatewayTarget(new Gateway("c", "g", gateway), number));
}
