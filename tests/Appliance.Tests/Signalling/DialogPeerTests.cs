using System.Text;
using Sip.Core.Messages;
using Tandem.Signalling;
using Xunit;

namespace Appliance.Tests.Signalling;

/// <summary>Whose requests in a dialog are taken, and whose challenges are answered.</summary>
public sealed class DialogPeerTests
{
    private readonly VirtualNetwork _network = new();
    private readonly Rig _us;
    private readonly RawPeer _phone, _sameHost, _stranger;
    private string _tag = "";

    public DialogPeerTests()
    {
        _us = new Rig(_network, "10.0.0.1:5060");
        _us.Agent.Admit = _ => RequestVerdict.Admit("raw");
        _phone = new RawPeer(_network, "10.0.0.9:5062", _us.Port);
        _sameHost = new RawPeer(_network, "10.0.0.9:6000", _us.Port);
        _stranger = new RawPeer(_network, "10.0.0.66:5062", _us.Port);
    }

    private static string Offer => Encoding.ASCII.GetString(Rig.Offer);

    private InviteSession Answered()
    {
        _phone.Request("INVITE", 1, "inv", body: Offer);
        _network.Run(0.1);
        InviteSession session = Assert.Single(_us.Calls);
        _ = session.AcceptAsync(Rig.Answer);
        _network.Run(0.1);
        _tag = Encoding.ASCII.GetString(_phone.Last.ToTag);
        _phone.Request("ACK", 1, "ack", _tag);
        _network.Run(0.1);
        return session;
    }

    [Theory]
    [InlineData("BYE")]
    [InlineData("INVITE")]
    [InlineData("UPDATE")]
    [InlineData("INFO")]
    [InlineData("OPTIONS")]
    [InlineData("PRACK")]
    [InlineData("REFER")]
    [InlineData("NOTIFY")]
    [InlineData("SUBSCRIBE")]
    [InlineData("MESSAGE")]
    [InlineData("PUBLISH")]
    [InlineData("REGISTER")]
    [InlineData("FOO")]
    public void From_elsewhere_a_request_with_the_right_tags_is_told_what_a_wrong_one_is_told(string method)
    {
        InviteSession session = Answered();
        _stranger.Request(method, 2, "forged", _tag, body: method is "INVITE" or "UPDATE" ? Offer : "");
        _stranger.Request(method, 2, "unknown", "nobody", body: method is "INVITE" or "UPDATE" ? Offer : "");
        _network.Run(0.1);
        SipMessage forged = _stranger.Heard[0], unknown = _stranger.Heard[1];
        Assert.Equal((481, 481), (forged.StatusCode, unknown.StatusCode));
        Assert.Equal(Names(unknown), Names(forged));
        Assert.True(session.IsConfirmed);
        _phone.Request("OPTIONS", 2, "mine", _tag);    // the number was not used up
        _network.Run(0.1);
        Assert.Equal(200, _phone.Last.StatusCode);
        session.Bye();
        _network.Run(0.1);
        Assert.Equal(1, _phone.CountHeard("BYE"));     // nor was the phone's address changed
        Assert.Equal(0, _stranger.CountHeard("BYE"));
    }

    [Theory]
    [InlineData("REFER", "Refer-To: <sip:1003@10.0.0.1>", 405)]
    [InlineData("FOO", "", 501)]
    [InlineData("INFO", "Require: something", 420)]
    [InlineData("UPDATE", "Content-Encoding: gzip", 415)]
    [InlineData("BYE", "Route: nonsense", 400)]
    public void What_is_wrong_with_a_request_only_the_peer_is_told(string method, string line, int status)
    {
        InviteSession session = Answered();
        string body = method == "UPDATE" ? Offer : "";
        _stranger.Request(method, 2, "forged", _tag, line, body);
        _phone.Request(method, 2, "mine", _tag, line, body);
        _network.Run(0.1);
        Assert.Equal((481, status), (_stranger.Last.StatusCode, _phone.Last.StatusCode));
        Assert.Equal(status is 405 or 501, _phone.Last.Has(SipHeaderId.Allow));
        Assert.True(session.IsConfirmed);
    }

    [Fact]
    public void Nothing_is_kept_of_requests_from_elsewhere()
    {
        Answered();
        int before = _us.Agent.Transactions;
        for (int i = 0; i < 100; i++) _stranger.Request("BYE", 2, $"forged{i}", _tag);
        _network.Run(0.1);
        Assert.Equal((100, before), (_stranger.CountHeard("481"), _us.Agent.Transactions));
    }

    [Fact]
    public void NAT_may_change_the_port_and_what_we_say_follows()
    {
        InviteSession session = Answered();
        _sameHost.Request("OPTIONS", 2, "moved", _tag);
        _network.Run(0.1);
        Assert.Equal(200, _sameHost.Last.StatusCode);
        session.Bye();
        _network.Run(0.1);
        Assert.Equal(1, _sameHost.CountHeard("BYE"));
    }

    [Fact]
    public void A_phone_that_registered_at_another_address_goes_on_from_there()
    {
        Answered();
        _us.Agent.IsRegisteredAt = (user, flow) => user == "raw" && flow.Remote.Address.ToString() == "10.0.0.66";
        _stranger.Request("BYE", 2, "bye", _tag);
        _network.Run(0.1);
        Assert.Equal(200, _stranger.Last.StatusCode);
        Assert.NotNull(Assert.Single(_us.Calls).End);
    }

    [Fact]
    public void A_strangers_ACK_does_not_stop_our_200_and_its_CANCEL_cancels_nothing()
    {
        _phone.Request("INVITE", 1, "inv", body: Offer);
        _network.Run(0.1);
        InviteSession session = Assert.Single(_us.Calls);
        _stranger.Send($"""
            CANCEL sip:9999@10.0.0.1 SIP/2.0
            Via: SIP/2.0/UDP 10.0.0.9:5062;branch=z9hG4bKinv;rport
            From: "Raw" <sip:raw@10.0.0.9:5062>;tag=peer
            To: <sip:9999@10.0.0.1>
            Call-ID: raw@peer
            CSeq: 1 CANCEL

            """);
        _network.Run(0.1);
        Assert.Null(session.End);
        Assert.Equal(481, _stranger.Last.StatusCode);
        _ = session.AcceptAsync(Rig.Answer);
        _network.Run(0.1);
        _stranger.Request("ACK", 1, "ack", Encoding.ASCII.GetString(_phone.Last.ToTag));
        _network.Run(0.6);
        Assert.Equal(2, _phone.CountHeard("200"));
    }

    [Fact]
    public void A_request_that_is_not_newer_than_the_last_gets_500()
    {
        Answered();
        _phone.Request("INFO", 5, "five", _tag);
        _phone.Request("BYE", 4, "four", _tag);
        _network.Run(0.1);
        Assert.Equal(500, _phone.Last.StatusCode);
        Assert.True(Assert.Single(_us.Calls).IsConfirmed);
    }

    [Fact]
    public void A_challenge_to_the_INVITE_is_answered_and_the_ACK_carries_the_same_credentials()
    {
        InviteSession session = Challenged("Proxy-Authorization");
        SipMessage first = _phone.Heard1("INVITE");
        _phone.Respond(first, 407, "x", "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\"");
        _network.Run(0.1);
        SipMessage second = _phone.Heard1("INVITE");
        Assert.Equal((2u, "INVITE 1"), (second.CSeqNumber, second.GetString(SipHeaderId.ProxyAuthorization)));
        _phone.Respond(second, 200, "a", body: Encoding.ASCII.GetString(Rig.Answer));
        _network.Run(0.1);
        Assert.True(session.IsConfirmed);
        SipMessage ack = _phone.Heard1("ACK");
        Assert.Equal((2u, "INVITE 1"), (ack.CSeqNumber, ack.GetString(SipHeaderId.ProxyAuthorization)));
    }

    [Fact]
    public void A_peer_that_challenges_again_and_again_is_given_up_on()
    {
        InviteSession session = Challenged("Authorization");
        for (int i = 0; i < 3; i++)
        {
            _phone.Respond(_phone.Heard1("INVITE"), 401, "x", "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"");
            _network.Run(0.1);
        }
        Assert.Equal(3, _phone.CountHeard("INVITE"));
        Assert.Equal(401, Rig.Done(session.Result).Status);
    }

    [Fact]
    public void A_challenge_from_another_address_is_not_answered()
    {
        InviteSession session = Challenged("Authorization");
        _stranger.Respond(_phone.Heard1("INVITE"), 401, "x", "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"");
        _network.Run(0.1);
        Assert.Equal(401, Rig.Done(session.Result).Status);
        Assert.Equal(1, _phone.CountHeard("INVITE"));
    }

    [Fact]
    public void Challenges_to_a_change_to_PRACK_and_to_BYE_are_answered_once_each()
    {
        InviteSession session = Challenged("Authorization");
        SipMessage invite = _phone.Heard1("INVITE");
        _phone.Respond(invite, 183, "a", "Require: 100rel\nRSeq: 1\nAllow: UPDATE", Encoding.ASCII.GetString(Rig.Answer));
        _network.Run(0.1);
        Again("PRACK");
        _phone.Respond(invite, 200, "a", "Allow: UPDATE");
        _network.Run(0.1);
        Task<InviteResult> update = session.UpdateAsync(Rig.Offer);
        _network.Run(0.1);
        Again("UPDATE", Encoding.ASCII.GetString(Rig.Answer));
        Assert.True(Rig.Done(update).IsAccepted);
        Task<InviteResult> reinvite = session.ReinviteAsync(Rig.Offer);
        _network.Run(0.1);
        Again("INVITE", Encoding.ASCII.GetString(Rig.Answer));
        Assert.True(Rig.Done(reinvite).IsAccepted);
        session.Bye();
        _network.Run(0.1);
        Again("BYE");
        _network.Run(40);
        _us.AssertEmpty();
    }

    private void Again(string method, string body = "")
    {
        SipMessage first = _phone.Heard1(method);
        _phone.Respond(first, 401, extra: "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"");
        _network.Run(0.1);
        SipMessage second = _phone.Heard1(method);
        Assert.Equal(first.CSeqNumber + 1, second.CSeqNumber);
        Assert.StartsWith(method + " ", second.GetString(SipHeaderId.Authorization), StringComparison.Ordinal);
        _phone.Respond(second, 200, body: body);
        _network.Run(0.1);
    }

    private InviteSession Challenged(string field)
    {
        int asked = 0;
        InviteSession session = _us.Agent.Invite(new OutgoingInvite
        {
            Target = "sip:bob@10.0.0.9:5062",
            FromUser = "alice",
            Sdp = Rig.Offer,
            OnChallenge = (_, method, _) => [new(field, $"{Encoding.ASCII.GetString(SipMethods.NameOf(method))} {++asked}")],
        });
        _network.Run(0.1);
        return session;
    }

    private static string Names(SipMessage message)
    {
        var names = new StringBuilder();
        foreach (SipHeaderLine line in message.Lines) names.Append(line.Id).Append(' ');
        return names.ToString();
    }
}
