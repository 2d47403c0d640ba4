using System.Net;
using Sip.Core.Sdp;
using Xunit;

namespace Sip.Core.Tests.Sdp;

public sealed class SdpAttributeTests
{
    [Theory]
    [InlineData("1 1 udp 2130706431 192.0.2.1 16384 typ host")]
    [InlineData("842163049 1 udp 1686052607 203.0.113.77 52114 typ srflx raddr 192.168.1.30 rport 52114")]
    [InlineData("a+/9 2 UDP 4294967295 2001:db8::1 9 typ relay raddr 10.0.0.1 rport 0")]
    [InlineData("1 256 tcp 0 10.0.0.1 0 typ prflx")]
    [InlineData("1 1 udp 1 8f2d6a1e.local 40431 typ host")]
    public void A_candidate_reads_as_it_was_written(string value)
    {
        Assert.True(SdpCandidate.TryParse(value, out SdpCandidate? candidate));
        Assert.Equal(new SdpAttribute("candidate", value), candidate!.Write());
    }

    [Fact]
    public void What_a_candidate_says_is_known()
    {
        Assert.True(SdpCandidate.TryParse("7 1 UDP 77 10.0.0.1 5000 typ host tcptype x generation 0", out SdpCandidate? candidate));
        Assert.Equal(new SdpCandidate("7", 1, "UDP", 77, "10.0.0.1", IPAddress.Parse("10.0.0.1"), 5000, SdpCandidateType.Host), candidate);
        Assert.True(SdpCandidate.TryParse("7 1 udp 77 host.local 5000 typ host", out candidate));
        Assert.Null(candidate!.Address);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1 1 udp 1 10.0.0.1 5000 host")]
    [InlineData("1 0 udp 1 10.0.0.1 5000 typ host")]
    [InlineData("1 257 udp 1 10.0.0.1 5000 typ host")]
    [InlineData("1 1 udp 4294967296 10.0.0.1 5000 typ host")]
    [InlineData("1 1 udp -1 10.0.0.1 5000 typ host")]
    [InlineData("1 1 udp 1 10.0.0.1 65536 typ host")]
    [InlineData("1 1 udp 1 10.0.0 5000 typ host")]
    [InlineData("1 1 udp 1 fe80::1%eth0 5000 typ host")]
    [InlineData("1 1 udp 1 10.0.0.1 5000 typ guess")]
    [InlineData("!! 1 udp 1 10.0.0.1 5000 typ host")]
    [InlineData("123456789012345678901234567890123 1 udp 1 10.0.0.1 5000 typ host")]
    public void A_candidate_that_makes_no_sense_is_none(string? value) => Assert.False(SdpCandidate.TryParse(value, out _));

    [Fact]
    public void An_endless_candidate_is_none() =>
        Assert.False(SdpCandidate.TryParse("1 1 udp 1 10.0.0.1 5000 typ host" + new string(' ', 600), out _));

    [Fact]
    public void A_fingerprint_reads_as_it_was_written()
    {
        const string value = "sha-256 D1:2C:BE:AD:C4:F6:64:5C:25:16:11:9C:AF:E7:0F:73:79:36:4E:9C:1E:15:54:39:0C:06:8B:ED:96:86:00:39";
        Assert.True(SdpFingerprint.TryParse(value, out SdpFingerprint? fingerprint));
        Assert.Equal(new SdpAttribute("fingerprint", value), fingerprint!.Write());
        Assert.True(SdpFingerprint.TryParse(value.ToLowerInvariant().Replace("sha", "SHA", StringComparison.Ordinal), out SdpFingerprint? same));
        Assert.Equal(fingerprint, same);
        Assert.Equal(fingerprint.GetHashCode(), same!.GetHashCode());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("sha-256")]
    [InlineData("sha-256 ")]
    [InlineData("sha-256 D1:2C")]
    [InlineData("md5 D1:2C:BE:AD:C4:F6:64:5C:25:16:11:9C:AF:E7:0F:73")]
    [InlineData("sha-256 D1-2C:BE:AD:C4:F6:64:5C:25:16:11:9C:AF:E7:0F:73:79:36:4E:9C:1E:15:54:39:0C:06:8B:ED:96:86:00:39")]
    [InlineData("sha-256 G1:2C:BE:AD:C4:F6:64:5C:25:16:11:9C:AF:E7:0F:73:79:36:4E:9C:1E:15:54:39:0C:06:8B:ED:96:86:00:39")]
    [InlineData("sha-256 +1:2C:BE:AD:C4:F6:64:5C:25:16:11:9C:AF:E7:0F:73:79:36:4E:9C:1E:15:54:39:0C:06:8B:ED:96:86:00:39")]
    public void A_fingerprint_that_proves_nothing_is_none(string? value) => Assert.False(SdpFingerprint.TryParse(value, out _));

    [Theory]
    [InlineData("1 urn:ietf:params:rtp-hdrext:ssrc-audio-level", 1)]
    [InlineData("14/sendonly urn:ietf:params:rtp-hdrext:ssrc-audio-level vad=on", 14)]
    [InlineData("1/recvonly urn:ietf:params:rtp-hdrext:ssrc-audio-level", 0)]
    [InlineData("1/inactive urn:ietf:params:rtp-hdrext:ssrc-audio-level", 0)]
    [InlineData("0 urn:ietf:params:rtp-hdrext:ssrc-audio-level", 0)]
    [InlineData("256 urn:ietf:params:rtp-hdrext:ssrc-audio-level", 0)]
    [InlineData("x urn:ietf:params:rtp-hdrext:ssrc-audio-level", 0)]
    [InlineData("4 urn:ietf:params:rtp-hdrext:sdes:mid", 0)]
    [InlineData("4", 0)]
    public void The_audio_level_is_found_where_the_peer_sends_it(string value, int id)
    {
        SdpMedia media = new() { Kind = "audio", Port = 9, Protocol = "RTP/AVP", Formats = ["0"], Attributes = [new("extmap", value)] };
        Assert.Equal(id, SdpExtension.AudioLevelIn(media)?.Id ?? 0);
    }
}
