using System.Globalization;
using Rtp.Core.Playout;
using Xunit;

namespace RtpCoreTests.Playout;

public class JitterBufferTests
{
    private const int Packet = 160;    // 20 ms at 8000 Hz

    private static readonly TimeSpan s_frame = TimeSpan.FromMilliseconds(20);

    private readonly JitterBuffer _buffer = new(new PlayoutOptions { InitialDelay = TimeSpan.FromMilliseconds(20) });
    private TimeSpan _now = TimeSpan.FromSeconds(100);

    [Fact]
    public void Nothing_is_due_before_the_first_packet_and_for_the_initial_delay_after_it()
    {
        Assert.Equal("-", Heard());
        Put(0);
        Assert.Equal("-", Heard());
        _now += s_frame;
        Put(1);
        Assert.Equal("0", Heard());
    }

    [Fact]
    public void Packets_are_heard_in_order_whatever_order_they_came_in()
    {
        Put(0);
        Put(2);
        Put(1);
        Put(3);
        Assert.Equal("0 1 2 3", Play(4));
    }

    [Fact]
    public void A_packet_that_overtook_the_first_one_waits_for_it()
    {
        Put(1);
        Put(0);
        Assert.Equal("0 1", Play(2));
    }

    [Fact]
    public void Duplicates_and_late_ones_change_nothing()
    {
        Put(0);
        Put(1);
        Assert.Equal(PutResult.Duplicate, Put(1));
        Assert.Equal("0", Play(1));
        Assert.Equal(PutResult.Late, Put(0));
        Assert.Equal("1", Play(1));
        Assert.Equal((1, 1), (_buffer.Duplicates, _buffer.Late));
    }

    [Fact]
    public void A_lost_packet_comes_with_the_one_behind_it()
    {
        Put(0);
        Put(2);
        Put(3);
        Assert.Equal("0 lost(2) 2 3", Play(4));
        Assert.Equal(1, _buffer.Lost);
    }

    [Fact]
    public void Of_two_lost_packets_only_the_second_can_be_restored()
    {
        Put(0);
        Put(3);
        Assert.Equal("0 lost lost(3) 3", Play(4));
    }

    [Fact]
    public void A_packet_that_comes_while_it_is_concealed_is_heard_later_rather_than_lost()
    {
        Put(0);
        Assert.Equal("0 lost", Play(2));
        Put(1);
        Put(2);
        Assert.Equal("1 2", Play(2));
        Assert.Equal((0, 1), (_buffer.Lost, _buffer.Stalls));
    }

    [Fact]
    public void What_was_concealed_while_waiting_is_not_concealed_again()
    {
        Put(0);
        Assert.Equal("0 lost", Play(2));
        Put(2);
        Assert.Equal("2", Play(1));
        Assert.Equal(1, _buffer.Lost);
    }

    [Fact]
    public void A_sender_that_stops_is_concealed_for_200_ms_and_starts_anew()
    {
        Put(0);
        Assert.Equal("0 " + string.Join(' ', Enumerable.Repeat("lost", 10)) + " - -", Play(13));
        _now += TimeSpan.FromMilliseconds(240);
        Put(25);
        Assert.Equal("-", Heard());
        _now += s_frame;
        Assert.Equal("25", Heard());
    }

    [Fact]
    public void After_a_comfort_noise_packet_nothing_is_missing()
    {
        Put(0, endsSpurt: true);
        Assert.Equal("0 - - -", Play(4));
        Put(1, at: 5);
        Assert.Equal("-", Play(1));
        Put(2, at: 6);
        Assert.Equal("1 2", Play(2));
        Assert.Equal((0, 0), (_buffer.Lost, _buffer.Stalls));
    }

    [Fact]
    public void A_gap_in_the_timestamps_without_one_in_the_sequence_is_silence()
    {
        Put(0);
        Assert.Equal("0 lost lost", Play(3));
        Put(1, at: 4, marker: true);
        Assert.Equal("- 1", Play(2));
    }

    [Fact]
    public void Sequence_and_timestamp_wrap()
    {
        for (int i = 0; i < 6; i++) Put(65533 + i, at: i, timestamp: unchecked(0xFFFF_FE00u + (uint)(i * Packet)));
        Assert.Equal("65533 65534 65535 0 1 2", Play(6));
    }

    [Fact]
    public void Another_source_follows_the_last_packet_of_the_first()
    {
        Put(10);
        Put(11);
        Put(40_000, ssrc: 9, timestamp: 77);
        Put(40_001, ssrc: 9, timestamp: 77 + Packet);
        Assert.Equal("10 11 !40000 40001", Play(4));
    }

    [Fact]
    public void A_clock_that_is_set_loses_nothing()
    {
        Put(0);
        Put(1);
        Put(2, timestamp: 3_000_000_000);
        Put(3, timestamp: 3_000_000_000 + Packet);
        Assert.Equal("0 1 !2 3", Play(4));
    }

    [Fact]
    public void A_new_numbering_needs_two_packets_in_a_row()
    {
        Put(0);
        Assert.Equal(PutResult.Late, Put(30_000));
        Put(1);
        Assert.Equal(PutResult.Late, Put(30_000));
        Assert.Equal(PutResult.Stored, Put(30_001));
        Assert.Equal("0 1 !30001", Play(3));
    }

    [Fact]
    public void After_a_hold_in_which_the_timestamps_stood_still_the_delay_is_as_before()
    {
        for (int i = 0; i < 100; i++) Step(i);
        TimeSpan before = _buffer.Delay;
        _now += TimeSpan.FromSeconds(30);
        for (int i = 100; i < 200; i++) Step(i);
        Assert.InRange(_buffer.Delay, before - s_frame, before + s_frame);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(30)]
    [InlineData(40)]
    [InlineData(60)]
    public void Packets_of_any_length_are_heard(int milliseconds)
    {
        int length = milliseconds * 8, heard = 0, other = 0;
        double queued = 0, sent = 0;
        for (int tick = 0, number = 0; tick < 500; tick++, _now += s_frame)
        {
            for (; sent <= tick * 20; sent += milliseconds, number++) PutRaw((ushort)number, (uint)(number * length), length);
            for (; queued < 20; queued += milliseconds)
            {
                PlayoutItem item = _buffer.Take(_now, TimeSpan.FromMilliseconds(queued));
                if (item.Kind == PlayoutKind.Frame) Assert.Equal(heard++, item.Payload[0] << 8 | item.Payload[1]);
                else if (heard > 0) other++;
                if (item.Kind == PlayoutKind.Silence) queued += 20 - milliseconds;
                else Assert.Equal(length, item.DurationTicks);
            }

            queued -= 20;
        }

        Assert.Equal(0, other);
        Assert.InRange(heard, (10_000 / milliseconds) - 10, (10_000 / milliseconds) + 1);
    }

    [Fact]
    public void The_delay_follows_the_jitter_up_and_down()
    {
        var random = new Random(1);
        Assert.Equal(20, _buffer.TargetDelay.TotalMilliseconds);
        Run(random, seconds: 20, jitterMs: 60);
        Assert.InRange(_buffer.TargetDelay.TotalMilliseconds, 50, 70);
        Run(random, seconds: 60, jitterMs: 3);
        Assert.InRange(_buffer.TargetDelay.TotalMilliseconds, 10, 15);
    }

    [Fact]
    public void Under_loss_redundancy_is_waited_for()
    {
        _buffer.HasRedundancy = true;
        Assert.Equal(20, _buffer.TargetDelay.TotalMilliseconds);
        for (int number = 0; number < 100; number++)
        {
            if (number % 20 != 7) Step(number);
            else StepWithout();
        }

        Assert.Equal(30, _buffer.TargetDelay.TotalMilliseconds);    // a packet and the least delay
    }

    [Fact]
    public void A_burst_after_a_standstill_leaves_the_oldest_out()
    {
        for (int i = 0; i < 100; i++) Step(i);
        _now += TimeSpan.FromSeconds(2);
        for (int i = 100; i < 200; i++) Put(i, at: i);
        for (int i = 200; i < 300; i++) Step(i);
        Assert.True(_buffer.LeftOut > 0);
        Assert.True(_buffer.Delay < TimeSpan.FromMilliseconds(450), $"{_buffer.Delay}");
    }

    [Fact]
    public void What_does_not_fit_pushes_the_oldest_out_and_what_never_fits_is_refused()
    {
        var buffer = new JitterBuffer(new PlayoutOptions { CapacityBytes = 640 });
        byte[] payload = new byte[320];
        for (ushort i = 0; i < 4; i++) Assert.Equal(PutResult.Stored, buffer.Put(new PlayoutPacket(1, i, i * 160u, false, 160), payload, _now));
        Assert.Equal((2, 2), (buffer.Waiting, buffer.LeftOut));
        Assert.Equal(PutResult.Refused, buffer.Put(new PlayoutPacket(1, 4, 640, false, 160), new byte[700], _now));
        Assert.Equal(PutResult.Refused, buffer.Put(new PlayoutPacket(1, 4, 640, false, 0), payload, _now));
    }

    [Fact]
    public void Hostile_headers_neither_throw_nor_stop_the_sound_for_good()
    {
        var random = new Random(4);
        byte[] payload = new byte[200];
        for (int i = 0; i < 50_000; i++)
        {
            var packet = new PlayoutPacket((uint)random.Next(3), (ushort)random.Next(65536), (uint)random.NextInt64(1L << 32), random.Next(2) == 0, random.Next(-10, 9000), 0, random.Next(9) == 0);
            _buffer.Put(packet, payload.AsSpan(0, random.Next(200)), _now);
            _buffer.Take(_now, TimeSpan.FromMilliseconds(random.Next(20)));
            _now += TimeSpan.FromMilliseconds(random.Next(30));
        }

        _now += TimeSpan.FromSeconds(1);
        for (int i = 0; i < 200; i++) Step(i, ssrc: 5);
        Assert.True(int.Parse(Step(200, ssrc: 5), CultureInfo.InvariantCulture) > 180);
    }

    [Fact]
    public void No_packet_allocates()
    {
        byte[] payload = new byte[160];
        long before = 0;
        for (int i = 0; i < 300; i++, _now += s_frame)
        {
            if (i == 100) before = GC.GetAllocatedBytesForCurrentThread();
            if (i % 10 != 5) _buffer.Put(new PlayoutPacket(1, (ushort)i, (uint)(i * Packet), false, Packet), payload, _now);
            _buffer.Take(_now, TimeSpan.Zero);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private void Run(Random random, int seconds, double jitterMs)
    {
        var way = new PriorityQueue<int, TimeSpan>();
        int first = (int)(_now.TotalMilliseconds / 20);
        TimeSpan start = _now;
        for (int i = 0; i < seconds * 50; i++) way.Enqueue(first + i, start + i * s_frame + TimeSpan.FromMilliseconds(random.NextDouble() * jitterMs));
        while (way.TryPeek(out int number, out TimeSpan at))
        {
            for (; at > _now; _now += s_frame) _buffer.Take(_now, TimeSpan.Zero);
            way.Dequeue();
            _buffer.Put(new PlayoutPacket(1, (ushort)number, unchecked((uint)(number * Packet)), false, Packet), new byte[160], at);
        }
    }

    private string Step(int number, uint ssrc = 1)
    {
        Put(number, ssrc: ssrc);
        string heard = Heard();
        _now += s_frame;
        return heard;
    }

    private void StepWithout()
    {
        Heard();
        _now += s_frame;
    }

    private PutResult Put(int number, int? at = null, bool marker = false, bool endsSpurt = false, uint ssrc = 1, uint? timestamp = null) =>
        PutRaw(unchecked((ushort)number), timestamp ?? unchecked((uint)((at ?? number) * Packet)), Packet, marker, endsSpurt, ssrc);

    private PutResult PutRaw(ushort number, uint timestamp, int duration, bool marker = false, bool endsSpurt = false, uint ssrc = 1) =>
        _buffer.Put(new PlayoutPacket(ssrc, number, timestamp, marker, duration, 7, endsSpurt), [(byte)(number >> 8), unchecked((byte)number)], _now);

    // From when the first packet is due.
    private string Play(int items)
    {
        List<string> heard = [];
        if (_now == TimeSpan.FromSeconds(100)) _now += s_frame;
        for (int i = 0; i < items; i++, _now += s_frame) heard.Add(Heard());
        return string.Join(' ', heard);
    }

    private string Heard()
    {
        PlayoutItem item = _buffer.Take(_now, TimeSpan.Zero);
        int number = item.Payload.IsEmpty ? -1 : item.Payload[0] << 8 | item.Payload[1];
        if (number >= 0) Assert.Equal(7, item.Tag);
        return item.Kind switch
        {
            PlayoutKind.Silence => "-",
            PlayoutKind.Lost => number < 0 ? "lost" : $"lost({number})",
            _ => $"{(item.Discontinuity && number > 0 && _buffer.Delay > TimeSpan.Zero && IsFresh(number) ? "!" : "")}{number}",
        };
    }

    private static bool IsFresh(int number) => number is 40_000 or 2 or 30_001;
}
