using System.Net;
using System.Net.Sockets;
using Rtp.Core.Packets;
using Srtp;
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

    [Theory]
    [InlineData("97 0 101", 97)]
    [InlineData("97 0 101", 101)]
    [InlineData("0 8", 8)]
    public void What_both_sides_mean_by_a_payload_type_passes_unchanged_also_a_codec_unknown_here(string formats, int payloadType)
    {
        using var rig = new NgRig(28780, 28789);
        using var alice = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var bob = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        string toBob = rig.Exchange("offer", "a", null, NgRig.Sdp(PortOf(alice), formats));
        string toAlice = rig.Exchange("answer", "a", "b", NgRig.Sdp(PortOf(bob), formats));
        Assert.EndsWith(" RTP/AVP " + formats, NgRig.Line(toAlice, "m=audio "));
        byte[] received = Packet(alice, NgRig.EndPoint(toAlice), bob, RtpPacket(payloadType, [1, 2, 3, 4]));
        Assert.Equal((payloadType, 4), (received[1] & 0x7F, received.Length - RtpView.FixedHeaderLength));
        Assert.Equal([1, 2, 3, 4], received[RtpView.FixedHeaderLength..]);
    }

    [Theory]
    [InlineData("RTP/SAVP", "RTP/AVP")]
    [InlineData("RTP/AVP", "RTP/SAVP")]
    [InlineData("RTP/SAVP", "RTP/SAVP")]
    public void Each_side_has_SRTP_of_its_own(string caller, string callee)
    {
        using var rig = new NgRig(28790, 28799);
        using var alice = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var bob = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        byte[] key = [.. Enumerable.Range(0, 30).Select(i => (byte)i)];
        string Crypto(string profile, int tag) => profile == "RTP/AVP" ? "" : $"a=crypto:{tag} AES_CM_128_HMAC_SHA1_80 inline:{Convert.ToBase64String(key)}\r\n";

        string toBob = rig.Exchange("offer", "a", null, NgRig.Sdp(PortOf(alice), extra: Crypto(caller, 7), profile: caller),
            ("transport-protocol", callee), ("SDES", new[] { "no-AEAD_AES_128_GCM" }));
        Assert.Contains($" {callee} ", NgRig.Line(toBob, "m="));
        Assert.DoesNotContain("GCM", toBob);
        string toAlice = rig.Exchange("answer", "a", "b", NgRig.Sdp(PortOf(bob), extra: Crypto(callee, 1), profile: callee));
        Assert.Contains($" {caller} ", NgRig.Line(toAlice, "m="));

        byte[] packet = RtpPacket(0, [9, 8, 7]);
        if (caller == "RTP/SAVP") packet = Protect(packet, key);
        byte[] received = Packet(alice, NgRig.EndPoint(toAlice), bob, packet);
        if (callee == "RTP/SAVP") received = Unprotect(received, KeyOf(toBob, "1 AES_CM_128_HMAC_SHA1_80 "));
        Assert.Equal([9, 8, 7], received[RtpView.FixedHeaderLength..]);
        if (caller == "RTP/SAVP") Assert.Equal(30, KeyOf(toAlice, "7 AES_CM_128_HMAC_SHA1_80 ").Length);
    }

    [Theory]
    [InlineData("RTP/SAVP", "", "SDES", "pad", "the offer's SRTP cannot be used: there is no a=crypto")]
    public void SRTP_that_cannot_be_agreed_is_an_error(string profile, string extra, string key, string value, string reason)
    {
        using var rig = new NgRig(28800, 28809);
        var offer = NgRig.Request("offer", "a", sdp: NgRig.Sdp(5000, extra: extra, profile: profile));
        (offer[key], offer["transport-protocol"]) = (new[] { value }, "RTP/SAVP");
        Assert.Equal(reason, rig.Send(offer)["error-reason"]);
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
    [InlineData("ICE", "force", "ICE needs DTLS here")]
    [InlineData("ICE", "force-relay", "ICE=force-relay is not supported: no candidate here is a relay's")]
    [InlineData("DTLS", "force", "DTLS=force is not supported: off, passive and active are")]
    [InlineData("transport-protocol", "TCP/RTP/AVP", "transport protocol TCP/RTP/AVP is not supported: RTP/(S)AVP(F) and UDP/TLS/RTP/SAVP(F) are")]
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

    private static byte[] Pass(UdpClient from, IPEndPoint through, UdpClient to, byte[] payload) =>
        Packet(from, through, to, RtpPacket(0, payload))[RtpView.FixedHeaderLength..];

    private static byte[] RtpPacket(int payloadType, byte[] payload)
    {
        byte[] packet = new byte[RtpView.FixedHeaderLength + payload.Length];
        (packet[0], packet[1], packet[3]) = (0x80, (byte)payloadType, 1);
        payload.CopyTo(packet, RtpView.FixedHeaderLength);
        return packet;
    }

    private static byte[] Packet(UdpClient from, IPEndPoint through, UdpClient to, byte[] packet)
    {
        from.Send(packet, through);
        to.Client.ReceiveTimeout = 5000;
        IPEndPoint? source = null;
        return to.Receive(ref source);
    }

    private static byte[] KeyOf(string sdp, string line)
    {
        string text = NgRig.Line(sdp, $"a=crypto:{line}inline:");
        return Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
    }

    private static byte[] Protect(byte[] packet, byte[] key)
    {
        using var sender = new SrtpSender(Profiles.AesCm128HmacSha1Tag80, key);
        byte[] room = new byte[packet.Length + 16];
        packet.CopyTo(room, 0);
        Assert.Equal(SrtpResult.Ok, sender.TryProtect(room, packet.Length, out int length));
        return room[..length];
    }

    private static byte[] Unprotect(byte[] packet, byte[] key)
    {
        using var receiver = new SrtpReceiver(Profiles.AesCm128HmacSha1Tag80, key);
        Assert.Equal(SrtpResult.Ok, receiver.TryUnprotect(packet, out int length));
        return packet[..length];
    }
}
