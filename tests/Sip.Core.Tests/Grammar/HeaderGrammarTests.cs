using System.Text;
using Sip.Core.Grammar;
using Sip.Core.Messages;
using Xunit;

namespace Sip.Core.Tests.Grammar;

public class HeaderGrammarTests
{
    static byte[] B(string text) => Encoding.UTF8.GetBytes(text);
    static string S(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    [Theory]
    [InlineData("<sip:a@b>", "", "sip:a@b", "")]
    [InlineData("sip:a@b;tag=x", "", "sip:a@b", "x")]
    [InlineData("Alice Smith <sip:a@b;lr>;tag=1;x", "Alice Smith", "sip:a@b;lr", "1")]
    [InlineData("\"A, \\\"B\\\" <c>\"<sip:a@b> ; TAG = 2", "A, \"B\" <c>", "sip:a@b", "2")]
    [InlineData("\"\" <tel:+1555;phone-context=x>", "", "tel:+1555;phone-context=x", "")]
    [InlineData("<sip:a@b>;x=\"q;tag=no\";tag=yes", "", "sip:a@b", "yes")]
    [InlineData("sip:a@b;x=\"<\"", "", "sip:a@b", "")]
    public void An_address_falls_into_its_parts(string text, string name, string uri, string tag)
    {
        Assert.True(NameAddr.TryParse(B(text), out NameAddr address));
        Assert.Equal((name, uri, tag), (address.GetDisplayName(), S(address.Uri), S(address.Tag)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<>")]
    [InlineData("<sip:a@b")]
    [InlineData("sip:a@b>")]
    [InlineData("\"A <sip:a@b>")]
    [InlineData("\"A\" sip:a@b")]
    [InlineData("A, B <sip:a@b>")]
    [InlineData("<sip:a@b> x")]
    [InlineData("<sip:a@b>;")]
    [InlineData("<sip:a@b>;tag=")]
    [InlineData("<sip:a@b>;tag=a,b")]
    [InlineData("< sip:a@b >")]
    [InlineData("sip:a@b?x=y")]
    [InlineData("nothing")]
    [InlineData("<a b>")]
    public void What_the_grammar_forbids_is_no_address(string text) => Assert.False(NameAddr.TryParse(B(text), out _));

    [Theory]
    [InlineData("SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport", "UDP", "192.0.2.1", 5060, "z9hG4bK1", true, 0, "")]
    [InlineData("SIP / 2.0 / TLS [2001:db8::9]:5061 ; received=2001:db8::7 ; branch = z ", "TLS", "2001:db8::9", 5061, "z", false, 0,
        "2001:db8::7")]
    [InlineData("SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK56sdasks", "WSS", "df7jal23ls0d.invalid", 0, "z9hG4bK56sdasks", false, 0,
        "")]
    [InlineData("SIP/2.0/UDP h : 99;rport=1234;received=[::1]", "UDP", "h", 99, "", true, 1234, "[::1]")]
    public void A_Via_falls_into_its_parts(string text, string transport, string host, int port, string branch, bool hasRPort, int rport,
        string received)
    {
        Assert.True(Via.TryParse(B(text), out Via via));
        Assert.Equal((transport, host, (int)via.Port, branch), (S(via.Transport), S(via.Host), port, S(via.Branch)));
        Assert.Equal((hasRPort, rport, received), (via.HasRPort, (int)via.RPort, S(via.Received)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("SIP/2.0")]
    [InlineData("SIP/2.0/UDP")]
    [InlineData("SIP/2.0/UDP ")]
    [InlineData("SIP/2.0/UDP;branch=x")]
    [InlineData("SIP/2.0/UDP host;;")]
    [InlineData("SIP/2.0/UDP host:x;branch=1")]
    [InlineData("SIP/2.0/UDP host:5060 x;branch=1")]
    [InlineData("SIP/2.0/UDP host:70000")]
    [InlineData("SIP/2.0/UDP a b")]
    [InlineData("SIP/2.0/UDP a;branch=x;branch=y")]
    public void What_the_grammar_forbids_is_no_Via(string text) => Assert.False(Via.TryParse(B(text), out _));

    [Theory]
    [InlineData("1 INVITE", 1u, SipMethod.Invite)]
    [InlineData("0009 \t INVITE", 9u, SipMethod.Invite)]
    [InlineData("2147483647 ACK", 2147483647u, SipMethod.Ack)]
    [InlineData("0 invite", 0u, SipMethod.Unknown)]
    public void CSeq_is_a_number_and_a_method(string text, uint number, SipMethod method)
    {
        Assert.True(CSeq.TryParse(B(text), out CSeq cseq));
        Assert.Equal((number, method), (cseq.Number, cseq.Method));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("INVITE")]
    [InlineData("-1 INVITE")]
    [InlineData("+1 INVITE")]
    [InlineData("2147483648 INVITE")]
    [InlineData("99999999999999999999 INVITE")]
    [InlineData("1 INV ITE")]
    [InlineData("1.0 INVITE")]
    public void What_the_grammar_forbids_is_no_CSeq(string text) => Assert.False(CSeq.TryParse(B(text), out _));

    [Fact]
    public void A_browser_s_Contact_has_instance_reg_id_and_expires()
    {
        Assert.True(Contact.TryParse("<sip:k8@x.invalid;transport=ws;ob>;reg-id=1;+sip.instance=\"<urn:uuid:f81d>\";expires=600;q=0.7"u8,
            out Contact contact));
        Assert.Equal("<urn:uuid:f81d>", S(contact.Instance));
        Assert.Equal((1u, 600u, 700), (contact.RegId, contact.Expires!.Value, contact.Q));
        Assert.True(contact.Address.Bracketed);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("0.5", 500)]
    [InlineData("0.333", 333)]
    [InlineData("1", 1000)]
    [InlineData("1.000", 1000)]
    [InlineData("1.001", -1)]
    [InlineData("2", -1)]
    [InlineData("0.1234", -1)]
    [InlineData("-0.1", -1)]
    [InlineData(".5", -1)]
    [InlineData("", -1)]
    public void Q_is_0_to_1_in_thousandths(string text, int expected) =>
        Assert.Equal(expected, Contact.TryQ(B(text), out int q) ? q : -1);

    [Theory]
    [InlineData("<sip:a@b>;expires=99999999999999", uint.MaxValue)]
    [InlineData("<sip:a@b>;expires=0", 0u)]
    [InlineData("<sip:a@b>;expires=soon", null)]
    [InlineData("<sip:a@b>;expires", null)]
    public void Contact_expires_too_large_is_the_largest_and_no_number_is_absent(string text, uint? expires)
    {
        Assert.True(Contact.TryParse(B(text), out Contact contact));
        Assert.Equal(expires, contact.Expires);
    }

    [Fact]
    public void The_star_is_a_contact_of_its_own()
    {
        Assert.True(Contact.TryParse(" * "u8, out Contact contact));
        Assert.True(contact.IsStar);
        Assert.False(Contact.TryParse("*;expires=0"u8, out _));
    }
}
