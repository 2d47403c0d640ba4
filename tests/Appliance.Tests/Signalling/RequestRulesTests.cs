using System.Text;
using Sip.Core.Messages;
using Tandem.Signalling;
using Xunit;

namespace Appliance.Tests.Signalling;

/// <summary>What becomes of requests that are no calls, or bad ones (RFC 3261 §8.2).</summary>
public sealed class RequestRulesTests
{
    private readonly VirtualNetwork _network = new();
    private readonly Rig _us;
    private readonly RawPeer _peer;

    public RequestRulesTests()
    {
        _us = new Rig(_network, "10.0.0.1:5060");
        _peer = new RawPeer(_network, "10.0.0.9:5062", _us.Port);
    }

    private SipMessage Answer()
    {
        _network.Run(0.1);
        Assert.Empty(_us.Log.Failures);
        return _peer.Last;
    }

    [Fact]
    public void OPTIONS_says_what_we_can()
    {
        _peer.Request("OPTIONS", 1, "o");
        SipMessage answer = Answer();
        Assert.Equal(200, answer.StatusCode);
        Assert.True(answer.Lists(SipHeaderId.Allow, "INVITE"u8) && answer.Lists(SipHeaderId.Supported, "timer"u8));
        Assert.True(answer.Lists(SipHeaderId.Accept, "application/sdp"u8));
        Assert.False(answer.ToTag.IsEmpty);
    }

    [Theory]
    [InlineData("SUBSCRIBE", 405)]
    [InlineData("MESSAGE", 405)]
    [InlineData("REGISTER", 405)]
    [InlineData("PRACK", 481)]
    [InlineData("FROBNICATE", 501)]
    [InlineData("BYE", 481)]
    [InlineData("INFO", 481)]
    [InlineData("UPDATE", 481)]
    public void Other_methods_outside_a_dialog_are_refused(string method, int status)
    {
        _peer.Request(method, 1, "m");
        SipMessage answer = Answer();
        Assert.Equal(status, answer.StatusCode);
        if (status is 405 or 501) Assert.True(answer.Lists(SipHeaderId.Allow, "INVITE"u8));
    }

    [Theory]
    [InlineData("BYE")]
    [InlineData("INFO")]
    [InlineData("INVITE")]
    [InlineData("OPTIONS")]
    public void A_request_in_an_unknown_dialog_gets_481(string method)
    {
        _peer.Request(method, 1, "m", toTag: "nobody");
        Assert.Equal(481, Answer().StatusCode);
    }

    [Fact]
    public void An_extension_that_we_lack_gets_420_and_its_name()
    {
        _peer.Request("INVITE", 1, "i", extra: "Require: timer, 100rel, x-more, x-most");
        SipMessage answer = Answer();
        Assert.Equal((420, "x-more"), (answer.StatusCode, answer.GetString(SipHeaderId.Unsupported)));
        Assert.True(answer.Lists(SipHeaderId.Unsupported, "x-most"u8));
        Assert.Empty(_us.Calls);
    }

    [Theory]
    [InlineData("Content-Type: text/plain\n\nhello", 415)]
    [InlineData("Accept: text/plain", 406)]
    [InlineData("Content-Type: application/sdp\nContent-Encoding: gzip\n\nxx", 415)]
    public void Content_that_we_do_not_understand_is_refused(string extra, int status)
    {
        _peer.Request("INVITE", 1, "i", extra: extra);
        Assert.Equal(status, Answer().StatusCode);
    }

    [Theory]
    [InlineData("mailto:bob@10.0.0.1", 416)]
    [InlineData("tel:+4312345", 100)]
    public void Only_sip_and_tel_URIs_can_be_called(string uri, int status)
    {
        _peer.Request("INVITE", 1, "i", uri: uri);
        Assert.Equal(status, Answer().StatusCode);
        if (status == 100) Assert.Equal("+4312345", _us.Calls[0].RequestUserPart);
    }

    [Fact]
    public void Max_Forwards_0_gets_483()
    {
        _peer.Send("""
            INVITE sip:9999@10.0.0.1 SIP/2.0
            Via: SIP/2.0/UDP 10.0.0.9:5062;branch=z9hG4bKmf;rport
            Max-Forwards: 0
            From: <sip:raw@10.0.0.9>;tag=peer
            To: <sip:9999@10.0.0.1>
            Call-ID: raw@peer
            CSeq: 1 INVITE
            Contact: <sip:raw@10.0.0.9:5062>
            """);
        Assert.Equal(483, Answer().StatusCode);
    }

    [Fact]
    public void A_merged_request_gets_482_while_the_first_is_served()
    {
        _peer.Request("INVITE", 1, "path1");
        _peer.Request("INVITE", 1, "path2");
        Assert.Equal(482, Answer().StatusCode);
        Assert.Single(_us.Calls);
    }

    [Fact]
    public void Our_own_request_come_back_gets_482()
    {
        _us.Call("sip:bob@10.0.0.9:5062");
        _network.Run(0.1);
        string own = _peer.Heard1("INVITE").GetString(SipHeaderId.Via)!;
        _peer.Request("INVITE", 1, "loop", extra: $"Via: {own}");
        Assert.Equal(482, Answer().StatusCode);
        Assert.Empty(_us.Calls);
    }

    [Fact]
    public void A_challenge_goes_out_with_its_header_and_no_session_is_made()
    {
        _us.Agent.Admit = request => request.Message.Has(SipHeaderId.Authorization)
            ? RequestVerdict.Admit("alice") : RequestVerdict.Challenge(401, new KeyValuePair<string, string>("WWW-Authenticate", "Digest realm=\"x\""));
        _peer.Request("INVITE", 1, "i1");
        SipMessage answer = Answer();
        Assert.Equal((401, "Digest realm=\"x\""), (answer.StatusCode, answer.GetString(SipHeaderId.WwwAuthenticate)));
        _peer.Request("ACK", 1, "i1", Encoding.ASCII.GetString(answer.ToTag));
        _peer.Request("INVITE", 2, "i2", extra: "Authorization: Digest x=y");
        Assert.Equal(100, Answer().StatusCode);
        Assert.Equal("alice", Assert.Single(_us.Calls).User);
        Assert.Equal(1, _peer.CountHeard("401"));
    }

    [Fact]
    public void REGISTER_goes_to_the_registrar_which_may_answer_later()
    {
        IncomingRequest? waiting = null;
        _us.Agent.Register = request => waiting = request;
        _us.Agent.Admit = _ => RequestVerdict.Admit("1001");
        _peer.Request("REGISTER", 1, "r", uri: "sip:10.0.0.1");
        _network.Run(0.1);
        Assert.Empty(_peer.Heard);
        Assert.Equal("1001", waiting!.User);
        waiting.Respond(200, null, [new("Contact", "<sip:raw@10.0.0.9:5062>;expires=60")]);
        waiting.Respond(500);
        SipMessage answer = Answer();
        Assert.Equal((200, "<sip:raw@10.0.0.9:5062>;expires=60"), (answer.StatusCode, answer.GetString(SipHeaderId.Contact)));
        _network.Run(40);
        _us.AssertEmpty();
    }

    [Fact]
    public void A_slow_answer_to_a_non_INVITE_request_is_preceded_by_100_after_3500_ms()
    {
        IncomingRequest? waiting = null;
        _us.Agent.Register = request => waiting = request;
        _peer.Request("REGISTER", 1, "r", uri: "sip:10.0.0.1");
        _network.Run(3.4);
        Assert.Empty(_peer.Heard);
        _network.Run(0.2);
        Assert.Equal(100, _peer.Last.StatusCode);
        waiting!.Respond(200);
        Assert.Equal(200, Answer().StatusCode);
    }

    [Fact]
    public void What_does_not_parse_gets_400_where_it_says_where_it_came_from()
    {
        _peer.Send("""
            INVITE sip:9999@10.0.0.1 SIP/2.0
            Via: SIP/2.0/UDP 10.0.0.9:5062;branch=z9hG4bKbad;rport
            From: <sip:raw@10.0.0.9>;tag=peer
            To: <sip:9999@10.0.0.1>
            Call-ID: raw@peer
            CSeq: 1 INVITE
            Max-Forwards: many
            """);
        SipMessage answer = Answer();
        Assert.Equal((400, "Bad Max-Forwards"), (answer.StatusCode, Encoding.ASCII.GetString(answer.ReasonPhrase)));
        _peer.Deliver("garbage"u8.ToArray());
        _peer.Deliver([0, 1, 2, 255]);
        _network.Run(0.1);
        Assert.Single(_peer.Heard);
    }

    [Fact]
    public void An_exception_in_the_call_code_is_500_and_ends_there()
    {
        _us.Agent.IncomingInvite = _ => throw new InvalidOperationException("test");
        _peer.Request("INVITE", 1, "i");
        _network.Run(0.1);
        Assert.Equal(500, _peer.Last.StatusCode);
        Assert.Equal(1, _us.Agent.Failures);
        _peer.Request("OPTIONS", 1, "o");
        _network.Run(0.1);
        Assert.Equal(200, _peer.Last.StatusCode);
        _network.Run(70);
        Assert.Equal((0, 0, 0), (_us.Agent.Sessions, _us.Agent.Transactions, _us.Agent.Timers));
    }

    [Fact]
    public void Beyond_the_limit_of_transactions_a_new_request_gets_503_and_leaves_nothing()
    {
        var us = new Rig(_network, "10.0.0.3:5060", new UserAgentOptions { MaxTransactions = 2 });
        var peer = new RawPeer(_network, "10.0.0.7:5060", us.Port);
        for (int i = 0; i < 5; i++) peer.Send($"""
            OPTIONS sip:9999@10.0.0.3 SIP/2.0
            Via: SIP/2.0/UDP 10.0.0.7;branch=z9hG4bKo{i};rport
            From: <sip:raw@10.0.0.7>;tag=p
            To: <sip:9999@10.0.0.3>
            Call-ID: many{i}
            CSeq: 1 OPTIONS
            """);
        _network.Run(0.1);
        Assert.Equal([200, 200, 503, 503, 503], peer.Heard.Select(m => m.StatusCode));
        Assert.Equal("10", peer.Last.GetString(SipHeaderId.RetryAfter));
        Assert.Equal(2, us.Agent.Transactions);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Spoiled_messages_never_throw_and_leave_nothing(int seed)
    {
        var random = new Random(seed);
        _us.Agent.IncomingInvite = session => session.Reject(486);
        byte[][] samples = [
            .. new[] { "INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "INFO", "UPDATE" }.Select(method => Encoding.ASCII.GetBytes(
                $"{method} sip:9999@10.0.0.1;x=y SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.9:5062;branch=z9hG4bKfuzz;rport, SIP/2.0/TCP p;branch=1\r\n"
                + "Max-Forwards: 70\r\nFrom: \"Raw\" <sip:raw@10.0.0.9>;tag=peer\r\nTo: <sip:9999@10.0.0.1>;tag=0.abc\r\nCall-ID: raw@peer\r\n"
                + $"CSeq: 1 {method}\r\nContact: <sip:raw@10.0.0.9:5062>;q=0.5\r\nRecord-Route: <sip:a;lr>, <sip:b>\r\nSession-Expires: 90;refresher=uac\r\n"
                + "Require: timer\r\nReason: Q.850;cause=16\r\nContent-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n")),
            Encoding.ASCII.GetBytes("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKnone\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\n"
                + "Call-ID: x\r\nCSeq: 1 INVITE\r\nContact: <sip:x@y>\r\nContent-Length: 0\r\n\r\n"),
        ];
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = [.. samples[random.Next(samples.Length)]];
            for (int changes = random.Next(1, 6); changes > 0; changes--)
            {
                int at = random.Next(bytes.Length);
                switch (random.Next(4))
                {
                    case 0: bytes[at] = (byte)random.Next(256); break;
                    case 1: bytes = bytes[..at]; break;
                    case 2: bytes = [.. bytes[..at], .. bytes[random.Next(bytes.Length)..]]; break;
                    default: bytes = [.. bytes[..at], (byte)"\r\n;,<>\":@ "[random.Next(10)], .. bytes[at..]]; break;
                }
                if (bytes.Length == 0) bytes = [0];
            }
            _peer.Deliver(bytes);
            _network.Run(0.001);
            _network.Trace.Clear();
        }
        _network.Run(100);
        _us.AssertEmpty();
    }

    [Fact]
    public void Stray_responses_and_ACKs_are_dropped()
    {
        _peer.Request("ACK", 1, "stray", "nobody");
        _peer.Send("""
            SIP/2.0 200 OK
            Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKnone
            From: <sip:a@10.0.0.1>;tag=x
            To: <sip:b@10.0.0.9>;tag=y
            Call-ID: none
            CSeq: 1 INVITE
            """);
        _network.Run(0.1);
        Assert.Empty(_peer.Heard);
        _us.AssertEmpty();
    }

    [Fact]
    public void An_RFC_2543_client_without_branches_gets_its_call()
    {
        const string head = "From: <sip:old@10.0.0.9>;tag=o\nTo: <sip:9999@10.0.0.1>";
        const string rest = "Call-ID: old@peer\nContact: <sip:old@10.0.0.9:5062>";
        _peer.Send($"INVITE sip:9999@10.0.0.1 SIP/2.0\nVia: SIP/2.0/UDP 10.0.0.9:5062\n{head}\n{rest}\nCSeq: 1 INVITE");
        _peer.Send($"INVITE sip:9999@10.0.0.1 SIP/2.0\nVia: SIP/2.0/UDP 10.0.0.9:5062\n{head}\n{rest}\nCSeq: 1 INVITE");
        _network.Run(0.1);
        _us.Calls[0].Reject(486);
        _network.Run(0.1);
        Assert.Single(_us.Calls);
        string tag = Encoding.ASCII.GetString(_peer.Last.ToTag);
        _peer.Send($"ACK sip:9999@10.0.0.1 SIP/2.0\nVia: SIP/2.0/UDP 10.0.0.9:5062\n{head};tag={tag}\n{rest}\nCSeq: 1 ACK");
        _network.Run(40);
        Assert.Equal(1, _peer.CountHeard("486"));
        _us.AssertEmpty();
    }

    [Theory]
    [InlineData("sip:x@10.0.0.1", true)]
    [InlineData("sip:x@10.0.0.1:5060", true)]
    [InlineData("sip:x@10.0.0.1:5070", false)]
    [InlineData("sip:x@10.0.0.2", false)]
    [InlineData("tel:1", false)]
    public void Whether_a_URI_is_ours_depends_on_host_and_port(string uri, bool own) =>
        Assert.Equal(own, _us.Agent.IsOwn(Encoding.ASCII.GetBytes(uri)));
}
