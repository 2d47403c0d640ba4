using System.Net;
using System.Net.Sockets;
using Rtp.Core.Packets;
using Xunit;

namespace Appliance.Tests.Ng;

public class NgCallsTests
{
    [Fact]
    public void Ping_is_answered_with_pong_and_the_unknown_with_an_error()
    {
        using var rig = new NgRig(28600, 28609);
        Assert.Equal("pong", rig.Send(new() { ["command"] = "ping" })["result"]);
        Assert.Equal(["result", "error-reason"], rig.Send(new() { ["command"] = "block media" }).Keys);
        Assert.Equal("error", rig.Send([])["result"]);
    }

    [Fact]
    public void Packets_pass_both_ways_through_the_ports_that_the_replies_name()
    {
        using var rig = new NgRig(28610, 28619);
        using var alice = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var bob = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        string toBob = rig.Exchange("offer", "a", null, NgRig.Sdp(PortOf(alice)));
        string toAlice = rig.Exchange("answer", "a", "b", NgRig.Sdp(PortOf(bob)));
        Assert.NotEqual(NgRig.Port(toBob), NgRig.Port(toAlice));
        Assert.Equal("127.0.0.1", NgRig.Line(toBob, "c=IN IP4 "));

        Assert.Equal([1, 2, 3], Pass(alice, NgRig.EndPoint(toAlice), bob, [1, 2, 3]));
        Assert.Equal([4, 5, 6], Pass(bob, NgRig.EndPoint(toBob), alice, [4, 5, 6]));
        Assert.Equal("ok", rig.Send(NgRig.Request("delete", "a"))["result"]);
        Assert.Equal(0, rig.Calls.Count);
    }

    [Fact]
    public void Reoffers_of_either_side_keep_the_ports()
    {
        using var rig = new NgRig(28620, 28629);
        int bobs = NgRig.Port(rig.Exchange("offer", "a", null, NgRig.Sdp(5000)));
        int alices = NgRig.Port(rig.Exchange("answer", "a", "b", NgRig.Sdp(6000)));
        Assert.Equal(alices, NgRig.Port(rig.Exchange("answer", "a", "b", NgRig.Sdp(6000))));
        Assert.Equal(bobs, NgRig.Port(rig.Exchange("offer", "a", "b", NgRig.Sdp(5000, extra: "a=sendonly\r\n"))));
        Assert.Equal(alices, NgRig.Port(rig.Exchange("answer", "a", "b", NgRig.Sdp(6000, extra: "a=recvonly\r\n"))));
        Assert.Equal(alices, NgRig.Port(rig.Exchange("offer", "b", "a", NgRig.Sdp(6002))));
        Assert.Equal(bobs, NgRig.Port(rig.Exchange("answer", "b", "a", NgRig.Sdp(5000))));
        Assert.Equal(1, rig.Calls.Count);
    }

    [Fact]
    public void Branches_have_media_of_their_own_and_end_alone()
    {
        using var rig = new NgRig(28630, 28649);
        int first = NgRig.Port(rig.Exchange("offer", "a", null, NgRig.Sdp(5000), ("via-branch", "z1")));
        int second = NgRig.Port(rig.Exchange("offer", "a", null, NgRig.Sdp(5000), ("via-branch", "z2")));
        Assert.NotEqual(first, second);
        rig.Exchange("answer", "a", "b2", NgRig.Sdp(6000), ("via-branch", "z2"));
        var delete = NgRig.Request("delete", "a");
        delete["via-branch"] = "z1";
        Assert.Equal("ok", rig.Send(delete)["result"]);
        Assert.Equal(1, rig.Calls.Count);
        Assert.Equal(second, NgRig.Port(rig.Exchange("offer", "a", "b2", NgRig.Sdp(5000))));
    }

    [Fact]
    public void Without_ports_the_offer_is_an_error_and_leaves_nothing()
    {
        using var rig = new NgRig(28650, 28651);
        rig.Exchange("offer", "a", null, NgRig.Sdp(5000));
        Dictionary<string, object> reply = rig.Send(NgRig.Request("answer", "a", "b", NgRig.Sdp(6000)));
        Assert.Equal(("error", "no media port is free"), (reply["result"], reply["error-reason"]));
        var other = NgRig.Request("offer", "x", sdp: NgRig.Sdp(5000));
        other["call-id"] = "call-2";
        Assert.Equal("error", rig.Send(other)["result"]);
        Assert.Equal(1, rig.Calls.Count);
    }

    [Fact]
    public void A_call_that_nothing_is_heard_of_is_removed_and_a_delayed_delete_waits()
    {
        using var rig = new NgRig(28660, 28669);
        rig.Exchange("offer", "a", null, NgRig.Sdp(5000));
        rig.Now += TimeSpan.FromSeconds(59);
        rig.Calls.Sweep(rig.Now);
        Assert.Equal(1, rig.Calls.Count);
        rig.Now += TimeSpan.FromSeconds(2);
        rig.Calls.Sweep(rig.Now);
        Assert.Equal((0, 1), (rig.Calls.Count, rig.Calls.Counters.TimedOut));

        rig.Exchange("offer", "a", null, NgRig.Sdp(5000));
        var delete = NgRig.Request("delete", "a");
        delete["delete delay"] = 5;
        rig.Send(delete);
        rig.Now += TimeSpan.FromSeconds(4);
        rig.Calls.Sweep(rig.Now);
        Assert.Equal(1, rig.Calls.Count);
        rig.Now += TimeSpan.FromSeconds(1);
        rig.Calls.Sweep(rig.Now);
        Assert.Equal((0, 1), (rig.Calls.Count, rig.Calls.Counters.TimedOut));
    }

    [Fact]
    public void Deleting_what_is_not_there_is_a_warning_unless_it_is_fatal()
    {
        using var rig = new NgRig(28670, 28679);
        var delete = NgRig.Request("delete", "a");
        Dictionary<string, object> reply = rig.Send(delete);
        Assert.Equal("ok", reply["result"]);
        Assert.Contains("not found", (string)reply["warning"]);
        delete["flags"] = new[] { "fatal" };
        Assert.Equal("error", rig.Send(delete)["result"]);
    }

    [Fact]
    public void Query_list_and_statistics_tell_of_the_call()
    {
        using var rig = new NgRig(28680, 28689);
        rig.Exchange("offer", "a", null, NgRig.Sdp(5000), ("label", "caller"));
        rig.Exchange("answer", "a", "b", NgRig.Sdp(6000));
        Dictionary<string, object> query = rig.Send(new() { ["command"] = "query", ["call-id"] = "call-1" });
        var tags = (Dictionary<string, object>)query["tags"];
        var caller = (Dictionary<string, object>)tags["a"];
        Assert.Equal(("b", "caller", 1_000_000L), (caller["in dialogue with"], caller["label"], query["created"]));
        var media = (Dictionary<string, object>)((List<object>)caller["medias"])[0];
        Assert.Equal(2, ((List<object>)media["streams"]).Count);
        Assert.Equal(["RTP", "RTCP"], ((Dictionary<string, object>)query["totals"]).Keys);
        Assert.Equal(2, ((Dictionary<string, object>)query["SSRC"]).Count);
        Assert.Equal(["call-1"], (List<object>)rig.Send(new() { ["command"] = "list" })["calls"]);
        var statistics = (Dictionary<string, object>)rig.Send(new() { ["command"] = "statistics" })["statistics"];
        Assert.Equal(1L, ((Dictionary<string, object>)statistics["currentstatistics"])["sessionsown"]);
    }

    [Theory]
    [InlineData("ICE", "force", "ICE is not supported yet")]
    [InlineData("DTLS", "force", "DTLS is not supported yet")]
    [InlineData("transport-protocol", "UDP/TLS/RTP/SAVPF", "transport protocol UDP/TLS/RTP/SAVPF is not supported: RTP/AVP and RTP/SAVP are")]
    [InlineData("record call", "yes", "recording is not supported through this protocol")]
    public void What_is_not_supported_is_told(string key, string value, string reason)
    {
        using var rig = new NgRig(28690, 28699);
        var offer = NgRig.Request("offer", "a", sdp: NgRig.Sdp(5000));
        offer[key] = value;
        Assert.Equal(reason, rig.Send(offer)["error-reason"]);
        Assert.Equal(0, rig.Calls.Count);
    }

    [Theory]
    [InlineData("v=0\r\n")]
    [InlineData("v=0\r\no=a 1 1 IN IP4 1.2.3.4\r\ns=-\r\nt=0 0\r\n")]
    [InlineData("v=0\r\no=a 1 1 IN IP4 1.2.3.4\r\ns=-\r\nt=0 0\r\nm=audio 5000 RTP/AVP 0\r\n")]
    [InlineData("v=0\r\no=a 1 1 IN IP4 1.2.3.4\r\ns=-\r\nc=IN IP4 phone.example.com\r\nt=0 0\r\nm=audio 5000 RTP/AVP 0\r\n")]
    [InlineData("v=0\r\no=a 1 1 IN IP4 1.2.3.4\r\ns=-\r\nc=IN IP4 1.2.3.4\r\nt=0 0\r\nm=audio 5000 UDP/TLS/RTP/SAVPF 0\r\n")]
    public void Unusable_descriptions_are_errors_with_a_reason(string sdp)
    {
        using var rig = new NgRig(28700, 28709);
        Assert.NotEmpty((string)rig.Send(NgRig.Request("offer", "a", sdp: sdp))["error-reason"]);
        Assert.Equal(0, rig.Calls.Count);
    }

    private static int PortOf(UdpClient client) => ((IPEndPoint)client.Client.LocalEndPoint!).Port;

    private static byte[] Pass(UdpClient from, IPEndPoint through, UdpClient to, byte[] payload)
    {
        byte[] packet = new byte[RtpView.FixedHeaderLength + payload.Length];
        packet[0] = 0x80;
        packet[3] = 1;
        payload.CopyTo(packet, RtpView.FixedHeaderLength);
        from.Send(packet, through);
        to.Client.ReceiveTimeout = 5000;
        IPEndPoint? source = null;
        return to.Receive(ref source)[RtpView.FixedHeaderLength..];
    }
}
