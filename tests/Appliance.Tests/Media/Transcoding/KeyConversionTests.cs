using Codecs.Tones;
using Rtp.Core.Payloads;
using Tandem.Media;
using Xunit;

namespace Appliance.Tests.Media.Transcoding;

public class KeyConversionTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(AudioCodec.Pcmu, AudioCodec.Opus)]
    [InlineData(AudioCodec.Opus, AudioCodec.Pcmu)]
    [InlineData(AudioCodec.G722, AudioCodec.Opus)]
    public void A_key_keeps_its_place_and_its_length_on_the_other_clock(AudioCodec from, AudioCodec to)
    {
        using var rig = new TranscodeRig(from, to);
        rig.Say(s_second);
        Press(rig, from, 5, milliseconds: 200);
        rig.Say(s_second);
        TelephoneEvent[] events = [.. Events(rig).Select(Event)];
        int perMs = to.ClockRateHz() / 1000;
        Assert.All(events, e => Assert.Equal('5', e.Key));
        Assert.Equal(200 * perMs, events[^1].Duration);
        Assert.Equal(3, events.Count(e => e.End));
        Assert.Single(Events(rig).Select(packet => packet.Timestamp).Distinct());
        Assert.True(Events(rig)[0].Marker && !Events(rig)[1].Marker);
        OneStream(rig);
    }

    [Fact]
    public void A_press_too_long_for_the_faster_clock_is_cut_into_segments_and_heard_as_one()
    {
        using var rig = new TranscodeRig(AudioCodec.Pcmu, AudioCodec.Opus);
        rig.Say(s_second);
        Press(rig, AudioCodec.Pcmu, 7, milliseconds: 4000);
        rig.Say(s_second);
        var listener = new TelephoneEventReceiver(48_000);
        List<DigitDetected> heard = [];
        foreach (SentPacket packet in Events(rig))
        {
            Assert.True(Rtp.Core.Packets.RtpView.TryParse(packet.Bytes, out Rtp.Core.Packets.RtpView view));
            if (listener.OnPacket(view, packet.At) is { } key) heard.Add(key);
        }
        DigitDetected press = Assert.Single(heard);
        Assert.Equal(('7', false), (press.Digit, press.EndLost));
        Assert.InRange(press.Duration.TotalMilliseconds, 3990, 4010);
    }

    [Theory]
    [InlineData(AudioCodec.Pcmu, AudioCodec.Pcmu)]
    [InlineData(AudioCodec.Opus, AudioCodec.Pcma)]
    [InlineData(AudioCodec.Pcmu, AudioCodec.G722)]
    [InlineData(AudioCodec.Pcmu, AudioCodec.Opus)]
    public void A_peer_without_events_hears_the_keys_tones_once_each(AudioCodec from, AudioCodec to)
    {
        using var rig = new TranscodeRig(from, to, target: settings => settings with { TelephoneEventSendPt = -1 });
        rig.Say(s_second);
        foreach (byte key in (byte[])[1, 2, 2, 11])
        {
            Press(rig, from, key, milliseconds: 120);
            rig.Say(TimeSpan.FromMilliseconds(400), silent: true);
        }
        Assert.Equal("122#", Detected(rig));
        OneStream(rig);
    }

    [Theory]
    [InlineData(AudioCodec.Pcma)]
    [InlineData(AudioCodec.Opus)]
    public void A_key_of_our_own_is_tones_where_the_peer_has_no_events(AudioCodec to)
    {
        using var rig = new TranscodeRig(to, to, target: settings => settings with { TelephoneEventSendPt = -1 });
        foreach (char key in "19D") rig.Sending.Machine.SendKey(key, TimeSpan.FromMilliseconds(160), rig.Now);
        rig.Pause(s_second);
        Assert.Equal("19D", Detected(rig));
    }

    [Theory]
    [InlineData(AudioCodec.Pcmu, AudioCodec.Pcmu)]
    [InlineData(AudioCodec.Pcma, AudioCodec.Opus)]
    [InlineData(AudioCodec.G722, AudioCodec.Pcmu)]
    [InlineData(AudioCodec.Opus, AudioCodec.Pcmu)]
    public void Tones_of_a_peer_without_events_become_an_event_and_are_heard_no_more(AudioCodec from, AudioCodec to)
    {
        using var rig = new TranscodeRig(from, to);
        rig.Receiving.Machine.Configure(TranscodeRig.Speaks(from) with { TelephoneEventReceivePt = -1, InbandKeys = true }, TimeSpan.Zero);
        rig.Say(s_second, silent: true);
        rig.SayTones('8', TimeSpan.FromMilliseconds(200));
        rig.Say(s_second, silent: true);
        Assert.Equal("8", string.Concat(rig.Receiving.Events.OfType<DigitReceived>().Select(e => e.Digit)));
        Assert.All(Events(rig), packet => Assert.Equal('8', Event(packet).Key));
        Assert.Equal(3, Events(rig).Count(packet => Event(packet).End));
        Assert.Equal("", Detected(rig));
    }

    [Fact]
    public void Two_peers_without_events_keep_their_tones()
    {
        using var rig = new TranscodeRig(AudioCodec.Pcmu, AudioCodec.Pcma, target: settings => settings with { TelephoneEventSendPt = -1 });
        rig.Receiving.Machine.Configure(TranscodeRig.Speaks(AudioCodec.Pcmu) with { TelephoneEventReceivePt = -1, InbandKeys = true }, TimeSpan.Zero);
        rig.SayTones('3', TimeSpan.FromMilliseconds(200));
        rig.Say(s_second, silent: true);
        Assert.Equal("3", Detected(rig));
    }

    [Fact]
    public void Eight_thousand_and_forty_eight_thousand_meet_where_both_speak_Opus()
    {
        using var rig = new TranscodeRig(AudioCodec.Opus, AudioCodec.Opus, target: settings => settings with { TelephoneEventSendClockHz = 8000 });
        rig.Say(s_second);
        Press(rig, AudioCodec.Opus, 4, milliseconds: 300);
        rig.Say(s_second);
        Assert.Equal(2400, Event(Events(rig)[^1]).Duration);
        Assert.Single(Events(rig).Select(packet => packet.Timestamp).Distinct());
    }

    private static void Press(TranscodeRig rig, AudioCodec from, byte key, int milliseconds)
    {
        uint start = rig.Timestamp;
        int perMs = from.ClockRateHz() / 1000, segment = 0;
        var payload = new byte[4];
        void Tell(int told, bool end, bool marker)
        {
            if ((told - segment) * perMs > ushort.MaxValue) segment = told - 20;
            new TelephoneEvent(key, end, 10, (ushort)((told - segment) * perMs)).Write(payload);
            rig.Send(101, payload, unchecked(start + (uint)(segment * perMs)), marker);
            rig.Pause(TimeSpan.FromMilliseconds(20));
        }
        for (int told = 20; told < milliseconds; told += 20) Tell(told, end: false, marker: told == 20);
        for (int i = 0; i < 3; i++) Tell(milliseconds, end: true, marker: false);
    }

    private static List<SentPacket> Events(TranscodeRig rig) => rig.Sending.Rtp.FindAll(packet => packet.PayloadType == 101);

    private static TelephoneEvent Event(SentPacket packet) =>
        TelephoneEvent.TryParse(packet.Payload, out TelephoneEvent told) ? told : throw new InvalidOperationException("no event");

    private static string Detected(TranscodeRig rig)
    {
        short[] heard = rig.Heard(out int rate);
        short[] pcm = Codecs.Resampling.Resampler.Convert(heard, rate, DtmfDetector.RateHz);
        var keys = new char[pcm.Length / 200 + 2];
        return new string(keys, 0, new DtmfDetector().Process(pcm, keys));
    }

    private static void OneStream(TranscodeRig rig) => Assert.All(
        rig.Sending.Rtp.Zip(rig.Sending.Rtp.Skip(1)), pair => Assert.Equal(1, TestLeg.Step(pair.First, pair.Second)));
}
