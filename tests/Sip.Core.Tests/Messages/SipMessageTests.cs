using System.Text;
using Sip.Core.Messages;
using Xunit;

namespace Sip.Core.Tests.Messages;

public class SipMessageTests
{
    internal static readonly byte[] Invite = Encoding.UTF8.GetBytes(
        "INVITE sip:9999@192.0.2.1;transport=udp SIP/2.0\r\n" +
        "Via: SIP/2.0/UDP 192.0.2.7:5070;branch=z9hG4bK74bf9;rport, SIP/2.0/TCP proxy.example.com;branch=z9hG4bK1\r\n" +
        "v: SIP/2.0/TLS [2001:db8::1]:5061;branch=z9hG4bK2\r\n" +
        "Max-Forwards: 70\r\n" +
        "f: \"Alice \\\"A\\\"\" <sip:1001@192.0.2.1>;tag=9fxced76sl\r\n" +
        "t: <sip:9999@192.0.2.1>\r\n" +
        "i: 3848276298220188511@192.0.2.7\r\n" +
        "CSeq: 2 INVITE\r\n" +
        "m: <sip:1001-0x55d0@192.0.2.7:5070;ob>;+sip.instance=\"<urn:uuid:1>\"\r\n" +
        "k: replaces,\r\n  timer , path\r\n" +
        "X-Strange: a, b;; c\r\n" +
        "c: application/sdp\r\n" +
        "l: 5\r\n\r\nv=0\r\nIGNORED");

    [Fact]
    public void Fields_that_every_message_has_are_sliced_by_Parse()
    {
        var message = new SipMessage();
        Assert.Equal(SipParseError.None, message.Parse(Invite));
        Assert.True(message.IsRequest);
        Assert.Equal(SipMethod.Invite, message.Method);
        Assert.Equal("sip:9999@192.0.2.1;transport=udp"u8, message.RequestUri);
        Assert.Equal("z9hG4bK74bf9"u8, message.TopBranch);
        Assert.Equal("9fxced76sl"u8, message.FromTag);
        Assert.True(message.ToTag.IsEmpty);
        Assert.Equal("3848276298220188511@192.0.2.7"u8, message.CallId);
        Assert.Equal((2u, SipMethod.Invite, 70), (message.CSeqNumber, message.CSeqMethod, message.MaxForwards));
        Assert.Equal("v=0\r\n"u8, message.Body);
        Assert.Equal(Invite.Length - "IGNORED".Length, message.Bytes.Length);
    }
}
