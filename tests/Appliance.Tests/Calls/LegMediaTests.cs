using System.Net;
using System.Text;
using Tandem.Calls;
using Tandem.Configuration;
using Tandem.Media;
using Tandem.Net;
using Xunit;

namespace Appliance.Tests.Calls;

/// <summary>What the SDP of browsers comes to on a leg's media, and what the media's state comes to in our SDP.</summary>
public sealed class LegMediaTests
{
    private const string BrowserOffer = """
        v=0
        o=- 8263911094847194527 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0
        m=audio 9 UDP/TLS/RTP/SAVPF 111 9 0 8 110 126
        c=IN IP4 0.0.0.0
        a=candidate:1467250027 1 udp 2122260223 192.168.1.30 52114 typ host generation 0
        a=ice-ufrag:F7gI
        a=ice-pwd:x9cml/YzichV2+XlhiMu8g7a
        a=fingerprint:sha-256 D1:2C:BE:AD:C4:F6:64:5C:25:16:11:9C:AF:E7:0F:73:79:36:4E:9C:1E:15:54:39:0C:06:8B:ED:96:86:00:39
        a=setup:actpass
        a=mid:0
        a=sendrecv
        a=rtcp-mux
        a=rtpmap:111 opus/48000/2
        a=fmtp:111 minptime=10;useinbandfec=1
        a=rtpmap:110 telephone-event/48000
        a=rtpmap:126 telephone-event/8000

        """;

    private const string PhoneOffer = """
        v=0
        o=- 1 1 IN IP4 10.0.0.1
        s=-
        c=IN IP4 10.0.0.1
        t=0 0
        m=audio 4000 RTP/AVP 0 101
        a=rtpmap:101 telephone-event/8000

        """;

    private static readonly IPAddress s_here = IPAddress.Parse("192.0.2.1");
    private static readonly LegVoice s_voice = LegVoice.For(new MediaOptions(), user: null).ForBrowser();
    private static readonly DtlsFingerprint s_fingerprint = new("sha-256", new byte[32]);

    private readonly List<LegCommand> _commands = [];

    private MediaLegSettings Settings => _commands.OfType<ConfigureLeg>().Last().Settings;

    private LegMedia Browser() => Media(IceCredentials.Create(), s_voice);

    private LegMedia Phone(string offer)
    {
        LegMedia phone = Media(ice: null, LegVoice.For(new MediaOptions(), user: null));
        Assert.False(phone.Answer(Bytes(offer), out string? problem).IsEmpty, problem);
        return phone;
    }

    private LegMedia Media(IceCredentials? ice, LegVoice voice)
    {
        var leg = new MediaLeg(1, new IPEndPoint(IPAddress.Any, 16384), 0, 1, _ => { }, _commands.Add, ice);
        return new LegMedia(leg, new MediaAddress(IPAddress.Any, s_here, s_here), voice, TimeSpan.FromMinutes(1),
            ice is null ? null : new LegDtlsSdp(leg, s_fingerprint, new MediaAddress(s_here, s_here, s_here)));
    }

    private static ReadOnlyMemory<byte> Bytes(string sdp) => Encoding.UTF8.GetBytes(sdp.ReplaceLineEndings("\r\n"));

    private static string Text(ReadOnlyMemory<byte> sdp) => Encoding.UTF8.GetString(sdp.Span);

    private static string Answer(LegMedia media, string offer)
    {
        string text = Text(media.Answer(Bytes(offer), out string? problem));
        Assert.Null(problem);
        return text;
    }

    [Fact]
    public void A_browsers_offer_sets_ICE_and_DTLS_and_one_port_for_all()
    {
        LegMedia media = Browser();
        string answer = Answer(media, BrowserOffer);
        Assert.Contains($"a=ice-ufrag:{media.Leg.Ice!.UsernameFragment}\r\na=ice-pwd:{media.Leg.Ice.Password}\r\n", answer);
        Assert.Contains(" 192.0.2.1 16384 typ host\r\n", answer);
        Assert.Contains("a=ice-lite\r\n", answer);
        Assert.Contains("a=setup:passive\r\n", answer);
        MediaLegSettings settings = Settings;
        Assert.Equal(("F7gI", "x9cml/YzichV2+XlhiMu8g7a", false, false),
            (settings.Ice!.RemoteUsernameFragment, settings.Ice.RemotePassword, settings.Ice.RemoteIsLite, settings.Ice.Controlling));
        Assert.Equal("192.168.1.30:52114", Assert.Single(settings.Ice.RemoteCandidates) is var one ? $"{one.Address}:{one.Port}" : "");
        Assert.Equal(DtlsRole.Server, settings.Dtls!.Role);
        Assert.StartsWith("D1:2C:BE", Assert.Single(settings.Dtls.RemoteFingerprints).Hex);
        Assert.Equal(settings.RemoteRtp, settings.RemoteRtcp);
        Assert.True(settings is { Send: true, Receive: true, Srtp: null });
    }

    [Fact]
    public void A_hold_changes_nothing_but_the_direction()
    {
        LegMedia media = Browser();
        Answer(media, BrowserOffer);
        IceCredentials own = media.Leg.Ice!;
        string answer = Answer(media, BrowserOffer.Replace("a=sendrecv", "a=sendonly", StringComparison.Ordinal));
        Assert.Contains("a=recvonly\r\n", answer);
        Assert.Contains(" 2 IN IP4 192.0.2.1\r\n", answer);
        Assert.Same(own, media.Leg.Ice);
        Assert.True(Settings is { Send: false, Receive: true, MediaTimeout: null, Ice.RemoteUsernameFragment: "F7gI" });
        Assert.DoesNotContain(_commands, command => command is RestartIce);
    }

    [Fact]
    public void New_credentials_of_the_peer_are_answered_with_new_ones_of_ours()
    {
        LegMedia media = Browser();
        Answer(media, BrowserOffer);
        IceCredentials before = media.Leg.Ice!;
        string answer = Answer(media, BrowserOffer.Replace("F7gI", "nEw1", StringComparison.Ordinal).Replace("x9cml/", "y0dnm/", StringComparison.Ordinal));
        Assert.NotEqual(before.UsernameFragment, media.Leg.Ice!.UsernameFragment);
        Assert.Contains($"a=ice-ufrag:{media.Leg.Ice.UsernameFragment}\r\n", answer);
        Assert.Contains("a=setup:passive\r\n", answer);
        Assert.Single(_commands.OfType<RestartIce>());
        Assert.Equal("nEw1", Settings.Ice!.RemoteUsernameFragment);
    }

    [Fact]
    public void We_control_what_we_offered_and_take_the_role_that_the_answer_leaves()
    {
        LegMedia media = Browser();
        string offer = Text(media.Offer());
        Assert.Contains("a=setup:actpass\r\n", offer);
        Assert.Contains("UDP/TLS/RTP/SAVPF 111 ", offer);
        string answer = BrowserOffer.Replace("setup:actpass", "setup:passive", StringComparison.Ordinal);
        Assert.True(media.Accept(Bytes(answer), out string? problem), problem);
        Assert.Equal((DtlsRole.Client, true), (Settings.Dtls!.Role, Settings.Ice!.Controlling));
        Assert.Contains("a=setup:active\r\n", Text(media.Offer()));
        Answer(media, BrowserOffer);    // a later offer of the peer's changes neither
        Assert.Equal((DtlsRole.Client, true), (Settings.Dtls!.Role, Settings.Ice!.Controlling));
    }

    [Fact]
    public void An_answer_of_plain_RTP_is_not_taken()
    {
        LegMedia media = Browser();
        media.Offer();
        Assert.False(media.Accept(Bytes(PhoneOffer), out string? problem));
        Assert.Contains("without DTLS", problem);
        Assert.Empty(_commands);
    }

    [Fact]
    public void Towards_a_lite_peer_we_check()
    {
        LegMedia media = Browser();
        string answer = Answer(media, BrowserOffer.Replace("t=0 0\n", "t=0 0\na=ice-lite\n", StringComparison.Ordinal));
        Assert.DoesNotContain("ice-lite", answer);
        Assert.True(Settings.Ice is { RemoteIsLite: true, Controlling: true });
    }

    [Fact]
    public void An_offer_that_does_not_fit_says_which_Warning()
    {
        LegMedia media = Browser();
        Assert.True(media.Answer(Bytes(BrowserOffer.Replace("a=rtcp-mux\n", "", StringComparison.Ordinal)), out string? problem).IsEmpty);
        Assert.Equal((302, "DTLS without a=rtcp-mux is not supported"), (media.WarningCode, problem));
    }

    [Fact]
    public void A_phone_with_DTLS_and_without_ICE_gets_DTLS_alone()
    {
        var leg = new MediaLeg(1, new IPEndPoint(IPAddress.Any, 16384), 0, 1, _ => { }, _commands.Add);
        var media = new LegMedia(leg, new MediaAddress(IPAddress.Any, s_here, s_here), LegVoice.Telephone, TimeSpan.FromMinutes(1),
            new LegDtlsSdp(leg, s_fingerprint, new MediaAddress(s_here, s_here, s_here)));
        string offer = PhoneOffer.Replace("RTP/AVP", "UDP/TLS/RTP/SAVPF", StringComparison.Ordinal)
            + "a=rtcp-mux\na=setup:actpass\na=fingerprint:sha-256 D1:2C:BE:AD:C4:F6:64:5C:25:16:11:9C:AF:E7:0F:73:79:36:4E:9C:1E:15:54:39:0C:06:8B:ED:96:86:00:39\n";
        Assert.DoesNotContain("ice", Answer(media, offer));
        Assert.True(Settings is { Ice: null, Dtls.Role: DtlsRole.Server });
        Assert.Equal(new IPEndPoint(IPAddress.Parse("10.0.0.1"), 4000), Settings.RemoteRtcp);
    }

    [Theory]
    [InlineData(BrowserOffer, null, LegTransport.WebRtc)]
    [InlineData(PhoneOffer, SipTransport.Wss, LegTransport.Rtp)]
    [InlineData("", SipTransport.Wss, LegTransport.WebRtc)]
    [InlineData("", SipTransport.Ws, LegTransport.WebRtc)]
    [InlineData("", SipTransport.Udp, LegTransport.Rtp)]
    [InlineData("nonsense", SipTransport.Ws, LegTransport.Rtp)]
    internal void A_callers_media_is_known_by_its_offer_else_by_its_connection(string offer, SipTransport? transport, LegTransport expected) =>
        Assert.Equal(expected, LegTransports.Of(ReceivedOffer.Read(offer.Length == 0 ? default : Bytes(offer)), transport is { } over ? Flow(over) : null));

    [Theory]
    [InlineData("sip:abc@10.0.0.1:5060", SipTransport.Udp, LegTransport.Rtp)]
    [InlineData("sip:abc@10.0.0.1:5060;transport=ws", SipTransport.Udp, LegTransport.WebRtc)]
    [InlineData("sip:abc@xyz.invalid;transport=WS", SipTransport.Tls, LegTransport.WebRtc)]
    [InlineData("sip:abc@10.0.0.1", SipTransport.Wss, LegTransport.WebRtc)]
    internal void A_device_is_offered_what_it_can_do(string contact, SipTransport transport, LegTransport expected) =>
        Assert.Equal(expected, LegTransports.Of(new DialTarget(contact, Flow(transport), [])));

    [Fact]
    public void A_browser_is_asked_for_as_much_sound_as_the_other_party_can_hear()
    {
        LegMedia browser = Browser();
        Assert.DoesNotContain("maxplaybackrate", Answer(browser, BrowserOffer));
        Assert.False(browser.ShouldAskAgain);

        browser.Favour(Phone(PhoneOffer));
        Assert.True(browser.ShouldAskAgain);
        string narrow = Text(browser.Offer());
        Assert.Contains("a=fmtp:111 minptime=10;useinbandfec=1;maxplaybackrate=8000;sprop-maxcapturerate=8000;maxaveragebitrate=24000;", narrow);
        Assert.Contains("UDP/TLS/RTP/SAVPF 111 ", narrow);
        Assert.True(browser.Accept(Bytes(BrowserOffer.Replace("actpass", "active", StringComparison.Ordinal)), out string? problem), problem);
        Assert.False(browser.ShouldAskAgain);
        Assert.True(browser.KeepsItsCodec);

        LegMedia other = Browser();
        Answer(other, BrowserOffer);
        browser.Favour(other);
        Assert.True(browser.ShouldAskAgain);
        Assert.DoesNotContain("maxplaybackrate", Text(browser.Offer()));
    }

    [Fact]
    public void A_called_browser_is_offered_Opus_first_whatever_the_caller_speaks()
    {
        LegMedia browser = Browser();
        browser.Favour(Phone(PhoneOffer));
        string offer = Text(browser.Offer());
        Assert.Contains("UDP/TLS/RTP/SAVPF 111 ", offer);
        Assert.Contains("maxplaybackrate=8000", offer);
        Assert.Contains("telephone-event/48000\r\n", offer);
        Assert.Contains("telephone-event/8000\r\n", offer);
    }

    private static SipFlow Flow(SipTransport transport) => new(transport, new IPEndPoint(s_here, 5060), new IPEndPoint(s_here, 5061), new NoChannel());

    private sealed class NoChannel : SipChannel
    {
        public override bool IsOpen => true;

        public override bool Send(SipFlow flow, ReadOnlySpan<byte> message) => true;

        public override void Close(string reason)
        {
        }
    }
}
