using System.Net;
using Tandem.Configuration;
using Tandem.Media;
using Tandem.Net.Interop;
using Xunit;

namespace Appliance.Tests.Media;

/// <summary>What the loop is built of.</summary>
public class PlumbingTests
{
    [Theory]
    [InlineData("192.0.2.7", 5060, 16)]
    [InlineData("2001:db8::7", 65535, 28)]
    [InlineData("fe80::1%3", 9, 28)]
    public void Native_addresses_keep_what_they_were_made_of(string address, int port, int length)
    {
        var endPoint = new IPEndPoint(IPAddress.Parse(address), port);
        NativeSocketAddress native = NativeSocketAddress.From(endPoint);
        Assert.Equal(endPoint, native.ToEndPoint());
        Assert.Equal((length, port), (native.Length, native.Port));
        Assert.True(native.Equals(NativeSocketAddress.From(endPoint)));
        Assert.False(native.Equals(native.WithPort(port ^ 1)));
        Assert.True(native.SameAddress(native.WithPort(port ^ 1)));
        Assert.Equal(native.GetHashCode(), NativeSocketAddress.From(endPoint).GetHashCode());
    }

    [Fact]
    public void A_mapped_address_is_plain_IPv4()
    {
        var mapped = new IPEndPoint(IPAddress.Parse("::ffff:192.0.2.7"), 5);
        Assert.Equal(new IPEndPoint(IPAddress.Parse("192.0.2.7"), 5), NativeSocketAddress.From(mapped).ToEndPoint());
    }

    [Fact]
    public void Commands_come_out_in_the_order_of_their_producer_and_none_is_lost()
    {
        const int Producers = 4, Each = 20_000;
        var queue = new CommandQueue();
        MediaLeg[] legs = [.. Enumerable.Range(0, Producers).Select(i => new MediaLeg(i, new IPEndPoint(IPAddress.Loopback, 0), 0, 0, _ => { }, _ => { }))];
        Thread[] threads = [.. legs.Select(leg => new Thread(() =>
        {
            for (int i = 0; i < Each; i++) queue.Push(new SendKey(leg, '1', TimeSpan.FromTicks(i)));
        }))];
        foreach (Thread thread in threads) thread.Start();
        var next = new long[Producers];
        for (int taken = 0; taken < Producers * Each;)
        {
            for (LegCommand? command = queue.TakeAll(); command is not null; command = command.Next, taken++)
                Assert.Equal(next[command.Leg.Id]++, ((SendKey)command).Duration.Ticks);
        }
        foreach (Thread thread in threads) thread.Join();
        Assert.True(queue.IsEmpty);
    }

    [Fact]
    public void A_ring_gives_back_what_was_put_in_through_many_rounds_and_drops_what_does_not_fit()
    {
        const int Frames = 100_000;
        using var ring = new FrameRing<LinkedFrame>(256 * 1024);
        var producer = new Thread(() =>
        {
            var random = new Random(1);
            for (int i = 0; i < Frames;)
            {
                var payload = new byte[random.Next(1, 500)];
                payload.AsSpan().Fill((byte)(i & 0xFF));
                var frame = new RelayFrame { SequenceNumber = (ushort)(i & 0xFFFF), Timestamp = (uint)i };
                while (!ring.TryWrite(new LinkedFrame(i, frame), payload)) Thread.Yield();
                i++;
            }
        });
        producer.Start();
        var buffer = new byte[2048];
        for (int i = 0; i < Frames;)
        {
            if (!ring.TryRead(buffer, out LinkedFrame linked, out int length))
            {
                Thread.Yield();
                continue;
            }
            Assert.Equal((i, (uint)i), (linked.Leg, linked.Frame.Timestamp));
            Assert.Equal(-1, buffer.AsSpan(0, length).IndexOfAnyExcept((byte)(i & 0xFF)));
            i++;
        }
        producer.Join();
        Assert.True(ring.IsEmpty);
    }

    [Fact]
    public void A_full_ring_counts_what_it_drops()
    {
        using var ring = new FrameRing<LinkedFrame>(256 * 1024);
        int written = 0;
        while (ring.TryWrite(new LinkedFrame(1, default), new byte[160])) written++;
        Assert.InRange(written, 1000, 2000);
        Assert.Equal(1, ring.Dropped);
    }

    [Fact]
    public void A_lone_leg_keeps_its_own_time_and_others_join_it_until_there_are_enough()
    {
        var phases = new PlayoutPhases();
        TimeSpan now = TimeSpan.FromMilliseconds(7), packet = TimeSpan.FromMilliseconds(20);
        PlayoutPhases.Group first = phases.Join(now);
        Assert.Equal(now + 3 * packet, first.NotAfter(now + 3 * packet, packet));
        PlayoutPhases.Group[] crowd = [.. Enumerable.Range(1, 299).Select(i => phases.Join(now + TimeSpan.FromMilliseconds(i)))];
        Assert.Equal(300 / PlayoutPhases.Together, crowd.Append(first).GroupBy(group => group).Count(group => group.Key.Legs == PlayoutPhases.Together));
        Assert.Equal(300, crowd.Append(first).Distinct().Sum(group => group.Legs));
        Assert.All(crowd, group => Assert.InRange((now - group.NotAfter(now, packet)).TotalMilliseconds, 0, 19.99));

        PlayoutPhases.Group last = crowd[^1];
        phases.Leave(first);
        Assert.Same(first, phases.Join(now));    // before the smaller one
        foreach (PlayoutPhases.Group group in crowd) phases.Leave(group);
        phases.Leave(first);
        Assert.Equal(0, last.Legs);
        Assert.NotSame(first, phases.Join(now));
    }

    [Theory]
    [InlineData(0, 0, 0.5, 0, 0)]         // nothing known: as if they transcoded
    [InlineData(249, 0, 0.5, 0, 0)]
    [InlineData(250, 0, 0, 0, 1)]
    [InlineData(1000, 0.4, 0, 0.0004, 0)]    // legs that are known to need little
    [InlineData(1000, 0.55, 0, 0.0004, 1)]   // but not where the core is busy already
    [InlineData(3000, 0.9, 0.7, 0.0004, 1)]  // all are full: the least busy
    [InlineData(3000, 0.6, 0.7, 0.0001, 0)]
    public void A_loop_is_filled_to_half_a_core_before_the_next_is_woken(int legs, double share, double otherShare, double legShare, int expected) =>
        Assert.Equal(expected, LoopChoice.Next([new LoopState(legs, share, legShare), new LoopState(0, otherShare, 0)]));

    [Fact]
    public void A_loop_knows_what_a_leg_takes_once_enough_packets_went_by()
    {
        var load = new LoopLoad();
        TimeSpan at = TimeSpan.FromSeconds(10);
        long packets = 0;
        load.OnRest(TimeSpan.Zero, packets, at);
        for (int i = 0; i < 1000; i++) load.OnRest(TimeSpan.FromMicroseconds(200), packets += 10, at += TimeSpan.FromMilliseconds(1));
        Assert.Equal(0.2, load.Share(at), 3);
        Assert.Equal(0.001, load.LegShare, 5);    // 20 µs a packet, 50 a second
        Assert.Equal(0, load.Share(at + TimeSpan.FromSeconds(3)));    // nothing since
        for (int i = 0; i < 1000; i++) load.OnRest(TimeSpan.FromMicroseconds(20), packets += i & 1, at += TimeSpan.FromMilliseconds(1));
        Assert.Equal(0.001, load.LegShare, 5);    // too few to tell
    }

    [Fact]
    public void Pairs_are_even_and_odd_shared_out_among_loops_without_overlap_and_come_in_no_order()
    {
        MediaPortRange[] ranges = [new(31001, 31100, null), new(31201, 31204, null)];
        List<int>[] slices = [.. Enumerable.Range(0, 3).Select(slice => Ports(new PortPool(ranges, slice, 3), TimeSpan.Zero))];
        Assert.Equal([.. Enumerable.Range(0, 49).Select(i => 31002 + 2 * i), 31202], slices.SelectMany(ports => ports).Order());
        Assert.All(slices, ports => Assert.InRange(ports.Count, 16, 18));
        Assert.All(slices, ports => Assert.NotEqual(ports.Order(), ports));
    }

    [Fact]
    public void A_pair_given_back_rests_five_seconds()
    {
        var pool = new PortPool([new(31300, 31301, null)], 0, 1);
        Assert.True(pool.TryBind(IPAddress.Loopback, TimeSpan.Zero, out BoundPair bound));
        bound.Rtp.Dispose();
        bound.Rtcp!.Dispose();
        pool.Return(bound.Pair, TimeSpan.FromSeconds(10));
        Assert.Equal(1, pool.Free);
        Assert.False(pool.TryBind(IPAddress.Loopback, TimeSpan.FromSeconds(14.999), out _));
        Assert.True(pool.TryBind(IPAddress.Loopback, TimeSpan.FromSeconds(15), out bound));
        bound.Rtp.Dispose();
        bound.Rtcp!.Dispose();
    }

    [Fact]
    public void A_range_of_a_network_serves_that_network_only()
    {
        var pool = new PortPool([new(31400, 31401, IPNetwork.Parse("10.0.0.0/8")), new(31402, 31403, IPNetwork.Parse("127.0.0.0/8"))], 0, 1);
        Assert.Equal([31402], Ports(pool, TimeSpan.Zero));
    }

    private static List<int> Ports(PortPool pool, TimeSpan now)
    {
        List<int> ports = [];
        while (pool.TryBind(IPAddress.Loopback, now, out BoundPair bound))
        {
            ports.Add(bound.Pair.RtpPort);
            bound.Rtp.Dispose();
            bound.Rtcp!.Dispose();
        }
        return ports;
    }
}
