using System.Net;
using System.Text;
using Sip.Core.Messages;
using Tandem.Signalling;
using Xunit;

namespace Appliance.Tests.Signalling;

/// <summary>The calling side, by a peer that does as a test says (RFC 3261 §9.1, §13.2).</summary>
public sealed class UacTests
{
    private readonly VirtualNetwork _network = new();
    private readonly Rig _us;
    private readonly RawPeer _peer;

    public UacTests()
    {
        _us = new Rig(_network, "10.0.0.1:5060");
        _peer = new RawPeer(_network, "10.0.0.9:5062", _us.Port);
    }

    private static string Sdp => Encoding.ASCII.GetString(Rig.Answer);

    private InviteSession Call(byte[]? sdp = null)
    {
        InviteSession session = _us.Call("sip:bob@10.0.0.9:5062", sdp);
        _network.Run(0.1);
        return session;
    }

    private InviteSession Established(string extra = "")
    {
        InviteSession session = Call();
        _peer.Respond(_peer.Heard1("INVITE"), 200, "a", extra, Sdp);
        _network.Run(0.1);
        Assert.True(session.IsConfirmed);
        return session;
    }

    [Fact]
    public void An_INVITE_of_ours_is_whole()
    {
        InviteSession session = _us.Agent.Invite(new OutgoingInvite
        {
            Target = "sip:bob@10.0.0.9:5062;transport=udp;x=1",
            FromUser = "al ice",
            FromDisplay = "A \"B\"",
            Sdp = Rig.Offer,
            Headers = [new("P-Test", "1")],
        });
        _network.Run(0.1);
        SipMessage invite = _peer.Heard1("INVITE");
        Assert.Equal("sip:bob@10.0.0.9:5062;transport=udp;x=1", Encoding.ASCII.GetString(invite.RequestUri));
        Assert.StartsWith("\"A \\\"B\\\"\" <sip:al%20ice@10.0.0.1>;tag=0.", invite.GetString(SipHeaderId.From), StringComparison.Ordinal);
        Assert.Equal("<sip:bob@10.0.0.9:5062>", invite.GetString(SipHeaderId.To));
        Assert.Equal("<sip:al%20ice@10.0.0.1:5060>", invite.GetString(SipHeaderId.Contact));
        Assert.Equal("1", Encoding.ASCII.GetString(invite.Find("P-Test"u8)));
        Assert.Equal(70, invite.MaxForwards);
        Assert.True(invite.Lists(SipHeaderId.Supported, "timer"u8));
        Assert.StartsWith("0.", session.CallId, StringComparison.Ordinal);
        Assert.Equal(Rig.Offer, invite.Body.ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_is_to_start_no_session_timer_is_not_told_that_we_know_them(bool reliable)
    {
        var terms = new SessionTerms { SessionExpires = TimeSpan.Zero, Reliable = reliable ? ReliableProvisional.Supported : ReliableProvisional.Off };
        _us.Agent.Invite(new OutgoingInvite { Target = "sip:bob@10.0.0.9:5062", FromUser = "al", Sdp = Rig.Offer, Terms = terms });
        _network.Run(0.1);
        SipMessage invite = _peer.Heard1("INVITE");
        Assert.Equal(reliable ? "100rel" : null, invite.GetString(SipHeaderId.Supported));
        Assert.False(invite.Has(SipHeaderId.SessionExpires));
    }

    [Fact]
    public void A_200_is_acknowledged_as_often_as_it_comes()
    {
        InviteSession session = Call();
        List<int> progress = [];
        session.OnProgress = (status, _) => progress.Add(status);
        SipMessage invite = _peer.Heard1("INVITE");
        _peer.Respond(invite, 100);
        _peer.Respond(invite, 180, "a");
        _network.Run(0.1);
        _peer.Respond(invite, 200, "a", body: Sdp);
        _network.Run(0.1);
        Assert.Equal([180], progress);
        Assert.Equal((InviteOutcome.Accepted, 200), (Rig.Done(session.Result).Outcome, Rig.Done(session.Result).Status));
        Assert.Equal(Sdp, Rig.Text(Rig.Done(session.Result).Sdp));
        Assert.Equal(1, _peer.CountHeard("ACK"));
        _peer.Respond(invite, 200, "a", body: Sdp);
        _network.Run(0.1);
        Assert.Equal(2, _peer.CountHeard("ACK"));
        SipMessage ack = _peer.Heard1("ACK");
        Assert.Equal(1u, ack.CSeqNumber);
        Assert.NotEqual(invite.TopBranch.ToArray(), ack.TopBranch.ToArray());
        Assert.Equal("sip:raw@10.0.0.9:5062", Encoding.ASCII.GetString(ack.RequestUri));
    }

    [Fact]
    public void The_other_branches_of_a_fork_get_ACK_and_BYE()
    {
        InviteSession session = Call();
        SipMessage invite = _peer.Heard1("INVITE");
        _peer.Respond(invite, 180, "a");
        _peer.Respond(invite, 180, "b");
        _peer.Respond(invite, 200, "b", body: Sdp);
        _network.Run(0.1);
        _peer.Respond(invite, 200, "a", body: Sdp);
        _network.Run(0.1);
        SipMessage bye = _peer.Heard1("BYE");
        Assert.Equal("a", Encoding.ASCII.GetString(bye.ToTag));
        Assert.Equal(2, _peer.CountHeard("ACK"));
        _peer.Respond(invite, 200, "a", body: Sdp);
        _network.Run(0.1);
        Assert.Equal((3, 1), (_peer.CountHeard("ACK"), _peer.CountHeard("BYE")));
        Assert.True(session.IsConfirmed);
        _peer.Respond(bye, 200);
        session.Bye();
        _network.Run(0.1);
        Assert.Equal("b", Encoding.ASCII.GetString(_peer.Heard1("BYE").ToTag));
        _peer.Respond(_peer.Heard1("BYE"), 200);
        _network.Run(40);
        _us.AssertEmpty();
    }

    [Fact]
    public void CANCEL_waits_for_a_provisional_response_and_shares_the_branch()
    {
        InviteSession session = Call();
        session.Cancel("SIP;cause=200");
        _network.Run(0.1);
        Assert.Equal(0, _peer.CountHeard("CANCEL"));
        Assert.Equal(InviteOutcome.Cancelled, Rig.Done(session.Result).Outcome);
        SipMessage invite = _peer.Heard1("INVITE");
        _peer.Respond(invite, 180, "a");
        _network.Run(0.1);
        SipMessage cancel = _peer.Heard1("CANCEL");
        Assert.Equal(invite.TopBranch.ToArray(), cancel.TopBranch.ToArray());
        Assert.Equal((1u, SipMethod.Cancel), (cancel.CSeqNumber, cancel.CSeqMethod));
        Assert.Equal("SIP;cause=200", cancel.GetString(SipHeaderId.Reason));
        Assert.True(cancel.ToTag.IsEmpty);
        _peer.Respond(cancel, 200, "a");
        _peer.Respond(invite, 487, "a");
        _network.Run(0.1);
        Assert.Equal(invite.TopBranch.ToArray(), _peer.Heard1("ACK").TopBranch.ToArray());
        _network.Run(40);
        _us.AssertEmpty();
    }

    [Fact]
    public void A_200_that_crosses_the_CANCEL_gets_ACK_and_BYE()
    {
        InviteSession session = Call();
        SipMessage invite = _peer.Heard1("INVITE");
        _peer.Respond(invite, 180, "a");
        _network.Run(0.1);
        session.Cancel();
        _peer.Respond(invite, 200, "a", body: Sdp);
        _network.Run(0.1);
        Assert.Equal((1, 1, 1), (_peer.CountHeard("CANCEL"), _peer.CountHeard("ACK"), _peer.CountHeard("BYE")));
        Assert.Equal(487, session.End!.Status);
        Assert.False(session.IsConfirmed);
        _peer.Respond(_peer.Heard1("CANCEL"), 200, "a");
        _peer.Respond(_peer.Heard1("BYE"), 200);
        _network.Run(80);
        _us.AssertEmpty();
    }

    [Fact]
    public void A_cancelled_INVITE_without_any_answer_is_forgotten_after_64_T1()
    {
        InviteSession session = Call();
        _peer.Respond(_peer.Heard1("INVITE"), 180, "a");
        _network.Run(0.1);
        session.Cancel();
        _network.Run(40);
        _us.AssertEmpty();
    }

    [Fact]
    public void No_answer_at_all_is_408_after_64_T1()
    {
        InviteSession session = _us.Call("sip:bob@10.0.0.77");
        _network.Run(31.9);
        Assert.False(session.Result.IsCompleted);
        _network.Run(0.2);
        Assert.Equal((InviteOutcome.TimedOut, 408), (Rig.Done(session.Result).Outcome, Rig.Done(session.Result).Status));
        Assert.Equal(7, _network.Count("INVITE"));
        _us.AssertEmpty();
    }

    [Fact]
    public void Endless_ringing_is_cancelled_at_the_limit()
    {
        InviteSession session = Call();
        _peer.Respond(_peer.Heard1("INVITE"), 180, "a");
        _network.Run(241);
        Assert.Equal(InviteOutcome.TimedOut, Rig.Done(session.Result).Outcome);
        Assert.True(_peer.CountHeard("CANCEL") > 0);
    }

    [Theory]
    [InlineData(302)]
    [InlineData(401)]
    [InlineData(407)]
    [InlineData(486)]
    [InlineData(603)]
    public void A_refusal_is_acknowledged_and_reported(int status)
    {
        InviteSession session = Call();
        _peer.Respond(_peer.Heard1("INVITE"), status, "a", "Reason: Q.850;cause=17;text=\"busy\"");
        _network.Run(0.1);
        InviteResult result = Rig.Done(session.Result);
        Assert.Equal((InviteOutcome.Rejected, status, 17), (result.Outcome, result.Status, result.Q850Cause));
        Assert.Equal(1, _peer.CountHeard("ACK"));
        Assert.Equal((SessionEndBy.Remote, status), (session.End!.By, session.End.Status));
        _network.Run(40);
        _us.AssertEmpty();
    }

    [Fact]
    public void A_delayed_offer_is_answered_in_the_ACK()
    {
        InviteSession session = Call([]);
        SipMessage invite = _peer.Heard1("INVITE");
        Assert.True(invite.Body.IsEmpty);
        _peer.Respond(invite, 200, "a", body: Encoding.ASCII.GetString(Rig.Offer));
        _network.Run(0.1);
        Assert.Equal(Rig.Offer, Rig.Done(session.Result).Sdp.ToArray());
        Assert.Equal(0, _peer.CountHeard("ACK"));
        session.AckWith(Rig.Answer);
        _network.Run(0.1);
        Assert.Equal(Rig.Answer, _peer.Heard1("ACK").Body.ToArray());
        _peer.Respond(invite, 200, "a", body: Encoding.ASCII.GetString(Rig.Offer));
        _network.Run(0.1);
        Assert.Equal(2, _peer.CountHeard("ACK"));
    }

    [Fact]
    public void Hanging_up_before_the_delayed_answer_sends_ACK_then_BYE()
    {
        InviteSession session = Call([]);
        _peer.Respond(_peer.Heard1("INVITE"), 200, "a", body: Encoding.ASCII.GetString(Rig.Offer));
        _network.Run(0.1);
        session.Terminate();
        _network.Run(0.1);
        Assert.Equal((1, 1), (_peer.CountHeard("ACK"), _peer.CountHeard("BYE")));
        Assert.Contains("m=audio 0 RTP/AVP 0\r\n", Encoding.ASCII.GetString(_peer.Heard1("ACK").Body), StringComparison.Ordinal);
    }

    [Fact]
    public void The_delayed_offer_of_a_further_branch_is_answered_with_no_stream_and_hung_up()
    {
        InviteSession session = Call([]);
        SipMessage invite = _peer.Heard1("INVITE");
        _peer.Respond(invite, 200, "a", body: Encoding.ASCII.GetString(Rig.Offer));
        _network.Run(0.1);
        session.AckWith(Rig.Answer);
        _peer.Respond(invite, 200, "b", body: Encoding.ASCII.GetString(Rig.Offer) + "m=video 4002 RTP/AVP 31\r\n");
        _network.Run(0.1);
        SipMessage second = _peer.Heard.Last(message => message.IsRequest && message.Method == SipMethod.Ack);
        Assert.Equal("b", Encoding.ASCII.GetString(second.ToTag));
        string answer = Encoding.ASCII.GetString(second.Body);
        Assert.Equal(["m=audio 0 RTP/AVP 0", "m=video 0 RTP/AVP 31"], answer.Split("\r\n").Where(line => line.StartsWith("m=", StringComparison.Ordinal)));
        Assert.Equal("b", Encoding.ASCII.GetString(_peer.Heard1("BYE").ToTag));
        Assert.True(session.IsConfirmed);
    }

    [Fact]
    public void Names_are_resolved_and_the_next_address_is_tried_when_one_is_dead()
    {
        _us.Port.Names["pbx.example"] = [IPAddress.Parse("10.0.0.77"), IPAddress.Parse("10.0.0.9")];
        InviteSession session = _us.Call("sip:bob@pbx.example:5062");
        _network.Run(33);
        SipMessage invite = _peer.Heard1("INVITE");
        _peer.Respond(invite, 200, "a", body: Sdp);
        _network.Run(0.1);
        Assert.True(Rig.Done(session.Result).IsAccepted);
    }

    [Theory]
    [InlineData("sip:bob@nowhere.example")]
    [InlineData("sip:bob@x.invalid")]
    [InlineData("tel:123")]
    [InlineData("sip:bob@10.0.0.9;transport=carrier-pigeon")]
    [InlineData("rubbish")]
    public void Without_a_way_to_the_target_the_call_fails_with_503(string target)
    {
        InviteSession session = _us.Call(target);
        _network.Run(0.1);
        Assert.Equal((InviteOutcome.TransportFailed, 503), (Rig.Done(session.Result).Outcome, Rig.Done(session.Result).Status));
        _us.AssertEmpty();
    }

    [Fact]
    public void A_long_request_goes_over_TCP_and_back_to_UDP_when_that_is_refused()
    {
        byte[] sdp = Encoding.ASCII.GetBytes("v=0\r\n" + new string('x', 1400));
        _us.Port.Refusing.Add(IPEndPoint.Parse("10.0.0.9:5062"));
        _us.Call("sip:bob@10.0.0.9:5062", sdp);
        _network.Run(0.2);
        Assert.Equal(["TCP", "UDP"], _peer.Heard.Select(m =>
        {
            Assert.True(m.TryGetTopVia(out Sip.Core.Grammar.Via via));
            return Encoding.ASCII.GetString(via.Transport);
        }));
        Tandem.Net.SipFlow found = _us.Port.Open(Tandem.Net.SipTransport.Udp, IPEndPoint.Parse("10.0.0.9:5062"), null)!;
        _us.Agent.Invite(new OutgoingInvite { Target = "sip:bob@10.0.0.9:5062", FromUser = "a", Flow = found, StaysOnFlow = false, Sdp = sdp });
        _network.Run(0.2);
        Assert.Equal(4, _peer.Heard.Count);
        _us.Call("sip:bob@10.0.0.9:5062;transport=udp", sdp);
        _network.Run(0.2);
        Assert.Equal("SIP/2.0/UDP", _peer.Last.GetString(SipHeaderId.Via)![..11]);
    }

    [Fact]
    public void A_connection_that_fails_fails_the_call_with_503()
    {
        _us.Port.Refusing.Add(IPEndPoint.Parse("10.0.0.9:5070"));
        InviteSession session = _us.Call("sip:bob@10.0.0.9:5070;transport=tcp");
        _network.Run(0.1);
        Assert.Equal(InviteOutcome.TransportFailed, Rig.Done(session.Result).Outcome);
        _us.AssertEmpty();
    }

    [Fact]
    public void A_422_raises_the_interval_and_tries_again()
    {
        var us = new Rig(_network, "10.0.0.2:5060", new UserAgentOptions { SessionExpires = TimeSpan.FromSeconds(300) });
        var peer = new RawPeer(_network, "10.0.0.8:5060", us.Port);
        InviteSession session = us.Call("sip:bob@10.0.0.8");
        _network.Run(0.1);
        Assert.Equal("300", peer.Heard1("INVITE").GetString(SipHeaderId.SessionExpires));
        peer.Respond(peer.Heard1("INVITE"), 422, "a", "Min-SE: 600");
        _network.Run(0.1);
        SipMessage again = peer.Heard1("INVITE");
        Assert.Equal(("600", "600", 2u), (again.GetString(SipHeaderId.SessionExpires), again.GetString(SipHeaderId.MinSE), again.CSeqNumber));
        Assert.False(session.Result.IsCompleted);
        peer.Respond(again, 200, "a", body: Sdp);
        _network.Run(0.1);
        Assert.True(session.IsConfirmed);
    }

    [Fact]
    public void A_strict_router_takes_the_Request_URI()
    {
        InviteSession session = Established("Record-Route: <sip:far.example;lr>, <sip:10.0.0.9:5062>");
        session.Bye();
        _network.Run(0.1);
        SipMessage bye = _peer.Heard1("BYE");
        List<string> routes = [];
        foreach (ReadOnlySpan<byte> route in bye.All(SipHeaderId.Route)) routes.Add(Encoding.ASCII.GetString(route));
        Assert.Equal("sip:10.0.0.9:5062", Encoding.ASCII.GetString(bye.RequestUri));
        Assert.Equal(["<sip:far.example;lr>", "<sip:raw@10.0.0.9:5062>"], routes);
    }

    [Fact]
    public void A_BYE_without_an_answer_still_ends()
    {
        InviteSession session = Established();
        session.Bye();
        _network.Run(80);
        Assert.Equal(11, _peer.CountHeard("BYE"));
        _us.AssertEmpty();
    }

    [Fact]
    public void An_early_dialog_is_refreshed_by_an_UPDATE_and_takes_no_offer()
    {
        InviteSession session = Call();
        SipMessage invite = _peer.Heard1("INVITE");
        _peer.Respond(invite, 183, "early");
        _network.Run(0.1);
        string tag = Encoding.ASCII.GetString(invite.FromTag);
        string head = $"""
            Via: SIP/2.0/UDP 10.0.0.9:5062;branch=z9hG4bKu%;rport
            From: <sip:bob@10.0.0.9:5062>;tag=early
            To: {invite.GetString(SipHeaderId.From)}
            Call-ID: {session.CallId}
            CSeq: % UPDATE
            Contact: <sip:moved@10.0.0.9:5062>
            """;
        _peer.Send($"UPDATE sip:alice@10.0.0.1 SIP/2.0\n{head.Replace("%", "1", StringComparison.Ordinal)}");
        _network.Run(0.1);
        Assert.Equal(200, _peer.Last.StatusCode);
        _peer.Send($"UPDATE sip:alice@10.0.0.1 SIP/2.0\n{head.Replace("%", "2", StringComparison.Ordinal)}\nContent-Type: application/sdp\n\nv=0");
        _network.Run(0.1);
        Assert.Equal(491, _peer.Last.StatusCode);
        Assert.Empty(_us.Log.Failures);
        Assert.NotEmpty(tag);
    }

    [Fact]
    public void The_end_of_the_appliance_ends_every_session_as_its_state_asks_for()
    {
        InviteSession talking = Established(), ringing = Call();
        _peer.Respond(_peer.Heard1("INVITE"), 180, "r");
        _peer.Request("INVITE", 1, "in", body: Sdp);
        _network.Run(0.1);
        _us.Agent.TerminateAll("SIP;cause=503");
        _network.Run(0.1);
        Assert.Equal((1, 1, 1), (_peer.CountHeard("BYE"), _peer.CountHeard("CANCEL"), _peer.CountHeard("503")));
        Assert.All([talking, ringing, _us.Calls[0]], session => Assert.Equal(SessionEndBy.Local, session.End!.By));
    }

    [Theory]
    [InlineData("sip:bob@10.0.0.9:5062;transport=tcp", "<sip:alice@10.0.0.1:5060;transport=tcp>", "SIP/2.0/TCP")]
    [InlineData("sip:bob@10.0.0.9:5062;transport=tls", "<sip:alice@10.0.0.1:5060;transport=tls>", "SIP/2.0/TLS")]
    [InlineData("sips:bob@10.0.0.9:5062", "<sips:alice@10.0.0.1:5060>", "SIP/2.0/TLS")]
    public void The_Contact_is_for_the_transport_of_the_peer(string target, string contact, string via)
    {
        _us.Call(target);
        _network.Run(0.1);
        SipMessage invite = _peer.Heard1("INVITE");
        Assert.Equal(contact, invite.GetString(SipHeaderId.Contact));
        Assert.StartsWith(via, invite.GetString(SipHeaderId.Via), StringComparison.Ordinal);
    }

    [Fact]
    public void A_call_to_a_registered_contact_stays_on_its_flow_whatever_the_phone_says()
    {
        Tandem.Net.SipFlow flow = _us.Port.Open(Tandem.Net.SipTransport.Udp, IPEndPoint.Parse("10.0.0.9:5062"), null)!;
        InviteSession session = _us.Agent.Invite(new OutgoingInvite { Target = "sip:bob@192.168.1.5:5099", FromUser = "a", Flow = flow, Sdp = Rig.Offer });
        _network.Run(0.1);
        _peer.Respond(_peer.Heard1("INVITE"), 200, "a", "Contact: <sip:bob@192.168.1.5:5099>", Sdp);
        _network.Run(0.1);
        Assert.Equal("sip:bob@192.168.1.5:5099", Encoding.ASCII.GetString(_peer.Heard1("ACK").RequestUri));
        session.Bye();
        _network.Run(0.1);
        Assert.Equal(1, _peer.CountHeard("BYE"));
    }

    [Fact]
    public void A_call_to_an_address_goes_by_Contact_from_the_ACK_on()
    {
        var elsewhere = new RawPeer(_network, "10.0.0.8:5064", _us.Port);
        Tandem.Net.SipFlow flow = _us.Port.Open(Tandem.Net.SipTransport.Udp, IPEndPoint.Parse("10.0.0.9:5062"), null)!;
        InviteSession session = _us.Agent.Invite(new OutgoingInvite
        {
            Target = "sip:bob@10.0.0.9:5062",
            FromUser = "a",
            Flow = flow,
            StaysOnFlow = false,
            Sdp = Rig.Offer,
        });
        _network.Run(0.1);
        _peer.Respond(_peer.Heard1("INVITE"), 200, "a", "Contact: <sip:bob@10.0.0.8:5064>", Sdp);
        _network.Run(0.1);
        session.Bye();
        _network.Run(0.1);
        Assert.Equal((1, 1, 0), (elsewhere.CountHeard("ACK"), elsewhere.CountHeard("BYE"), _peer.CountHeard("ACK")));
    }

    [Fact]
    public void A_header_with_a_line_break_is_our_bug()
    {
        Assert.Throws<ArgumentException>(() => _us.Agent.Invite(new OutgoingInvite
        {
            Target = "sip:bob@10.0.0.9",
            FromUser = "a",
            Headers = [new("X", "1\r\nEvil: 2")],
        }));
    }
}
