namespace Sip.Core.Tests.Sdp;

/// <summary>Offers and answers as browsers and phones with DTLS write them.</summary>
internal static class BrowserOffers
{
    /// <summary>Chromium by way of JsSIP, gathered: default address, candidates of every kind, all its header extensions.</summary>
    public const string JsSip = """
        v=0
        o=- 8263911094847194527 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0
        a=extmap-allow-mixed
        a=msid-semantic: WMS 6a2d9b5c-2f7a-4f5e-8f0e-1b6f2a8c9d11
        m=audio 52114 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
        c=IN IP4 203.0.113.77
        a=rtcp:9 IN IP4 0.0.0.0
        a=candidate:1467250027 1 udp 2122260223 192.168.1.30 52114 typ host generation 0 network-id 1 network-cost 10
        a=candidate:2999745851 1 udp 2122194687 8f2d6a1e-5b1d-4d0c-9d35-6a0a4f1f9a5e.local 40431 typ host generation 0 network-id 2
        a=candidate:842163049 1 udp 1686052607 203.0.113.77 52114 typ srflx raddr 192.168.1.30 rport 52114 generation 0 network-id 1 network-cost 10
        a=candidate:433466475 1 tcp 1518280447 192.168.1.30 9 typ host tcptype active generation 0 network-id 1 network-cost 10
        a=ice-ufrag:F7gI
        a=ice-pwd:x9cml/YzichV2+XlhiMu8g7a
        a=ice-options:trickle
        a=fingerprint:sha-256 D1:2C:BE:AD:C4:F6:64:5C:25:16:11:9C:AF:E7:0F:73:79:36:4E:9C:1E:15:54:39:0C:06:8B:ED:96:86:00:39
        a=setup:actpass
        a=mid:0
        a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
        a=sendrecv
        a=msid:6a2d9b5c-2f7a-4f5e-8f0e-1b6f2a8c9d11 c1b0a6de-5c50-4a0c-8b13-1b7c6f2d9e55
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:111 opus/48000/2
        a=rtcp-fb:111 transport-cc
        a=fmtp:111 minptime=10;useinbandfec=1
        a=rtpmap:63 red/48000/2
        a=fmtp:63 111/111
        a=rtpmap:9 G722/8000
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:13 CN/8000
        a=rtpmap:110 telephone-event/48000
        a=rtpmap:126 telephone-event/8000
        a=ssrc:3591046237 cname:Kp3sX8nYtq2b7m5U
        a=ssrc:3591046237 msid:6a2d9b5c-2f7a-4f5e-8f0e-1b6f2a8c9d11 c1b0a6de-5c50-4a0c-8b13-1b7c6f2d9e55

        """;

    /// <summary>Chromium by way of SIP.js that asks for video and a data channel too, before it has gathered anything.</summary>
    public const string SipJs = """
        v=0
        o=- 2890844526999122071 3 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0 1 2
        a=extmap-allow-mixed
        a=msid-semantic: WMS *
        m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
        c=IN IP4 0.0.0.0
        a=rtcp:9 IN IP4 0.0.0.0
        a=ice-ufrag:Lp+w
        a=ice-pwd:Zk4Xp9QwRt7YuIoPaSdFgHjK
        a=ice-options:trickle
        a=fingerprint:sha-256 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:3A:4B:65:2E:7D:46:3F:54:42:CD:54:F1
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
        m=video 9 UDP/TLS/RTP/SAVPF 96 97
        c=IN IP4 0.0.0.0
        a=ice-ufrag:Lp+w
        a=ice-pwd:Zk4Xp9QwRt7YuIoPaSdFgHjK
        a=fingerprint:sha-256 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:3A:4B:65:2E:7D:46:3F:54:42:CD:54:F1
        a=setup:actpass
        a=mid:1
        a=sendrecv
        a=rtcp-mux
        a=rtpmap:96 VP8/90000
        a=rtcp-fb:96 nack pli
        a=rtpmap:97 rtx/90000
        a=fmtp:97 apt=96
        m=application 9 UDP/DTLS/SCTP webrtc-datachannel
        c=IN IP4 0.0.0.0
        a=ice-ufrag:Lp+w
        a=ice-pwd:Zk4Xp9QwRt7YuIoPaSdFgHjK
        a=fingerprint:sha-256 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:3A:4B:65:2E:7D:46:3F:54:42:CD:54:F1
        a=setup:actpass
        a=mid:2
        a=sctp-port:5000
        a=max-message-size:262144

        """;

    /// <summary>Firefox: fingerprint and options in the session's part, numbers and order of its own.</summary>
    public const string Firefox = """
        v=0
        o=mozilla...THIS_IS_SDPARTA-99.0 5185497246373163742 0 IN IP4 0.0.0.0
        s=-
        t=0 0
        a=sendrecv
        a=fingerprint:sha-256 49:AD:72:7F:B8:2C:5C:53:BD:D1:91:E9:0C:AA:7C:C8:8D:6E:41:94:26:9C:4C:BA:4E:CC:35:AC:28:77:C9:30
        a=group:BUNDLE 0
        a=ice-options:trickle
        a=msid-semantic:WMS *
        m=audio 58779 UDP/TLS/RTP/SAVPF 109 9 0 8 101
        c=IN IP6 2001:db8::77
        a=candidate:0 1 UDP 2122252543 2001:db8::77 58779 typ host
        a=candidate:3 1 UDP 2122187007 192.0.2.44 37025 typ host
        a=candidate:0 2 UDP 2122252542 2001:db8::77 60123 typ host
        a=candidate:6 1 TCP 2105524479 192.0.2.44 9 typ host tcptype active
        a=recvonly
        a=end-of-candidates
        a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=extmap:2/recvonly urn:ietf:params:rtp-hdrext:csrc-audio-level
        a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid
        a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1
        a=fmtp:101 0-15
        a=ice-pwd:f2e0c7b1a9d84563b1f0e2d3c4a59687
        a=ice-ufrag:3ab4f9d2
        a=mid:0
        a=msid:{8c9d1} {1b0a6}
        a=rtcp:60123 IN IP6 2001:db8::77
        a=rtcp-mux
        a=rtpmap:109 opus/48000/2
        a=rtpmap:9 G722/8000/1
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:101 telephone-event/8000/1
        a=setup:actpass
        a=ssrc:2655508255 cname:{735484ea-4f6c-f74a-bd66-7425f8476c2e}

        """;

    /// <summary>baresip with <c>mediaenc=dtls_srtp</c> and no ICE.</summary>
    public const string BaresipDtls = """
        v=0
        o=- 3847502982 3847502983 IN IP4 192.168.1.20
        s=-
        c=IN IP4 192.168.1.20
        t=0 0
        a=tool:baresip 1.0.0
        m=audio 10026 UDP/TLS/RTP/SAVPF 0 8 101
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-15
        a=rtcp:10027 IN IP4 192.168.1.20
        a=rtcp-mux
        a=sendrecv
        a=fingerprint:SHA-256 E5:60:01:58:04:5E:51:51:8E:6D:15:CF:55:38:A6:2B:5C:7F:E7:46:43:8B:18:0C:04:CF:6B:2F:CD:3B:EB:A8
        a=setup:actpass
        a=ptime:20

        """;

    /// <summary>What Chromium answers to an offer of ours with Opus, G.711 and both clocks of events.</summary>
    public const string ChromiumAnswer = """
        v=0
        o=- 7614219274584779017 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0
        a=extmap-allow-mixed
        a=msid-semantic: WMS 9d4f
        m=audio 49203 UDP/TLS/RTP/SAVPF 111 0 8 110 101
        c=IN IP4 192.168.1.30
        a=rtcp:9 IN IP4 0.0.0.0
        a=candidate:1 1 udp 2122260223 192.168.1.30 49203 typ host generation 0 network-id 1
        a=ice-ufrag:8yLC
        a=ice-pwd:gk1nbSLEN1LYJkQzZ1jPFA4r
        a=ice-options:trickle
        a=fingerprint:sha-256 D1:2C:BE:AD:C4:F6:64:5C:25:16:11:9C:AF:E7:0F:73:79:36:4E:9C:1E:15:54:39:0C:06:8B:ED:96:86:00:39
        a=setup:active
        a=mid:0
        a=sendrecv
        a=msid:9d4f 77aa
        a=rtcp-mux
        a=rtpmap:111 opus/48000/2
        a=fmtp:111 minptime=10;useinbandfec=1
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:110 telephone-event/48000
        a=rtpmap:101 telephone-event/8000
        a=ssrc:1234567 cname:Kp3s

        """;
}
