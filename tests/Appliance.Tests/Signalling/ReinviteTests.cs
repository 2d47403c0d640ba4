using System.Text;
using Sip.Core.Messages;
using Tandem.Signalling;
using Xunit;

namespace Appliance.Tests.Signalling;

/// <summary>Changes of a session both ways, glare, UPDATE and session timers (RFC 3261 §14, RFC 3311, RFC 4028).</summary>
public sealed class ReinviteTests
{
    private readonly VirtualNetwork _network = new();
    private readonly Rig _us;
    private readonly RawPeer _peer;
    private string _tag = "";

    public ReinviteTests()
    {
        _us = new Rig(_network, "10.0.0.1:5060");
        _peer = new RawPeer(_network, "10.0.0.9:5062", _us.Port);
    }

    private static string Offer => Encoding.ASCII.GetString(Rig.Offer);

    private InviteSession Answered(string extra = "")
    {
        _peer.Request("INVITE", 1, "inv", extra: extra, body: Offer);
        _network.Run(0.1);
        InviteSession session = Assert.Single(_us.Calls);
        _ = session.AcceptAsync(Rig.Answer);
        _network.Run(0.1);
        _tag = Encoding.ASCII.GetString(_peer.Last.ToTag);
        _peer.Request("ACK", 1, "ack", _tag);
        _network.Run(0.1);
        return session;
    }

    [Fact]
    public void A_re_INVITE_is_answered_by_the_call_and_resent_until_its_ACK()
    {
        InviteSession session = Answered();
        session.OnOffer = offer => SdpReply.Accept(Encoding.ASCII.GetBytes($"answer to {offer.Length}"));
        _peer.Request("INVITE", 2, "re", _tag, body: Offer);
        _network.Run(0.1);
        Assert.Equal((200, $"answer to {Offer.Length}"), (_peer.Last.StatusCode, Encoding.ASCII.GetString(_peer.Last.Body)));
        _network.Run(0.5);
        Assert.Equal(3, _peer.CountHeard("200"));    // the first call's, and this one twice: no ACK yet
        _peer.Request("ACK", 2, "reack", _tag);
        _network.Run(40);
        Assert.True(session.IsConfirmed);
        Assert.Equal(3, _peer.CountHeard("200"));
    }

    [Fact]
    public void A_refused_offer_leaves_the_session_as_it_was()
    {
        InviteSession session = Answered();
        session.OnOffer = _ => SdpReply.Refuse();
        _peer.Request("INVITE", 2, "re", _tag, body: Offer);
        _network.Run(0.1);
        Assert.Equal(488, _peer.Last.StatusCode);
        Assert.True(session.IsConfirmed);
    }

    [Fact]
    public void A_re_INVITE_without_an_offer_gets_ours_and_the_ACK_answers_it()
    {
        InviteSession session = Answered();
        ReadOnlyMemory<byte> heard = default;
        session.OnOffer = offer => offer.IsEmpty ? SdpReply.Accept(Rig.Offer) : SdpReply.Refuse();
        session.OnAnswer = answer => heard = answer;
        _peer.Request("INVITE", 2, "re", _tag);
        _network.Run(0.1);
        Assert.Equal(Rig.Offer, _peer.Last.Body.ToArray());
        _peer.Request("ACK", 2, "reack", _tag, body: Encoding.ASCII.GetString(Rig.Answer));
        _network.Run(0.1);
        Assert.Equal(Rig.Answer, heard.ToArray());
    }

    [Fact]
    public void A_re_INVITE_before_the_ACK_to_the_last_one_gets_491()
    {
        InviteSession session = Answered();
        _peer.Request("INVITE", 2, "re", _tag, body: Offer);
        _network.Run(0.1);
        _peer.Request("INVITE", 3, "re3", _tag, body: Offer);
        _network.Run(0.1);
        Assert.Equal(491, _peer.Last.StatusCode);
        Assert.True(session.IsConfirmed);
    }

    [Fact]
    public void Our_re_INVITE_meets_one_of_theirs_with_491_and_is_tried_again_after_theirs_491()
    {
        InviteSession session = Answered();
        Task<InviteResult> change = session.ReinviteAsync(Rig.Answer);
        _network.Run(0.1);
        SipMessage first = _peer.Heard1("INVITE");
        _peer.Request("INVITE", 2, "re", _tag, body: Offer);
        _network.Run(0.1);
        Assert.Equal(491, _peer.Last.StatusCode);
        _peer.Request("ACK", 2, "re", _tag);
        _peer.Respond(first, 491);
        _network.Run(2.2);    // the called side waits 0–2 s
        SipMessage second = _peer.Heard1("INVITE");
        Assert.Equal(first.CSeqNumber + 1, second.CSeqNumber);
        Assert.False(change.IsCompleted);
        _peer.Respond(second, 200, body: Offer);
        _network.Run(0.1);
        Assert.True(Rig.Done(change).IsAccepted);
        Assert.Equal(second.CSeqNumber, _peer.Heard1("ACK").CSeqNumber);
    }

    [Fact]
    public void Two_changes_wait_for_each_other()
    {
        InviteSession session = Answered();
        Task<InviteResult> first = session.ReinviteAsync("one"u8.ToArray()), second = session.ReinviteAsync("two"u8.ToArray());
        _network.Run(0.1);
        Assert.Equal(1, _peer.CountHeard("INVITE"));
        _peer.Respond(_peer.Heard1("INVITE"), 488);
        _network.Run(0.1);
        Assert.Equal((InviteOutcome.Rejected, 488), (Rig.Done(first).Outcome, Rig.Done(first).Status));
        Assert.Equal("two", Encoding.ASCII.GetString(_peer.Heard1("INVITE").Body));
        _peer.Respond(_peer.Heard1("INVITE"), 200, body: Offer);
        _network.Run(0.1);
        Assert.True(Rig.Done(second).IsAccepted);
        Assert.True(session.IsConfirmed);
    }

    [Fact]
    public void A_481_to_a_re_INVITE_ends_the_session()
    {
        InviteSession session = Answered();
        Task<InviteResult> change = session.ReinviteAsync(Rig.Answer);
        _network.Run(0.1);
        _peer.Respond(_peer.Heard1("INVITE"), 481);
        _network.Run(0.1);
        Assert.Equal(481, Rig.Done(change).Status);
        Assert.Equal((SessionEndBy.Remote, 481), (session.End!.By, session.End.Status));
        Assert.Equal(1, _peer.CountHeard("BYE"));
        _peer.Respond(_peer.Heard1("BYE"), 481);
        _network.Run(40);
        _us.AssertEmpty();
    }

    [Fact]
    public void A_re_INVITE_that_nobody_answers_ends_the_session_with_408()
    {
        InviteSession session = Answered();
        Task<InviteResult> change = session.ReinviteAsync(Rig.Answer);
        _network.Run(33);
        Assert.Equal(InviteOutcome.TimedOut, Rig.Done(change).Outcome);
        Assert.Equal((SessionEndBy.Timeout, 408), (session.End!.By, session.End.Status));
    }

    [Fact]
    public void An_UPDATE_changes_or_refreshes_and_needs_no_ACK()
    {
        InviteSession session = Answered();
        session.OnOffer = _ => SdpReply.Accept(Rig.Answer);
        _peer.Request("UPDATE", 2, "u1", _tag, body: Offer);
        _network.Run(0.1);
        Assert.Equal((200, Rig.Answer.Length), (_peer.Last.StatusCode, _peer.Last.Body.Length));
        _peer.Request("UPDATE", 3, "u2", _tag);
        _network.Run(2);
        Assert.Equal((200, 0), (_peer.Last.StatusCode, _peer.Last.Body.Length));
        Assert.Equal(3, _peer.CountHeard("200"));
        Assert.True(session.IsConfirmed);
    }

    [Fact]
    public void An_interval_of_90_s_is_taken_and_we_refresh_it()
    {
        InviteSession session = Answered("Supported: timer\nSession-Expires: 90\nAllow: INVITE, UPDATE");
        SipMessage ok = _peer.Heard1("200");
        Assert.Equal("90;refresher=uas", ok.GetString(SipHeaderId.SessionExpires));
        _network.Run(45);
        SipMessage update = _peer.Heard1("UPDATE");
        Assert.True(update.Body.IsEmpty);
        Assert.Equal("90;refresher=uac", update.GetString(SipHeaderId.SessionExpires));
        _peer.Respond(update, 200, extra: "Session-Expires: 90;refresher=uac");
        _network.Run(44);
        Assert.Equal(1, _peer.CountHeard("UPDATE"));
        _network.Run(1.4);
        Assert.Equal(2, _peer.CountHeard("UPDATE"));
        Assert.True(session.IsConfirmed);
        _network.Run(40);    // the second one stays without an answer
        Assert.Equal((SessionEndBy.Timeout, 408), (session.End!.By, session.End.Status));
        Assert.True(_peer.CountHeard("BYE") > 0);
    }

    [Fact]
    public void Without_UPDATE_the_refresh_is_a_re_INVITE_with_the_same_SDP()
    {
        InviteSession session = Answered("Supported: timer\nSession-Expires: 120\nAllow: INVITE, BYE");
        _network.Run(60);
        SipMessage invite = _peer.Heard1("INVITE");
        Assert.Equal(Rig.Answer, invite.Body.ToArray());
        _peer.Respond(invite, 200, extra: "Session-Expires: 120;refresher=uac", body: Offer);
        _network.Run(30);
        Assert.Equal(1, _peer.CountHeard("INVITE"));
        Assert.True(session.IsConfirmed);
    }

    [Fact]
    public void A_refresher_that_falls_silent_is_hung_up_on_before_the_interval_ends()
    {
        InviteSession session = Answered("Supported: timer\nSession-Expires: 90;refresher=uac");
        SipMessage ok = _peer.Heard1("200");
        Assert.Equal("90;refresher=uac", ok.GetString(SipHeaderId.SessionExpires));
        Assert.True(ok.Lists(SipHeaderId.Require, "timer"u8));
        _network.Run(40);
        _peer.Request("UPDATE", 2, "u", _tag, "Supported: timer\nSession-Expires: 90;refresher=uac");
        _network.Run(59);
        Assert.True(session.IsConfirmed);
        _network.Run(1.2);
        Assert.Equal(SessionEndBy.Timeout, session.End!.By);
        Assert.Equal(1, _peer.CountHeard("BYE"));
        Assert.Equal("Q.850;cause=102;text=\"Session timer expired\"", _peer.Heard1("BYE").GetString(SipHeaderId.Reason));
    }

    [Fact]
    public void An_interval_under_90_s_gets_422_and_no_call()
    {
        _peer.Request("INVITE", 1, "inv", extra: "Supported: timer\nSession-Expires: 60", body: Offer);
        _network.Run(0.1);
        Assert.Equal((422, "90"), (_peer.Last.StatusCode, _peer.Last.GetString(SipHeaderId.MinSE)));
        Assert.Empty(_us.Calls);
        _peer.Request("ACK", 1, "inv", Encoding.ASCII.GetString(_peer.Last.ToTag));
        _network.Run(40);
        _us.AssertEmpty();
    }

    [Fact]
    public void A_call_without_a_timer_is_refreshed_by_us_and_one_that_is_refused_lives()
    {
        var us = new Rig(_network, "10.0.0.2:5060", new UserAgentOptions { SessionExpires = TimeSpan.FromSeconds(600) });
        var peer = new RawPeer(_network, "10.0.0.8:5062", us.Port);
        peer.Request("INVITE", 1, "inv", body: Offer, uri: "sip:9999@10.0.0.2");
        _network.Run(0.1);
        InviteSession session = Assert.Single(us.Calls);
        _ = session.AcceptAsync(Rig.Answer);
        _network.Run(0.1);
        Assert.Equal("600;refresher=uas", peer.Last.GetString(SipHeaderId.SessionExpires));
        Assert.False(peer.Last.Has(SipHeaderId.Require));
        peer.Request("ACK", 1, "ack", Encoding.ASCII.GetString(peer.Last.ToTag), uri: "sip:9999@10.0.0.2");
        _network.Run(300);
        peer.Respond(peer.Heard1("INVITE"), 403);
        _network.Run(299);
        Assert.Equal(1, peer.CountHeard("INVITE"));
        Assert.True(session.IsConfirmed);
        _network.Run(40);    // the second one finds nobody
        Assert.Equal((SessionEndBy.Timeout, 408), (session.End!.By, session.End.Status));
        Assert.StartsWith("Q.850;cause=102", peer.Heard1("BYE").GetString(SipHeaderId.Reason), StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_by_UPDATE_goes_on_as_a_re_INVITE_where_the_peer_does_not_know_it_after_all()
    {
        InviteSession session = Answered("Allow: INVITE, UPDATE");
        Task<InviteResult> change = session.UpdateAsync(Rig.Offer);
        _network.Run(0.1);
        _peer.Respond(_peer.Heard1("UPDATE"), 405);
        _network.Run(0.1);
        Assert.Equal(Rig.Offer, _peer.Heard1("INVITE").Body.ToArray());
        _peer.Respond(_peer.Heard1("INVITE"), 200, body: Offer);
        _network.Run(0.1);
        Assert.True(Rig.Done(change).IsAccepted);
        Assert.Equal(1, _peer.CountHeard("ACK"));
    }

    [Fact]
    public void A_500_with_Retry_After_to_a_change_is_obeyed()
    {
        InviteSession session = Answered("Allow: INVITE, UPDATE");
        Task<InviteResult> change = session.UpdateAsync(Rig.Offer);
        _network.Run(0.1);
        _peer.Respond(_peer.Heard1("UPDATE"), 500, extra: "Retry-After: 3");
        _network.Run(2.8);
        Assert.Equal(1, _peer.CountHeard("UPDATE"));
        _network.Run(0.3);
        Assert.Equal(2, _peer.CountHeard("UPDATE"));
        _peer.Respond(_peer.Heard1("UPDATE"), 200, body: Offer);
        _network.Run(0.1);
        Assert.True(Rig.Done(change).IsAccepted);
    }
}
