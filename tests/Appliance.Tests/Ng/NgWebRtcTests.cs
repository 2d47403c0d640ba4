using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Appliance.Tests.Ng;

/// <summary>A browser on one side and a phone on the other, as Kamailio's rtpengine module asks for it.</summary>
[Collection("ng loopback")]
public sealed class NgWebRtcTests : IDisposable
{
    private const string Fingerprint = "sha-256 D1:2C:BE:AD:C4:F6:64:5C:25:16:11:9C:AF:E7:0F:73:79:36:4E:9C:1E:15:54:39:0C:06:8B:ED:96:86:00:39";

    private readonly NgRig _rig = new(28800, 28899);

    public void Dispose() => _rig.Dispose();

    private static string Browser(string setup = "actpass", string ufrag = "F7gI", string extra = "") =>
        $"""
        v=0
        o=- 8263911094847194527 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0 1
        a=msid-semantic: WMS x
        m=audio 9 UDP/TLS/RTP/SAVPF 111 0 8 126
        c=IN IP4 0.0.0.0
        a=candidate:1 1 udp 2122260223 127.0.0.1 52114 typ host generation 0
        a=ice-ufrag:{ufrag}
        a=ice-pwd:x9cml/YzichV2+XlhiMu8g7a
        a=ice-options:trickle
        a=fingerprint:{Fingerprint}
        a=setup:{setup}
        a=mid:0
        a=sendrecv
        a=rtcp-mux
        a=rtpmap:111 opus/48000/2
        a=rtpmap:126 telephone-event/8000
        a=ssrc:3591046237 cname:x
        {extra}
        """.ReplaceLineEndings("\r\n");

    private const string Video = "m=video 9 UDP/TLS/RTP/SAVPF 96\nc=IN IP4 0.0.0.0\na=mid:1\n";

    private string Offer(string sdp, params (string, object)[] options) => _rig.Exchange("offer", "a", null, sdp, options);

    private string Answer(string sdp, params (string, object)[] options) => _rig.Exchange("answer", "a", "b", sdp, options);

    [Fact]
    public void A_browser_that_calls_a_phone_is_plain_RTP_for_the_phone()
    {
        string toPhone = Offer(Browser(extra: Video), ("ICE", "remove"), ("transport-protocol", "RTP/AVP"), ("rtcp-mux", new[] { "demux" }));
        Assert.Contains(" RTP/AVP 111 0 8 126\r\n", toPhone);
        Assert.Equal("IN IP4 127.0.0.1", NgRig.Line(toPhone, "c="));
        foreach (string gone in (string[])["ice-", "candidate", "fingerprint", "setup", "rtcp-mux", "BUNDLE", "ssrc"]) Assert.DoesNotContain(gone, toPhone);
        Assert.Contains("m=video 0 ", toPhone);

        string toBrowser = Answer(NgRig.Sdp(4000, "0 101") + "m=video 0 UDP/TLS/RTP/SAVPF 96\r\n", ("ICE", "force"), ("transport-protocol", "RTP/SAVPF"));
        Assert.Contains(" UDP/TLS/RTP/SAVPF 0 ", toBrowser);
        Assert.Contains("a=group:BUNDLE 0\r\n", toBrowser);
        Assert.Contains("a=mid:0\r\n", toBrowser);
        Assert.Contains("a=rtcp-mux\r\n", toBrowser);
        Assert.Contains("a=setup:passive\r\n", toBrowser);
        Assert.Contains("a=ice-lite\r\n", toBrowser);
        Assert.Contains($" 127.0.0.1 {NgRig.Port(toBrowser)} typ host\r\n", toBrowser);
        Assert.NotEqual("", NgRig.Line(toBrowser, "a=ice-ufrag:"));
        Assert.StartsWith("sha-256 ", NgRig.Line(toBrowser, "a=fingerprint:"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_phone_that_calls_a_browser_is_offered_to_it_as_WebRTC(bool oneWord)
    {
        string toBrowser = oneWord
            ? Offer(NgRig.Sdp(4000), ("flags", new[] { "WebRTC" }))
            : Offer(NgRig.Sdp(4000), ("ICE", "force"), ("transport-protocol", "UDP/TLS/RTP/SAVPF"), ("rtcp-mux", new[] { "offer" }),
                ("flags", new[] { "generate-mid", "SDES-off" }));
        Assert.Contains(" UDP/TLS/RTP/SAVPF 0 8 101\r\n", toBrowser);
        Assert.Contains("a=setup:actpass\r\n", toBrowser);
        Assert.Contains("a=mid:0\r\n", toBrowser);
        Assert.Contains("a=group:BUNDLE 0\r\n", toBrowser);
        Assert.Contains("a=rtcp-mux\r\n", toBrowser);
        Assert.DoesNotContain("a=crypto", toBrowser);

        string toPhone = Answer(Browser("active").Replace("111 0 8 126", "0 126", StringComparison.Ordinal), ("ICE", "remove"), ("transport-protocol", "RTP/AVP"));
        Assert.Contains(" RTP/AVP 0 101\r\n", toPhone);
        Assert.DoesNotContain("ice-", toPhone);
        Assert.DoesNotContain("fingerprint", toPhone);
        Assert.Equal("IN IP4 127.0.0.1", NgRig.Line(toPhone, "c="));
    }

    [Fact]
    public void SAVPF_without_keys_is_DTLS_and_with_them_SDES()
    {
        string dtls = Offer(NgRig.Sdp(4000), ("transport-protocol", "RTP/SAVPF"), ("SDES", new[] { "off" }));
        Assert.Contains("a=fingerprint:", dtls);
        Assert.DoesNotContain("a=ice-", dtls);
        string sdes = _rig.Exchange("offer", "c", null, NgRig.Sdp(4000), ("transport-protocol", "RTP/SAVPF"));
        Assert.Contains("a=crypto:", sdes);
        Assert.DoesNotContain("a=fingerprint:", sdes);
    }

    [Fact]
    public void Whoever_leaves_the_choice_gets_the_role_that_is_asked_for()
    {
        Offer(Browser(), ("ICE", "remove"), ("transport-protocol", "RTP/AVP"));
        Assert.Contains("a=setup:active\r\n", Answer(NgRig.Sdp(4000, "0"), ("DTLS", "active")));
    }

    [Fact]
    public void New_credentials_of_a_browser_are_answered_with_new_ones_and_the_same_port()
    {
        Offer(Browser(), ("ICE", "remove"), ("transport-protocol", "RTP/AVP"));
        string first = Answer(NgRig.Sdp(4000, "0"));
        Offer(Browser(), ("ICE", "remove"), ("transport-protocol", "RTP/AVP"));
        string same = Answer(NgRig.Sdp(4000, "0"));
        Assert.Equal((NgRig.Line(first, "a=ice-ufrag:"), NgRig.Port(first)), (NgRig.Line(same, "a=ice-ufrag:"), NgRig.Port(same)));
        Offer(Browser(ufrag: "nEw1"), ("ICE", "remove"), ("transport-protocol", "RTP/AVP"));
        string restarted = Answer(NgRig.Sdp(4000, "0"));
        Assert.NotEqual(NgRig.Line(first, "a=ice-ufrag:"), NgRig.Line(restarted, "a=ice-ufrag:"));
        Assert.Equal(NgRig.Port(first), NgRig.Port(restarted));
    }

    [Theory]
    [InlineData("RTP/AVP", "the answer is DTLS where none was offered")]
    [InlineData("UDP/TLS/RTP/SAVPF", "a=setup:actpass is no answer")]
    public void An_answer_that_does_not_fit_is_an_error(string offered, string problem)
    {
        Offer(NgRig.Sdp(4000), ("transport-protocol", offered));
        Dictionary<string, object> request = NgRig.Request("answer", "a", "b", Browser());
        Assert.Equal(problem, _rig.Send(request)["error-reason"]);
    }

    [Fact]
    public void Neither_SDES_nor_DTLS_is_an_error()
    {
        Dictionary<string, object> request = NgRig.Request("offer", "a", null, NgRig.Sdp(4000));
        (request["transport-protocol"], request["SDES"], request["DTLS"]) = ("RTP/SAVP", new[] { "off" }, "off");
        Assert.Equal("SRTP without SDES needs DTLS, which is switched off", _rig.Send(request)["error-reason"]);
    }

    [Theory]
    [InlineData("a=fingerprint:", "a=nothing:", "DTLS without a=fingerprint of a hash that is known here")]
    [InlineData("a=rtcp-mux\r\n", "", "DTLS without a=rtcp-mux is not supported")]
    [InlineData("a=ice-pwd:", "a=nothing:", "a=ice-ufrag or a=ice-pwd is missing or malformed")]
    public void An_offer_that_cannot_be_answered_is_an_error_at_once(string replaced, string by, string problem)
    {
        string sdp = Browser().Replace(replaced, by, StringComparison.Ordinal);
        Assert.Equal(problem, _rig.Send(NgRig.Request("offer", "a", null, sdp))["error-reason"]);
    }

    [Theory]
    [InlineData("UDP/TLS/RTP/SAVPF", "DTLS", "off", "this transport protocol needs DTLS, which is switched off")]
    [InlineData("RTP/AVP", "ICE", "force", "ICE needs DTLS here")]
    public void What_cannot_be_is_an_error(string protocol, string key, string value, string problem)
    {
        Dictionary<string, object> request = NgRig.Request("offer", "a", null, NgRig.Sdp(4000));
        (request["transport-protocol"], request[key]) = (protocol, value);
        Assert.Equal(problem, _rig.Send(request)["error-reason"]);
    }

    [Fact]
    public void A_handshake_that_fails_stands_in_the_log_with_the_Call_ID()
    {
        using var peer = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)peer.Client.LocalEndPoint!).Port;
        int ours = NgRig.Port(Offer(NgRig.Sdp(4000), ("transport-protocol", "UDP/TLS/RTP/SAVP"), ("ICE", "remove")));
        Answer(NgRig.Sdp(port, profile: "UDP/TLS/RTP/SAVP", extra: $"a=rtcp-mux\r\na=setup:active\r\na=fingerprint:{Fingerprint}\r\n"));
        byte[] hello = new byte[13 + 12 + 40];    // whose body is no ClientHello
        ((byte[])[22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 52, 1, 0, 0, 40, 0, 0, 0, 0, 0, 0, 0, 40, 254, 253]).CopyTo(hello, 0);
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                peer.Send(hello, new IPEndPoint(IPAddress.Loopback, ours));
                Thread.Yield();
                return !_rig.Log.Lines.IsEmpty;
            },
            TimeSpan.FromSeconds(30)), "nothing was logged");
        string line = Assert.Single(_rig.Log.Lines);
        Assert.StartsWith($"Warning: ng call call-1, leg 0.0.0.0:{ours}: DTLS failed, ", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_side_that_turns_into_a_browser_gets_another_leg()
    {
        string plain = Offer(NgRig.Sdp(4000));
        Answer(NgRig.Sdp(4002));
        string webRtc = Offer(NgRig.Sdp(4000), ("flags", new[] { "WebRTC" }));
        Assert.NotEqual(NgRig.Port(plain), NgRig.Port(webRtc));
        Assert.Contains("a=fingerprint:", webRtc);
        Assert.Contains(" RTP/AVP ", Answer(Browser("active"), ("ICE", "remove")));
    }
}
