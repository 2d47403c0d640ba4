using Tandem.Net;
using Tandem.Signalling;
using Tandem.Storage;
using Xunit;

namespace Tandem.Tests.Signalling;

public class RegistrarTests
{
    private readonly RegistrarRig _rig = new();

    private string[] Uris(string user = "1001") => [.. _rig.Registrar.Lookup(user).Select(contact => contact.ContactUri)];

    [Fact]
    public void A_registered_phone_is_found_by_its_flow_and_whole_URI()
    {
        SipFlow flow = _rig.Flow("203.0.113.9:40001");
        string answer = _rig.Register(flow, "Contact: <sip:1001-0x55d0@10.0.0.5:5060>;expires=600\r\n");
        Assert.Contains("\r\nContact: <sip:1001-0x55d0@10.0.0.5:5060>;expires=600\r\n", answer, StringComparison.Ordinal);
        RegisteredContact contact = Assert.Single(_rig.Registrar.Lookup("1001"));
        Assert.Equal(("sip:1001-0x55d0@10.0.0.5:5060", flow, 600L), (contact.ContactUri, contact.Flow, contact.SecondsLeft));
        Assert.Empty(_rig.Registrar.Lookup("1002"));
    }

    [Fact]
    public void A_browser_s_binding_is_listed_with_instance_and_reg_id_and_gone_with_its_connection()
    {
        SipFlow flow = _rig.Flow("203.0.113.9:40001", SipTransport.Ws);
        string answer = _rig.Register(flow,
            "Contact: <sip:k8@x.invalid;transport=ws>;reg-id=1;+sip.instance=\"<urn:uuid:1>\";expires=600\r\nSupported: path, gruu, outbound\r\n");
        Assert.Contains("<sip:k8@x.invalid;transport=ws>;expires=600;+sip.instance=\"<urn:uuid:1>\";reg-id=1\r\n", answer,
            StringComparison.Ordinal);
        Assert.DoesNotContain("gruu", answer, StringComparison.Ordinal);
        _rig.Close(flow);
        Assert.Empty(Uris());
        Assert.Empty(_rig.Saved["1001"]);
        Assert.Equal(0, _rig.Registrar.Count);
    }

    [Fact]
    public void A_phone_over_TCP_that_gives_its_real_address_can_still_be_called_when_its_connection_is_gone()
    {
        SipFlow near = _rig.Flow("192.0.2.7:40001", SipTransport.Tcp), nat = _rig.Flow("203.0.113.9:40001", SipTransport.Tcp);
        _rig.Register(near, "Contact: <sip:a@192.0.2.7:5060;transport=tcp>\r\n", callId: "a");
        _rig.Register(nat, "Contact: <sip:b@10.0.0.7:5060;transport=tcp>\r\n", callId: "b");
        _rig.Close(near);
        _rig.Close(nat);
        RegisteredContact contact = Assert.Single(_rig.Registrar.Lookup("1001"));
        Assert.Equal("sip:a@192.0.2.7:5060;transport=tcp", contact.ContactUri);
        Assert.Null(contact.Flow);
    }

    [Fact]
    public void Too_brief_is_423_with_Min_Expires()
    {
        string answer = _rig.Register(_rig.Flow(), "Contact: <sip:a@h>;expires=30\r\n");
        Assert.StartsWith("SIP/2.0 423 ", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nMin-Expires: 60\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_binding_ends_with_its_time_and_the_store_hears_of_it()
    {
        _rig.Register(_rig.Flow(), "Contact: <sip:a@192.0.2.7>;expires=60\r\n");
        Assert.Single(_rig.Saved["1001"]);
        _rig.Pass(59);
        Assert.Single(Uris());
        _rig.Pass(1);
        Assert.Empty(Uris());
        _rig.Pass(10);
        Assert.Empty(_rig.Saved["1001"]);
        Assert.Equal(0, _rig.Registrar.Count);
    }

    [Fact]
    public void The_hole_to_a_phone_behind_NAT_is_kept_open_as_long_as_it_is_registered()
    {
        SipFlow nat = _rig.Flow("203.0.113.9:40001"), near = _rig.Flow("192.0.2.7:5060");
        _rig.Register(nat, "Contact: <sip:a@10.0.0.7:5060>\r\n", callId: "a");
        _rig.Register(near, "Contact: <sip:b@192.0.2.7:5060>\r\n", callId: "b");
        Assert.Equal([nat.Remote], _rig.KeptAlive);
        _rig.Register(_rig.Flow("203.0.113.9:40001"), "Contact: <sip:a@10.0.0.7:5060>\r\n", cseq: 3, callId: "a");
        Assert.Equal([nat.Remote], _rig.KeptAlive);
        _rig.Register(nat, "Contact: *\r\nExpires: 0\r\n", cseq: 5, callId: "a");
        Assert.Empty(_rig.KeptAlive);
    }

    [Fact]
    public void Bindings_come_back_after_a_restart_with_the_time_that_is_left()
    {
        _rig.Register(_rig.Flow("203.0.113.9:40001"), "Contact: <sip:a@10.0.0.7:5060>;q=0.5;expires=600;+sip.instance=\"<urn:1>\"\r\n",
            callId: "a");
        _rig.Register(_rig.Flow("203.0.113.8:40001", SipTransport.Ws), "Contact: <sip:b@x.invalid>\r\n", callId: "b");
        _rig.Register(_rig.Flow("[2001:db8::7]:40001", SipTransport.Tcp), "Contact: <sip:c@[2001:db8::7]:5060;transport=tcp>\r\n",
            callId: "c");
        var next = new RegistrarRig();
        next.Pass(100);
        Assert.Equal(2, next.Registrar.Restore(_rig.Saved["1001"]));
        IReadOnlyList<RegisteredContact> found = next.Registrar.Lookup("1001");
        Assert.Equal(["sip:c@[2001:db8::7]:5060;transport=tcp", "sip:a@10.0.0.7:5060"], found.Select(contact => contact.ContactUri));
        Assert.Null(found[0].Flow);
        Assert.Equal(("203.0.113.9:40001", 0.5, "<urn:1>", 500L),
            (found[1].Flow!.Remote.ToString(), found[1].Q, found[1].Instance, found[1].SecondsLeft));
        Assert.Equal("203.0.113.9:40001", Assert.Single(next.KeptAlive).ToString());
        next.Pass(520);
        Assert.Single(next.Registrar.Lookup("1001"));
        Assert.Empty(next.KeptAlive);
    }

    [Fact]
    public void A_refresh_after_a_restart_needs_the_right_order_still()
    {
        _rig.Register(_rig.Flow(), "Contact: <sip:a@192.0.2.7:5060>\r\n", cseq: 7);
        var next = new RegistrarRig();
        next.Registrar.Restore(_rig.Saved["1001"]);
        Assert.StartsWith("SIP/2.0 500 ", next.Register(next.Flow(), "Contact: <sip:a@192.0.2.7:5060>\r\n", cseq: 7),
            StringComparison.Ordinal);
        Assert.StartsWith("SIP/2.0 200 ", next.Register(next.Flow(), "Contact: <sip:a@192.0.2.7:5060>\r\n", cseq: 8),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Path_is_stored_used_and_given_back()
    {
        string answer = _rig.Register(_rig.Flow(), "Contact: <sip:a@10.0.0.7>\r\nPath: <sip:p1;lr>, <sip:p2;lr>\r\nSupported: path\r\n");
        Assert.Contains("\r\nPath: <sip:p1;lr>\r\nPath: <sip:p2;lr>\r\n", answer, StringComparison.Ordinal);
        Assert.Equal(["<sip:p1;lr>", "<sip:p2;lr>"], Assert.Single(_rig.Registrar.Lookup("1001")).Path);
        var next = new RegistrarRig();
        next.Registrar.Restore(_rig.Saved["1001"]);
        Assert.Equal(["<sip:p1;lr>", "<sip:p2;lr>"], Assert.Single(next.Registrar.Lookup("1001")).Path);
    }

    [Fact]
    public void A_contact_s_headers_are_listed_but_not_dialled()
    {
        // RFC 4475 §3.3.14, and RFC 3261 §19.1.1: a Request-URI has none.
        string answer = _rig.Register(_rig.Flow(), "Contact: <sip:user@example.com?Route=%3Csip:sip.example.com%3E>\r\n");
        Assert.Contains("<sip:user@example.com?Route=%3Csip:sip.example.com%3E>", answer, StringComparison.Ordinal);
        Assert.Equal(["sip:user@example.com"], Uris());
    }

    [Fact]
    public void What_is_no_SIP_URI_is_listed_but_not_dialled()
    {
        Assert.StartsWith("SIP/2.0 200 ", _rig.Register(_rig.Flow(), "Contact: <mailto:a@example.com>\r\n"), StringComparison.Ordinal);
        Assert.Empty(Uris());
    }

    [Theory]
    [InlineData("Contact: *\r\n")]
    [InlineData("Contact: *\r\nContact: <sip:a@h>\r\nExpires: 0\r\n")]
    [InlineData("Contact: sip:a@h?x=y\r\n")]
    [InlineData("Contact: <sip:a@h\r\n")]
    public void A_bad_contact_is_400_and_changes_nothing(string headers)
    {
        _rig.Register(_rig.Flow(), "Contact: <sip:a@192.0.2.7>\r\n", callId: "good");
        string challenge = _rig.Send(_rig.Flow(), headers: headers, callId: "bad");
        if (!challenge.StartsWith("SIP/2.0 400 ", StringComparison.Ordinal))
            Assert.StartsWith("SIP/2.0 400 ", _rig.Send(_rig.Flow(), headers: RegistrarRig.Credentials(challenge) +
                headers, cseq: 2, callId: "bad"), StringComparison.Ordinal);
        Assert.Single(Uris());
    }

    [Fact]
    public void Users_that_are_no_more_lose_their_bindings()
    {
        _rig.Register(_rig.Flow(), "Contact: <sip:a@192.0.2.7>\r\n");
        _rig.Register(_rig.Flow("192.0.2.8:5060"), "Contact: <sip:b@192.0.2.8>\r\n", user: "1002");
        _rig.Registrar.Retain(user => user == "1002");
        Assert.Empty(Uris());
        Assert.Empty(_rig.Saved["1001"]);
        Assert.Single(Uris("1002"));
    }

    [Fact]
    public void What_a_stranger_writes_into_a_row_holds_no_NUL()
    {
        _rig.Register(_rig.Flow(), "Contact: <sip:a@192.0.2.7>;+sip.instance=\"<\\\0>\"\r\nUser-Agent: a\0b\r\n");
        StoredBinding stored = Assert.Single(_rig.Saved["1001"]);
        Assert.DoesNotContain('\0', stored.InstanceId + stored.UserAgent);
    }
}
