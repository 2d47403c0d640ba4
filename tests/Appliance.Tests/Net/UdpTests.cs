using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Sip.Core.Messages;
using Tandem.Net;
using Tandem.Signalling;
using Xunit;

namespace Appliance.Tests.Net;

public sealed class UdpTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task A_datagram_comes_in_and_the_answer_goes_back_to_its_source(string address)
    {
        IPAddress ip = IPAddress.Parse(address);
        await using var harness = new TransportHarness(o => o with { Addresses = [ip] });
        using UdpClient peer = Peer(ip);
        IPEndPoint target = harness.Listener(SipTransport.Udp, ip.AddressFamily);
        await peer.SendAsync(TransportHarness.Request("one"), target, TestContext.Current.CancellationToken);
        TransportHarness.Seen seen = await harness.NextAsync();
        Assert.Contains("Call-ID: one", seen.Text);
        Assert.Equal(peer.Client.LocalEndPoint, seen.Flow.Remote);
        Assert.Equal(target, seen.Flow.Local);
        Assert.True(await harness.SendAsync(seen.Flow, "SIP/2.0 200 OK\r\n\r\n"u8.ToArray()));
        UdpReceiveResult answer = await ReceiveAsync(peer);
        Assert.Equal("SIP/2.0 200 OK\r\n\r\n", Encoding.ASCII.GetString(answer.Buffer));
        Assert.Equal(target, answer.RemoteEndPoint);
    }

    [Fact]
    public async Task On_a_wildcard_socket_the_answer_leaves_from_the_address_that_the_peer_used()
    {
        await using var harness = new TransportHarness(o => o with { Addresses = [IPAddress.Any] });
        int port = harness.Listener(SipTransport.Udp).Port;
        foreach (string used in (string[])["127.0.0.1", "127.0.0.2", "127.3.2.1"])
        {
            using UdpClient peer = Peer(IPAddress.Loopback);
            var target = new IPEndPoint(IPAddress.Parse(used), port);
            await peer.SendAsync(TransportHarness.Request("w"), target, TestContext.Current.CancellationToken);
            TransportHarness.Seen seen = await harness.NextAsync();
            Assert.Equal(target, seen.Flow.Local);
            Assert.Equal((used, port), await harness.OnShard(() => harness.Transports.Advertised(seen.Flow)));
            await harness.SendAsync(seen.Flow, "x"u8.ToArray());
            Assert.Equal(target, (await ReceiveAsync(peer)).RemoteEndPoint);
        }
    }

    [Fact]
    public async Task Both_wildcards_listen_on_one_port_and_tell_the_families_apart()
    {
        await using var harness = new TransportHarness(o => o with { Addresses = [IPAddress.Any, IPAddress.IPv6Any] });
        IPEndPoint four = harness.Listener(SipTransport.Udp), six = harness.Listener(SipTransport.Udp, AddressFamily.InterNetworkV6);
        Assert.Equal(four.Port, six.Port);
        using UdpClient peer = Peer(IPAddress.IPv6Loopback);
        await peer.SendAsync(TransportHarness.Request("six"), six, TestContext.Current.CancellationToken);
        TransportHarness.Seen seen = await harness.NextAsync();
        Assert.Equal(six, seen.Flow.Local);
        Assert.Equal(("[::1]", six.Port), await harness.OnShard(() => harness.Transports.Advertised(seen.Flow)));
    }

    [Fact]
    public async Task One_peer_has_one_flow_and_an_opened_flow_is_the_same()
    {
        await using var harness = new TransportHarness(o => o with { Addresses = [IPAddress.Any] });
        using UdpClient peer = Peer(IPAddress.Loopback);
        var remote = (IPEndPoint)peer.Client.LocalEndPoint!;
        SipFlow? opened = await harness.OnShard(() => harness.Transports.Open(SipTransport.Udp, remote));
        Assert.NotNull(opened);
        await harness.SendAsync(opened, "hello"u8.ToArray());
        UdpReceiveResult got = await ReceiveAsync(peer);
        await peer.SendAsync(TransportHarness.Request("a"), got.RemoteEndPoint, TestContext.Current.CancellationToken);
        await peer.SendAsync(TransportHarness.Request("b"), got.RemoteEndPoint, TestContext.Current.CancellationToken);
        Assert.Same(opened, (await harness.NextAsync()).Flow);
        Assert.Same(opened, (await harness.NextAsync()).Flow);
    }

    [Fact]
    public void The_flow_cache_is_bounded_keeps_what_is_in_use_and_equal_pairs_stay_equal()
    {
        using var shard = new SignallingShard(NullLogger.Instance);
        using var transports = new SipTransports(shard, new SipListenOptions { Addresses = [IPAddress.Loopback], UdpPort = 0, TcpPort = -1, TlsPort = -1, CachedFlows = 100 }, NullLogger.Instance);
        transports.Start();
        SipFlow busy = Open(40_000), first = Open(20_000);
        for (int port = 20_001; port < 21_000; port++)
        {
            Open(port);
            Assert.Same(busy, Open(40_000));
        }

        SipFlow again = Open(20_000);
        Assert.NotSame(first, again);
        Assert.Equal(first, again);
        Assert.Equal(first.GetHashCode(), again.GetHashCode());
        Assert.NotEqual(first, busy);

        SipFlow Open(int port) => transports.Open(SipTransport.Udp, new IPEndPoint(IPAddress.Loopback, port))!;
    }

    [Theory]
    [InlineData(new byte[] { 13, 10, 13, 10 })]
    [InlineData(new byte[] { 13, 10 })]
    [InlineData(new byte[] { 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0 })]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 })]
    public async Task Keep_alive_datagrams_are_swallowed(byte[] datagram)
    {
        await using var harness = new TransportHarness();
        using UdpClient peer = Peer(IPAddress.Loopback);
        await peer.SendAsync(datagram, harness.Listener(SipTransport.Udp), TestContext.Current.CancellationToken);
        await peer.SendAsync(TransportHarness.Request("after"), harness.Listener(SipTransport.Udp), TestContext.Current.CancellationToken);
        Assert.Contains("after", (await harness.NextAsync()).Text);
        Assert.Equal(1, harness.Transports.Counters.KeepAlivesReceived);
        Assert.Equal(0, harness.Transports.Counters.MalformedReceived);
    }

    [Fact]
    public async Task Garbage_is_told_with_its_reason_and_a_message_of_the_largest_size_comes_through()
    {
        await using var harness = new TransportHarness();
        using UdpClient peer = Peer(IPAddress.Loopback);
        IPEndPoint target = harness.Listener(SipTransport.Udp);
        await peer.SendAsync("not sip at all"u8.ToArray(), target, TestContext.Current.CancellationToken);
        Assert.NotEqual(SipParseError.None, (await harness.NextAsync()).Error);
        byte[] large = TransportHarness.Request("large", new string('x', 65_000));
        await peer.SendAsync(large, target, TestContext.Current.CancellationToken);
        TransportHarness.Seen seen = await harness.NextAsync();
        Assert.Equal(large.Length, seen.Text.Length);
        Assert.True(await harness.SendAsync(seen.Flow, large));
        Assert.Equal(large.Length, (await ReceiveAsync(peer)).Buffer.Length);
        Assert.False(await harness.SendAsync(seen.Flow, new byte[65_508]));
    }

    [Fact]
    public async Task A_turn_sends_more_than_one_batch_in_order()
    {
        await using var harness = new TransportHarness();
        using UdpClient peer = Peer(IPAddress.Loopback);
        peer.Client.ReceiveBufferSize = 1 << 20;
        SipFlow flow = (await harness.OnShard(() => harness.Transports.Open(SipTransport.Udp, (IPEndPoint)peer.Client.LocalEndPoint!)))!;
        await harness.OnShard(() =>
        {
            for (int i = 0; i < 200; i++) Assert.True(harness.Transports.Send(flow, Encoding.ASCII.GetBytes($"{i}")));
            return true;
        });
        for (int i = 0; i < 200; i++) Assert.Equal($"{i}", Encoding.ASCII.GetString((await ReceiveAsync(peer)).Buffer));
        Assert.Equal(200, harness.Transports.Counters.MessagesSent);
    }

    [Fact]
    public async Task One_peer_that_cannot_be_reached_does_not_stop_the_others_in_its_batch()
    {
        await using var harness = new TransportHarness();
        using UdpClient peer = Peer(IPAddress.Loopback);
        SipFlow good = (await harness.OnShard(() => harness.Transports.Open(SipTransport.Udp, (IPEndPoint)peer.Client.LocalEndPoint!)))!;
        SipFlow bad = (await harness.OnShard(() => harness.Transports.Open(SipTransport.Udp, new IPEndPoint(IPAddress.Broadcast, 9))))!;
        await harness.OnShard(() =>
            harness.Transports.Send(good, "1"u8) && harness.Transports.Send(bad, "x"u8) && harness.Transports.Send(good, "2"u8));
        Assert.Equal("1", Encoding.ASCII.GetString((await ReceiveAsync(peer)).Buffer));
        Assert.Equal("2", Encoding.ASCII.GetString((await ReceiveAsync(peer)).Buffer));
        Assert.Equal(1, await harness.OnShard(() => harness.Transports.Counters.MessagesNotSent));
    }

    [Fact]
    public async Task A_handler_that_throws_costs_its_own_datagram_only()
    {
        await using var harness = new TransportHarness();
        Action<SipMessage, SipFlow> inner = harness.Transports.Received!;
        harness.Transports.Received = (message, flow) =>
        {
            if (message.CallId.SequenceEqual("bad"u8)) throw new InvalidOperationException("handler");
            inner(message, flow);
        };
        using UdpClient peer = Peer(IPAddress.Loopback);
        foreach (string id in (string[])["bad", "good"])
            await peer.SendAsync(TransportHarness.Request(id), harness.Listener(SipTransport.Udp), TestContext.Current.CancellationToken);
        Assert.Contains("good", (await harness.NextAsync()).Text);
        Assert.Equal(1, harness.Shard.Failures);
    }

    [Fact]
    public async Task Keep_alives_go_out_until_they_are_stopped()
    {
        await using var harness = new TransportHarness(o => o with { KeepAliveInterval = TimeSpan.FromMilliseconds(20) });
        using UdpClient peer = Peer(IPAddress.Loopback);
        SipFlow flow = (await harness.OnShard(() => harness.Transports.Open(SipTransport.Udp, (IPEndPoint)peer.Client.LocalEndPoint!)))!;
        await harness.OnShard(() => { harness.Transports.KeepAlive(flow); harness.Transports.KeepAlive(flow); return true; });
        for (int i = 0; i < 3; i++) Assert.Equal("\r\n\r\n", Encoding.ASCII.GetString((await ReceiveAsync(peer)).Buffer));
        await harness.OnShard(() => { harness.Transports.StopKeepAlive(flow); return true; });
        long sent = harness.Transports.Counters.MessagesSent;
        var later = new TaskCompletionSource();
        harness.Shard.Post(() => harness.Shard.Schedule(TimeSpan.FromMilliseconds(100), later.SetResult));
        await later.Task.WaitAsync(TransportHarness.Limit, TestContext.Current.CancellationToken);
        Assert.Equal(sent, harness.Transports.Counters.MessagesSent);
    }

    [Fact]
    public async Task A_datagram_in_and_its_answer_out_allocate_nothing()
    {
        await using var harness = new TransportHarness(o => o with { Addresses = [IPAddress.Any] });
        int received = 0;
        long before = 0, after = 0;
        harness.Transports.Received = (message, flow) =>
        {
            received++;
            if (received == 200) before = GC.GetAllocatedBytesForCurrentThread();
            if (received == 1200) after = GC.GetAllocatedBytesForCurrentThread();
            harness.Transports.Send(flow, message.Bytes);
        };
        using UdpClient peer = Peer(IPAddress.Loopback);
        byte[] request = TransportHarness.Request("zero");
        IPEndPoint target = harness.Listener(SipTransport.Udp);
        await RoundTrips(1200);
        Assert.Equal(1200, await harness.OnShard(() => received));
        Assert.Equal(0, after - before);

        async Task RoundTrips(int count)
        {
            for (int i = 0; i < count; i++)
            {
                await peer.SendAsync(request, target, TestContext.Current.CancellationToken);
                await ReceiveAsync(peer);
            }
        }
    }

    [Fact]
    public async Task Mutated_datagrams_throw_nothing_and_leave_no_memory_behind()
    {
        await using var harness = new TransportHarness();
        harness.Transports.Received = null;
        harness.Transports.Malformed = null;
        using UdpClient peer = Peer(IPAddress.Loopback);
        peer.Connect(harness.Listener(SipTransport.Udp));
        var random = new Random(3);
        byte[] seed = TransportHarness.Request("mutated", "0123456789");
        await SprayAsync(2_000);
        // Tests that run beside this one hold memory of their own for a while; what is left behind is left in every round.
        long growth = long.MaxValue;
        for (int round = 0; round < 5 && growth > 5_000_000; round++)
        {
            long before = GC.GetTotalMemory(forceFullCollection: true);
            await SprayAsync(20_000);
            growth = Math.Min(growth, GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        Assert.InRange(growth, long.MinValue, 5_000_000);
        Assert.Equal(0, harness.Shard.Failures);
        Assert.NotEqual(0, harness.Transports.Counters.MalformedReceived);

        async Task SprayAsync(int count)
        {
            for (int i = 0; i < count; i++)
            {
                byte[] bytes = [.. seed];
                for (int edits = random.Next(1, 10); edits > 0; edits--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                peer.Client.Send(bytes.AsSpan(0, random.Next(bytes.Length + 1)));
                if (i % 100 == 0) await harness.OnShard(() => true);    // no faster than it is taken in
            }

            await harness.OnShard(() => true);
        }
    }

    [Fact]
    public async Task Disposing_in_a_handler_is_safe()
    {
        await using var harness = new TransportHarness();
        var disposed = new TaskCompletionSource();
        harness.Transports.Received = (_, _) =>
        {
            harness.Transports.Dispose();
            disposed.TrySetResult();
        };
        using UdpClient peer = Peer(IPAddress.Loopback);
        await harness.OnShard(() =>
        {
            for (int i = 0; i < 20; i++) peer.Client.SendTo(TransportHarness.Request("x"), harness.Listener(SipTransport.Udp));
            return true;
        });
        await disposed.Task.WaitAsync(TransportHarness.Limit, TestContext.Current.CancellationToken);
        Assert.Equal(0, await harness.OnShard(() => harness.Shard.Failures));
    }

    [Fact]
    public async Task A_port_in_use_fails_the_start_with_its_name()
    {
        await using var harness = new TransportHarness();
        int port = harness.Listener(SipTransport.Udp).Port;
        using var shard = new SignallingShard(NullLogger.Instance);
        using var second = new SipTransports(shard, harness.Options with { UdpPort = port }, NullLogger.Instance);
        IOException error = Assert.Throws<IOException>(second.Start);
        Assert.Contains($"127.0.0.1:{port}", error.Message);
    }

    private static UdpClient Peer(IPAddress address) => new(new IPEndPoint(address, 0));

    private static Task<UdpReceiveResult> ReceiveAsync(UdpClient peer) => peer.ReceiveAsync().WaitAsync(TransportHarness.Limit);
}
