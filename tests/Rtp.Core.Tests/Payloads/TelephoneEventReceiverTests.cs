using Rtp.Core.Packets;
using Rtp.Core.Payloads;
using Xunit;

namespace RtpCoreTests.Payloads;

public class TelephoneEventReceiverTests
{
    private readonly TelephoneEventReceiver _receiver = new(8000);
    private readonly byte[] _packet = new byte[16];
    private readonly List<string> _heard = [];

    [Fact]
    public void A_whole_press_is_reported_once_with_its_duration()
    {
        List<Sent> press = Press('5', 1000, number: 10, units: 800);
        foreach (Sent sent in press) Arrive(sent);
        Assert.Equal(["5 100 ms"], _heard);
        Assert.Equal(TimeSpan.MaxValue, _receiver.Deadline);
    }

    [Fact]
    public void The_key_shows_while_it_is_down()
    {
        List<Sent> press = Press('#', 1000, number: 10, units: 800);
        Assert.Equal('\0', _receiver.Pressed);
        Arrive(press[0]);
        Assert.Equal('#', _receiver.Pressed);
        foreach (Sent sent in press) Arrive(sent);
        Assert.Equal('\0', _receiver.Pressed);
    }

    [Fact]
    public void Any_single_packet_is_enough_to_report_the_press_once()
    {
        List<Sent> press = Press('7', 5000, number: 65534, units: 1600);
        foreach (Sent sent in press)
        {
            _heard.Clear();
            var receiver = new TelephoneEventReceiver(8000);
            Arrive(sent, receiver);
            Flush(receiver, sent.At);
            Assert.Single(_heard);
            Assert.StartsWith("7", _heard[0], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Any_set_of_lost_packets_leaves_one_report_for_each_of_two_equal_presses()
    {
        List<Sent> first = Press('1', 1000, number: 65530, units: 480);
        List<Sent> second = Press('1', 3000, number: 65530 + first.Count + 5, units: 480);
        int all = first.Count + second.Count;
        for (int lost = 0; lost < 1 << all; lost++)
        {
            int firstKept = first.Count - int.PopCount(lost & ((1 << first.Count) - 1));
            int secondKept = second.Count - int.PopCount(lost >> first.Count);
            var receiver = new TelephoneEventReceiver(8000);
            _heard.Clear();
            for (int i = 0; i < all; i++)
            {
                if ((lost >> i & 1) == 0) Arrive(i < first.Count ? first[i] : second[i - first.Count], receiver);
            }

            Flush(receiver, second[^1].At);
            Assert.Equal((firstKept > 0 ? 1 : 0) + (secondKept > 0 ? 1 : 0), _heard.Count);
        }
    }

    [Fact]
    public void Reordering_duplication_and_loss_never_change_what_was_dialled()
    {
        const string dialled = "1123#*0094455A66778899BCD";
        var random = new Random(4733);
        for (int round = 0; round < 400; round++)
        {
            List<(double At, int Order, Sent Packet)> network = [];
            int number = random.Next(65536);
            uint timestamp = (uint)random.NextInt64(uint.MaxValue);
            int order = 0;
            double start = 0;
            foreach (char key in dialled)
            {
                List<Sent> press = Press(key, timestamp, number, units: 160 * random.Next(3, 12), atMs: start);
                int kept = 0;
                foreach (Sent sent in press)
                {
                    bool last = sent.Equals(press[^1]);
                    if (random.NextDouble() < 0.2 && !(last && kept == 0)) continue;
                    kept++;
                    for (int copies = random.NextDouble() < 0.2 ? 2 : 1; copies > 0; copies--)
                        network.Add((sent.At.TotalMilliseconds + random.Next(60), order++, sent));
                }

                start += press.Count * 20 + 120;
                timestamp = unchecked(timestamp + (uint)(press.Count * 160 + 960));
                number += press.Count + 6;
            }

            network.Sort();
            var receiver = new TelephoneEventReceiver(8000);
            _heard.Clear();
            foreach ((double at, _, Sent sent) in network)
            {
                TimeSpan now = TimeSpan.FromMilliseconds(at);
                while (receiver.Deadline <= now) Hear(receiver.OnTimer(now));
                Arrive(sent with { At = now }, receiver);
            }

            Flush(receiver, TimeSpan.FromMilliseconds(network[^1].At));
            Assert.Equal(dialled, string.Concat(_heard.Select(press => press[0])));
        }
    }

    [Fact]
    public void A_press_whose_ends_are_lost_ends_by_time_out_and_a_late_end_is_not_a_second_press()
    {
        List<Sent> press = Press('9', 0, number: 1, units: 480);
        Arrive(press[0]);
        Arrive(press[1]);
        Assert.Equal(press[1].At + TelephoneEventReceiver.DefaultTimeout, _receiver.Deadline);
        Hear(_receiver.OnTimer(_receiver.Deadline - TimeSpan.FromTicks(1)));
        Assert.Empty(_heard);
        Hear(_receiver.OnTimer(_receiver.Deadline));
        Assert.Equal(["9 40 ms lost end"], _heard);
        foreach (Sent sent in press) Arrive(sent with { At = TimeSpan.FromSeconds(1) });
        Assert.Single(_heard);
    }

    [Fact]
    public void The_next_key_ends_a_press_whose_ends_are_lost_and_both_come_in_order()
    {
        Arrive(Press('1', 0, number: 1, units: 480)[0]);
        Arrive(Press('2', 4000, number: 40, units: 480)[^1]);
        Assert.Equal(["1 20 ms lost end"], _heard);
        Assert.Equal(TimeSpan.Zero, _receiver.Deadline);
        Hear(_receiver.OnTimer(TimeSpan.FromSeconds(1)));
        Assert.Equal(["1 20 ms lost end", "2 60 ms"], _heard);
        Assert.Equal(TimeSpan.MaxValue, _receiver.Deadline);
    }

    [Fact]
    public void A_press_longer_than_the_duration_field_is_one_press()
    {
        var sender = new TelephoneEventSender(8000);
        Assert.True(sender.TryEnqueue('*', TimeSpan.FromSeconds(30)));
        int segments = 0;
        for (int tick = 0; sender.TryNext((uint)tick * 160, 160, out TelephoneEventPacket packet); tick++)
        {
            if (packet.Payload.Duration == 0xFFFF) segments++;
            Arrive(new Sent((ushort)tick, packet.Timestamp, packet.Marker, packet.Payload, TimeSpan.FromMilliseconds(tick * 20)));
        }

        Assert.Equal(3, segments);
        Assert.Equal(["* 30000 ms"], _heard);
    }

    [Fact]
    public void A_long_press_that_falls_silent_over_a_segment_border_is_not_reported_twice()
    {
        var down = new TelephoneEvent(3, false, 10, 0xFF00);
        Arrive(new Sent(1, 1000, true, down, TimeSpan.Zero));
        Hear(_receiver.OnTimer(_receiver.Deadline));
        Arrive(new Sent(30, 1000 + 0xFFFF, false, down with { Duration = 800 }, TimeSpan.FromMilliseconds(600)));
        Arrive(new Sent(31, 1000 + 0xFFFF, false, down with { Duration = 960, End = true }, TimeSpan.FromMilliseconds(620)));
        Assert.Single(_heard);
    }

    [Fact]
    public void Keys_minutes_apart_are_both_heard_whatever_their_sequence_numbers()
    {
        for (int gap = 1; gap < 70_000; gap += 577)
        {
            var receiver = new TelephoneEventReceiver(8000);
            _heard.Clear();
            List<Sent> first = Press('1', 0, number: 100, units: 480);
            foreach (Sent sent in first) Arrive(sent, receiver);
            uint timestamp = (uint)(gap + 10) * 160;
            foreach (Sent sent in Press('1', timestamp, number: 106 + gap, units: 480, atMs: gap * 20 + 200)) Arrive(sent, receiver);
            Assert.Equal(2, _heard.Count);
        }
    }

    [Fact]
    public void A_sender_that_starts_again_loses_no_key()
    {
        foreach (Sent sent in Press('1', 1_000_000, number: 50_000, units: 480)) Arrive(sent);
        foreach (Sent sent in Press('1', 5, number: 7, units: 480, atMs: 300)) Arrive(sent);
        Arrive(Press('2', 9000, number: 100, units: 480, atMs: 800)[0]);
        foreach (Sent sent in Press('3', 9000, number: 100, units: 480, atMs: 900)) Arrive(sent, ssrc: 77);
        Flush(_receiver, TimeSpan.FromSeconds(2));
        Assert.Equal("1123", string.Concat(_heard.Select(press => press[0])));
    }

    [Fact]
    public void Another_event_with_the_same_timestamp_is_another_key()
    {
        foreach (Sent sent in Press('1', 5, number: 1, units: 480)) Arrive(sent);
        foreach (Sent sent in Press('2', 5, number: 20, units: 480, atMs: 300)) Arrive(sent);
        Assert.Equal(2, _heard.Count);
    }

    [Fact]
    public void What_is_no_key_is_counted_and_ignored()
    {
        Arrive(new Sent(1, 1, true, new TelephoneEvent(16, true, 0, 800), TimeSpan.Zero));
        RtpWriter.WriteHeader(_packet, 101, false, 2, 2, 1);
        Assert.True(RtpView.TryParse(_packet.AsSpan(0, 15), out RtpView view));
        Hear(_receiver.OnPacket(view, TimeSpan.Zero));
        Assert.Empty(_heard);
        Assert.Equal(2, _receiver.Ignored);
    }

    [Fact]
    public void Random_events_never_throw_nor_allocate()
    {
        var random = new Random(3);
        Run(100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(100_000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Run(int packets)
        {
            TimeSpan now = TimeSpan.Zero;
            for (int i = 0; i < packets; i++)
            {
                now += TimeSpan.FromMilliseconds(random.Next(60));
                RtpWriter.WriteHeader(_packet, 101, random.Next(4) == 0, (ushort)random.Next(200), (uint)random.Next(8) * 0x4000, (uint)random.Next(20) / 19);
                new TelephoneEvent((byte)random.Next(18), random.Next(3) == 0, 0, (ushort)random.Next(65536)).Write(_packet.AsSpan(12));
                if (RtpView.TryParse(_packet, out RtpView view)) _receiver.OnPacket(view, now);
                if (_receiver.Deadline <= now) _receiver.OnTimer(now);
            }
        }
    }

    private static List<Sent> Press(char key, long timestamp, int number, int units, double atMs = 0)
    {
        List<Sent> packets = [];
        byte code = (byte)TelephoneEvent.CodeOf(key);
        for (int duration = 160; ; duration += 160)
        {
            bool end = duration >= units;
            for (int copies = end ? 3 : 1; copies > 0; copies--)
            {
                packets.Add(new Sent(unchecked((ushort)(number + packets.Count)), unchecked((uint)timestamp), packets.Count == 0,
                    new TelephoneEvent(code, end, 10, (ushort)duration), TimeSpan.FromMilliseconds(atMs + 20 * packets.Count)));
            }

            if (end) return packets;
        }
    }

    private void Arrive(Sent sent, TelephoneEventReceiver? receiver = null, uint ssrc = 1)
    {
        RtpWriter.WriteHeader(_packet, 101, sent.Marker, sent.Number, sent.Timestamp, ssrc);
        sent.Event.Write(_packet.AsSpan(12));
        Assert.True(RtpView.TryParse(_packet, out RtpView view));
        Hear((receiver ?? _receiver).OnPacket(view, sent.At));
    }

    private void Flush(TelephoneEventReceiver receiver, TimeSpan now)
    {
        for (int i = 0; i < 5; i++) Hear(receiver.OnTimer(now + TimeSpan.FromSeconds(1)));
    }

    private void Hear(DigitDetected? digit)
    {
        if (digit is { } press) _heard.Add($"{press.Digit} {press.Duration.TotalMilliseconds} ms{(press.EndLost ? " lost end" : "")}");
    }

    private readonly record struct Sent(ushort Number, uint Timestamp, bool Marker, TelephoneEvent Event, TimeSpan At) : IComparable<Sent>
    {
        public int CompareTo(Sent other) => Number.CompareTo(other.Number);
    }
}
