using Xunit;

namespace Appliance.Tests.Ng;

public class NgSdpTests
{
    [Fact]
    public void Only_what_is_ours_is_touched()
    {
        using var rig = new NgRig(28710, 28719);
        string sdp = NgRig.Sdp(5000, extra: "a=ptime:20\r\na=x-vendor:keep me\r\na=sendrecv\r\na=candidate:1 1 UDP 1 10.0.0.1 5000 typ host\r\na=ice-ufrag:x\r\na=ssrc:1 cname:y\r\n");
        string rewritten = rig.Exchange("offer", "a", null, sdp, ("ICE", "remove"));
        int port = NgRig.Port(rewritten);
        string expected = NgRig.Sdp(port, extra: $"a=ptime:20\r\na=x-vendor:keep me\r\na=sendrecv\r\na=rtcp:{port + 1}\r\n");
        Assert.Equal(expected, rewritten);
        Assert.Equal("alice 1 2 IN IP4 127.0.0.1",
            NgRig.Line(rig.Exchange("offer", "a", null, sdp, ("replace", new[] { "origin", "session-connection" })), "o="));
    }

    [Fact]
    public void An_address_for_the_SDP_can_be_given()
    {
        using var rig = new NgRig(28720, 28729);
        string rewritten = rig.Exchange("offer", "a", null, NgRig.Sdp(5000), ("media address", "203.0.113.5"));
        Assert.Equal("203.0.113.5", NgRig.Line(rewritten, "c=IN IP4 "));
    }

    [Fact]
    public void A_stream_that_we_do_not_carry_is_rejected_in_its_place()
    {
        using var rig = new NgRig(28730, 28739);
        string rewritten = rig.Exchange("offer", "a", null, NgRig.Sdp(5000) + "m=video 5002 RTP/AVP 34\r\na=rtpmap:34 H263/90000\r\n");
        Assert.Contains("m=video 0 RTP/AVP 34\r\n", rewritten);
        string answer = rig.Exchange("answer", "a", "b", NgRig.Sdp(6000) + "m=video 0 RTP/AVP 34\r\n");
        Assert.Contains("m=video 0 ", answer);
        Assert.NotEqual(0, NgRig.Port(answer));
    }

    [Theory]
    [InlineData("", false, false, false, false)]
    [InlineData("", true, true, true, true)]
    [InlineData("", true, true, false, false)]
    [InlineData("offer", false, true, true, false)]
    [InlineData("demux", true, false, false, true)]
    [InlineData("accept", true, true, false, true)]
    [InlineData("reject", true, false, false, false)]
    public void RTCP_multiplexing_follows_the_client_unless_flags_say_otherwise(string flag, bool offered, bool passedOn, bool accepted, bool answered)
    {
        using var rig = new NgRig(28740, 28749);
        string toBob = rig.Exchange("offer", "a", null, NgRig.Sdp(5000, extra: offered ? "a=rtcp-mux\r\n" : ""), ("rtcp-mux", new[] { flag }));
        Assert.Equal(passedOn, toBob.Contains("a=rtcp-mux\r\n"));
        string toAlice = rig.Exchange("answer", "a", "b", NgRig.Sdp(6000, extra: accepted ? "a=rtcp-mux\r\n" : ""));
        Assert.Equal(answered, toAlice.Contains("a=rtcp-mux\r\n"));
        Assert.Equal(answered, NgRig.Line(toAlice, "a=rtcp:") == $"{NgRig.Port(toAlice)}");
    }

    [Theory]
    [InlineData("0 8 101", new[] { "codec-strip-PCMU" }, "8 101")]
    [InlineData("0 8 101", new[] { "codec-strip-all", "codec-offer-PCMA" }, "8 101")]
    [InlineData("0 8 101", new[] { "codec-strip-full", "codec-except-PCMA" }, "8")]
    [InlineData("0 101", new[] { "codec-mask-PCMU", "codec-transcode-PCMA" }, "101 8")]
    [InlineData("0 101", new[] { "transcode-PCMA" }, "0 101 8")]
    [InlineData("0 8", new[] { "codec-offer-PCMA" }, "8 0")]
    [InlineData("0 8", new[] { "codec-strip-all" }, "0 8")]
    [InlineData("0 8", new[] { "codec-frobnicate-PCMA", "something-new" }, "0 8")]
    public void Codec_flags_decide_what_the_other_side_is_offered(string offered, string[] flags, string passedOn)
    {
        using var rig = new NgRig(28750, 28759);
        string toBob = rig.Exchange("offer", "a", null, NgRig.Sdp(5000, offered), ("flags", flags));
        Assert.Equal($"{NgRig.Port(toBob)} RTP/AVP {passedOn}", NgRig.Line(toBob, "m=audio "));
    }

    [Fact]
    public void A_codec_that_only_one_side_has_is_transcoded()
    {
        using var rig = new NgRig(28760, 28769);
        string toBob = rig.Exchange("offer", "a", null, NgRig.Sdp(5000, "0 101"),
            ("codec", new Dictionary<string, object> { ["mask"] = new[] { "PCMU" }, ["transcode"] = new[] { "PCMA" } }));
        Assert.Contains("a=rtpmap:8 PCMA/8000\r\n", toBob);
        string toAlice = rig.Exchange("answer", "a", "b", NgRig.Sdp(6000, "8 101"));
        Assert.EndsWith(" RTP/AVP 0 101", NgRig.Line(toAlice, "m=audio "));
    }
}
