using Rtp.Core.Payloads;
using Tandem.Media;
using Xunit;
using static Appliance.Tests.Media.TestLeg;

namespace Appliance.Tests.Media;

public class KeyTests
{
    [Fact]
    public void A_key_is_one_event_with_one_timestamp_and_three_end_packets()
    {
        TestLeg leg = Configured();
        leg.Machine.SendKey('5', Ms(100), Ms(40));
        leg.RunUntil(Ms(2000));
        TelephoneEvent[] events = [.. leg.Rtp.Select(Event)];
        Assert.Equal([160, 320, 480, 640, 800, 800, 800], events.Select(e => (int)e.Duration));
        Assert.Equal([false, false, false, false, true, true, true], events.Select(e => e.End));
        Assert.All(events, e => Assert.Equal('5', e.Key));
        Assert.All(leg.Rtp, p => Assert.Equal((101, FirstTimestamp + 320), (p.PayloadType, p.Timestamp)));
        Assert.Equal([true, false, false, false, false, false, false], leg.Rtp.Select(p => p.Marker));
        Assert.Equal(Enumerable.Range(0, 7).Select(i => 40.0 + 20 * i), leg.Rtp.Select(p => p.At.TotalMilliseconds));
    }

    [Fact]
    public void A_prompt_pauses_for_a_key_and_goes_on_where_it_was()
    {
        TestLeg leg = Configured();
        Prompt prompt = Tone(1600);
        leg.Machine.Play(prompt, 1, loop: false, Ms(0));
        leg.RunUntil(Ms(70));
        leg.Machine.SendKey('1', Ms(60), Ms(75));
        leg.RunUntil(Ms(1000));
        Assert.Equal([.. Enumerable.Repeat(0, 4), .. Enumerable.Repeat(101, 5), .. Enumerable.Repeat(0, 6)], leg.Rtp.Select(p => (int)p.PayloadType));
        Assert.Equal(prompt.For(AudioCodec.Pcmu).Octets.ToArray(), leg.Rtp.Where(p => p.PayloadType == 0).SelectMany(p => p.Payload));
        Assert.Equal(Enumerable.Range(0, 15).Select(Number), leg.Rtp.Select(p => p.SequenceNumber));
        Assert.Equal([0, 4, 9], leg.Rtp.Select((p, i) => p.Marker ? i : -1).Where(i => i >= 0));
        Assert.Equal(FirstTimestamp + 180 * 8, leg.Rtp[9].Timestamp);
        Assert.Equal([new PlayoutEnded(leg.Handle, 1, true)], leg.Events);
    }

    [Fact]
    public void What_the_other_leg_says_pauses_for_a_key_too()
    {
        TestLeg a = new(), b = Configured();
        a.Machine.Configure(Settings(), Ms(0));
        a.ReceiveFor(b, Packet(1, 0), Ms(0));
        b.Machine.SendKey('#', Ms(60), Ms(10));
        b.RunUntil(Ms(60));
        Assert.False(a.ReceiveFor(b, Packet(2, 160), Ms(60)));
        b.RunUntil(Ms(100));
        Assert.True(a.ReceiveFor(b, Packet(3, 320), Ms(110)));
        Assert.Equal(Enumerable.Range(0, 7).Select(Number), b.Rtp.Select(p => p.SequenceNumber));
        Assert.True(b.Rtp[^1].Timestamp >= b.Rtp[^2].Timestamp + Event(b.Rtp[^2]).Duration);
    }

    [Fact]
    public void Keys_queue_with_a_pause_between_them()
    {
        TestLeg leg = Configured();
        foreach (char key in "12") leg.Machine.SendKey(key, Ms(40), Ms(0));
        leg.RunUntil(Ms(1000));
        SentPacket[] second = [.. leg.Rtp.Where(p => Event(p).Key == '2')];
        SentPacket endOfFirst = leg.Rtp.Last(p => Event(p).Key == '1');
        Assert.InRange((second[0].At - endOfFirst.At).TotalMilliseconds, 40, 120);
        Assert.Equal(3, second.Count(p => Event(p).End));
    }

    [Theory]
    [InlineData('x', 101)]
    [InlineData('x', -1)]
    public void What_is_no_key_sends_nothing(char key, int payloadType)
    {
        TestLeg leg = new();
        leg.Machine.Configure(Settings(events: payloadType), Ms(0));
        leg.Machine.SendKey(key, Ms(100), Ms(0));
        leg.RunUntil(Ms(1000));
        Assert.Empty(leg.Rtp);
    }

    [Fact]
    public void A_press_is_reported_once_through_duplicates_and_a_lost_end()
    {
        TestLeg leg = Configured();
        ushort sequence = 1;
        void Press(byte code, uint timestamp, int packets, bool end)
        {
            for (int i = 1; i <= packets; i++)
            {
                byte[] packet = EventPacket(code, sequence++, timestamp, 160 * i, end && i > packets - 3);
                leg.Receive(packet, Ms(20 * sequence));
                leg.Receive(packet, Ms(20 * sequence));
            }
        }
        Press(1, 0, 8, end: true);
        Press(2, 8000, 8, end: false);
        leg.RunUntil(Ms(20 * sequence + 500));
        Assert.Equal("12", string.Concat(leg.Events.OfType<DigitReceived>().Select(e => e.Digit)));
        Assert.Equal(2, leg.Machine.Snapshot().Digits);
    }

    [Fact]
    public void On_hold_and_from_strangers_no_key_counts()
    {
        TestLeg held = new(), leg = Configured();
        held.Machine.Configure(Settings(receive: false), Ms(0));
        held.Receive(EventPacket(1, 1, 0, 800, end: true), Ms(0));
        leg.Receive(Packet(0, 0), Ms(0));
        leg.Receive(EventPacket(1, 1, 0, 800, end: true), Stranger, Ms(20), out _);
        held.RunUntil(Ms(1000));
        leg.RunUntil(Ms(1000));
        Assert.Empty(held.Events.Concat(leg.Events).OfType<DigitReceived>());
    }

    private static TestLeg Configured()
    {
        TestLeg leg = new();
        leg.Machine.Configure(Settings(), Ms(0));
        return leg;
    }

    private static TelephoneEvent Event(SentPacket packet) =>
        TelephoneEvent.TryParse(packet.Payload, out TelephoneEvent e) ? e : throw new InvalidOperationException("no event");

    private static byte[] EventPacket(byte code, ushort sequence, uint timestamp, int duration, bool end)
    {
        var payload = new byte[4];
        new TelephoneEvent(code, end, 10, (ushort)duration).Write(payload);
        return Packet(sequence, timestamp, 101, payload: payload);
    }
}
