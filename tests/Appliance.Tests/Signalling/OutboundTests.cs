using Tandem.Net;
using Tandem.Signalling;
using Xunit;

namespace Tandem.Tests.Signalling;

/// <summary>Browsers that come back over another connection (RFC 5626, RFC 7118 §5).</summary>
public sealed class OutboundTests
{
    private const string Supported = "Supported: path, gruu, outbound\r\n";

    private readonly RegistrarRig _rig = new();

    [Theory]
    [InlineData("k8@x.invalid;transport=ws", "k8@x.invalid;transport=ws", true)]
    [InlineData("k8@x.invalid;transport=ws", "k8@x.invalid;transport=ws;ob", true)]
    [InlineData("k8@x.invalid;transport=ws", "m3@y.invalid;transport=ws", false)]    // a page that was loaded again: it knows nothing of the old one's calls
    public void A_browser_that_registers_again_over_another_connection_replaces_the_old_one(string before, string now, bool same)
    {
        SipFlow old = _rig.Flow("203.0.113.9:40001", SipTransport.Wss), fresh = _rig.Flow("203.0.113.9:40002", SipTransport.Wss);
        _rig.Register(old, Contact(before));
        _rig.Register(fresh, Contact(now), cseq: 3);
        Assert.Same(fresh, Assert.Single(_rig.Registrar.Lookup("1001")).Flow);
        Assert.Equal(!same, old.IsOpen);
        Assert.Same(same ? fresh : old, old.Current);
    }

    [Fact]
    public void A_connection_that_is_gone_leads_to_the_one_that_its_browser_comes_back_over()
    {
        SipFlow[] flows = [.. Enumerable.Range(1, 4).Select(i => _rig.Flow($"203.0.113.9:4000{i}", SipTransport.Ws))];
        for (int i = 0; i < flows.Length; i++)
        {
            _rig.Register(flows[i], Contact("k8@x.invalid"), cseq: (2 * i) + 1);
            if (i < flows.Length - 1) _rig.Close(flows[i]);
        }

        Assert.All(flows, flow => Assert.Same(flows[^1], flow.Current));
        flows[^1].ReplaceBy(flows[0]);
        Assert.All(flows, flow => Assert.Same(flows[0], flow.Current));    // no circle
    }

    [Fact]
    public void Nobody_else_comes_back_for_it()
    {
        SipFlow mine = _rig.Flow("203.0.113.9:40001", SipTransport.Ws), shared = _rig.Flow("203.0.113.9:40002", SipTransport.Ws);
        _rig.Register(mine, Contact("k8@x.invalid"));
        _rig.Close(mine);
        _rig.Register(_rig.Flow("198.51.100.1:1", SipTransport.Ws), Contact("k8@x.invalid"), user: "1002", callId: "other");
        Assert.Same(mine, mine.Current);
        _rig.Register(shared, Contact("a@a.invalid"), callId: "a");
        _rig.Register(shared, Contact("b@b.invalid"), user: "1002", callId: "b");
        _rig.Close(shared);
        _rig.Register(_rig.Flow("198.51.100.1:2", SipTransport.Ws), Contact("a@a.invalid"), callId: "a", cseq: 3);
        Assert.Same(shared, shared.Current);
    }

    [Fact]
    public void What_is_never_fetched_is_forgotten_when_the_registration_would_have_expired()
    {
        SipFlow old = _rig.Flow("203.0.113.9:40001", SipTransport.Ws);
        _rig.Register(old, Contact("k8@x.invalid"));
        _rig.Close(old);
        _rig.Pass(700);
        _rig.Register(_rig.Flow("203.0.113.9:40002", SipTransport.Ws), Contact("k8@x.invalid"), cseq: 3);
        Assert.Same(old, old.Current);
    }

    [Fact]
    public void A_BYE_waits_for_a_browser_that_is_on_its_way_back_and_goes_over_its_next_connection()
    {
        SipFlow old = _rig.Flow("203.0.113.9:40001", SipTransport.Ws), fresh = _rig.Flow("203.0.113.9:40002", SipTransport.Ws);
        InviteSession session = Call(old);
        _rig.Close(old);
        session.Bye();
        Assert.Empty(_rig.Requests);
        _rig.Register(fresh, Contact("k8@x.invalid"), cseq: 3);
        (string bye, SipFlow over) = Assert.Single(_rig.Requests);
        Assert.StartsWith("BYE sip:k8@x.invalid;ob SIP/2.0\r\n", bye, StringComparison.Ordinal);
        Assert.Same(fresh, over);
    }

    [Fact]
    public void A_BYE_whose_connection_ends_under_it_goes_over_the_next_one()
    {
        SipFlow old = _rig.Flow("203.0.113.9:40001", SipTransport.Ws), fresh = _rig.Flow("203.0.113.9:40002", SipTransport.Ws);
        Call(old).Bye();
        _rig.Close(old);
        Assert.Single(_rig.Requests);
        _rig.Register(fresh, Contact("k8@x.invalid"), cseq: 3);
        Assert.Equal([old, fresh], _rig.Requests.Select(sent => sent.Flow));
        Assert.All(_rig.Requests, sent => Assert.StartsWith("BYE ", sent.Text, StringComparison.Ordinal));
        _rig.Close(fresh);
        Assert.Equal((0, 2), (_rig.Agent.Sessions, _rig.Requests.Count()));    // once, not for ever
    }

    [Fact]
    public void A_session_goes_on_whose_ACK_was_lost_with_the_connection_when_its_browser_is_back()
    {
        SipFlow old = _rig.Flow("203.0.113.9:40001", SipTransport.Ws), fresh = _rig.Flow("203.0.113.9:40002", SipTransport.Ws);
        InviteSession session = Call(old, acknowledges: false);
        _rig.Close(old);
        _rig.Pass(2);
        _rig.Register(fresh, Contact("k8@x.invalid"), cseq: 3);
        int before = _rig.SentCount;
        _rig.Pass(1.6);
        Assert.StartsWith("SIP/2.0 200 ", _rig.Answers(before), StringComparison.Ordinal);    // whoever still knows the INVITE acknowledges now
        _rig.Pass(60);
        Assert.Null(session.End);
        session.Bye();
        Assert.StartsWith("BYE ", Assert.Single(_rig.Requests).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_BYE_that_waits_for_an_ACK_waits_no_longer_when_the_browser_is_back_without_it()
    {
        SipFlow old = _rig.Flow("203.0.113.9:40001", SipTransport.Ws), fresh = _rig.Flow("203.0.113.9:40002", SipTransport.Ws);
        InviteSession session = Call(old, acknowledges: false);
        session.Bye();
        _rig.Close(old);
        _rig.Pass(2);
        Assert.Empty(_rig.Requests);
        _rig.Register(fresh, Contact("k8@x.invalid"), cseq: 3);
        _rig.Pass(3);
        Assert.StartsWith("BYE ", Assert.Single(_rig.Requests).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_session_without_an_ACK_ends_where_its_browser_stays_away_and_where_the_ACK_was_to_bring_the_answer()
    {
        SipFlow old = _rig.Flow("203.0.113.9:40001", SipTransport.Ws);
        InviteSession away = Call(old, acknowledges: false);
        _rig.Pass(33);
        Assert.Equal(SessionEndBy.Timeout, away.End!.By);

        var back = new OutboundTests();
        SipFlow flow = back._rig.Flow("203.0.113.9:40001", SipTransport.Ws);
        InviteSession delayed = back.Call(flow, acknowledges: false, delayedOffer: true);
        back._rig.Close(flow);
        back._rig.Register(back._rig.Flow("203.0.113.9:40002", SipTransport.Ws), Contact("k8@x.invalid"), cseq: 3);
        back._rig.Pass(33);
        Assert.Equal(SessionEndBy.Timeout, delayed.End!.By);
    }

    [Fact]
    public void A_browser_that_does_not_come_back_is_given_up()
    {
        SipFlow old = _rig.Flow("203.0.113.9:40001", SipTransport.Ws);
        InviteSession session = Call(old);
        _rig.Close(old);
        session.Bye();
        Assert.Equal(1, _rig.Agent.Sessions);
        _rig.Pass(33);
        Assert.Equal((0, 0), (_rig.Agent.Sessions, _rig.Requests.Count()));
    }

    [Fact]
    public void A_session_that_is_due_for_its_refresh_while_the_browser_is_away_is_refreshed_when_it_is_back()
    {
        SipFlow old = _rig.Flow("203.0.113.9:40001", SipTransport.Ws), fresh = _rig.Flow("203.0.113.9:40002", SipTransport.Ws);
        InviteSession session = Call(old, "Session-Expires: 90\r\nSupported: timer\r\nAllow: UPDATE\r\n");
        _rig.Pass(40);
        _rig.Close(old);
        _rig.Pass(10);    // due after 45
        Assert.Empty(_rig.Requests);
        _rig.Register(fresh, Contact("k8@x.invalid"), cseq: 3);
        Assert.StartsWith("UPDATE ", Assert.Single(_rig.Requests).Text, StringComparison.Ordinal);
        Assert.Null(session.End);
    }

    [Fact]
    public void A_session_timer_without_a_word_of_who_refreshes_is_refreshed_by_us()
    {
        InviteSession session = Call(_rig.Flow("203.0.113.9:40001", SipTransport.Ws), "Session-Expires: 90\r\nSupported: timer\r\nAllow: UPDATE\r\n");
        _rig.Pass(46);
        string update = Assert.Single(_rig.Requests).Text;
        Assert.StartsWith("UPDATE ", update, StringComparison.Ordinal);
        Assert.Contains("Session-Expires: 90;refresher=uac\r\n", update, StringComparison.Ordinal);
        Assert.Null(session.End);
    }

    [Theory]
    [InlineData("REGISTER", "path", "")]
    [InlineData("REGISTER", "outbound", "")]
    [InlineData("REGISTER", "gruu", "gruu")]
    [InlineData("INVITE", "outbound", "outbound")]
    public void Path_and_Outbound_may_be_required_of_a_registrar(string method, string extension, string refused)
    {
        SipFlow flow = _rig.Flow();
        string headers = $"Require: {extension}\r\n", challenge = _rig.Send(flow, method, headers: headers);
        string answer = _rig.Send(flow, method, headers: headers + RegistrarRig.Credentials(challenge, method: method), cseq: 2);
        if (refused.Length == 0) Assert.StartsWith("SIP/2.0 200 ", answer, StringComparison.Ordinal);
        else Assert.Contains($"\r\nUnsupported: {refused}\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(";reg-id=1;+sip.instance=\"<urn:uuid:1>\"", "Supported: path, outbound\r\n", true)]
    [InlineData(";reg-id=1;+sip.instance=\"<urn:uuid:1>\"", "", false)]
    [InlineData(";+sip.instance=\"<urn:uuid:1>\"", "Supported: path, outbound\r\n", false)]
    [InlineData(";reg-id=1;+sip.instance=\"<urn:uuid:1>\"", "Supported: path, outbound\r\nPath: <sip:p1;lr>\r\n", false)]
    public void A_200_says_whether_Outbound_was_applied(string parameters, string headers, bool applied)
    {
        string answer = _rig.Register(_rig.Flow(transport: SipTransport.Ws), $"Contact: <sip:k8@x.invalid>{parameters}\r\n{headers}");
        Assert.StartsWith("SIP/2.0 200 ", answer, StringComparison.Ordinal);
        Assert.Equal(applied, answer.Contains("\r\nRequire: outbound\r\n", StringComparison.Ordinal));
    }

    private static string Contact(string uri) => $"Contact: <sip:{uri}>;reg-id=1;+sip.instance=\"<urn:uuid:1>\";expires=600\r\n{Supported}";

    /// <summary>User 1001 registers over a connection and has a call over it.</summary>
    private InviteSession Call(SipFlow flow, string headers = "", bool acknowledges = true, bool delayedOffer = false)
    {
        _rig.Register(flow, Contact("k8@x.invalid"));
        InviteSession? session = null;
        _rig.Agent.IncomingInvite = came => session = came;
        string head = "From: <sip:1001@192.0.2.1>;tag=f\r\nCall-ID: call\r\nMax-Forwards: 70\r\n";
        string contact = "Contact: <sip:k8@x.invalid;ob>\r\n";
        int before = _rig.SentCount;
        _rig.Receive(flow, $"INVITE sip:9999@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bKa\r\n{head}To: <sip:9999@192.0.2.1>\r\n"
            + $"CSeq: 1 INVITE\r\n{contact}Content-Length: 0\r\n\r\n");
        _rig.Receive(flow, $"INVITE sip:9999@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bKb\r\n{head}To: <sip:9999@192.0.2.1>\r\n"
            + $"CSeq: 2 INVITE\r\n{contact}{headers}{RegistrarRig.Credentials(_rig.Answers(before), method: "INVITE")}"
            + (delayedOffer ? "Content-Length: 0\r\n\r\n" : "Content-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n"));
        before = _rig.SentCount;
        _ = session!.AcceptAsync("v=0\r\n"u8.ToArray());
        if (!acknowledges) return session;
        string tag = _rig.Answers(before).Split("To: ")[1].Split("tag=")[1].Split('\r')[0];
        _rig.Receive(flow, $"ACK sip:192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bKc\r\n{head}To: <sip:9999@192.0.2.1>;tag={tag}\r\n"
            + "CSeq: 2 ACK\r\nContent-Length: 0\r\n\r\n");
        return session;
    }
}
