using System.Text;
using Sip.Core.Grammar;
using Xunit;

namespace Sip.Core.Tests.Grammar;

public class SipUriTests
{
    static byte[] B(string text) => Encoding.UTF8.GetBytes(text);

    [Theory]
    [InlineData("sip:alice@atlanta.com", "alice", null, "atlanta.com", 0, "", "")]
    [InlineData("sip:alice:secretword@atlanta.com;transport=tcp", "alice", "secretword", "atlanta.com", 0, ";transport=tcp", "")]
    [InlineData("sips:alice@atlanta.com?subject=project%20x&priority=urgent", "alice", null, "atlanta.com", 0, "",
        "subject=project%20x&priority=urgent")]
    [InlineData("SIP:+1-212-555-1212:1234@gateway.com;user=phone", "+1-212-555-1212", "1234", "gateway.com", 0, ";user=phone", "")]
    [InlineData("sip:192.0.2.4:5062", null, null, "192.0.2.4", 5062, "", "")]
    [InlineData("sip:alice;day=tuesday@atlanta.com", "alice;day=tuesday", null, "atlanta.com", 0, "", "")]
    [InlineData("sip:1001@[2001:db8::10]:5070;ob", "1001", null, "2001:db8::10", 5070, ";ob", "")]
    [InlineData("sip:[::1]", null, null, "::1", 0, "", "")]
    [InlineData("sip:ab12@r7vd4.invalid;transport=ws", "ab12", null, "r7vd4.invalid", 0, ";transport=ws", "")]
    [InlineData("sip:1001-0x55d0a2@10.0.0.7:35071", "1001-0x55d0a2", null, "10.0.0.7", 35071, "", "")]
    [InlineData("sip:user@host;x-[name]=[v]", "user", null, "host", 0, ";x-[name]=[v]", "")]
    public void A_URI_falls_into_its_parts(string text, string? user, string? password, string host, int port, string parameters,
        string headers)
    {
        byte[] bytes = B(text);
        Assert.True(SipUri.TryParse(bytes, out SipUri uri));
        Assert.Equal(user, uri.HasUser ? Encoding.UTF8.GetString(uri.User) : null);
        Assert.Equal(password, uri.HasPassword ? Encoding.UTF8.GetString(uri.Password) : null);
        Assert.Equal(host, Encoding.UTF8.GetString(uri.Host));
        Assert.Equal(port, uri.Port);
        Assert.Equal(parameters, Encoding.UTF8.GetString(uri.Parameters.Raw));
        Assert.Equal(headers, Encoding.UTF8.GetString(uri.Headers));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sip:")]
    [InlineData("sip:@host")]
    [InlineData("sip:user@")]
    [InlineData("sip:a@b@c")]
    [InlineData("sip:user@host:")]
    [InlineData("sip:user@host:0")]
    [InlineData("sip:user@host:65536")]
    [InlineData("sip:user@host:5060x")]
    [InlineData("sip:user@host;")]
    [InlineData("sip:user@host;;lr")]
    [InlineData("sip:user@host;=x")]
    [InlineData("sip:user@host;a=1;%61=2")]
    [InlineData("sip:user@host;a=")]
    [InlineData("sip:user@host;a=b c")]
    [InlineData("sip:user@host; lr")]
    [InlineData("sip:user@host?")]
    [InlineData("sip:us er@host")]
    [InlineData("sip:us\"er@host")]
    [InlineData("sip:user%4@host")]
    [InlineData("sip:user%zz@host")]
    [InlineData("sip:a:b:c@host")]
    [InlineData("sip:user@[::1")]
    [InlineData("sip:user@[zz]")]
    [InlineData("sip:user@[1:2]")]
    [InlineData("sip:user@::1")]
    [InlineData("sip:user@host\r\nVia: x")]
    [InlineData("tel:+15551234")]
    [InlineData("sipx:user@host")]
    public void What_the_grammar_forbids_is_no_SIP_URI(string text) => Assert.False(SipUri.TryParse(B(text), out _));

    [Fact]
    public void A_URI_has_64_parameters_at_most()
    {
        string many = "sip:h" + string.Concat(Enumerable.Range(0, 64).Select(i => $";p{i}"));
        Assert.True(SipUri.TryParse(B(many), out _));
        Assert.False(SipUri.TryParse(B(many + ";more"), out _));
    }

    // RFC 3261 §19.1.4, its own examples.
    [Theory]
    [InlineData("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtlanTa.CoM;Transport=tcp")]
    [InlineData("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5")]
    [InlineData("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;newparam=5")]
    [InlineData("sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
        "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com")]
    [InlineData("sip:alice@atlanta.com?subject=project%20x&priority=urgent", "sip:alice@atlanta.com?priority=urgent&subject=project%20x")]
    [InlineData("sip:a@[2001:db8:0:0::1]", "sip:a@[2001:DB8::1]")]
    public void Equivalent_URIs(string left, string right)
    {
        Assert.True(SipUriComparison.AreEqual(B(left), B(right)));
        Assert.True(SipUriComparison.AreEqual(B(right), B(left)));
    }

    [Theory]
    [InlineData("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP")]
    [InlineData("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060")]
    [InlineData("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp")]
    [InlineData("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp")]
    [InlineData("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting")]
    [InlineData("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4")]
    [InlineData("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off")]
    [InlineData("sip:a@b", "sips:a@b")]
    [InlineData("sip:a@b", "sip:a:@b")]
    [InlineData("sip:a%40b@c", "sip:a%40B@c")]
    [InlineData("sip:a%3Bx@c", "sip:a;x@c")]
    [InlineData("tel:+1555", "tel:+1556")]
    public void URIs_that_are_not_equivalent(string left, string right)
    {
        Assert.False(SipUriComparison.AreEqual(B(left), B(right)));
        Assert.False(SipUriComparison.AreEqual(B(right), B(left)));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("1", null)]
    [InlineData("0x7f.0.0.1", null)]
    [InlineData("127.1", null)]
    [InlineData("010.0.0.1", null)]
    [InlineData("1.2.3.256", null)]
    [InlineData("example.com", null)]
    public void Only_four_decimal_parts_or_IPv6_are_an_address(string host, string? address)
    {
        Assert.Equal(address is not null, SipUriText.TryAddress(B(host), out System.Net.IPAddress? found));
        if (address is not null) Assert.Equal(System.Net.IPAddress.Parse(address), found);
    }
}
