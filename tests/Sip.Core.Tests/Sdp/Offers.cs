using System.Text;
using Sip.Core.Sdp;
using Xunit;

namespace Sip.Core.Tests.Sdp;

/// <summary>Offers as real clients write them.</summary>
internal static class Offers
{
    public const string Baresip = """
        v=0
        o=- 3847502982 3847502983 IN IP4 192.168.1.20
        s=-
        c=IN IP4 192.168.1.20
        t=0 0
        a=tool:baresip 1.0.0
        m=audio 10026 RTP/AVP 0 8 9 101
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:9 G722/8000
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-15
        a=rtcp:10027 IN IP4 192.168.1.20
        a=sendrecv
        a=label:1
        a=rtcp-rsize
        a=ssrc:2837494872 cname:sip:1001@192.168.1.10
        a=ptime:20

        """;

    /// <summary>baresip with ICE but without DTLS: two components, no mux (INTEROP 20).</summary>
    public const string BaresipIce = """
        v=0
        o=- 100 200 IN IP4 10.0.0.2
        s=-
        c=IN IP4 10.0.0.2
        t=0 0
        a=tool:baresip 1.0.0
        a=ice-options:trickle
        m=audio 20012 RTP/AVP 8 101
        a=rtpmap:8 PCMA/8000
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-15
        a=rtcp:20013
        a=sendrecv
        a=ice-ufrag:8yLC
        a=ice-pwd:gk1nbSLEN1LYJkQzZ1jPFA
        a=candidate:7f000001 1 UDP 2113932031 10.0.0.2 20012 typ host
        a=candidate:7f000001 2 UDP 2113932030 10.0.0.2 20013 typ host
        a=ptime:20

        """;

    public const string Sipp = """
        v=0
        o=user1 53655765 2353687637 IN IP4 127.0.1.1
        s=-
        c=IN IP4 127.0.1.1
        t=0 0
        m=audio 6000 RTP/AVP 0
        a=rtpmap:0 PCMU/8000

        """;

    /// <summary>Many codecs, video, RTCP feedback and dynamic numbers of its own.</summary>
    public const string Linphone = """
        v=0
        o=bob 2890 4182 IN IP4 203.0.113.9
        s=Talk
        c=IN IP4 203.0.113.9
        b=AS:380
        t=0 0
        a=rtcp-xr:rcvr-rtt=all:10000 stat-summary=loss,dup,jitt,TTL voip-metrics
        a=record:off
        m=audio 7078 RTP/AVP 96 97 98 0 8 101 99 100
        a=rtpmap:96 opus/48000/2
        a=fmtp:96 useinbandfec=1
        a=rtpmap:97 speex/16000
        a=fmtp:97 vbr=on
        a=rtpmap:98 speex/8000
        a=fmtp:98 vbr=on
        a=fmtp:18 annexb=yes
        a=rtpmap:101 telephone-event/48000
        a=rtpmap:99 telephone-event/16000
        a=rtpmap:100 telephone-event/8000
        a=rtcp:59123
        a=rtcp-fb:* trr-int 5000
        m=video 9078 RTP/AVP 102
        a=rtpmap:102 VP8/90000
        a=rtcp-fb:102 nack pli

        """;

    public const string Chromium = """
        v=0
        o=- 4611731400430051336 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0
        a=extmap-allow-mixed
        a=msid-semantic: WMS stream
        m=audio 54400 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
        c=IN IP4 192.168.1.30
        a=rtcp:9 IN IP4 0.0.0.0
        a=candidate:1 1 udp 2122260223 192.168.1.30 54400 typ host generation 0
        a=ice-ufrag:F7gI
        a=ice-pwd:x9cml/YzichV2+XlhiMu8g
        a=ice-options:trickle
        a=fingerprint:sha-256 D1:2C:BE:AD:C4:F6:64:5C:25:16:11:9C:AF:E7:0F:73:79:36:4E:9C:1E:15:54:39:0C:06:8B:ED:96:86:00:39
        a=setup:actpass
        a=mid:0
        a=sendrecv
        a=rtcp-mux
        a=rtpmap:111 opus/48000/2
        a=fmtp:111 minptime=10;useinbandfec=1
        a=rtpmap:63 red/48000/2
        a=rtpmap:9 G722/8000
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:13 CN/8000
        a=rtpmap:110 telephone-event/48000
        a=rtpmap:126 telephone-event/8000
        a=ssrc:3735928559 cname:abc

        """;

    /// <summary>SDES as RTP/SAVP first and plain second, the way of phones that take either.</summary>
    public const string SecureOrPlain = """
        v=0
        o=phone 1 1 IN IP4 10.1.1.1
        s=-
        c=IN IP4 10.1.1.1
        t=0 0
        m=audio 4000 RTP/SAVP 8 101
        a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj
        a=rtpmap:101 telephone-event/8000
        m=audio 4002 RTP/AVP 8 101
        a=rtpmap:101 telephone-event/8000

        """;

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"));

    public static SessionDescription Parse(string text)
    {
        Assert.True(SessionDescription.TryParse(Bytes(text), out SessionDescription? description, out string? error), error);
        return description!;
    }

    /// <summary>A plain offer of one audio stream; lines are added to the media part.</summary>
    public static SessionDescription Audio(string formats = "0 8 101", string lines = "a=rtpmap:101 telephone-event/8000", string connection = "IN IP4 10.0.0.1") =>
        Parse($"v=0\no=- 1 1 IN IP4 10.0.0.1\ns=-\nc={connection}\nt=0 0\nm=audio 4000 RTP/AVP {formats}\n{lines}\n");
}
