using System.Net;
using System.Text;
using Sip.Core.Messages;
using Sip.Core.Registration;
using Xunit;

namespace Sip.Core.Tests.Registration;

public class BindingTableTests
{
    readonly BindingTable<string> _table = new(new BindingLimits(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(3600), MaxContacts: 3));

    static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    static RegisterRequest? Read(string contacts, string callId, int cseq, string? expires, string path = "")
    {
        var message = new SipMessage();
        string text = $"REGISTER sip:h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:a@h>\r\nCall-ID: {callId}\r\n" +
            $"CSeq: {cseq} REGISTER\r\n{(expires is null ? "" : $"Expires: {expires}\r\n")}{path}" +
            string.Concat(contacts.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(contact => $"Contact: {contact}\r\n")) + "\r\n";
        Assert.Equal(SipParseError.None, message.Parse(Encoding.UTF8.GetBytes(text)));
        return RegisterRequest.TryRead(message, out RegisterRequest request) ? request : null;
    }

    RegisterResult<string> Register(string contacts, double now = 0, string callId = "c1", int cseq = 1, string? expires = null,
        string source = "192.0.2.7:5060",
        string user = "1001", bool direct = true, string transport = "udp")
    {
        RegisterRequest request = Read(contacts, callId, cseq, expires)!;
        return _table.Register(user, request, new BindingSource(transport, IPEndPoint.Parse(source), direct), flow: source, At(now));
    }

    string[] List(double now = 0, string user = "1001") =>
        [.. _table.Lookup(user, At(now)).Select(binding => binding.ContactValue(At(now)))];

    [Fact]
    public void A_contact_is_bound_and_the_200_lists_all_with_their_time_left()
    {
        Register("<sip:a@192.0.2.7>;expires=600;q=0.5;+sip.instance=\"<urn:uuid:1>\";reg-id=1");
        RegisterResult<string> result = Register("sip:b@192.0.2.8", now: 10.5, callId: "c2", expires: "120", source: "192.0.2.8:5060");
        Assert.Equal(200, result.Status);
        Assert.True(result.Changed);
        Assert.Equal(["<sip:b@192.0.2.8>;expires=120", "<sip:a@192.0.2.7>;expires=590;q=0.500;+sip.instance=\"<urn:uuid:1>\";reg-id=1"],
            List(10.5));
        Assert.Equal(2, result.Bindings.Count);
    }

    [Fact]
    public void Without_a_contact_the_list_is_asked_for_and_nothing_changes()
    {
        Register("<sip:a@h>");
        RegisterResult<string> result = Register("", now: 1);
        Assert.Equal((200, 1, false), (result.Status, result.Bindings.Count, result.Changed));
    }

    [Theory]
    [InlineData("<sip:a@h>;expires=100", "200", 100)]     // the contact's own counts over the header
    [InlineData("<sip:a@h>", "200", 200)]
    [InlineData("<sip:a@h>", null, 3600)]
    [InlineData("<sip:a@h>", "99999", 3600)]
    [InlineData("<sip:a@h>", "99999999999999999999", 3600)]
    [InlineData("<sip:a@h>;expires=soon", null, 3600)]
    [InlineData("<sip:a@h>", "soon", 3600)]
    [InlineData("<sip:a@h>", "60", 60)]
    public void Expires_is_the_contact_s_else_the_header_s_else_the_default_and_never_above_the_longest(string contact, string? header,
        int granted)
    {
        Register(contact, expires: header);
        Assert.Equal(granted, Assert.Single(_table.Lookup("1001", At(0))).SecondsLeft(At(0)));
    }

    [Theory]
    [InlineData("<sip:a@h>;expires=59", null)]
    [InlineData("<sip:a@h>", "1")]
    [InlineData("<sip:a@h>;expires=600|<sip:b@h>;expires=10", null)]
    public void Too_short_is_423_and_nothing_changes(string contacts, string? header)
    {
        Assert.Equal(423, Register(contacts, expires: header).Status);
        Assert.Empty(List());
    }

    [Fact]
    public void Expires_0_removes_one_and_the_star_removes_all()
    {
        Register("<sip:a@h>|<sip:b@h>");
        RegisterResult<string> result = Register("<sip:a@h>;expires=0", cseq: 2);
        Assert.Equal("sip:a@h", Assert.Single(result.Removed).Contact);
        Assert.Equal(["<sip:b@h>;expires=3600"], List());
        result = Register("*", cseq: 3, expires: "0");
        Assert.Equal((200, 1, true), (result.Status, result.Removed.Count, result.Changed));
        Assert.Empty(List());
        Assert.Equal(0, _table.Count);
    }

    [Theory]
    [InlineData("*", null)]
    [InlineData("*", "60")]
    [InlineData("*|<sip:a@h>", "0")]
    [InlineData("<sip:a@h>, *", "0")]
    [InlineData("sip:user@example.com?Route=%3Csip:sip.example.com%3E", "60")]
    public void The_star_stands_alone_with_Expires_0_and_a_contact_is_well_formed(string contacts, string? expires) =>
        Assert.Null(Read(contacts, "c1", 1, expires));

    [Fact]
    public void A_request_overtaken_on_the_way_fails_whole()
    {
        Register("<sip:a@h>;expires=100", cseq: 5);
        Assert.Equal(500, Register("<sip:b@h>|<sip:a@h>;expires=900", cseq: 4).Status);
        Assert.Equal(500, Register("<sip:a@h>;expires=900", cseq: 5).Status);
        Assert.Equal(500, Register("*", cseq: 5, expires: "0").Status);
        Assert.Equal(["<sip:a@h>;expires=100"], List());
        Assert.Equal(200, Register("<sip:a@h>;expires=900", cseq: 6).Status);
        Assert.Equal(200, Register("<sip:a@h>;expires=800", cseq: 1, callId: "other").Status);     // a new Call-ID starts anew
        Assert.Equal(["<sip:a@h>;expires=800"], List());
    }

    [Fact]
    public void Equal_URIs_are_one_binding()
    {
        // RFC 4475 §3.3.12 and §3.3.13: the parameter is the header's in one and the URI's in the other.
        Register("sip:+19725552222@gw1.example.net;unknownparam", cseq: 2);
        RegisterResult<string> result = Register("<sip:+19725552222@gw1.example.net;unknownparam>", cseq: 3);
        Assert.Equal("sip:+19725552222@gw1.example.net;unknownparam", Assert.Single(result.Bindings).Contact);
    }

    [Fact]
    public void Users_that_differ_in_a_NUL_are_two_bindings() =>
        Assert.Equal(2, Register("<sip:%00@host5.example.com>|<sip:%00%00@host5.example.com>").Bindings.Count);

    [Fact]
    public void The_same_instance_replaces_its_old_contact_wherever_it_comes_from()
    {
        Register("<sip:x1@a.invalid;transport=ws>;+sip.instance=\"<urn:uuid:1>\";reg-id=1", source: "192.0.2.7:1111", transport: "ws");
        RegisterResult<string> result = Register("<sip:x2@b.invalid;transport=ws>;+sip.instance=\"<urn:uuid:1>\";reg-id=1", now: 1,
            callId: "c2",
            source: "198.51.100.9:2222", transport: "ws");
        Assert.Equal("sip:x2@b.invalid;transport=ws", Assert.Single(result.Bindings).Contact);
        Assert.Equal("sip:x1@a.invalid;transport=ws", Assert.Single(result.Removed).Contact);
    }

    [Fact]
    public void Another_reg_id_of_the_same_instance_is_another_flow()
    {
        Register("<sip:x@a>;+sip.instance=\"<urn:uuid:1>\";reg-id=1");
        Assert.Equal(2, Register("<sip:x@b>;+sip.instance=\"<urn:uuid:1>\";reg-id=2", cseq: 2).Bindings.Count);
    }

    [Fact]
    public void A_phone_that_restarted_replaces_what_it_left_at_its_address()
    {
        // baresip: a new user part and a new Call-ID each time it starts.
        Register("<sip:1001-0x55d0@192.0.2.7:5060>");
        RegisterResult<string> result = Register("<sip:1001-0x66e1@192.0.2.7:5060>", now: 5, callId: "c2");
        Assert.Equal("sip:1001-0x66e1@192.0.2.7:5060", Assert.Single(result.Bindings).Contact);
        Assert.Single(result.Removed);
    }

    [Fact]
    public void A_phone_that_restarted_behind_a_NAT_with_a_new_port_replaces_what_it_left()
    {
        Register("<sip:1001-0x55d0@10.0.0.5:5060>", source: "203.0.113.9:40001");
        Assert.Single(Register("<sip:1001-0x66e1@10.0.0.5:5060>", now: 5, callId: "c2", source: "203.0.113.9:40002").Bindings);
    }

    [Fact]
    public void Two_phones_behind_one_NAT_are_two_bindings()
    {
        Register("<sip:1001@10.0.0.5:5060>", source: "203.0.113.9:40001");
        Assert.Equal(2, Register("<sip:1001@10.0.0.6:5060>", now: 5, callId: "c2", source: "203.0.113.9:40002").Bindings.Count);
    }

    [Fact]
    public void Behind_a_proxy_one_address_is_many_phones()
    {
        Register("<sip:1001@10.0.0.5:5060>", source: "203.0.113.1:5060", direct: false);
        Assert.Equal(2, Register("<sip:1001@10.0.0.6:5060>", now: 5, callId: "c2", source: "203.0.113.1:5060",
            direct: false).Bindings.Count);
    }

    [Fact]
    public void Two_contacts_of_one_request_and_two_requests_of_one_phone_live_side_by_side()
    {
        Register("<sip:a@192.0.2.7>|<sip:b@192.0.2.7>");
        Assert.Equal(3, Register("<sip:c@192.0.2.7>", cseq: 2).Bindings.Count);     // same Call-ID: the same run of the phone
    }

    [Fact]
    public void A_contact_named_twice_in_one_request_is_the_later_one()
    {
        RegisterResult<string> result = Register("<sip:a@h>;expires=100|<sip:a@h>;expires=200");
        Assert.Equal(200, Assert.Single(result.Bindings).SecondsLeft(At(0)));
        Assert.Empty(Register("<sip:b@h>;expires=100|<sip:b@h>;expires=0|<sip:a@h>;expires=0", cseq: 2).Bindings);
    }

    [Fact]
    public void One_contact_too_many_pushes_out_the_one_refreshed_longest_ago()
    {
        for (int i = 1; i <= 3; i++) Register($"<sip:a{i}@192.0.2.{i}>", now: i, callId: $"c{i}", source: $"192.0.2.{i}:5060");
        Register("<sip:a1@192.0.2.1>", now: 4, callId: "c1", cseq: 2, source: "192.0.2.1:5060");
        RegisterResult<string> result = Register("<sip:a4@192.0.2.4>", now: 5, callId: "c4", source: "192.0.2.4:5060");
        Assert.Equal("sip:a2@192.0.2.2", Assert.Single(result.Removed).Contact);
        Assert.Equal(3, result.Bindings.Count);
        Assert.Equal(403, Register("<sip:a@h>|<sip:b@h>|<sip:c@h>|<sip:d@h>", callId: "c5").Status);
    }

    [Fact]
    public void Expired_bindings_are_not_found_not_listed_and_swept()
    {
        Register("<sip:a@h>;expires=60|<sip:b@h>;expires=120");
        Assert.Equal(["<sip:b@h>;expires=59"], List(61));
        List<string> expired = [];
        Assert.Equal(["1001"], _table.Sweep(At(61), binding => expired.Add(binding.Contact)));
        Assert.Equal(["sip:a@h"], expired);
        Assert.Equal(1, _table.Count);
        Assert.Equal(["1001"], _table.Sweep(At(121)));
        Assert.Equal(0, _table.Count);
        Assert.Empty(_table.Sweep(At(122)));
    }

    [Fact]
    public void Lookup_prefers_higher_q_then_the_newer()
    {
        Register("<sip:a@h>;q=0.1", now: 3, callId: "c1", source: "192.0.2.1:1");
        Register("<sip:b@h>", now: 1, callId: "c2", source: "192.0.2.2:1");
        Register("<sip:c@h>;q=1.0", now: 2, callId: "c3", source: "192.0.2.3:1");
        Assert.Equal(["sip:c@h", "sip:b@h", "sip:a@h"], _table.Lookup("1001", At(4)).Select(binding => binding.Contact));
    }

    [Fact]
    public void A_closed_flow_takes_its_bindings_or_leaves_them_changed()
    {
        Register("<sip:a@h>", source: "192.0.2.1:1", callId: "c1");
        Register("<sip:b@h>", source: "192.0.2.2:1", callId: "c2");
        Assert.False(_table.FlowClosed("1002", "192.0.2.1:1", _ => null));
        Assert.True(_table.FlowClosed("1001", "192.0.2.1:1", _ => null));
        Assert.True(_table.FlowClosed("1001", "192.0.2.2:1", binding => binding with { Flow = null }));
        Assert.Null(Assert.Single(_table.Lookup("1001", At(0))).Flow);
        Assert.Equal(1, _table.Count);
    }

    [Fact]
    public void Path_is_kept_in_order_and_users_are_apart()
    {
        RegisterRequest request = Read("<sip:a@h>", "c", 1, null, "Path: <sip:p1;lr>, <sip:p2;lr>\r\nPath: <sip:p3;lr>\r\n")!;
        _table.Register("1002", request, new BindingSource("udp", IPEndPoint.Parse("192.0.2.1:1"), Direct: false), null, At(0));
        Assert.Equal(["<sip:p1;lr>", "<sip:p2;lr>", "<sip:p3;lr>"], Assert.Single(_table.Lookup("1002", At(0))).Path);
        Assert.Empty(List());
        Assert.Single(_table.Remove("1002"));
        Assert.Equal(0, _table.Count);
    }

    [Fact]
    public void The_contact_is_listed_exactly_as_the_phone_wrote_it()
    {
        // baresip and JsSIP look for their own URI in the 200.
        Register("<sip:1001-0x55d0a@192.0.2.7:5060;transport=udp;x=%41>");
        Assert.StartsWith("<sip:1001-0x55d0a@192.0.2.7:5060;transport=udp;x=%41>;expires=", List()[0], StringComparison.Ordinal);
    }
}
