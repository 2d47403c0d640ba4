using System.Text;
using Sip.Core.Messages;
using Tandem.Signalling;
using Xunit;

namespace Appliance.Tests.Signalling;

/// <summary>Reliable provisional responses on both sides, message by message (RFC 3262).</summary>
public sealed class ReliableTests
{
    private readonly VirtualNetwork _network = new();
    private readonly Rig _us;
    private readonly RawPeer _peer;

    public ReliableTests()
    {
        _us = new Rig(_network, "10.0.0.1:5060");
        _peer = new RawPeer(_network, "10.0.0.9:5062", _us.Port);
    }

    private static string Offer => Encoding.ASCII.GetString(Rig.Offer);

    private static string Answer => Encoding.ASCII.GetString(Rig.Answer);

    private string OurTag => Encoding.ASCII.GetString(_peer.Last.ToTag);

    private InviteSession Called(string extra, string body)
    {
        _peer.Request("INVITE", 1, "inv", extra: extra, body: body);
        _network.Run(0.1);
        return Assert.Single(_us.Calls);
    }

    private SipMessage Prack(string rack, int cseq, string body = "")
    {
        _peer.Request("PRACK", cseq, "prack" + cseq, _peer.Heard.Last(m => !m.IsRequest && !m.ToTag.IsEmpty) is { } said ? Encoding.ASCII.GetString(said.ToTag) : "",
            $"RAck: {rack}", body);
        _network.Run(0.1);
        return _peer.Heard.Last(m => !m.IsRequest && m.CSeqMethod == SipMethod.Prack);
    }

    [Fact]
    public void Ringing_is_reliable_where_the_caller_requires_it_and_resent_until_its_PRACK()
    {
        InviteSession session = Called("Require: 100rel", Offer);
        session.Progress(180);
        _network.Run(1.9);
        SipMessage ringing = _peer.Heard1("180");
        Assert.True(ringing.Lists(SipHeaderId.Require, "100rel"u8));
        Assert.Equal(3, _peer.CountHeard("180"));    // at 0, 0.5 and 1.5 s
        string rseq = ringing.GetString(SipHeaderId.RSeq)!;
        Assert.Equal(481, Prack($"{uint.Parse(rseq, System.Globalization.CultureInfo.InvariantCulture) + 1} 1 INVITE", 2).StatusCode);
        Assert.Equal(481, Prack($"{rseq} 2 INVITE", 3).StatusCode);
        Assert.Equal(481, Prack("nonsense", 4).StatusCode);
        Assert.Equal(200, Prack($"{rseq} 1 INVITE", 5).StatusCode);
        Assert.Equal(481, Prack($"{rseq} 1 INVITE", 6).StatusCode);
        _network.Run(30);
        Assert.Equal(3, _peer.CountHeard("180"));
        Assert.Null(session.End);
    }

    [Fact]
    public void Ringing_is_not_made_reliable_for_a_caller_that_only_could()
    {
        Called("Supported: 100rel", Offer).Progress(180);
        _network.Run(5);
        Assert.Equal(1, _peer.CountHeard("180"));
        Assert.False(_peer.Last.Has(SipHeaderId.RSeq));
    }

    [Fact]
    public void One_response_waits_for_the_PRACK_of_the_last_and_has_the_next_number()
    {
        InviteSession session = Called("Require: 100rel", Offer);
        session.Progress(180);
        session.Progress(182);
        _network.Run(0.1);
        Assert.Equal(0, _peer.CountHeard("182"));
        uint first = uint.Parse(_peer.Heard1("180").GetString(SipHeaderId.RSeq)!, System.Globalization.CultureInfo.InvariantCulture);
        Prack($"{first} 1 INVITE", 2);
        Assert.Equal($"{first + 1}", _peer.Heard1("182").GetString(SipHeaderId.RSeq));
    }

    [Fact]
    public void Without_any_PRACK_the_call_is_refused_after_64_T1()
    {
        InviteSession session = Called("Require: 100rel", Offer);
        session.Progress(183, Rig.Answer);
        _network.Run(31.9);
        Assert.Equal(7, _peer.CountHeard("183"));
        Assert.Null(session.End);
        _network.Run(0.2);
        Assert.Equal((504, SessionEndBy.Local), (_peer.Last.StatusCode, session.End!.By));
        _peer.Request("ACK", 1, "inv", OurTag);
        _network.Run(40);
        _us.AssertEmpty();
    }

    [Fact]
    public void Early_media_is_reliable_and_the_200_waits_for_its_PRACK_and_repeats_no_answer()
    {
        InviteSession session = Called("Supported: 100rel", Offer);
        session.Progress(183, Rig.Answer);
        Task<ReadOnlyMemory<byte>> accepted = session.AcceptAsync(Rig.Answer);
        _network.Run(0.1);
        Assert.Equal((183, 0), (_peer.Last.StatusCode, _peer.CountHeard("200")));
        Assert.True(session.IsAgreed);
        Prack($"{_peer.Last.GetString(SipHeaderId.RSeq)} 1 INVITE", 2);
        SipMessage ok = _peer.Heard.Last(m => !m.IsRequest && m.CSeqMethod == SipMethod.Invite);
        Assert.Equal((200, 0), (ok.StatusCode, ok.Body.Length));
        _peer.Request("ACK", 1, "ack", Encoding.ASCII.GetString(ok.ToTag));
        _network.Run(0.1);
        Assert.True(accepted.IsCompletedSuccessfully);
        Assert.True(session.IsConfirmed);
    }

    [Fact]
    public void A_200_does_not_wait_for_the_PRACK_of_ringing_and_a_late_one_is_still_answered()
    {
        InviteSession session = Called("Require: 100rel", Offer);
        session.Progress(180);
        _ = session.AcceptAsync(Rig.Answer);
        _network.Run(0.1);
        Assert.Equal((200, Rig.Answer.Length), (_peer.Last.StatusCode, _peer.Last.Body.Length));
        Assert.Equal(200, Prack($"{_peer.Heard1("180").GetString(SipHeaderId.RSeq)} 1 INVITE", 2).StatusCode);
        _peer.Request("ACK", 1, "ack", OurTag);
        _network.Run(40);
        Assert.True(session.IsConfirmed);
        Assert.Equal(1, _peer.CountHeard("180"));
    }

    [Fact]
    public void With_a_delayed_offer_ours_goes_in_the_183_and_the_PRACK_answers_it()
    {
        InviteSession session = Called("Supported: 100rel", "");
        ReadOnlyMemory<byte> answer = default;
        session.OnAnswer = heard => answer = heard;
        session.Progress(183, Rig.Offer);
        _network.Run(0.1);
        Assert.Equal(Rig.Offer, _peer.Last.Body.ToArray());
        Prack($"{_peer.Last.GetString(SipHeaderId.RSeq)} 1 INVITE", 2, Answer);
        Assert.Equal((Answer, Answer), (Rig.Text(answer), Rig.Text(session.RemoteSdp)));
        _ = session.AcceptAsync(Rig.Offer);
        _network.Run(0.1);
        Assert.Equal((200, 0), (_peer.Last.StatusCode, _peer.Last.Body.Length));
    }

    [Fact]
    public void An_offer_in_a_PRACK_is_answered_in_its_200()
    {
        InviteSession session = Called("Supported: 100rel", Offer);
        session.OnOffer = _ => SdpReply.Accept(Rig.Answer);
        session.Progress(183, Rig.Answer);
        _network.Run(0.1);
        SipMessage ok = Prack($"{_peer.Last.GetString(SipHeaderId.RSeq)} 1 INVITE", 2, Offer);
        Assert.Equal((200, Rig.Answer.Length), (ok.StatusCode, ok.Body.Length));
    }

    [Fact]
    public void An_early_UPDATE_waits_for_the_first_agreement_and_then_changes_it_both_ways()
    {
        InviteSession session = Called("Supported: 100rel\nAllow: INVITE, PRACK, UPDATE", Offer);
        session.OnOffer = _ => SdpReply.Accept(Rig.Answer);
        session.Progress(183);
        _network.Run(0.1);
        string tag = OurTag;
        _peer.Request("UPDATE", 2, "u1", tag, body: Offer);
        _network.Run(0.1);
        Assert.Equal(500, _peer.Last.StatusCode);    // RFC 3311 §5.2: its first offer has no answer yet
        Assert.True(_peer.Last.Has(SipHeaderId.RetryAfter));
        Assert.Equal(491, Rig.Done(session.UpdateAsync(Rig.Offer)).Status);
        session.Progress(183, Rig.Answer);
        _network.Run(0.1);
        Prack($"{_peer.Last.GetString(SipHeaderId.RSeq)} 1 INVITE", 3);
        _peer.Request("UPDATE", 4, "u2", tag, body: Offer);
        _network.Run(0.1);
        Assert.Equal((200, Rig.Answer.Length), (_peer.Last.StatusCode, _peer.Last.Body.Length));

        Task<InviteResult> change = session.UpdateAsync(Rig.Offer);
        _network.Run(0.1);
        SipMessage update = _peer.Heard1("UPDATE");
        _peer.Request("UPDATE", 5, "u3", tag, body: Offer);
        _network.Run(0.1);
        Assert.Equal(491, _peer.Heard.Last(m => !m.IsRequest).StatusCode);
        _peer.Respond(update, 491);
        _network.Run(2.1);
        SipMessage again = _peer.Heard1("UPDATE");
        Assert.Equal(update.CSeqNumber + 1, again.CSeqNumber);
        _peer.Respond(again, 200, body: Answer);
        _network.Run(0.1);
        Assert.True(Rig.Done(change).IsAccepted);
        Assert.Null(session.End);
    }

    [Fact]
    public void Our_INVITE_acknowledges_each_reliable_response_once_in_order_and_the_2xx_needs_no_SDP()
    {
        InviteSession session = _us.Call("sip:bob@10.0.0.9:5062");
        List<int> progress = [];
        session.OnProgress = (status, _) => progress.Add(status);
        _network.Run(0.1);
        SipMessage invite = _peer.Heard1("INVITE");
        Assert.True(invite.Lists(SipHeaderId.Supported, "100rel"u8));
        _peer.Respond(invite, 183, "a", "Require: 100rel\nRSeq: 900", Answer);
        _network.Run(0.1);
        SipMessage prack = _peer.Heard1("PRACK");
        Assert.Equal(("900 1 INVITE", 2u), (prack.GetString(SipHeaderId.RAck), prack.CSeqNumber));
        _peer.Respond(prack, 200);
        _peer.Respond(invite, 183, "a", "Require: 100rel\nRSeq: 900", Answer);    // its PRACK was slow
        _peer.Respond(invite, 180, "a", "Require: 100rel\nRSeq: 902");            // 901 is missing
        _network.Run(0.1);
        Assert.Equal(1, _peer.CountHeard("PRACK"));
        _peer.Respond(invite, 180, "a", "Require: 100rel\nRSeq: 901");
        _network.Run(0.1);
        Assert.Equal("901 1 INVITE", _peer.Heard1("PRACK").GetString(SipHeaderId.RAck));
        _peer.Respond(_peer.Heard1("PRACK"), 200);
        _peer.Respond(invite, 200, "a");
        _network.Run(0.1);
        Assert.Equal([183, 180], progress);
        Assert.Equal(Answer, Rig.Text(Rig.Done(session.Result).Sdp));
        Assert.Equal(1u, _peer.Heard1("ACK").CSeqNumber);
    }

    [Fact]
    public void A_lost_PRACK_is_sent_again_by_its_own_transaction()
    {
        int lost = 0;
        _network.Drop = (_, message) => message is { IsRequest: true, Method: SipMethod.Prack } && lost++ < 2;
        _us.Call("sip:bob@10.0.0.9:5062");
        _network.Run(0.1);
        _peer.Respond(_peer.Heard1("INVITE"), 180, "a", "Require: 100rel\nRSeq: 1");
        _network.Run(1.4);
        Assert.Equal(0, _peer.CountHeard("PRACK"));
        _network.Run(0.3);
        Assert.Equal(1, _peer.CountHeard("PRACK"));
    }

    [Fact]
    public void Early_dialogs_of_a_fork_have_each_their_numbers_their_answer_and_their_PRACK()
    {
        InviteSession session = _us.Call("sip:bob@10.0.0.9:5062");
        _network.Run(0.1);
        SipMessage invite = _peer.Heard1("INVITE");
        _peer.Respond(invite, 183, "a", "Require: 100rel\nRSeq: 10", Answer + "a=a\r\n");
        _peer.Respond(invite, 183, "b", "Require: 100rel\nRSeq: 77", Answer + "a=b\r\n");
        _network.Run(0.1);
        Assert.Equal(["10 1 INVITE/a", "77 1 INVITE/b"], _peer.Heard.Where(m => m.Method == SipMethod.Prack)
            .Select(m => $"{m.GetString(SipHeaderId.RAck)}/{Encoding.ASCII.GetString(m.ToTag)}"));
        foreach (SipMessage prack in _peer.Heard.Where(m => m.Method == SipMethod.Prack).ToArray()) _peer.Respond(prack, 200);
        _peer.Respond(invite, 200, "a");
        _network.Run(0.1);
        Assert.EndsWith("a=a\r\n", Rig.Text(Rig.Done(session.Result).Sdp), StringComparison.Ordinal);
        _peer.Respond(invite, 200, "b");
        _network.Run(0.1);
        Assert.Equal((2, 1), (_peer.CountHeard("ACK"), _peer.CountHeard("BYE")));
        Assert.Equal("b", Encoding.ASCII.GetString(_peer.Heard1("BYE").ToTag));
        Assert.True(session.IsConfirmed);
    }

    [Fact]
    public void An_early_offer_to_an_INVITE_without_one_is_answered_in_the_PRACK()
    {
        InviteSession session = _us.Call("sip:bob@10.0.0.9:5062", sdp: []);
        session.OnOffer = _ => SdpReply.Accept(Rig.Answer);
        _network.Run(0.1);
        SipMessage invite = _peer.Heard1("INVITE");
        _peer.Respond(invite, 183, "a", "Require: 100rel\nRSeq: 1", Offer);
        _network.Run(0.1);
        Assert.Equal(Answer, Encoding.ASCII.GetString(_peer.Heard1("PRACK").Body));
        _peer.Respond(_peer.Heard1("PRACK"), 200);
        _peer.Respond(invite, 200, "a");
        _network.Run(0.1);
        Assert.Equal((1, 0), (_peer.CountHeard("ACK"), _peer.Heard1("ACK").Body.Length));
        Assert.True(Rig.Done(session.Result).Sdp.IsEmpty);    // all is agreed: there is nothing left to take
        Assert.True(session.IsAgreed);
    }

    [Fact]
    public void An_early_UPDATE_of_the_called_side_is_answered_in_its_own_dialog()
    {
        InviteSession session = _us.Call("sip:bob@10.0.0.9:5062");
        session.OnOffer = _ => SdpReply.Accept(Rig.Offer);
        _network.Run(0.1);
        SipMessage invite = _peer.Heard1("INVITE");
        _peer.Respond(invite, 183, "peer", "Require: 100rel\nRSeq: 1", Answer);
        _network.Run(0.1);
        _peer.Respond(_peer.Heard1("PRACK"), 200);
        _peer.Send($"""
            UPDATE sip:alice@10.0.0.1 SIP/2.0
            Via: SIP/2.0/UDP 10.0.0.9:5062;branch=z9hG4bKearly;rport
            From: {invite.GetString(SipHeaderId.To)};tag=peer
            To: {invite.GetString(SipHeaderId.From)}
            Call-ID: {invite.GetString(SipHeaderId.CallId)}
            CSeq: 1 UPDATE
            Contact: <sip:raw@10.0.0.9:5062>
            Content-Type: application/sdp

            {Answer}
            """);
        _network.Run(0.1);
        Assert.Equal((200, Rig.Offer.Length), (_peer.Last.StatusCode, _peer.Last.Body.Length));
        Assert.Null(session.End);
    }

    [Fact]
    public void Switched_off_it_is_not_offered_and_who_requires_it_gets_420()
    {
        var off = new Rig(_network, "10.0.0.3:5060", new UserAgentOptions { SessionExpires = TimeSpan.Zero, Reliable = ReliableProvisional.Off });
        var peer = new RawPeer(_network, "10.0.0.8:5062", off.Port);
        peer.Request("INVITE", 1, "inv", extra: "Require: 100rel", body: Offer);
        _network.Run(0.1);
        Assert.Equal((420, "100rel"), (peer.Last.StatusCode, peer.Last.GetString(SipHeaderId.Unsupported)));
        off.Call("sip:bob@10.0.0.8:5062");
        _network.Run(0.1);
        Assert.False(peer.Heard1("INVITE").Lists(SipHeaderId.Supported, "100rel"u8));
        Assert.False(peer.Heard1("INVITE").Lists(SipHeaderId.Allow, "PRACK"u8));
    }

    [Fact]
    public void A_call_of_ours_may_require_it()
    {
        _us.Agent.Invite(new OutgoingInvite { Target = "sip:bob@10.0.0.9:5062", FromUser = "alice", Sdp = Rig.Offer, RequiresReliable = true });
        _network.Run(0.1);
        Assert.True(_peer.Heard1("INVITE").Lists(SipHeaderId.Require, "100rel"u8));
    }

    [Fact]
    public void A_peer_has_terms_of_its_own()
    {
        _us.Agent.Admit = request => RequestVerdict.Admit() with { Terms = new SessionTerms { Reliable = ReliableProvisional.Off } };
        _peer.Request("INVITE", 1, "inv", extra: "Require: 100rel", body: Offer);
        _network.Run(0.1);
        Assert.Equal((420, "100rel"), (_peer.Last.StatusCode, _peer.Last.GetString(SipHeaderId.Unsupported)));
    }

    [Fact]
    public void A_peer_that_only_could_gets_what_its_terms_require()
    {
        _us.Agent.Admit = request => RequestVerdict.Admit() with { Terms = new SessionTerms { Reliable = ReliableProvisional.Required, SessionExpires = TimeSpan.FromSeconds(300) } };
        Called("Supported: 100rel", Offer).Progress(180);
        _network.Run(0.1);
        Assert.True(_peer.Heard1("180").Lists(SipHeaderId.Require, "100rel"u8));
        Prack($"{_peer.Heard1("180").GetString(SipHeaderId.RSeq)} 1 INVITE", 2);
        _ = Assert.Single(_us.Calls).AcceptAsync(Rig.Answer);
        _network.Run(0.1);
        Assert.Equal("300;refresher=uas", _peer.Last.GetString(SipHeaderId.SessionExpires));
    }

    [Fact]
    public void A_request_that_is_put_off_gets_no_answer_until_it_comes_again()
    {
        bool known = false;
        _us.Agent.Admit = request => (known ? RequestVerdict.Admit() : RequestVerdict.Challenge(407)) with { IsPutOff = !known };
        _peer.Request("INVITE", 1, "inv", body: Offer);
        _network.Run(0.4);
        Assert.Empty(_peer.Heard);
        Assert.Equal(0, _us.Agent.Transactions);
        known = true;
        _peer.Request("INVITE", 1, "inv", body: Offer);
        _network.Run(0.1);
        Assert.Single(_us.Calls);
    }

    [Fact]
    public void A_call_of_ours_goes_by_the_terms_of_its_peer()
    {
        _us.Agent.Invite(new OutgoingInvite
        {
            Target = "sip:bob@10.0.0.9:5062",
            FromUser = "alice",
            Sdp = Rig.Offer,
            Terms = new SessionTerms { Reliable = ReliableProvisional.Off, SessionExpires = TimeSpan.FromSeconds(300) },
        });
        _network.Run(0.1);
        SipMessage invite = _peer.Heard1("INVITE");
        Assert.False(invite.Lists(SipHeaderId.Supported, "100rel"u8));
        Assert.False(invite.Lists(SipHeaderId.Allow, "PRACK"u8));
        Assert.Equal("300", invite.GetString(SipHeaderId.SessionExpires));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void With_three_in_ten_lost_early_media_and_the_call_are_agreed_on_both_sides(int seed)
    {
        var network = new VirtualNetwork(seed) { Loss = 0.3, MinDelay = TimeSpan.FromMilliseconds(10), MaxDelay = TimeSpan.FromMilliseconds(300) };
        Rig a = new(network, "10.0.0.1:5060"), b = new(network, "10.0.0.2:5060");
        int confirmed = 0;
        b.Agent.IncomingInvite = session => _ = Serve(session);
        async Task Serve(InviteSession session)
        {
            session.Progress(183, Rig.Answer);
            try
            {
                await session.AcceptAsync(Rig.Answer);
                confirmed++;
            }
            catch (OperationCanceledException)
            {
            }
        }

        List<InviteSession> calls = [];
        for (int i = 0; i < 30; i++)
        {
            calls.Add(a.Call("sip:bob@10.0.0.2"));
            network.Run(0.2);
        }
        network.Run(40);
        Assert.True(confirmed >= 25, $"{confirmed} of 30");
        foreach (InviteSession call in calls)
            if (call.IsConfirmed) Assert.Equal(Answer, Rig.Text(Rig.Done(call.Result).Sdp));
        foreach (InviteSession call in calls) call.Bye();
        network.Run(300);
        a.AssertEmpty();
        b.AssertEmpty();
    }
}
