using System.Text;
using Sip.Core.Messages;
using Tandem.Signalling;
using Xunit;

namespace Appliance.Tests.Signalling;

/// <summary>The called side, by a peer that does as a test says (RFC 3261 §8.2, §13.3, §15).</summary>
public sealed class UasTests
{
    private readonly VirtualNetwork _network = new();
    private readonly Rig _us;
    private readonly RawPeer _peer;

    public UasTests()
    {
        _us = new Rig(_network, "10.0.0.1:5060");
        _peer = new RawPeer(_network, "10.0.0.9:5062", _us.Port);
    }

    private string OurTag => Encoding.ASCII.GetString(_peer.Last.ToTag);

    private static string Sdp => Encoding.ASCII.GetString(Rig.Offer);

    private InviteSession Ring(string extra = "")
    {
        _peer.Request("INVITE", 1, "inv", extra: extra, body: Sdp);
        _network.Run(0.1);
        Assert.Empty(_us.Log.Failures);
        return Assert.Single(_us.Calls);
    }

    private InviteSession Answered(string extra = "")
    {
        InviteSession session = Ring(extra);
        _ = session.AcceptAsync(Rig.Answer);
        _network.Run(0.1);
        _peer.Request("ACK", 1, "ack", OurTag);
        _network.Run(0.1);
        Assert.True(session.IsConfirmed);
        return session;
    }

    [Fact]
    public void An_INVITE_gets_100_at_once_and_becomes_a_session()
    {
        InviteSession session = Ring();
        Assert.Equal(100, _peer.Last.StatusCode);
        Assert.True(_peer.Last.ToTag.IsEmpty);
        Assert.True(_peer.At[0] < TimeSpan.FromMilliseconds(20));
        Assert.Equal(("9999", "raw", "Raw", "raw@peer"), (session.RequestUserPart, session.FromUser, session.FromDisplay, session.CallId));
        Assert.Equal(Sdp, Rig.Text(session.RemoteSdp));
        Assert.Equal(69, session.NextMaxForwards);
        Assert.Equal("\"Raw\" <sip:raw@10.0.0.9:5062>;tag=peer", session.RemoteHeader("from"));
    }

    [Fact]
    public void A_200_is_resent_from_T1_doubling_to_T2_until_the_ACK()
    {
        InviteSession session = Ring();
        Task<ReadOnlyMemory<byte>> accepted = session.AcceptAsync(Rig.Answer);
        TimeSpan start = _network.Now;
        _network.Run(4);
        Assert.Equal(4, _peer.CountHeard("200"));    // 0, 0.5, 1.5, 3.5
        Assert.False(accepted.IsCompleted);
        _peer.Request("ACK", 1, "ack", OurTag);
        _network.Run(40);
        Assert.True(accepted.IsCompletedSuccessfully);
        Assert.Equal(4, _peer.CountHeard("200"));
        Assert.Equal([0.0, 0.5, 1.5, 3.5], _peer.At.Skip(1).Select(t => Math.Round((t - start).TotalSeconds, 1)));
    }

    [Fact]
    public void Without_an_ACK_the_session_ends_with_BYE_after_64_T1()
    {
        InviteSession session = Ring();
        Task<ReadOnlyMemory<byte>> accepted = session.AcceptAsync(Rig.Answer);
        _network.Run(31.9);
        Assert.Equal(0, _peer.CountHeard("BYE"));
        _network.Run(0.2);
        Assert.Equal(1, _peer.CountHeard("BYE"));
        Assert.Equal(new SessionEnd(SessionEndBy.Timeout, 408, "No ACK"), session.End);
        Assert.True(accepted.IsCanceled);
        Assert.True(session.Ended.IsCancellationRequested);
        _peer.Respond(_peer.Heard1("BYE"), 200);
        _network.Run(40);
        _us.AssertEmpty();
    }

    [Fact]
    public void CANCEL_gets_200_and_the_INVITE_487_with_one_tag()
    {
        InviteSession session = Ring();
        session.Progress(180);
        _network.Run(0.1);
        Assert.Equal(180, _peer.Last.StatusCode);
        string tag = OurTag;
        _peer.Send("""
            CANCEL sip:9999@10.0.0.1 SIP/2.0
            Via: SIP/2.0/UDP 10.0.0.9:5062;branch=z9hG4bKinv;rport
            From: "Raw" <sip:raw@10.0.0.9:5062>;tag=peer
            To: <sip:9999@10.0.0.1>
            Call-ID: raw@peer
            CSeq: 1 CANCEL
            Reason: SIP;cause=200;text="Call completed elsewhere"
            """);
        _network.Run(0.1);
        SipMessage ok = _peer.Heard1("200"), terminated = _peer.Heard1("487");
        Assert.Equal((SipMethod.Cancel, SipMethod.Invite), (ok.CSeqMethod, terminated.CSeqMethod));
        Assert.Equal((tag, tag), (Encoding.ASCII.GetString(ok.ToTag), Encoding.ASCII.GetString(terminated.ToTag)));
        Assert.Equal((SessionEndBy.Remote, 487), (session.End!.By, session.End.Status));
        Assert.Contains("elsewhere", session.End.Reason, StringComparison.Ordinal);
        _peer.Request("ACK", 1, "inv", tag);
        _network.Run(40);
        Assert.Equal(1, _peer.CountHeard("487"));
        _us.AssertEmpty();
    }

    [Fact]
    public void A_CANCEL_of_nothing_gets_481_and_one_after_the_200_changes_nothing()
    {
        _peer.Request("CANCEL", 7, "none");
        _network.Run(0.1);
        Assert.Equal(481, _peer.Last.StatusCode);
        InviteSession session = Answered();
        _peer.Request("CANCEL", 1, "inv");
        _network.Run(0.1);
        Assert.Equal((200, SipMethod.Cancel), (_peer.Last.StatusCode, _peer.Last.CSeqMethod));
        Assert.True(session.IsConfirmed);
    }

    [Fact]
    public void A_resent_INVITE_gets_the_last_provisional_response_again_and_no_second_session()
    {
        InviteSession session = Ring();
        session.Progress(183, Rig.Answer);
        _peer.Request("INVITE", 1, "inv", body: Sdp);
        _network.Run(0.1);
        Assert.Equal([100, 183, 183], _peer.Heard.Select(m => m.StatusCode));
        Assert.Single(_us.Calls);
    }

    [Fact]
    public void A_180_is_sent_again_each_minute()
    {
        InviteSession session = Ring();
        session.Progress(180);
        _network.Run(150);
        Assert.Equal(3, _peer.CountHeard("180"));
    }

    [Fact]
    public void A_refusal_is_resent_until_its_ACK_and_leaves_nothing()
    {
        InviteSession session = Ring();
        session.Reject(486);
        _network.Run(2);
        Assert.Equal(3, _peer.CountHeard("486"));
        _peer.Request("ACK", 1, "inv", OurTag);
        _network.Run(40);
        Assert.Equal(3, _peer.CountHeard("486"));
        Assert.Equal((SessionEndBy.Local, 486), (session.End!.By, session.End.Status));
        _us.AssertEmpty();
    }

    [Fact]
    public void BYE_ends_the_session_and_a_second_one_gets_481()
    {
        InviteSession session = Answered();
        _peer.Request("BYE", 2, "bye", OurTag, "Reason: Q.850;cause=16");
        _network.Run(0.1);
        Assert.Equal(200, _peer.Last.StatusCode);
        Assert.Equal(new SessionEnd(SessionEndBy.Remote, 200, "Q.850;cause=16"), session.End);
        _peer.Request("BYE", 3, "bye2", OurTag);
        _network.Run(0.1);
        Assert.Equal(481, _peer.Last.StatusCode);
        _network.Run(40);
        _us.AssertEmpty();
    }

    [Fact]
    public void BYE_before_the_answer_refuses_the_INVITE_with_487()
    {
        InviteSession session = Ring();
        session.Progress(180);
        _network.Run(0.1);
        _peer.Request("BYE", 2, "bye", OurTag);
        _network.Run(0.1);
        Assert.Equal(1, _peer.CountHeard("200"));
        Assert.Equal(1, _peer.CountHeard("487"));
        Assert.Equal(SessionEndBy.Remote, session.End!.By);
    }

    [Fact]
    public void Our_BYE_waits_for_the_ACK_and_carries_the_reason()
    {
        InviteSession session = Ring();
        _ = session.AcceptAsync(Rig.Answer);
        session.Bye("Q.850;cause=16");
        _network.Run(0.3);
        Assert.Equal(SessionEndBy.Local, session.End!.By);
        Assert.Equal(0, _peer.CountHeard("BYE"));
        _peer.Request("ACK", 1, "ack", OurTag);
        _network.Run(0.1);
        SipMessage bye = _peer.Heard1("BYE");
        Assert.Equal("Q.850;cause=16", bye.GetString(SipHeaderId.Reason));
        Assert.Equal("sip:raw@10.0.0.9:5062", Encoding.ASCII.GetString(bye.RequestUri));
        Assert.Equal("peer", Encoding.ASCII.GetString(bye.ToTag));
        _peer.Respond(bye, 200);
        _network.Run(40);
        _us.AssertEmpty();
    }

    [Fact]
    public void The_answer_to_our_delayed_offer_comes_with_the_ACK()
    {
        _peer.Request("INVITE", 1, "inv");
        _network.Run(0.1);
        InviteSession session = Assert.Single(_us.Calls);
        Assert.True(session.RemoteSdp.IsEmpty);
        Task<ReadOnlyMemory<byte>> accepted = session.AcceptAsync(Rig.Offer);
        _network.Run(0.1);
        _peer.Request("ACK", 1, "ack", OurTag, body: Encoding.ASCII.GetString(Rig.Answer));
        _network.Run(0.1);
        Assert.True(accepted.IsCompletedSuccessfully);
        Assert.Equal(Encoding.ASCII.GetString(Rig.Answer), Rig.Text(session.RemoteSdp));
    }

    [Theory]
    [InlineData("application/dtmf-relay", "Signal=1\r\nDuration=160", 200)]
    [InlineData("application/dtmf", "1", 200)]
    [InlineData("text/plain", "hello", 415)]
    public void INFO_in_a_dialog_is_answered_by_its_content(string type, string body, int status)
    {
        Answered();
        _peer.Request("INFO", 2, "info", OurTag, $"Content-Type: {type}\nContent-Disposition: render;handling=optional\n\n{body}");
        _network.Run(0.1);
        Assert.Equal(status, _peer.Last.StatusCode);
    }

    [Fact]
    public void INFO_reaches_the_call_and_one_without_a_dialog_gets_481()
    {
        InviteSession session = Answered();
        List<string> heard = [];
        session.OnInfo = (type, body) =>
        {
            heard.Add($"{type}:{Encoding.ASCII.GetString(body.Span)}");
            return 200;
        };
        string tag = OurTag;
        _peer.Request("INFO", 2, "info", tag, "Content-Type: application/dtmf-relay\n\nSignal=5");
        _network.Run(0.1);
        Assert.Equal("application/dtmf-relay:Signal=5", Assert.Single(heard).Trim());
        _peer.Request("INFO", 3, "info2", "nobody", "Content-Type: application/dtmf-relay\n\nSignal=5");
        _network.Run(0.1);
        Assert.Equal(481, _peer.Last.StatusCode);
    }

    [Fact]
    public void A_request_out_of_order_gets_500()
    {
        Answered();
        string tag = OurTag;
        _peer.Request("OPTIONS", 9, "o1", tag);
        _network.Run(0.1);
        Assert.Equal(200, _peer.Last.StatusCode);
        _peer.Request("OPTIONS", 8, "o2", tag);
        _network.Run(0.1);
        Assert.Equal(500, _peer.Last.StatusCode);
    }

    [Fact]
    public void Responses_carry_received_and_rport_and_requests_go_where_packets_come_from()
    {
        _peer.Send("""
            INVITE sip:9999@10.0.0.1 SIP/2.0
            Via: SIP/2.0/UDP phone.invalid;branch=z9hG4bKnat;rport
            From: <sip:raw@phone.invalid>;tag=peer
            To: <sip:9999@10.0.0.1>
            Call-ID: raw@peer
            CSeq: 1 INVITE
            Contact: <sip:raw@192.168.1.7:5066>
            Content-Type: application/sdp

            v=0
            """);
        _network.Run(0.1);
        Assert.True(_peer.Last.TryGetTopVia(out Sip.Core.Grammar.Via via));
        Assert.Equal(("10.0.0.9", 5062), (Encoding.ASCII.GetString(via.Received), via.RPort));
        InviteSession session = Assert.Single(_us.Calls);
        _ = session.AcceptAsync(Rig.Answer);
        _network.Run(0.1);
        _peer.Request("ACK", 1, "ack", OurTag);
        _network.Run(0.1);
        session.Bye();
        _network.Run(0.1);
        Assert.Equal("sip:raw@192.168.1.7:5066", Encoding.ASCII.GetString(_peer.Heard1("BYE").RequestUri));
    }

    [Fact]
    public void Without_rport_a_true_sent_by_port_is_where_responses_go()
    {
        var elsewhere = new RawPeer(_network, "10.0.0.9:5099", _us.Port);
        _peer.Send("""
            OPTIONS sip:9999@10.0.0.1 SIP/2.0
            Via: SIP/2.0/UDP 10.0.0.9:5099;branch=z9hG4bKport
            From: <sip:raw@10.0.0.9>;tag=peer
            To: <sip:9999@10.0.0.1>
            Call-ID: raw@peer
            CSeq: 1 OPTIONS
            """);
        _network.Run(0.1);
        Assert.Equal(200, elsewhere.Last.StatusCode);
        Assert.Empty(_peer.Heard);
    }

    [Fact]
    public void Record_Route_is_returned_and_loose_routing_is_followed()
    {
        InviteSession session = Answered("Record-Route: <sip:10.0.0.9:5062;lr>, <sip:p2.example;lr>");
        SipMessage ok = _peer.Heard1("200");
        List<string> recorded = [];
        foreach (ReadOnlySpan<byte> route in ok.All(SipHeaderId.RecordRoute)) recorded.Add(Encoding.ASCII.GetString(route));
        Assert.Equal(["<sip:10.0.0.9:5062;lr>", "<sip:p2.example;lr>"], recorded);
        session.Bye();
        _network.Run(0.1);
        List<string> routes = [];
        foreach (ReadOnlySpan<byte> route in _peer.Heard1("BYE").All(SipHeaderId.Route)) routes.Add(Encoding.ASCII.GetString(route));
        Assert.Equal(recorded, routes);
    }

    [Fact]
    public void The_Contact_is_ours_and_names_what_was_dialled()
    {
        Answered();
        Assert.Equal("<sip:9999@10.0.0.1:5060>", _peer.Heard1("200").GetString(SipHeaderId.Contact));
    }
}
