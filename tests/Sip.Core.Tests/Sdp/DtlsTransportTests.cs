using System.Net;
using System.Text;
using Sip.Core.Sdp;
using Xunit;

namespace Sip.Core.Tests.Sdp;

public sealed class DtlsTransportTests
{
    private const string Lite = "a=ice-lite\r\n";

    private static readonly IPEndPoint s_rtp = new(IPAddress.Parse("192.0.2.1"), 16384);
    private static readonly SdpOrigin s_origin = new("-", "77", 1, "192.0.2.1");
    private static readonly SdpFingerprint s_fingerprint = new("sha-256", [.. Enumerable.Range(0, 32).Select(i => (byte)(i * 7))]);
    private static readonly IceDescription s_ice = new("ours", "0123456789abcdefghijkl", IsLite: true,
        [new SdpCandidate("1", 1, 2130706431, s_rtp, SdpCandidateType.Host)]);
    private static readonly DtlsTransport s_transport = new(s_fingerprint, s_ice);
    private static readonly AudioCapabilities s_capabilities = Capable(s_transport);

    private static AudioCapabilities Capable(DtlsTransport transport) =>
        new([AudioFormat.Opus, AudioFormat.Pcmu, AudioFormat.Pcma], TelephoneEvent: true, PtimeMs: 20) { Dtls = transport };

    private static AnswerResult Answer(SessionDescription offer, DtlsTransport? transport = null, SessionDescription? previous = null) =>
        OfferAnswer.Answer(offer, Capable(transport ?? s_transport), s_rtp, s_rtp, MediaDirection.SendRecv, s_origin, previous);

    private static SessionDescription Offer(DtlsTransport? transport = null, SessionDescription? previous = null, MediaDirection direction = MediaDirection.SendRecv) =>
        OfferAnswer.CreateOffer(Capable(transport ?? s_transport), s_rtp, s_rtp, direction, s_origin, previous);

    private static string Text(SessionDescription description) => Encoding.UTF8.GetString(description.Write());

    private static string Normal(string text) => text.ReplaceLineEndings("\r\n");

    private static string Fingerprint => s_fingerprint.Write().Value!;

    [Fact]
    public void A_browser_is_answered_like_this()
    {
        AnswerResult result = Answer(Offers.Parse(BrowserOffers.JsSip));
        Assert.True(result.IsAccepted, result.Reason);
        Assert.Equal(
            Normal($"""
            v=0
            o=- 77 1 IN IP4 192.0.2.1
            s=-
            c=IN IP4 192.0.2.1
            t=0 0
            a=ice-lite
            a=group:BUNDLE 0
            m=audio 16384 UDP/TLS/RTP/SAVPF 111 0 8 13 110 126
            a=mid:0
            a=ice-ufrag:ours
            a=ice-pwd:0123456789abcdefghijkl
            a=ice-options:ice2
            a=candidate:1 1 udp 2130706431 192.0.2.1 16384 typ host
            a=end-of-candidates
            a=fingerprint:{Fingerprint}
            a=setup:passive
            a=rtcp-mux
            a=rtpmap:111 opus/48000/2
            a=fmtp:111 minptime=10;useinbandfec=1;stereo=0;sprop-stereo=0
            a=rtpmap:0 PCMU/8000
            a=rtpmap:8 PCMA/8000
            a=rtpmap:13 CN/8000
            a=rtpmap:110 telephone-event/48000
            a=fmtp:110 0-15
            a=rtpmap:126 telephone-event/8000
            a=fmtp:126 0-15
            a=ptime:20
            a=sendrecv
            a=msid:tandem audio
            a=extmap:1/recvonly urn:ietf:params:rtp-hdrext:ssrc-audio-level

            """),
            Text(result.Answer!));
    }

    [Fact]
    public void What_a_browser_says_of_ICE_and_DTLS_is_settled()
    {
        NegotiatedAudio audio = Answer(Offers.Parse(BrowserOffers.JsSip)).Audio!;
        Assert.Equal(SdpSetup.Passive, audio.Dtls!.Role);
        Assert.Equal((byte)0xD1, Assert.Single(audio.Dtls.Fingerprints).Value[0]);
        IceDescription ice = audio.Dtls.RemoteIce!;
        Assert.Equal(("F7gI", "x9cml/YzichV2+XlhiMu8g7a", false), (ice.UsernameFragment, ice.Password, ice.IsLite));
        Assert.Equal(["192.168.1.30:52114", "203.0.113.77:52114"], ice.Candidates.Select(candidate => $"{candidate.Address}:{candidate.Port}"));
        Assert.Equal([SdpCandidateType.Host, SdpCandidateType.ServerReflexive], ice.Candidates.Select(candidate => candidate.Type));
        Assert.Equal(new IPEndPoint(IPAddress.Parse("192.168.1.30"), 52114), ice.Candidates[1].Related);
        Assert.Equal(("opus", 110, 48_000), (audio.SendCodec.Name, audio.TelephoneEventSendPt, audio.TelephoneEventSendClockHz));
        Assert.Null(audio.Srtp);
    }

    [Fact]
    public void A_browser_that_has_not_gathered_is_not_on_hold()
    {
        AnswerResult result = Answer(Offers.Parse(BrowserOffers.SipJs));
        Assert.True(result.IsAccepted, result.Reason);
        Assert.Equal((MediaDirection.SendRecv, false), (result.Audio.Direction, result.Audio.RemoteOnHold));
        Assert.Empty(result.Audio.Dtls!.RemoteIce!.Candidates);
    }

    [Fact]
    public void Video_and_data_are_rejected_and_left_out_of_the_bundle()
    {
        string text = Text(Answer(Offers.Parse(BrowserOffers.SipJs)).Answer!);
        Assert.Contains("a=group:BUNDLE 0\r\n", text);
        Assert.EndsWith("m=video 0 UDP/TLS/RTP/SAVPF 96 97\r\na=mid:1\r\nm=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:2\r\n", text);
        Assert.DoesNotContain("rtcp-fb", text);
        Assert.DoesNotContain("a=ssrc", text);
    }

    [Fact]
    public void Without_a_group_in_the_offer_there_is_none_in_the_answer()
    {
        SessionDescription offer = Offers.Parse(BrowserOffers.JsSip.Replace("a=group:BUNDLE 0\n", "", StringComparison.Ordinal));
        Assert.DoesNotContain("BUNDLE", Text(Answer(offer).Answer!));
    }

    [Fact]
    public void Audio_that_is_bundle_only_goes_by_the_transport_of_the_first_of_its_group()
    {
        const string text = """
            v=0
            o=- 1 1 IN IP4 127.0.0.1
            s=-
            t=0 0
            a=group:BUNDLE v a
            m=video 9 UDP/TLS/RTP/SAVPF 96
            c=IN IP4 0.0.0.0
            a=mid:v
            a=ice-ufrag:Lp+w
            a=ice-pwd:Zk4Xp9QwRt7YuIoPaSdFgHjK
            a=fingerprint:sha-256 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:3A:4B:65:2E:7D:46:3F:54:42:CD:54:F1
            a=setup:actpass
            a=rtcp-mux
            m=audio 0 UDP/TLS/RTP/SAVPF 111
            c=IN IP4 0.0.0.0
            a=mid:a
            a=bundle-only
            a=rtpmap:111 opus/48000/2

            """;
        AnswerResult result = Answer(Offers.Parse(text));
        Assert.True(result.IsAccepted, result.Reason);
        Assert.Equal("Lp+w", result.Audio.Dtls!.RemoteIce!.UsernameFragment);
        Assert.Contains("a=group:BUNDLE a\r\n", Text(result.Answer!));
        Assert.Contains("m=audio 16384 UDP/TLS/RTP/SAVPF 111\r\na=mid:a\r\n", Text(result.Answer!));
    }

    [Fact]
    public void Firefox_is_answered_under_its_own_numbers_whatever_the_family_of_its_default_address()
    {
        AnswerResult result = Answer(Offers.Parse(BrowserOffers.Firefox));
        Assert.True(result.IsAccepted, result.Reason);
        Assert.Equal((109, MediaDirection.SendOnly), (result.Audio.SendCodec.PayloadType, result.Audio.Direction));
        Assert.True(OpusParameters.Parse(result.Audio.SendCodec.Fmtp).Stereo);
        Assert.Equal((byte)0x49, Assert.Single(result.Audio.Dtls!.Fingerprints).Value[0]);
        Assert.Equal(["2001:db8::77", "192.0.2.44"], result.Audio.Dtls.RemoteIce!.Candidates.Select(candidate => candidate.Host));
        Assert.Contains("m=audio 16384 UDP/TLS/RTP/SAVPF 109 0 8 101\r\n", Text(result.Answer!));
    }

    [Fact]
    public void A_phone_with_DTLS_and_without_ICE_is_answered_alike()
    {
        SessionDescription offer = Offers.Parse(BrowserOffers.BaresipDtls);
        Assert.True(DtlsTransport.IsAskedFor(offer, out bool ice));
        Assert.False(ice);
        AnswerResult result = Answer(offer, s_transport with { Ice = null });
        Assert.True(result.IsAccepted, result.Reason);
        Assert.Null(result.Audio.Dtls!.RemoteIce);
        Assert.Equal(new IPEndPoint(IPAddress.Parse("192.168.1.20"), 10026), result.Audio.RemoteRtp);
        string text = Text(result.Answer!);
        Assert.DoesNotContain("ice", text);
        Assert.DoesNotContain("candidate", text);
        Assert.Contains("a=setup:passive\r\na=rtcp-mux\r\n", text);
    }

    [Theory]
    [InlineData(Offers.Chromium, true, true)]
    [InlineData(BrowserOffers.Firefox, true, true)]
    [InlineData(BrowserOffers.BaresipDtls, true, false)]
    [InlineData(Offers.Baresip, false, false)]
    [InlineData(Offers.BaresipIce, false, true)]
    [InlineData(Offers.SecureOrPlain, false, false)]
    public void What_an_offer_asks_for_is_seen(string offer, bool dtls, bool ice) =>
        Assert.Equal((dtls, ice), (DtlsTransport.IsAskedFor(Offers.Parse(offer), out bool hasIce), hasIce));

    [Theory]
    [InlineData("actpass", SdpSetup.ActPass, SdpSetup.Passive)]
    [InlineData("active", SdpSetup.ActPass, SdpSetup.Passive)]
    [InlineData("passive", SdpSetup.ActPass, SdpSetup.Active)]
    [InlineData("actpass", SdpSetup.Active, SdpSetup.Active)]
    [InlineData("actpass", SdpSetup.Passive, SdpSetup.Passive)]
    [InlineData("active", SdpSetup.Active, SdpSetup.Passive)]
    public void We_are_passive_where_there_is_a_choice_and_keep_a_role_that_we_have(string offered, SdpSetup present, SdpSetup expected)
    {
        SessionDescription offer = Offers.Parse(BrowserOffers.JsSip.Replace("setup:actpass", $"setup:{offered}", StringComparison.Ordinal));
        AnswerResult result = Answer(offer, s_transport with { Role = present });
        Assert.Equal(expected, result.Audio!.Dtls!.Role);
        Assert.Contains($"a=setup:{(expected == SdpSetup.Active ? "active" : "passive")}\r\n", Text(result.Answer!));
    }

    [Theory]
    [InlineData("a=fingerprint:sha-256 D1", "a=fingerprint:sha-1 D1", "a=fingerprint")]
    [InlineData("a=fingerprint:sha-256 D1:2C:", "a=fingerprint:sha-256 D1:", "a=fingerprint")]
    [InlineData("a=rtcp-mux\n", "", "a=rtcp-mux")]
    [InlineData("a=setup:actpass", "a=setup:holdconn", "a=setup")]
    [InlineData("a=setup:actpass", "a=setup:whatever", "a=setup")]
    [InlineData("a=ice-ufrag:F7gI\n", "", "a=ice-ufrag")]
    [InlineData("a=ice-pwd:x9cml/YzichV2+XlhiMu8g7a", "a=ice-pwd:short", "a=ice-pwd")]
    [InlineData("UDP/TLS/RTP/SAVPF", "RTP/AVP", "without DTLS")]
    [InlineData("UDP/TLS/RTP/SAVPF", "RTP/AVPF", "without DTLS")]
    public void An_offer_that_cannot_be_protected_is_refused_with_the_reason(string replaced, string by, string reason)
    {
        AnswerResult result = Answer(Offers.Parse(BrowserOffers.JsSip.Replace(replaced, by, StringComparison.Ordinal)));
        Assert.Equal((SdpRefusal.Profile, 302), (result.Refusal, result.WarningCode));
        Assert.Contains(reason, result.Reason);
    }

    [Theory]
    [InlineData("UDP/TLS/RTP/SAVP")]
    [InlineData("RTP/SAVPF")]
    [InlineData("RTP/SAVP")]
    public void Other_names_of_the_profile_are_answered_in_kind(string profile)
    {
        AnswerResult result = Answer(Offers.Parse(BrowserOffers.JsSip.Replace("UDP/TLS/RTP/SAVPF", profile, StringComparison.Ordinal)));
        Assert.True(result.IsAccepted, result.Reason);
        Assert.Contains($"m=audio 16384 {profile} 111", Text(result.Answer!));
    }

    [Fact]
    public void A_browser_without_a_codec_of_ours_is_told_so()
    {
        SessionDescription offer = Offers.Parse(BrowserOffers.JsSip.Replace("UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126", "UDP/TLS/RTP/SAVPF 63 9", StringComparison.Ordinal));
        Assert.Equal((SdpRefusal.NoCommonCodec, 305), (Answer(offer).Refusal, Answer(offer).WarningCode));
    }

    [Fact]
    public void An_offer_to_a_browser_reads_like_this() => Assert.Equal(
        Normal($"""
        v=0
        o=- 77 1 IN IP4 192.0.2.1
        s=-
        c=IN IP4 192.0.2.1
        t=0 0
        a=ice-lite
        a=group:BUNDLE 0
        m=audio 16384 UDP/TLS/RTP/SAVPF 111 0 8 110 101
        a=mid:0
        a=ice-ufrag:ours
        a=ice-pwd:0123456789abcdefghijkl
        a=ice-options:ice2
        a=candidate:1 1 udp 2130706431 192.0.2.1 16384 typ host
        a=end-of-candidates
        a=fingerprint:{Fingerprint}
        a=setup:actpass
        a=rtcp-mux
        a=rtpmap:111 opus/48000/2
        a=fmtp:111 minptime=10;useinbandfec=1;stereo=0;sprop-stereo=0
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:110 telephone-event/48000
        a=fmtp:110 0-15
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-15
        a=ptime:20
        a=sendrecv
        a=msid:tandem audio
        a=rtcp-mux-only

        """),
        Text(Offer()));

    [Fact]
    public void A_browsers_answer_is_taken()
    {
        AnswerResult result = OfferAnswer.Accept(Offer(), Offers.Parse(BrowserOffers.ChromiumAnswer), s_capabilities);
        Assert.True(result.IsAccepted, result.Reason);
        Assert.Equal((SdpSetup.Passive, "8yLC"), (result.Audio.Dtls!.Role, result.Audio.Dtls.RemoteIce!.UsernameFragment));
        Assert.Equal(("opus", 110), (result.Audio.SendCodec.Name, result.Audio.TelephoneEventReceivePt));
    }

    [Theory]
    [InlineData("setup:active", "setup:passive", SdpSetup.ActPass, SdpSetup.Active)]
    [InlineData("setup:active", "setup:passive", SdpSetup.Active, SdpSetup.Active)]
    [InlineData("a=setup:active\n", "", SdpSetup.ActPass, SdpSetup.Passive)]
    public void The_answer_decides_who_begins(string replaced, string by, SdpSetup offered, SdpSetup expected)
    {
        DtlsTransport transport = s_transport with { Role = offered };
        AnswerResult result = OfferAnswer.Accept(
            Offer(transport), Offers.Parse(BrowserOffers.ChromiumAnswer.Replace(replaced, by, StringComparison.Ordinal)), Capable(transport));
        Assert.Equal(expected, result.Audio!.Dtls!.Role);
    }

    [Theory]
    [InlineData("UDP/TLS/RTP/SAVPF", "RTP/AVP")]
    [InlineData("UDP/TLS/RTP/SAVPF", "RTP/SAVPF", "a=fingerprint", "a=nothing")]
    [InlineData("a=fingerprint", "a=nothing")]
    [InlineData("a=rtcp-mux\n", "")]
    [InlineData("a=ice-", "a=nothing-")]
    [InlineData("setup:active", "setup:actpass")]
    public void An_answer_that_is_less_than_DTLS_with_ICE_is_not_taken(string replaced, string by, string? replaced2 = null, string? by2 = null)
    {
        string text = BrowserOffers.ChromiumAnswer.Replace(replaced, by, StringComparison.Ordinal);
        if (replaced2 is not null) text = text.Replace(replaced2, by2, StringComparison.Ordinal);
        Assert.Equal(SdpRefusal.Profile, OfferAnswer.Accept(Offer(), Offers.Parse(text), s_capabilities).Refusal);
    }

    [Fact]
    public void Both_cannot_be_client() => Assert.Equal(
        SdpRefusal.Profile,
        OfferAnswer.Accept(Offer(s_transport with { Role = SdpSetup.Active }), Offers.Parse(BrowserOffers.ChromiumAnswer),
            Capable(s_transport with { Role = SdpSetup.Active })).Refusal);

    [Fact]
    public void Hold_and_resume_keep_role_identifier_and_credentials_and_count_versions_up()
    {
        SessionDescription first = Answer(Offers.Parse(BrowserOffers.JsSip)).Answer!;
        DtlsTransport settled = s_transport with { Role = SdpSetup.Passive };
        string held = BrowserOffers.JsSip.Replace("a=sendrecv", "a=sendonly", StringComparison.Ordinal);
        AnswerResult hold = Answer(Offers.Parse(held), settled, first);
        Assert.Equal((MediaDirection.RecvOnly, 2ul), (hold.Audio!.Direction, hold.Answer!.Origin.Version));
        AnswerResult again = Answer(Offers.Parse(held), settled, hold.Answer);
        Assert.Equal(2ul, again.Answer!.Origin.Version);
        SessionDescription inactive = Answer(Offers.Parse(BrowserOffers.JsSip.Replace("a=sendrecv", "a=inactive", StringComparison.Ordinal)), settled, again.Answer).Answer!;
        Assert.Contains("a=inactive\r\n", Text(inactive));

        SessionDescription ours = Offer(settled, inactive);
        Assert.Equal(4ul, ours.Origin.Version);
        string text = Text(ours);
        Assert.Contains("a=mid:0\r\n", text);
        Assert.Contains("a=setup:passive\r\n", text);
        Assert.Contains("a=ice-ufrag:ours\r\n", text);
        Assert.Contains("m=audio 16384 UDP/TLS/RTP/SAVPF 111 0 8 110 126\r\n", text);
        Assert.Contains(Lite, text);
    }

    [Fact]
    public void An_offer_of_ours_after_a_rejected_video_keeps_every_place_and_identifier()
    {
        SessionDescription answer = Answer(Offers.Parse(BrowserOffers.SipJs)).Answer!;
        string text = Text(Offer(s_transport with { Role = SdpSetup.Passive }, answer));
        Assert.Contains("a=group:BUNDLE 0\r\n", text);
        Assert.EndsWith("m=video 0 UDP/TLS/RTP/SAVPF 96 97\r\na=mid:1\r\nm=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:2\r\n", text);
    }

    [Fact]
    public void An_ICE_restart_is_answered_with_the_credentials_given_and_a_new_version()
    {
        SessionDescription first = Answer(Offers.Parse(BrowserOffers.JsSip)).Answer!;
        string restart = BrowserOffers.JsSip.Replace("F7gI", "nEw1", StringComparison.Ordinal).Replace("x9cml/", "y0dnm/", StringComparison.Ordinal);
        DtlsTransport renewed = s_transport with { Role = SdpSetup.Passive, Ice = s_ice with { UsernameFragment = "next", Password = "abcdefghijkl0123456789" } };
        AnswerResult result = Answer(Offers.Parse(restart), renewed, first);
        Assert.Equal(("nEw1", 2ul), (result.Audio!.Dtls!.RemoteIce!.UsernameFragment, result.Answer!.Origin.Version));
        Assert.Contains("a=ice-ufrag:next\r\na=ice-pwd:abcdefghijkl0123456789\r\n", Text(result.Answer));
    }

    [Fact]
    public void A_lite_peer_is_known()
    {
        SessionDescription offer = Offers.Parse(BrowserOffers.JsSip.Replace("t=0 0\n", "t=0 0\na=ice-lite\n", StringComparison.Ordinal));
        AnswerResult result = Answer(offer, s_transport with { Ice = s_ice with { IsLite = false } });
        Assert.True(result.Audio!.Dtls!.RemoteIce!.IsLite);
        Assert.DoesNotContain(Lite, Text(result.Answer!));
    }

    [Fact]
    public void Descriptions_of_ours_are_read_again_as_they_were_written()
    {
        SessionDescription offer = Offer();
        AnswerResult far = Answer(Offers.Parse(Text(offer)), new DtlsTransport(s_fingerprint, s_ice with { IsLite = false }));
        Assert.True(far.IsAccepted, far.Reason);
        Assert.Equal(s_fingerprint, Assert.Single(far.Audio.Dtls!.Fingerprints));
        Assert.Equal(s_ice.Candidates[0], Assert.Single(far.Audio.Dtls.RemoteIce!.Candidates));
        Assert.True(far.Audio.Dtls.RemoteIce.IsLite);
        AnswerResult near = OfferAnswer.Accept(offer, Offers.Parse(Text(far.Answer!)), s_capabilities);
        Assert.Equal((SdpSetup.Active, SdpSetup.Passive), (near.Audio!.Dtls!.Role, far.Audio.Dtls.Role));
    }

    [Fact]
    public void More_candidates_than_anybody_has_are_cut_short()
    {
        string many = string.Concat(Enumerable.Range(0, 500).Select(i => $"a=candidate:{i} 1 udp {i} 10.0.0.1 {i + 1024} typ host\n"));
        AnswerResult result = Answer(Offers.Parse(BrowserOffers.SipJs.Replace("a=setup:actpass\na=mid:0\n", $"a=setup:actpass\na=mid:0\n{many}", StringComparison.Ordinal)));
        Assert.Equal(32, result.Audio!.Dtls!.RemoteIce!.Candidates.Count);
    }
}
