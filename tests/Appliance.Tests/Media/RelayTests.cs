using Rtp.Core.Payloads;
using Tandem.Media;
using Xunit;
using static Appliance.Tests.Media.TestLeg;

namespace Appliance.Tests.Media;

public class RelayTests
{
    [Fact]
    public void The_same_codec_is_passed_on_untouched_under_our_own_numbers()
    {
        (TestLeg a, TestLeg b) = Pair();
        for (int i = 0; i < 20; i++) Assert.True(a.ReceiveFor(b, Packet((ushort)(500 + i), (uint)(9000 + 160 * i)), Ms(20 * i)));

        Assert.Equal(Enumerable.Range(0, 20).Select(i => Number(i)), b.Rtp.Select(p => p.SequenceNumber));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => FirstTimestamp + (uint)(160 * i)), b.Rtp.Select(p => p.Timestamp));
        Assert.Equal(Enumerable.Range(0, 20).SelectMany(i => Audio(500 + i)), b.Rtp.SelectMany(p => p.Payload));
        Assert.All(b.Rtp, p => Assert.Equal(0xB0B0u, p.Ssrc));
        Assert.Equal([true, .. Enumerable.Repeat(false, 19)], b.Rtp.Select(p => p.Marker));
    }

    [Fact]
    public void Loss_reordering_and_markers_before_us_show_behind_us()
    {
        (TestLeg a, TestLeg b) = Pair();
        int[] order = [0, 1, 2, 5, 4, 6, 9];
        foreach (int i in order) a.ReceiveFor(b, Packet((ushort)(500 + i), (uint)(160 * i), marker: i == 6), Ms(20 * i));
        Assert.Equal(order.Select(i => Number(i)), b.Rtp.Select(p => p.SequenceNumber));
        Assert.Equal([true, false, false, false, false, true, false], b.Rtp.Select(p => p.Marker));
        Assert.Equal(3, a.Machine.Snapshot().Lost);
        Assert.Equal(1, a.Machine.Snapshot().Late);
    }

    [Fact]
    public void Duplicates_are_not_passed_on()
    {
        (TestLeg a, TestLeg b) = Pair();
        for (int i = 0; i < 3; i++)
        {
            a.ReceiveFor(b, Packet((ushort)i, (uint)(160 * i)), Ms(20 * i));
            a.ReceiveFor(b, Packet((ushort)i, (uint)(160 * i)), Ms(20 * i));
        }
        Assert.Equal(3, b.Rtp.Count);
        Assert.Equal(3, a.Machine.Snapshot().Duplicates);
    }

    [Theory]
    [InlineData(AudioCodec.Pcmu, AudioCodec.Pcma)]
    [InlineData(AudioCodec.Pcma, AudioCodec.Pcmu)]
    public void The_other_law_is_translated_in_place(AudioCodec from, AudioCodec to)
    {
        (TestLeg a, TestLeg b) = Pair(to);
        Prompt speech = Tone(160);
        a.ReceiveFor(b, Packet(1, 0, PayloadType(from), payload: speech.For(from).Octets.ToArray()), Ms(0));
        byte[] expected = speech.For(from).Octets.ToArray();
        if (from == AudioCodec.Pcmu) Codecs.G711.G711.MuLawToALaw(expected);
        else Codecs.G711.G711.ALawToMuLaw(expected);
        Assert.Equal(expected, b.Rtp[0].Payload);
        Assert.Equal(PayloadType(to), b.Rtp[0].PayloadType);
    }

    [Fact]
    public void Another_source_goes_on_where_the_one_before_it_stopped()
    {
        (TestLeg a, TestLeg b) = Pair();
        for (int i = 0; i < 5; i++) a.ReceiveFor(b, Packet((ushort)i, (uint)(160 * i), ssrc: 1), Ms(20 * i));
        for (int i = 0; i < 5; i++) a.ReceiveFor(b, Packet((ushort)(40000 + i), (uint)(3_000_000_000 + 160 * i), ssrc: 2), Ms(100 + 20 * i));
        Continuous(b.Rtp);
        Assert.Equal([0, 5], Markers(b));
    }

    [Fact]
    public void A_sender_that_restarts_its_numbers_under_the_same_SSRC_is_a_new_source()
    {
        (TestLeg a, TestLeg b) = Pair();
        for (int i = 0; i < 5; i++) a.ReceiveFor(b, Packet((ushort)i, (uint)(160 * i)), Ms(20 * i));
        for (int i = 0; i < 5; i++) a.ReceiveFor(b, Packet((ushort)(30000 + i), (uint)(2_000_000 + 160 * i)), Ms(100 + 20 * i));
        Assert.Equal(9, b.Rtp.Count);    // the first after a jump is not believed (RFC 3550 A.1)
        Assert.Equal([0, 5], Markers(b));
        Assert.All(b.Rtp.Zip(b.Rtp.Skip(1)), pair => Assert.Equal(1, Step(pair.First, pair.Second)));
    }

    [Fact]
    public void A_peers_silence_is_kept_as_a_gap_in_time_but_not_in_numbers()
    {
        (TestLeg a, TestLeg b) = Pair();
        a.ReceiveFor(b, Packet(1, 0), Ms(0));
        a.ReceiveFor(b, Packet(2, 8 * 10_000, marker: true), Ms(10_000));
        Assert.Equal(80_000u, b.Rtp[1].Timestamp - b.Rtp[0].Timestamp);
        Assert.Equal(1, (ushort)(b.Rtp[1].SequenceNumber - b.Rtp[0].SequenceNumber));
    }

    [Fact]
    public void Prompt_then_relay_then_prompt_is_one_stream()
    {
        (TestLeg a, TestLeg b) = Pair();
        b.Machine.Play(Tone(480), 1, loop: false, Ms(0));
        b.RunUntil(Ms(70));
        for (int i = 0; i < 5; i++) a.ReceiveFor(b, Packet((ushort)(7000 + i), (uint)(160 * i)), Ms(75 + 20 * i));
        b.Machine.Play(Tone(320), 2, loop: false, Ms(170));
        b.RunUntil(Ms(300));
        Assert.Equal(10, b.Rtp.Count);
        Assert.All(b.Rtp.Zip(b.Rtp.Skip(1)), pair => Assert.Equal(1, Step(pair.First, pair.Second)));
        Assert.All(b.Rtp.Zip(b.Rtp.Skip(1)), pair => Assert.True((int)(pair.Second.Timestamp - pair.First.Timestamp) >= 160));
        Assert.Equal([0, 3, 8], Markers(b));
    }

    [Fact]
    public void What_came_before_the_connection_is_not_sent_late()
    {
        (TestLeg a, TestLeg b) = Pair();
        a.ReceiveFor(b, Packet(100, 16000), Ms(0));
        Assert.False(a.ReceiveFor(b, Packet(98, 15680), Ms(1)));
        Assert.True(a.ReceiveFor(b, Packet(101, 16160), Ms(20)));
    }

    [Fact]
    public void While_a_prompt_plays_the_other_leg_is_not_heard()
    {
        (TestLeg a, TestLeg b) = Pair();
        b.Machine.Play(Tone(1600), 1, loop: false, Ms(0));
        b.RunUntil(Ms(0));
        Assert.False(a.ReceiveFor(b, Packet(1, 0), Ms(10)));
    }

    [Fact]
    public void Keys_pass_with_the_payload_type_of_the_other_leg_and_are_reported()
    {
        TestLeg a = new(), b = new(0xB0B0);
        a.Machine.Configure(Settings(events: 101), Ms(0));
        b.Machine.Configure(Settings(events: 96), Ms(0));
        a.ReceiveFor(b, Packet(1, 160), Ms(0));
        for (int i = 0; i < 4; i++) a.ReceiveFor(b, Event(5, (ushort)(2 + i), 320, 160 * (i + 1), end: i == 3), Ms(20 + 20 * i));
        a.ReceiveFor(b, Packet(6, 160 * 6), Ms(100));
        Assert.Equal([0, 96, 96, 96, 96, 0], b.Rtp.Select(p => (int)p.PayloadType));
        Assert.Equal(Enumerable.Repeat(b.Rtp[0].Timestamp + 160, 4), b.Rtp.Skip(1).Take(4).Select(p => p.Timestamp));
        Assert.Equal(b.Rtp[0].Timestamp + 800, b.Rtp[5].Timestamp);
        Assert.Equal([new DigitReceived(a.Handle, '5', 80)], a.Events.OfType<DigitReceived>());
    }

    [Fact]
    public void Keys_stop_where_the_other_leg_takes_none()
    {
        TestLeg a = new(), b = new(0xB0B0);
        a.Machine.Configure(Settings(), Ms(0));
        b.Machine.Configure(Settings(events: -1), Ms(0));
        Assert.False(a.ReceiveFor(b, Event(5, 1, 0, 160, end: false), Ms(0)));
    }

    [Fact]
    public void A_long_key_press_does_not_look_like_a_restart()
    {
        (TestLeg a, TestLeg b) = Pair();
        a.ReceiveFor(b, Packet(0, 0), Ms(0));
        int n = 1;
        for (; n <= 250; n++) a.ReceiveFor(b, Event(1, (ushort)n, 160, 160 * n, end: n == 250), Ms(20 * n));
        a.ReceiveFor(b, Packet((ushort)n, (uint)(160 * n)), Ms(20 * n));
        Assert.Equal([0], Markers(b));
        Assert.Equal((uint)(160 * n), b.Rtp[^1].Timestamp - b.Rtp[0].Timestamp);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Hold_on_either_side_passes_nothing(bool receive, bool send)
    {
        TestLeg a = new(), b = new(0xB0B0);
        a.Machine.Configure(Settings(receive: receive), Ms(0));
        b.Machine.Configure(Settings(send: send), Ms(0));
        Assert.False(a.ReceiveFor(b, Packet(1, 0), Ms(0)));
        Assert.Equal(1, a.Machine.Snapshot().PacketsReceived);
    }

    [Fact]
    public void Packets_during_hold_leave_no_hole_in_the_numbers()
    {
        (TestLeg a, TestLeg b) = Pair();
        for (int i = 0; i < 30; i++)
        {
            if (i == 10) b.Machine.Configure(Settings(send: false), Ms(20 * i));
            if (i == 20) b.Machine.Configure(Settings(), Ms(20 * i));
            a.ReceiveFor(b, Packet((ushort)i, (uint)(160 * i)), Ms(20 * i));
        }
        Assert.Equal(20, b.Rtp.Count);
        Assert.All(b.Rtp.Zip(b.Rtp.Skip(1)), pair => Assert.Equal(1, Step(pair.First, pair.Second)));
        Assert.Equal(1760u, b.Rtp[10].Timestamp - b.Rtp[9].Timestamp);
    }

    [Fact]
    public void Contributing_sources_extensions_and_padding_are_not_passed_on()
    {
        (TestLeg a, TestLeg b) = Pair();
        byte[] payload = Audio(3);
        byte[] packet =
        [
            0xB2, 0, 0, 9, 0, 0, 0, 160, 0, 0, 0, 77,           // V=2, P, X, two CSRCs
            1, 1, 1, 1, 2, 2, 2, 2, 0xBE, 0xDE, 0, 1, 0x10, 0x55, 0, 0,
            .. payload, 0, 0, 0, 4,
        ];
        Assert.True(a.ReceiveFor(b, packet, Ms(0)));
        Assert.Equal(172, b.Rtp[0].Bytes.Length);
        Assert.Equal(0x80, b.Rtp[0].Bytes[0]);
        Assert.Equal(payload, b.Rtp[0].Payload);
    }

    [Fact]
    public void Another_ptime_passes_as_it_is()
    {
        TestLeg a = new(), b = new(0xB0B0);
        a.Machine.Configure(Settings(ptime: 30), Ms(0));
        b.Machine.Configure(Settings(ptime: 20), Ms(0));
        for (int i = 0; i < 3; i++) a.ReceiveFor(b, Packet((ushort)i, (uint)(240 * i), payload: Audio(i, 240)), Ms(30 * i));
        Assert.All(b.Rtp, p => Assert.Equal(240, p.Payload.Length));
        Assert.Equal([0u, 240, 480], b.Rtp.Select(p => p.Timestamp - b.Rtp[0].Timestamp));
    }

    private static byte[] Event(byte code, ushort sequence, uint timestamp, int duration, bool end)
    {
        var payload = new byte[4];
        new TelephoneEvent(code, end, 10, (ushort)duration).Write(payload);
        return Packet(sequence, timestamp, 101, payload: payload);
    }

    private static (TestLeg A, TestLeg B) Pair(AudioCodec toB = AudioCodec.Pcmu)
    {
        TestLeg a = new(), b = new(0xB0B0);
        a.Machine.Configure(Settings(), Ms(0));
        b.Machine.Configure(Settings(toB), Ms(0));
        return (a, b);
    }

    private static IEnumerable<int> Markers(TestLeg leg) => leg.Rtp.Select((p, i) => p.Marker ? i : -1).Where(i => i >= 0);

    private static void Continuous(List<SentPacket> packets) => Assert.All(packets.Zip(packets.Skip(1)), pair =>
    {
        Assert.Equal(1, Step(pair.First, pair.Second));
        Assert.Equal(160u, pair.Second.Timestamp - pair.First.Timestamp);
    });
}
