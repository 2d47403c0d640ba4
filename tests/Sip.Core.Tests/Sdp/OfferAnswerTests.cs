using System.Net;
using System.Text;
using Sip.Core.Sdp;
using Xunit;

namespace Sip.Core.Tests.Sdp;

public sealed class OfferAnswerTests
{
    private static readonly IPEndPoint s_rtp = new(IPAddress.Parse("192.0.2.1"), 16384), s_rtcp = new(s_rtp.Address, 16385);
    private static readonly SdpOrigin s_origin = new("-", "77", 1, "192.0.2.1");

    internal static SessionDescription Offer(
        MediaDirection direction = MediaDirection.SendRecv, SessionDescription? previous = null, AudioCapabilities? capabilities = null) =>
        OfferAnswer.CreateOffer(capabilities ?? AudioCapabilities.G711, s_rtp, s_rtcp, direction, s_origin, previous);

    private static AnswerResult Answer(
        SessionDescription offer,
        MediaDirection wanted = MediaDirection.SendRecv,
        SessionDescription? previous = null,
        AudioCapabilities? capabilities = null) =>
        OfferAnswer.Answer(offer, capabilities ?? AudioCapabilities.G711, s_rtp, s_rtcp, wanted, s_origin, previous);

    private static string Text(SessionDescription description) => Encoding.UTF8.GetString(description.Write());

    private static string Normal(string text) => text.ReplaceLineEndings("\r\n");

    [Fact]
    public void An_offer_of_ours_reads_like_this() => Assert.Equal(
        Normal("""
        v=0
        o=- 77 1 IN IP4 192.0.2.1
        s=-
        c=IN IP4 192.0.2.1
        t=0 0
        m=audio 16384 RTP/AVP 0 8 101
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-15
        a=ptime:20
        a=sendrecv

        """),
        Text(Offer()));

    [Fact]
    public void RTCP_elsewhere_and_IPv6_are_written()
    {
        IPAddress six = IPAddress.Parse("2001:db8::1");
        string text = Text(OfferAnswer.CreateOffer(AudioCapabilities.G711, new(six, 5000), new(six, 5003), MediaDirection.SendRecv, SdpOrigin.Create(400, six)));
        Assert.Contains("o=- 100 1 IN IP6 2001:db8::1\r\n", text);
        Assert.Contains("c=IN IP6 2001:db8::1\r\n", text);
        Assert.Contains("a=rtcp:5003\r\n", text);
        text = Text(OfferAnswer.CreateOffer(AudioCapabilities.G711, new(six, 5000), new(IPAddress.Parse("2001:db8::2"), 5001), MediaDirection.SendRecv, s_origin));
        Assert.Contains("a=rtcp:5001 IN IP6 2001:db8::2\r\n", text);
    }

    [Fact]
    public void Baresip_is_answered_with_what_both_speak()
    {
        AnswerResult result = Answer(Offers.Parse(Offers.Baresip));
        Assert.True(result.IsAccepted, result.Reason);
        Assert.Equal(new IPEndPoint(IPAddress.Parse("192.168.1.20"), 10026), result.Audio.RemoteRtp);
        Assert.Equal(new IPEndPoint(IPAddress.Parse("192.168.1.20"), 10027), result.Audio.RemoteRtcp);
        Assert.Equal(AudioFormat.Pcmu, result.Audio.SendCodec);
        Assert.Equal([AudioFormat.Pcmu, AudioFormat.Pcma], result.Audio.ReceiveCodecs);
        Assert.Equal((101, 101), (result.Audio.TelephoneEventSendPt, result.Audio.TelephoneEventReceivePt));
        Assert.Equal((MediaDirection.SendRecv, 20, false), (result.Audio.Direction, result.Audio.SendPtimeMs, result.Audio.RemoteOnHold));
        Assert.Equal(
            Normal("""
            v=0
            o=- 77 1 IN IP4 192.0.2.1
            s=-
            c=IN IP4 192.0.2.1
            t=0 0
            m=audio 16384 RTP/AVP 0 8 101
            a=rtpmap:0 PCMU/8000
            a=rtpmap:8 PCMA/8000
            a=rtpmap:101 telephone-event/8000
            a=fmtp:101 0-15
            a=ptime:20
            a=sendrecv

            """),
            Text(result.Answer!));
    }

    [Fact]
    public void Baresip_with_ICE_but_without_mux_gets_a_plain_answer_with_RTCP_on_its_own_port()
    {
        AnswerResult result = Answer(Offers.Parse(Offers.BaresipIce));
        Assert.True(result.IsAccepted);
        Assert.Equal(20013, result.Audio.RemoteRtcp.Port);
        Assert.DoesNotContain("ice", Text(result.Answer!));
    }

    [Fact]
    public void Sipp_without_digits_gets_none()
    {
        AnswerResult result = Answer(Offers.Parse(Offers.Sipp));
        Assert.True(result.IsAccepted);
        Assert.Equal((-1, -1), (result.Audio.TelephoneEventSendPt, result.Audio.TelephoneEventReceivePt));
        Assert.Contains("m=audio 16384 RTP/AVP 0\r\n", Text(result.Answer!));
    }

    [Fact]
    public void Linphone_gets_the_digits_of_the_codecs_clock_and_no_video()
    {
        AnswerResult result = Answer(Offers.Parse(Offers.Linphone));
        Assert.True(result.IsAccepted);
        Assert.Equal((0, 100, 100), (result.Audio.SendCodec.PayloadType, result.Audio.TelephoneEventSendPt, result.Audio.TelephoneEventReceivePt));
        Assert.Equal(59123, result.Audio.RemoteRtcp.Port);
        string text = Text(result.Answer!);
        Assert.Contains("m=audio 16384 RTP/AVP 0 8 100\r\n", text);
        Assert.EndsWith("m=video 0 RTP/AVP 102\r\n", text);
    }

    [Fact]
    public void A_browser_is_refused_for_its_profile_and_the_reason_says_so()
    {
        AnswerResult result = Answer(Offers.Parse(Offers.Chromium));
        Assert.False(result.IsAccepted);
        Assert.Equal((SdpRefusal.Profile, 302), (result.Refusal, result.WarningCode));
        Assert.Contains("UDP/TLS/RTP/SAVPF", result.Reason);
        Assert.Null(result.Answer);
    }

    [Theory]
    [InlineData("RTP/SAVP")]
    [InlineData("RTP/AVPF")]
    [InlineData("RTP/SAVPF")]
    [InlineData("TCP/RTP/AVP")]
    public void Profiles_that_we_do_not_speak_are_refused(string profile)
    {
        SessionDescription offer = Offers.Parse(Offers.Sipp.Replace("RTP/AVP", profile, StringComparison.Ordinal));
        Assert.Equal(SdpRefusal.Profile, Answer(offer).Refusal);
        Assert.Contains(profile, Answer(offer).Reason);
    }

    [Fact]
    public void Of_a_secure_and_a_plain_stream_the_plain_one_is_taken_in_its_place()
    {
        AnswerResult result = Answer(Offers.Parse(Offers.SecureOrPlain));
        Assert.True(result.IsAccepted);
        Assert.Equal(4002, result.Audio.RemoteRtp.Port);
        Assert.Equal([0, 16384], result.Answer!.Media.Select(m => m.Port));
        Assert.Equal(["RTP/SAVP", "RTP/AVP"], result.Answer.Media.Select(m => m.Protocol));
    }

    [Fact]
    public void A_plain_offer_with_keys_is_answered_in_the_plain()
    {
        AnswerResult result = Answer(Offers.Audio("0", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj"));
        Assert.True(result.IsAccepted);
        Assert.DoesNotContain("crypto", Text(result.Answer!));
    }

    [Fact]
    public void Streams_that_are_not_taken_keep_their_place_with_port_0()
    {
        SessionDescription offer = Offers.Parse("""
            v=0
            o=- 1 1 IN IP4 10.0.0.1
            s=-
            c=IN IP4 10.0.0.1
            t=0 0
            m=image 5000 udptl t38
            m=video 5002 RTP/AVP 31 34
            m=audio 5004 RTP/AVP 8
            m=audio 5006 RTP/AVP 0
            m=application 5008 UDP/BFCP *

            """);
        AnswerResult result = Answer(offer);
        Assert.Equal([0, 0, 16384, 0, 0], result.Answer!.Media.Select(m => m.Port));
        Assert.Equal(["image", "video", "audio", "audio", "application"], result.Answer.Media.Select(m => m.Kind));
        Assert.Equal(["udptl", "RTP/AVP", "RTP/AVP", "RTP/AVP", "UDP/BFCP"], result.Answer.Media.Select(m => m.Protocol));
        Assert.Equal(["31", "34"], result.Answer.Media[1].Formats);
        Assert.Equal(AudioFormat.Pcma, result.Audio!.SendCodec);
    }

    [Theory]
    [InlineData("v=0\no=- 1 1 IN IP4 1.2.3.4\nc=IN IP4 1.2.3.4\n", SdpRefusal.NoAudio, 304)]
    [InlineData("v=0\no=- 1 1 IN IP4 1.2.3.4\nc=IN IP4 1.2.3.4\nm=video 4 RTP/AVP 31\n", SdpRefusal.NoAudio, 304)]
    [InlineData("v=0\no=- 1 1 IN IP4 1.2.3.4\nc=IN IP4 1.2.3.4\nm=audio 0 RTP/AVP 0\n", SdpRefusal.NoAudio, 304)]
    [InlineData("v=0\no=- 1 1 IN IP4 1.2.3.4\nc=IN IP4 1.2.3.4\nm=audio 4 RTP/AVP 18 4\n", SdpRefusal.NoCommonCodec, 305)]
    [InlineData("v=0\no=- 1 1 IN IP4 1.2.3.4\nc=IN IP4 1.2.3.4\nm=audio 4 RTP/AVP 101\na=rtpmap:101 telephone-event/8000\n", SdpRefusal.NoCommonCodec, 305)]
    [InlineData("v=0\no=- 1 1 IN IP4 1.2.3.4\nm=audio 4 RTP/AVP 0\n", SdpRefusal.Address, 301)]
    [InlineData("v=0\no=- 1 1 IN IP4 1.2.3.4\nc=IN IP4 media.example.com\nm=audio 4 RTP/AVP 0\n", SdpRefusal.Address, 301)]
    [InlineData("v=0\no=- 1 1 IN IP4 1.2.3.4\nc=IN IP4 239.1.1.1/4\nm=audio 4 RTP/AVP 0\n", SdpRefusal.Address, 301)]
    [InlineData("v=0\no=- 1 1 IN IP4 1.2.3.4\nc=IN IP6 2001:db8::5\nm=audio 4 RTP/AVP 0\n", SdpRefusal.AddressFamily, 301)]
    [InlineData("v=0\no=- 1 1 IN IP4 1.2.3.4\nc=IN IP4 1.2.3.4\nm=video 4 RTP/AVP 31\nm=audio 4 RTP/SAVP 0\n", SdpRefusal.Profile, 302)]
    public void An_offer_that_cannot_work_is_refused_with_its_reason(string text, SdpRefusal refusal, int warning)
    {
        AnswerResult result = Answer(Offers.Parse(text));
        Assert.Equal((refusal, warning), (result.Refusal, result.WarningCode));
        Assert.False(string.IsNullOrEmpty(result.Reason));
    }

    [Fact]
    public void Dynamic_payload_types_are_mirrored()
    {
        AnswerResult result = Answer(Offers.Audio("97 96", "a=rtpmap:96 telephone-event/8000\na=rtpmap:97 pcma/8000"));
        Assert.Equal((97, 96, 96), (result.Audio!.SendCodec.PayloadType, result.Audio.TelephoneEventSendPt, result.Audio.TelephoneEventReceivePt));
        Assert.Contains("m=audio 16384 RTP/AVP 97 96\r\na=rtpmap:97 pcma/8000\r\na=rtpmap:96 telephone-event/8000\r\n", Text(result.Answer!));
    }

    [Fact]
    public void The_offerers_order_of_codecs_wins_and_digits_come_last()
    {
        AnswerResult result = Answer(Offers.Audio("101 8 3 0"));
        Assert.Equal(AudioFormat.Pcma, result.Audio!.SendCodec);
        Assert.Equal(["8", "0", "101"], result.Answer!.Media[0].Formats);
    }

    [Fact]
    public void A_codec_named_twice_is_answered_once() =>
        Assert.Equal(["0", "8"], Answer(Offers.Audio("0 96 8 0", "a=rtpmap:96 PCMU/8000")).Answer!.Media[0].Formats);

    [Fact]
    public void A_static_number_that_was_given_another_meaning_has_that_meaning()
    {
        AnswerResult result = Answer(Offers.Audio("0", "a=rtpmap:0 PCMA/8000"));
        Assert.Equal(("PCMA", 0), (result.Audio!.SendCodec.Name, result.Audio.SendCodec.PayloadType));
        Assert.Equal(SdpRefusal.NoCommonCodec, Answer(Offers.Audio("0", "a=rtpmap:0 PCMU/16000")).Refusal);
        Assert.Equal(SdpRefusal.NoCommonCodec, Answer(Offers.Audio("0", "a=rtpmap:0 PCMU/8000/2")).Refusal);
    }

    [Fact]
    public void Digits_of_another_clock_are_not_taken() =>
        Assert.Equal(-1, Answer(Offers.Audio("0 101", "a=rtpmap:101 telephone-event/16000")).Audio!.TelephoneEventSendPt);

    [Fact]
    public void Who_wants_no_digits_answers_none() =>
        Assert.Equal(["0", "8"], Answer(Offers.Audio(), capabilities: AudioCapabilities.G711 with { TelephoneEvent = false }).Answer!.Media[0].Formats);

    [Fact]
    public void Parameters_in_an_answer_are_ours_and_those_to_send_with_are_the_peers()
    {
        var capabilities = new AudioCapabilities([new AudioFormat("opus", 48000, 2, 111, "maxplaybackrate=8000")], true, 20);
        AnswerResult result = Answer(
            Offers.Audio("96 97 98", "a=rtpmap:96 opus/48000/2\na=fmtp:96 useinbandfec=1\na=rtpmap:97 telephone-event/8000\na=rtpmap:98 telephone-event/48000"),
            capabilities: capabilities);
        Assert.Equal("useinbandfec=1", result.Audio!.SendCodec.Fmtp);
        Assert.Equal(98, result.Audio.TelephoneEventSendPt);
        Assert.Contains("a=fmtp:96 maxplaybackrate=8000\r\n", Text(result.Answer!));
    }

    [Theory]
    [InlineData("sendrecv", MediaDirection.SendRecv, MediaDirection.SendRecv, false)]
    [InlineData("sendonly", MediaDirection.SendRecv, MediaDirection.RecvOnly, true)]
    [InlineData("recvonly", MediaDirection.SendRecv, MediaDirection.SendOnly, false)]
    [InlineData("inactive", MediaDirection.SendRecv, MediaDirection.Inactive, true)]
    [InlineData("sendrecv", MediaDirection.SendOnly, MediaDirection.SendOnly, false)]
    [InlineData("sendonly", MediaDirection.SendOnly, MediaDirection.Inactive, true)]
    [InlineData("recvonly", MediaDirection.SendOnly, MediaDirection.SendOnly, false)]
    [InlineData("recvonly", MediaDirection.RecvOnly, MediaDirection.Inactive, false)]
    [InlineData("sendrecv", MediaDirection.Inactive, MediaDirection.Inactive, false)]
    public void The_answers_direction_is_what_both_allow(string offered, MediaDirection wanted, MediaDirection expected, bool hold)
    {
        AnswerResult result = Answer(Offers.Audio("0", $"a={offered}"), wanted);
        Assert.Equal((expected, hold), (result.Audio!.Direction, result.Audio.RemoteOnHold));
        Assert.Contains($"a={expected.Name()}\r\n", Text(result.Answer!));
    }

    [Fact]
    public void A_direction_of_the_session_holds_unless_the_stream_has_its_own()
    {
        const string Session = "v=0\no=- 1 1 IN IP4 1.2.3.4\nc=IN IP4 1.2.3.4\na=inactive\nm=audio 4 RTP/AVP 0\n";
        Assert.Equal(MediaDirection.Inactive, Answer(Offers.Parse(Session)).Audio!.Direction);
        Assert.Equal(MediaDirection.SendRecv, Answer(Offers.Parse(Session + "a=sendrecv\n")).Audio!.Direction);
    }

    [Theory]
    [InlineData("IN IP4 0.0.0.0", "", MediaDirection.RecvOnly)]
    [InlineData("IN IP4 0.0.0.0", "a=sendrecv", MediaDirection.RecvOnly)]
    [InlineData("IN IP4 0.0.0.0", "a=recvonly", MediaDirection.Inactive)]
    [InlineData("IN IP4 0.0.0.0", "a=inactive", MediaDirection.Inactive)]
    [InlineData("IN IP6 ::", "", MediaDirection.RecvOnly)]
    [InlineData("IN IP6 x.invalid", "", MediaDirection.RecvOnly)]
    public void The_old_way_of_holding_is_understood(string connection, string lines, MediaDirection expected)
    {
        AnswerResult result = Answer(Offers.Audio("0", lines, connection));
        Assert.True(result.IsAccepted, result.Reason);
        Assert.Equal(expected, result.Audio.Direction);
        Assert.True(result.Audio.RemoteOnHold);
        Assert.Equal(IPAddress.Any, result.Audio.RemoteRtp.Address);
        Assert.Null(OfferAnswer.RemoteAudio(Offers.Audio("0", lines, connection), AudioCapabilities.G711));
    }

    [Fact]
    public void A_streams_own_address_wins_over_the_sessions()
    {
        SessionDescription offer = Offers.Audio("0", "c=IN IP4 10.0.0.9");
        Assert.Equal(IPAddress.Parse("10.0.0.9"), Answer(offer).Audio!.RemoteRtp.Address);
        Assert.Equal(new IPEndPoint(IPAddress.Parse("10.0.0.9"), 4000), OfferAnswer.RemoteAudio(offer, AudioCapabilities.G711));
    }

    [Fact]
    public void IPv6_is_answered_with_IPv6()
    {
        SessionDescription offer = Offers.Audio("0", "a=rtcp:4007", "IN IP6 2001:db8::9");
        IPEndPoint remote = OfferAnswer.RemoteAudio(offer, AudioCapabilities.G711)!;
        Assert.Equal("[2001:db8::9]:4000", remote.ToString());
        IPAddress ours = IPAddress.Parse("2001:db8::1");
        AnswerResult result = OfferAnswer.Answer(offer, AudioCapabilities.G711, new(ours, 6000), new(ours, 6001), MediaDirection.SendRecv, s_origin);
        Assert.Equal("[2001:db8::9]:4007", result.Audio!.RemoteRtcp.ToString());
        Assert.Contains("c=IN IP6 2001:db8::1\r\n", Text(result.Answer!));
    }

    [Theory]
    [InlineData("", 20)]
    [InlineData("a=ptime:20", 20)]
    [InlineData("a=ptime:10", 10)]
    [InlineData("a=ptime:30", 30)]
    [InlineData("a=ptime:25", 20)]
    [InlineData("a=ptime:5", 10)]
    [InlineData("a=ptime:40", 40)]
    [InlineData("a=ptime:60", 60)]
    [InlineData("a=ptime:200", 60)]
    [InlineData("a=ptime:60\na=maxptime:40", 40)]
    [InlineData("a=maxptime:10", 10)]
    public void Packet_length_is_the_longest_that_fits_the_peers_wish(string lines, int expected)
    {
        AnswerResult result = Answer(Offers.Audio("0", lines));
        Assert.Equal(expected, result.Audio!.SendPtimeMs);
        Assert.Contains($"a=ptime:{expected}\r\n", Text(result.Answer!));
    }

    [Fact]
    public void An_answer_that_says_the_same_keeps_its_version_and_one_that_differs_gets_the_next()
    {
        SessionDescription first = Answer(Offers.Parse(Offers.Baresip)).Answer!;
        SessionDescription refresh = Answer(Offers.Parse(Offers.Baresip), previous: first).Answer!;
        Assert.Equal(1ul, refresh.Origin.Version);
        SessionDescription hold = Answer(Offers.Parse(Offers.Baresip.Replace("sendrecv", "sendonly", StringComparison.Ordinal)), previous: refresh).Answer!;
        Assert.Equal(2ul, hold.Origin.Version);
        Assert.Equal(first.Origin.SessionId, hold.Origin.SessionId);
        SessionDescription resumed = Answer(Offers.Parse(Offers.Baresip), previous: hold).Answer!;
        Assert.Equal((3ul, true), (resumed.Origin.Version, resumed.SameContent(first)));
    }

    [Fact]
    public void A_peer_that_repeats_its_origin_only_refreshes()
    {
        SessionDescription first = Offers.Parse(Offers.Baresip);
        Assert.True(Offers.Parse(Offers.Baresip).IsRefreshOf(first));
        Assert.False(Offers.Parse(Offers.Baresip.Replace("3847502983", "3847502984", StringComparison.Ordinal)).IsRefreshOf(first));
    }

    [Fact]
    public void In_a_new_offer_added_streams_are_refused_in_place_and_ours_goes_on()
    {
        SessionDescription first = Answer(Offers.Parse(Offers.Sipp)).Answer!;
        AnswerResult second = Answer(Offers.Parse(Offers.Sipp + "m=video 6002 RTP/AVP 31\nm=audio 6004 RTP/AVP 0\n"), previous: first);
        Assert.Equal([16384, 0, 0], second.Answer!.Media.Select(m => m.Port));
        Assert.Equal(2ul, second.Answer.Origin.Version);
    }

    [Fact]
    public void The_stream_in_use_is_kept_although_an_earlier_one_could_be_taken_now()
    {
        SessionDescription first = Answer(Offers.Parse(Offers.SecureOrPlain)).Answer!;
        AnswerResult second = Answer(Offers.Parse(Offers.SecureOrPlain.Replace("RTP/SAVP", "RTP/AVP", StringComparison.Ordinal)), previous: first);
        Assert.Equal([0, 16384], second.Answer!.Media.Select(m => m.Port));
    }

    [Fact]
    public void When_the_stream_in_use_is_switched_off_another_is_taken()
    {
        SessionDescription first = Answer(Offers.Parse(Offers.Sipp)).Answer!;
        string moved = Offers.Sipp.Replace("m=audio 6000", "m=audio 0", StringComparison.Ordinal) + "m=audio 6010 RTP/AVP 8\n";
        AnswerResult second = Answer(Offers.Parse(moved), previous: first);
        Assert.Equal([0, 16384], second.Answer!.Media.Select(m => m.Port));
        Assert.Equal(6010, second.Audio!.RemoteRtp.Port);
    }

    [Fact]
    public void Our_hold_and_resume_after_an_answer_of_ours_keep_places_and_numbers()
    {
        SessionDescription answered = Answer(Offers.Parse(Offers.Linphone)).Answer!;
        SessionDescription hold = Offer(MediaDirection.SendOnly, answered);
        Assert.Equal(2ul, hold.Origin.Version);
        Assert.Equal(["audio", "video"], hold.Media.Select(m => m.Kind));
        Assert.Equal([16384, 0], hold.Media.Select(m => m.Port));
        Assert.Equal(["0", "8", "100"], hold.Media[0].Formats);
        Assert.Contains("a=sendonly\r\n", Text(hold));
        Assert.Same(hold, Offer(MediaDirection.SendOnly, hold));
        Assert.Equal(3ul, Offer(MediaDirection.SendRecv, hold).Origin.Version);
    }

    [Fact]
    public void A_number_that_meant_something_else_in_this_session_is_not_used_again()
    {
        SessionDescription answered = Answer(Offers.Audio("101 96", "a=rtpmap:101 PCMU/8000\na=rtpmap:96 telephone-event/8000")).Answer!;
        AudioCapabilities wider = AudioCapabilities.G711 with { Codecs = [.. AudioCapabilities.G711.Codecs, new AudioFormat("opus", 48000, 2, 96)] };
        SdpMedia media = Offer(previous: answered, capabilities: wider).Media[0];
        Assert.Equal(["101", "8", "97", "96", "110"], media.Formats);
        Assert.Equal(["PCMU", "PCMA", "opus", "telephone-event", "telephone-event"], media.AudioFormats().Select(f => f.Name));
    }

    [Fact]
    public void An_accepted_offer_settles_codecs_numbers_and_addresses()
    {
        AnswerResult result = OfferAnswer.Accept(Offer(), Offers.Audio("8 96", "a=rtpmap:96 telephone-event/8000\na=rtcp:4010\na=ptime:40"));
        Assert.True(result.IsAccepted, result.Reason);
        Assert.Equal(AudioFormat.Pcma, result.Audio.SendCodec);
        Assert.Equal([AudioFormat.Pcma], result.Audio.ReceiveCodecs);
        Assert.Equal((96, 101), (result.Audio.TelephoneEventSendPt, result.Audio.TelephoneEventReceivePt));
        Assert.Equal((4000, 4010, 40), (result.Audio.RemoteRtp.Port, result.Audio.RemoteRtcp.Port, result.Audio.SendPtimeMs));
        Assert.Equal(MediaDirection.SendRecv, result.Audio.Direction);
        Assert.Null(result.Answer);
    }

    [Fact]
    public void The_other_sides_own_answer_fits_our_offer_in_every_direction()
    {
        foreach (MediaDirection offered in Enum.GetValues<MediaDirection>())
        {
            foreach (MediaDirection wanted in Enum.GetValues<MediaDirection>())
            {
                SessionDescription offer = Offer(offered);
                AnswerResult theirs = Answer(offer, wanted), ours = OfferAnswer.Accept(offer, theirs.Answer!);
                Assert.Equal(theirs.Audio!.Direction.Reversed(), ours.Audio!.Direction);
                Assert.Equal(theirs.Audio.SendCodec, ours.Audio.SendCodec);
                Assert.Equal(theirs.Audio.TelephoneEventSendPt, ours.Audio.TelephoneEventReceivePt);
            }
        }
    }

    [Theory]
    [InlineData("m=audio 0 RTP/AVP 0\n", SdpRefusal.NoAudio)]
    [InlineData("m=audio 4 RTP/AVP 18\n", SdpRefusal.NoCommonCodec)]
    [InlineData("m=audio 4 RTP/AVP 101\na=rtpmap:101 telephone-event/8000\n", SdpRefusal.NoCommonCodec)]
    [InlineData("m=audio 4 RTP/SAVP 0\n", SdpRefusal.Profile)]
    [InlineData("m=video 4 RTP/AVP 0\n", SdpRefusal.Mismatch)]
    [InlineData("", SdpRefusal.Mismatch)]
    [InlineData("m=audio 4 RTP/AVP 0\nc=IN IP6 2001:db8::1\n", SdpRefusal.AddressFamily)]
    [InlineData("m=audio 4 RTP/AVP 0\nc=IN IP4 host.example\n", SdpRefusal.Address)]
    public void An_answer_that_does_not_fit_is_refused(string lines, SdpRefusal refusal)
    {
        SessionDescription answer = Offers.Parse("v=0\no=- 1 1 IN IP4 1.2.3.4\nc=IN IP4 1.2.3.4\n" + lines);
        AnswerResult result = OfferAnswer.Accept(Offer(), answer);
        Assert.Equal(refusal, result.Refusal);
        Assert.NotNull(result.Reason);
    }

    [Fact]
    public void An_answer_with_more_streams_than_the_offer_is_taken_for_what_fits() =>
        Assert.True(OfferAnswer.Accept(Offer(), Offers.Parse(Offers.Sipp + "m=video 0 RTP/AVP 31\n")).IsAccepted);

    [Fact]
    public void A_held_answer_says_that_nothing_may_be_sent()
    {
        AnswerResult result = OfferAnswer.Accept(Offer(), Offers.Audio("0", "", "IN IP4 0.0.0.0"));
        Assert.Equal((MediaDirection.RecvOnly, true), (result.Audio!.Direction, result.Audio.RemoteOnHold));
    }

    [Fact]
    public void An_offer_has_digits_for_each_clock_under_the_numbers_that_phones_and_browsers_use()
    {
        AudioCapabilities wide = AudioCapabilities.G711 with { Codecs = [AudioFormat.Opus, AudioFormat.G722, AudioFormat.Pcmu] };
        string text = Text(Offer(capabilities: wide));
        Assert.Contains("m=audio 16384 RTP/AVP 111 9 0 110 101\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1;stereo=0;sprop-stereo=0\r\n"
            + "a=rtpmap:9 G722/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:110 telephone-event/48000\r\n", text);
    }

    [Fact]
    public void Digits_at_8000_serve_beside_Opus_where_the_peer_has_no_others()
    {
        AudioCapabilities opus = AudioCapabilities.G711 with { Codecs = [AudioFormat.Opus] };
        NegotiatedAudio audio = Answer(Offers.Audio("96 101", "a=rtpmap:96 opus/48000/2\na=rtpmap:101 telephone-event/8000"), capabilities: opus).Audio!;
        Assert.Equal((101, 8000), (audio.TelephoneEventSendPt, audio.TelephoneEventSendClockHz));
        Assert.Equal(48_000, Answer(Offers.Audio("96 98 101", "a=rtpmap:96 opus/48000\na=rtpmap:98 telephone-event/48000\na=rtpmap:101 telephone-event/8000"),
            capabilities: opus).Audio!.TelephoneEventSendClockHz);
    }

    [Fact]
    public void What_the_other_party_speaks_comes_first_in_offers_and_answers_and_a_users_own_order_before_the_offers()
    {
        AudioCapabilities all = AudioCapabilities.G711 with { Codecs = [AudioFormat.Opus, AudioFormat.G722, AudioFormat.Pcmu, AudioFormat.Pcma] };
        AudioCapabilities favoured = all with { Favoured = [AudioFormat.Pcma, AudioFormat.L16, AudioFormat.G722], TelephoneEvent = false };
        Assert.Equal(["8", "9", "111", "0"], Offer(capabilities: favoured).Media[0].Formats);
        Assert.Equal(["8", "9", "0"], Answer(Offers.Audio("0 9 8"), capabilities: favoured).Answer!.Media[0].Formats);
        Assert.Equal(["0", "9", "8"], Answer(Offers.Audio("0 9 8"), capabilities: all with { TelephoneEvent = false }).Answer!.Media[0].Formats);
        Assert.Equal(["9", "0", "8"], Answer(Offers.Audio("8 0 9"), capabilities: all with { OwnOrder = true, TelephoneEvent = false }).Answer!.Media[0].Formats);
    }

    [Fact]
    public void Comfort_noise_is_taken_where_it_is_offered_and_is_no_codec()
    {
        AnswerResult result = Answer(Offers.Audio("13 0 101"));
        Assert.Equal(["0", "13", "101"], result.Answer!.Media[0].Formats);
        Assert.Equal((13, 13), (result.Audio!.ComfortNoiseSendPt, result.Audio.ComfortNoiseReceivePt));
        Assert.Equal([AudioFormat.Pcmu], result.Audio.ReceiveCodecs);
        Assert.Equal(SdpRefusal.NoCommonCodec, Answer(Offers.Audio("13 101")).Refusal);
        Assert.Contains("13", Offer(capabilities: AudioCapabilities.G711 with { OffersComfortNoise = true }).Media[0].Formats);
    }

    [Theory]
    [InlineData(null, "minptime=10;stereo=0;sprop-stereo=0")]
    [InlineData("minptime=10; useinbandfec=1", "minptime=10;useinbandfec=1;stereo=0;sprop-stereo=0")]
    [InlineData("maxplaybackrate=8000;maxaveragebitrate=20000;usedtx=1", "minptime=10;usedtx=1;maxplaybackrate=8000;sprop-maxcapturerate=8000;maxaveragebitrate=20000;stereo=0;sprop-stereo=0")]
    [InlineData("maxplaybackrate=7;maxaveragebitrate=99999999;usedtx=x;;=;stereo", "minptime=10;maxaveragebitrate=510000;stereo=0;sprop-stereo=0")]
    public void Parameters_of_Opus_are_read_as_far_as_they_make_sense(string? fmtp, string expected) =>
        Assert.Equal(expected, OpusParameters.Parse(fmtp).ToString());
}
