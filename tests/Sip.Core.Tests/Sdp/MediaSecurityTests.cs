using System.Net;
using System.Text;
using Sip.Core.Sdp;
using Xunit;

namespace Sip.Core.Tests.Sdp;

public class MediaSecurityTests
{
    private const string Cm80 = "a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^31";
    private const string Gcm256 = "a=crypto:4 AEAD_AES_256_GCM inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKis=";
    private const string WithMki = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^20|1:4";

    private static readonly IPEndPoint s_rtp = new(IPAddress.Parse("192.0.2.1"), 20000), s_rtcp = new(IPAddress.Parse("192.0.2.1"), 20001);
    private static readonly SdpOrigin s_origin = SdpOrigin.Create(99, s_rtp.Address);

    [Theory]
    [InlineData(SrtpMode.Optional, "RTP/AVP", "RTP/AVP")]
    [InlineData(SrtpMode.Optional, "RTP/SAVP", "RTP/SAVP")]
    [InlineData(SrtpMode.Required, "RTP/AVP", "RTP/AVP")]
    [InlineData(SrtpMode.Required, "RTP/SAVP", "RTP/SAVP")]
    public void An_offer_with_keys_is_answered_with_its_profile_its_tag_and_our_key(SrtpMode mode, string profile, string answered)
    {
        AudioCapabilities ours = Capabilities(mode);
        AnswerResult result = Answer(Sdp(profile, WithMki, Cm80, Gcm256), ours);
        Assert.True(result.IsAccepted, result.Reason);
        SdpMedia media = result.Answer!.Media[0];
        Assert.Equal(answered, media.Protocol);
        SdpAttribute crypto = Assert.Single(media.Attributes, a => a.Name == "crypto");
        Assert.Equal($"3 AES_CM_128_HMAC_SHA1_80 inline:{Convert.ToBase64String(KeyOf(ours, "AES_CM_128_HMAC_SHA1_80"))}", crypto.Value);
        Assert.Equal("AES_CM_128_HMAC_SHA1_80", result.Audio.Srtp!.Suite.Name);
        Assert.Equal(KeyOf(ours, "AES_CM_128_HMAC_SHA1_80"), result.Audio.Srtp.LocalKey);
        Assert.Equal(Convert.FromBase64String("d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj"), result.Audio.Srtp.RemoteKey);
    }

    [Theory]
    [InlineData(SrtpMode.Off, "RTP/AVP", Cm80)]        // a=crypto is not looked at
    [InlineData(SrtpMode.Optional, "RTP/AVP", "a=x")]
    [InlineData(SrtpMode.Optional, "RTP/AVP", WithMki)]
    public void Plain_is_answered_where_that_may_be(SrtpMode mode, string profile, string attribute)
    {
        AnswerResult result = Answer(Sdp(profile, attribute), Capabilities(mode));
        Assert.True(result.IsAccepted, result.Reason);
        Assert.Null(result.Audio.Srtp);
        Assert.Equal("RTP/AVP", result.Answer!.Media[0].Protocol);
        Assert.False(result.Answer.Media[0].Has("crypto"));
    }

    [Theory]
    [InlineData(SrtpMode.Off, "RTP/SAVP", Cm80, "RTP/SAVP is switched off")]
    [InlineData(SrtpMode.Optional, "RTP/SAVP", "a=x", "no a=crypto")]
    [InlineData(SrtpMode.Optional, "RTP/SAVP", WithMki, "MKI")]
    [InlineData(SrtpMode.Required, "RTP/AVP", "a=x", "SRTP is required")]
    [InlineData(SrtpMode.Required, "RTP/AVP", WithMki, "MKI")]
    [InlineData(SrtpMode.Optional, "UDP/TLS/RTP/SAVPF", Cm80, "UDP/TLS/RTP/SAVPF is not supported")]
    public void What_does_not_suit_is_refused_with_the_reason(SrtpMode mode, string profile, string attribute, string why)
    {
        AnswerResult result = Answer(Sdp(profile, attribute), Capabilities(mode));
        Assert.Equal((false, SdpRefusal.Profile, 302), (result.IsAccepted, result.Refusal, result.WarningCode));
        Assert.Contains(why, result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_plain_and_a_secure_line_the_one_that_suits_is_taken()
    {
        string both = Sdp("RTP/AVP", "a=x") + Sdp("RTP/SAVP", Cm80)[Sdp("RTP/SAVP", Cm80).IndexOf("m=", StringComparison.Ordinal)..];
        AnswerResult required = Answer(both, Capabilities(SrtpMode.Required)), off = Answer(both, Capabilities(SrtpMode.Off));
        Assert.Equal([0, 20000], required.Answer!.Media.Select(m => m.Port));
        Assert.NotNull(required.Audio!.Srtp);
        Assert.Equal([20000, 0], off.Answer!.Media.Select(m => m.Port));
        Assert.Null(off.Audio!.Srtp);
    }

    [Theory]
    [InlineData(SrtpMode.Off, "RTP/AVP", 0)]
    [InlineData(SrtpMode.Optional, "RTP/AVP", 3)]
    [InlineData(SrtpMode.Required, "RTP/SAVP", 3)]
    public void Our_offers_say_what_the_mode_is(SrtpMode mode, string profile, int lines)
    {
        SdpMedia offer = Offer(Capabilities(mode)).Media[0];
        Assert.Equal(profile, offer.Protocol);
        SdpAttribute[] crypto = [.. offer.Attributes.Where(a => a.Name == "crypto")];
        Assert.Equal(lines, crypto.Length);
        Assert.Equal(Enumerable.Range(1, lines), crypto.Select(line => int.Parse(line.Value!.Split(' ')[0])));
    }

    [Fact]
    public void The_answer_to_our_offer_picks_one_of_our_keys_by_its_tag()
    {
        AudioCapabilities ours = Capabilities(SrtpMode.Optional);
        AnswerResult result = Accept(ours, "RTP/AVP", Cm80.Replace(":3", ":2"));
        Assert.True(result.IsAccepted, result.Reason);
        Assert.Equal(KeyOf(ours, "AES_CM_128_HMAC_SHA1_80"), result.Audio.Srtp!.LocalKey);
    }

    [Theory]
    [InlineData(SrtpMode.Optional, "RTP/AVP", "a=x", null)]
    [InlineData(SrtpMode.Off, "RTP/AVP", Cm80, null)]
    [InlineData(SrtpMode.Optional, "RTP/AVP", Cm80, "none of the offer's")]    // a tag that is not its suite's
    [InlineData(SrtpMode.Optional, "RTP/AVP", WithMki, "MKI")]
    [InlineData(SrtpMode.Optional, "RTP/SAVP", Cm80, "the answer is RTP/SAVP")]
    [InlineData(SrtpMode.Required, "RTP/AVP", Cm80, "the answer is RTP/AVP")]
    [InlineData(SrtpMode.Required, "RTP/SAVP", "a=x", "SRTP is required")]
    public void An_answer_without_SRTP_is_taken_only_where_that_may_be(SrtpMode mode, string profile, string attribute, string? why)
    {
        AnswerResult result = Accept(Capabilities(mode), profile, attribute);
        Assert.Equal(why is null, result.IsAccepted);
        if (why is null) Assert.Null(result.Audio!.Srtp);
        else Assert.Contains(why, result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Later_exchanges_keep_keys_profile_and_version_until_something_changes()
    {
        AudioCapabilities ours = Capabilities(SrtpMode.Optional);
        string offer = Sdp("RTP/SAVP", Cm80);
        AnswerResult first = Answer(offer, ours), again = OfferAnswer.Answer(Parse(offer), ours, s_rtp, s_rtcp, MediaDirection.SendRecv, s_origin, first.Answer);
        Assert.Equal(first.Answer!.ToString(), again.Answer!.ToString());
        SessionDescription own = OfferAnswer.CreateOffer(ours, s_rtp, s_rtcp, MediaDirection.SendRecv, s_origin, again.Answer);
        Assert.Equal("RTP/SAVP", own.Media[0].Protocol);    // as the peer began it
        Assert.Contains(Convert.ToBase64String(KeyOf(ours, "AES_CM_128_HMAC_SHA1_80")), own.ToString(), StringComparison.Ordinal);
        AnswerResult changed = OfferAnswer.Answer(
            Parse(offer.Replace("d0Rm", "AAAA")), ours, s_rtp, s_rtcp, MediaDirection.SendRecv, s_origin, again.Answer);
        Assert.Equal(first.Audio!.Srtp!.LocalKey, changed.Audio!.Srtp!.LocalKey);
        Assert.NotEqual(first.Audio.Srtp.RemoteKey, changed.Audio.Srtp.RemoteKey);
    }

    private static AnswerResult Answer(string offer, AudioCapabilities ours) =>
        OfferAnswer.Answer(Parse(offer), ours, s_rtp, s_rtcp, MediaDirection.SendRecv, s_origin);

    private static AnswerResult Accept(AudioCapabilities ours, string profile, string attribute) =>
        OfferAnswer.Accept(Offer(ours), Parse(Sdp(profile, attribute)), ours);

    private static SessionDescription Offer(AudioCapabilities ours) => OfferAnswer.CreateOffer(ours, s_rtp, s_rtcp, MediaDirection.SendRecv, s_origin);

    private static AudioCapabilities Capabilities(SrtpMode mode) => AudioCapabilities.G711 with
    {
        Security = new MediaSecurity(mode, [.. CryptoSuite.All.Select((suite, i) => new CryptoKey(suite, [.. Enumerable.Repeat((byte)(i + 1), suite.KeyLength)]))]),
    };

    private static byte[] KeyOf(AudioCapabilities capabilities, string suite) => capabilities.Security.Keys.Single(key => key.Suite.Name == suite).Bytes;

    private static SessionDescription Parse(string sdp) =>
        SessionDescription.TryParse(Encoding.UTF8.GetBytes(sdp), out SessionDescription? description, out string? error) ? description! : throw new FormatException(error);

    private static string Sdp(string profile, params string[] attributes) => $"""
        v=0
        o=- 1 1 IN IP4 198.51.100.7
        s=-
        c=IN IP4 198.51.100.7
        t=0 0
        m=audio 4000 {profile} 0 8 101
        a=rtpmap:101 telephone-event/8000
        {string.Join('\n', attributes)}

        """;
}
