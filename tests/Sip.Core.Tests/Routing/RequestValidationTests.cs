using System.Text;
using Sip.Core.Messages;
using Sip.Core.Routing;
using Xunit;

namespace Sip.Core.Tests.Routing;

public class RequestValidationTests
{
    static readonly RequestRules Rules = new([SipMethod.Invite, SipMethod.Options, SipMethod.Cancel, SipMethod.Ack, SipMethod.Update],
        ["timer"], telUris: true);

    static SipMessage Read(string method, string headers = "", string uri = "sip:h", string body = "")
    {
        var message = new SipMessage();
        Assert.Equal(SipParseError.None,
            message.Parse(Encoding.UTF8.GetBytes($"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\n" +
            $"To: <sip:b@h>\r\nCall-ID: 1@h\r\nCSeq: 1 {method}\r\n{headers}Content-Length: {body.Length}\r\n\r\n{body}")));
        return message;
    }

    [Theory]
    [InlineData("OPTIONS", "", "sip:h", 0)]
    [InlineData("BYE", "", "sip:h", 405)]
    [InlineData("FLY", "", "sip:h", 501)]
    [InlineData("OPTIONS", "", "tel:+1555", 0)]
    [InlineData("OPTIONS", "", "mailto:a@h", 416)]
    [InlineData("OPTIONS", "Require: timer\r\n", "sip:h", 0)]
    [InlineData("OPTIONS", "Require: timer, 100rel\r\n", "sip:h", 420)]
    [InlineData("CANCEL", "Require: 100rel\r\n", "sip:h", 0)]
    [InlineData("ACK", "Require: 100rel\r\n", "sip:h", 0)]
    [InlineData("OPTIONS", "Proxy-Require: anything\r\n", "sip:h", 0)]
    [InlineData("OPTIONS", "Contact: sip:a@h?x=y\r\n", "sip:h", 400)]
    [InlineData("OPTIONS", "Contact: *\r\n", "sip:h", 400)]
    [InlineData("OPTIONS", "Record-Route: <sip:p;lr>, sip:q;lr\r\n", "sip:h", 400)]
    [InlineData("OPTIONS", "Route: <sip:p;lr>, <sip:q;lr>;x=y\r\n", "sip:h", 0)]
    [InlineData("INVITE", "Accept: text/plain\r\n", "sip:h", 406)]
    [InlineData("INVITE", "Accept: text/plain, APPLICATION/*;q=0.1\r\n", "sip:h", 0)]
    [InlineData("INVITE", "Accept: */*\r\n", "sip:h", 0)]
    public void The_first_thing_wrong_gives_the_status(string method, string headers, string uri, int status) =>
        Assert.Equal(status, RequestValidation.Check(Read(method, headers, uri), Rules));

    [Theory]
    [InlineData("INVITE", "Content-Type: Application/SDP;charset=x\r\n", 0)]
    [InlineData("INVITE", "Content-Type: multipart/mixed;boundary=a\r\n", 415)]
    [InlineData("INVITE", "", 415)]
    [InlineData("INVITE", "Content-Type: text/plain\r\nContent-Disposition: render;handling=optional\r\n", 0)]
    [InlineData("INVITE", "Content-Type: application/sdp\r\nContent-Encoding: gzip\r\n", 415)]
    [InlineData("UPDATE", "Content-Type: text/plain\r\n", 415)]
    [InlineData("OPTIONS", "Content-Type: text/plain\r\n", 0)]
    public void A_body_that_we_cannot_read_is_415_where_bodies_mean_sessions(string method, string headers, int status) =>
        Assert.Equal(status, RequestValidation.Check(Read(method, headers, body: "x"), Rules));

    [Theory]
    [InlineData("", 70)]
    [InlineData("Max-Forwards: 70\r\n", 69)]
    [InlineData("Max-Forwards: 1\r\n", 0)]
    public void Max_Forwards_counts_down(string header, int next) =>
        Assert.Equal(next, RequestValidation.NextMaxForwards(Read("INVITE", header)));

    [Theory]
    [InlineData("192.0.2.1", 5060, true)]
    [InlineData("192.0.2.1", 5070, false)]     // a phone on our host (INTEROP 4)
    [InlineData("192.0.2.2", 5061, true)]
    [InlineData("H", 5060, true)]
    [InlineData("192.0.2.9", 5060, false)]
    public void A_Via_of_ours_by_host_and_port_is_a_loop(string host, int port, bool passed)
    {
        SipMessage message = Read("INVITE", "Via: SIP/2.0/UDP 192.0.2.1, SIP/2.0/TLS 192.0.2.2;branch=z9hG4bK3\r\n");
        Assert.Equal(passed, RequestValidation.HasPassed(message, Encoding.ASCII.GetBytes(host), port));
    }
}
