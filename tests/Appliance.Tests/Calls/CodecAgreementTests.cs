using System.Net;
using System.Text;
using Appliance.Tests.Signalling;
using Sip.Core.Messages;
using Sip.Core.Sdp;
using Tandem.Calls;
using Tandem.Configuration;
using Tandem.Media;
using Tandem.Signalling;
using Xunit;

namespace Appliance.Tests.Calls;

/// <summary>A phone that is asked by re-INVITE to change its codec, and what it may say to that.</summary>
public sealed class CodecAgreementTests
{
    private readonly VirtualNetwork _network = new();
    private readonly Rig _us;
    private readonly RawPeer _phone;
    private readonly List<LegCommand> _commands = [];
    private readonly LegMedia _media;
    private InviteSession _session = null!;
    private string _tag = "";

    public CodecAgreementTests()
    {
        _us = new Rig(_network, "10.0.0.1:5060");
        _phone = new RawPeer(_network, "10.0.0.9:5062", _us.Port);
        var leg = new MediaLeg(1, new IPEndPoint(IPAddress.Any, 16384), 0, 1, _ => { }, _commands.Add);
        var here = IPAddress.Parse("10.0.0.1");
        _media = new LegMedia(leg, new MediaAddress(IPAddress.Any, here, here), LegVoice.For(new MediaOptions(), user: null), TimeSpan.FromMinutes(1));
    }

    private static string Speaks(string formats) =>
        $"v=0\r\no=- 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP {formats} 101\r\n"
        + "a=rtpmap:111 opus/48000/2\r\na=rtpmap:101 telephone-event/8000\r\n";

    private MediaLegSettings[] Settings => [.. _commands.OfType<ConfigureLeg>().Select(configure => configure.Settings)];

    [Fact]
    public void A_phone_that_refuses_with_488_keeps_its_codec_and_is_asked_no_more()
    {
        Talk();
        SessionDescription before = _media.Local!;
        Task change = Ask();
        SipMessage asked = _phone.Heard1("INVITE");
        Assert.Equal(["0", "101"], Offered(asked).Formats);
        _phone.Respond(asked, 488);
        _network.Run(0.1);
        Assert.True(change.IsCompletedSuccessfully);
        _network.Run(60);
        Assert.Equal((1, true), (_phone.CountHeard("INVITE"), _session.IsConfirmed));
        Assert.Equal(AudioCodec.Opus, Assert.Single(Settings).Codec);
        Assert.Equal("OPUS", _media.Codec);
        Assert.Equal(before.Media[0].Formats, _media.Local!.Media[0].Formats);

        // What is agreed later is told apart from what was refused (RFC 3264 §8).
        _phone.Request("INVITE", 2, "hold", _tag, body: Speaks("111 0") + "a=sendonly\r\n");
        _network.Run(0.1);
        Assert.Equal(200, _phone.Last.StatusCode);
        Assert.True(Version(_phone.Last) > Version(asked));
        Assert.Equal((AudioCodec.Opus, false), (Settings[^1].Codec, Settings[^1].Send));
    }

    [Fact]
    public void Glare_is_waited_out_and_the_phone_then_brought_to_the_codec()
    {
        Talk();
        Task change = Ask();
        SipMessage first = _phone.Heard1("INVITE");
        _phone.Respond(first, 491);
        _network.Run(2.2);
        SipMessage second = _phone.Heard1("INVITE");
        Assert.NotEqual(first.CSeqNumber, second.CSeqNumber);
        Assert.Equal(first.Body.ToArray(), second.Body.ToArray());
        Assert.Single(Settings);
        Assert.False(change.IsCompleted);
        _phone.Respond(second, 200, body: Speaks("0"));
        _network.Run(0.1);
        Assert.True(change.IsCompletedSuccessfully);
        Assert.Equal((AudioCodec.Pcmu, "PCMU"), (Settings[^1].Codec, _media.Codec));
    }

    [Fact]
    public void A_change_of_the_phones_own_between_two_tries_makes_the_next_offer_anew_and_its_version_goes_on()
    {
        Talk();
        Task change = Ask();
        SipMessage first = _phone.Heard1("INVITE");
        _phone.Respond(first, 491);
        _phone.Request("INVITE", 2, "hold", _tag, body: Speaks("111 0") + "a=sendonly\r\n");
        _network.Run(0.1);
        SipMessage held = _phone.Last;
        Assert.Equal(200, held.StatusCode);
        _phone.Request("ACK", 2, "hold-ack", _tag);
        _network.Run(2.2);
        SipMessage second = _phone.Heard1("INVITE");
        Assert.Equal((Version(first) + 1, Version(first) + 2), (Version(held), Version(second)));
        Assert.Equal(["0", "101"], Offered(second).Formats);
        _phone.Respond(second, 488);
        _network.Run(0.1);
        Assert.True(change.IsCompletedSuccessfully);
        Assert.Contains("111", _media.Local!.Media[0].Formats);    // what was answered stays, not what was agreed before it
        _phone.Request("INVITE", 3, "resume", _tag, body: Speaks("111 0"));
        _network.Run(0.1);
        Assert.True(Version(_phone.Last) > Version(second));
    }

    [Fact]
    public void A_phone_that_meets_every_try_with_491_is_left_as_it_is()
    {
        Talk();
        Task change = Ask();
        for (int tries = 0; !change.IsCompleted; tries++)
        {
            Assert.InRange(tries, 0, 10);
            _phone.Respond(_phone.Heard1("INVITE"), 491);
            _network.Run(2.2);
        }
        Assert.Equal(AudioCodec.Opus, Assert.Single(Settings).Codec);
        Assert.True(_session.IsConfirmed);
    }

    [Fact]
    public void An_answer_that_cannot_be_used_leaves_all_as_it_was()
    {
        Talk();
        Task change = Ask();
        _phone.Respond(_phone.Heard1("INVITE"), 200, body: Speaks("8"));
        _network.Run(0.1);
        Assert.True(change.IsCompletedSuccessfully);
        Assert.Equal((AudioCodec.Opus, "OPUS"), (Assert.Single(Settings).Codec, _media.Codec));
        Assert.True(_session.IsConfirmed);
    }

    private static SdpMedia Offered(SipMessage message) =>
        SessionDescription.TryParse(message.Body, out SessionDescription? sdp, out string? problem) ? sdp!.Media[0] : throw new FormatException(problem);

    private static ulong Version(SipMessage message) =>
        SessionDescription.TryParse(message.Body, out SessionDescription? sdp, out string? problem) ? sdp!.Origin.Version : throw new FormatException(problem);

    private Task Ask()
    {
        Task change = CodecAgreement.ChangeAsync(_session, _media, media => media.OfferOnly(AudioFormat.Pcmu));
        _network.Run(0.1);
        return change;
    }

    /// <summary>The phone's call is answered; it speaks Opus, and could speak PCMU.</summary>
    private void Talk()
    {
        _phone.Request("INVITE", 1, "inv", body: Speaks("111 0"));
        _network.Run(0.1);
        _session = Assert.Single(_us.Calls);
        _session.OnOffer = offer => SdpReply.Accept(_media.Answer(offer, out _));
        _ = _session.AcceptAsync(_media.Answer(Encoding.ASCII.GetBytes(Speaks("111 0")), out _));
        _network.Run(0.1);
        _tag = Encoding.ASCII.GetString(_phone.Last.ToTag);
        _phone.Request("ACK", 1, "ack", _tag);
        _network.Run(0.1);
        Assert.Equal("OPUS", _media.Codec);
    }
}
