using System.Net;
using System.Net.Sockets;
using System.Text;
using Sip.Core.Messages;
using Tandem.Net;
using Xunit;

namespace Appliance.Tests.Net;

public sealed class TcpTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Messages_come_in_and_answers_go_back_over_the_connection(string address)
    {
        await using var harness = new TransportHarness(o => o with { Addresses = [IPAddress.Parse(address)] });
        using StreamPeer peer = await StreamPeer.ConnectAsync(harness, SipTransport.Tcp, IPAddress.Parse(address).AddressFamily);
        byte[] two = [.. TransportHarness.Request("one", "body"), .. TransportHarness.Request("two")];
        await peer.WriteAsync(two);
        TransportHarness.Seen first = await harness.NextAsync(), second = await harness.NextAsync();
        Assert.EndsWith("\r\n\r\nbody", first.Text);
        Assert.Contains("Call-ID: two", second.Text);
        Assert.Same(first.Flow, second.Flow);
        Assert.Equal(peer.Socket.LocalEndPoint, first.Flow.Remote);
        Assert.Equal(peer.Socket.RemoteEndPoint, first.Flow.Local);
        Assert.True(first.Flow.IsReliable && first.Flow.IsOpen);
        await harness.SendAsync(first.Flow, "SIP/2.0 200 OK\r\n\r\n"u8.ToArray());
        Assert.Equal("SIP/2.0 200 OK\r\n\r\n", await peer.ReadAsync(18));
    }

    [Fact]
    public async Task A_message_in_single_bytes_is_put_together()
    {
        await using var harness = new TransportHarness();
        using StreamPeer peer = await StreamPeer.ConnectAsync(harness, SipTransport.Tcp);
        byte[] request = [.. "\r\n"u8, .. TransportHarness.Request("bytes", "0123456789")];
        foreach (byte b in request) await peer.WriteAsync([b]);
        Assert.Equal(Encoding.UTF8.GetString(request[2..]), (await harness.NextAsync()).Text);
    }

    [Fact]
    public async Task A_message_of_the_largest_size_comes_through_and_goes_out()
    {
        await using var harness = new TransportHarness();
        using StreamPeer peer = await StreamPeer.ConnectAsync(harness, SipTransport.Tcp);
        byte[] large = TransportHarness.Request("large", new string('x', 65_000));
        await peer.WriteAsync(large);
        TransportHarness.Seen seen = await harness.NextAsync();
        Assert.Equal(large.Length, seen.Text.Length);
        await harness.SendAsync(seen.Flow, large);
        Assert.Equal(seen.Text, await peer.ReadAsync(large.Length));
    }

    /// <summary>Bytes that come in the moment between a pipe's "nothing yet" and the await of it: some of so many meet that moment.</summary>
    [Theory]
    [InlineData(SipTransport.Tcp, 1500)]
    [InlineData(SipTransport.Tls, 150)]
    public async Task Whenever_a_message_comes_it_is_taken_on_the_shard(SipTransport transport, int connections)
    {
        await using var harness = new TransportHarness(o => o with { TlsPort = transport == SipTransport.Tls ? 0 : -1, MaxConnectionsPerSource = 4000 });
        for (int i = 0; i < connections; i++)
        {
            using StreamPeer peer = await StreamPeer.ConnectAsync(harness, transport);
            for (int n = 0; n < 3; n++)
            {
                await peer.WriteAsync(TransportHarness.Request($"{i}-{n}"));
                Assert.True((await harness.NextAsync()).OnShard, $"message {n} of connection {i} was taken by another thread");
            }
        }
    }

    [Fact]
    public async Task A_double_CRLF_is_answered_with_a_single_one()
    {
        await using var harness = new TransportHarness();
        using StreamPeer peer = await StreamPeer.ConnectAsync(harness, SipTransport.Tcp);
        await peer.WriteAsync("\r\n\r\n"u8.ToArray());
        Assert.Equal("\r\n", await peer.ReadAsync(2));
        await peer.WriteAsync("\r\n\r\n"u8.ToArray());
        Assert.Equal("\r\n", await peer.ReadAsync(2));
        await peer.WriteAsync(TransportHarness.Request("after"));
        Assert.Contains("after", (await harness.NextAsync()).Text);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n", SipParseError.MissingContentLength)]
    [InlineData("\r\rxx", SipParseError.BadLineEnd)]
    [InlineData("OPTIONS sip:a SIP/2.0\r\nContent-Length: 99999\r\n\r\n", SipParseError.TooLarge)]
    [InlineData("OPTIONS sip:a SIP/2.0\r\nContent-Length: x\r\n\r\n", SipParseError.BadContentLength)]
    public async Task A_stream_that_cannot_be_cut_is_told_answered_and_closed(string text, SipParseError error)
    {
        await using var harness = new TransportHarness();
        Action<SipParseError, SipMessage, SipFlow> inner = harness.Transports.Malformed!;
        harness.Transports.Malformed = (e, message, flow) =>
        {
            harness.Transports.Send(flow, "answer"u8);
            inner(e, message, flow);
        };
        using StreamPeer peer = await StreamPeer.ConnectAsync(harness, SipTransport.Tcp);
        await peer.WriteAsync(Encoding.ASCII.GetBytes(text));
        TransportHarness.Seen seen = await harness.NextAsync();
        Assert.Equal(error, seen.Error);
        Assert.Equal("answer", await peer.ReadToEndAsync());
        Assert.Same(seen.Flow, await harness.NextClosedAsync());
        Assert.False(seen.Flow.IsOpen);
        Assert.False(await harness.SendAsync(seen.Flow, "late"u8.ToArray()));
    }

    [Fact]
    public async Task Endless_input_without_an_end_of_header_is_cut_off()
    {
        await using var harness = new TransportHarness();
        using StreamPeer peer = await StreamPeer.ConnectAsync(harness, SipTransport.Tcp);
        await peer.WriteAsync(Encoding.ASCII.GetBytes("X" + new string('a', 70_000)));
        Assert.Equal(SipParseError.TooLarge, (await harness.NextAsync()).Error);
        await harness.NextClosedAsync();
    }

    [Fact]
    public async Task A_few_malformed_messages_are_borne_many_are_not()
    {
        await using var harness = new TransportHarness();
        using StreamPeer peer = await StreamPeer.ConnectAsync(harness, SipTransport.Tcp);
        byte[] bad = "OPTIONS sip:a SIP/2.0\r\nContent-Length: 0\r\n\r\n"u8.ToArray();
        for (int i = 0; i < 9; i++) await peer.WriteAsync(bad);
        await peer.WriteAsync(TransportHarness.Request("good"));
        for (int i = 0; i < 9; i++) Assert.Equal(SipParseError.MissingHeader, (await harness.NextAsync()).Error);
        Assert.Contains("good", (await harness.NextAsync()).Text);
        await peer.WriteAsync(bad);
        await harness.NextClosedAsync();
    }

    [Fact]
    public async Task A_peer_that_closes_is_noticed_and_told()
    {
        await using var harness = new TransportHarness();
        SipFlow flow;
        using (StreamPeer peer = await StreamPeer.ConnectAsync(harness, SipTransport.Tcp))
        {
            await peer.WriteAsync(TransportHarness.Request("x"));
            flow = (await harness.NextAsync()).Flow;
            await peer.WriteAsync("OPTIONS sip:a S"u8.ToArray());
        }

        Assert.Same(flow, await harness.NextClosedAsync());
        Assert.Equal(0, await harness.OnShard(() => harness.Transports.Connections));
    }

    [Fact]
    public async Task A_peer_that_does_not_read_is_dropped_and_nobody_waits()
    {
        await using var harness = new TransportHarness(o => o with { WriteQueueBytes = 100_000 });
        using StreamPeer peer = await StreamPeer.ConnectAsync(harness, SipTransport.Tcp);
        await peer.WriteAsync(TransportHarness.Request("x"));
        SipFlow flow = (await harness.NextAsync()).Flow;
        byte[] block = new byte[10_000];
        int sent = 0;
        while (sent < 10_000 && await harness.SendAsync(flow, block)) sent++;
        Assert.InRange(sent, 10, 9_999);
        Assert.Same(flow, await harness.NextClosedAsync());
        Assert.Equal(1, harness.Transports.Counters.QueueOverflows);
    }

    [Fact]
    public async Task An_accepted_connection_must_bring_a_message_in_time_and_finish_what_it_begins()
    {
        await using var harness = new TransportHarness(o => o with { FirstMessageTimeout = TimeSpan.FromMilliseconds(200) });
        using StreamPeer silent = await StreamPeer.ConnectAsync(harness, SipTransport.Tcp);
        Assert.Equal("", await silent.ReadToEndAsync());
        using StreamPeer slow = await StreamPeer.ConnectAsync(harness, SipTransport.Tcp);
        await slow.WriteAsync(TransportHarness.Request("slow"));
        await harness.NextAsync();
        await slow.WriteAsync("OPTIONS sip:a SIP"u8.ToArray());
        Assert.Equal("", await slow.ReadToEndAsync());
    }

    [Fact]
    public async Task Connections_of_one_source_are_limited_and_places_come_back()
    {
        await using var harness = new TransportHarness(o => o with { MaxConnectionsPerSource = 2 });
        using StreamPeer a = await StreamPeer.ConnectAsync(harness, SipTransport.Tcp);
        StreamPeer b = await StreamPeer.ConnectAsync(harness, SipTransport.Tcp);
        foreach (StreamPeer peer in (StreamPeer[])[a, b])
        {
            await peer.WriteAsync(TransportHarness.Request("x"));
            await harness.NextAsync();
        }

        try
        {
            using StreamPeer third = await StreamPeer.ConnectAsync(harness, SipTransport.Tcp);
            Assert.Equal("", await third.ReadToEndAsync());
        }
        catch (SocketException)
        {
            // the reset may come before the connect has returned
        }

        Assert.Equal(1, harness.Transports.Counters.ConnectionsRefused);
        b.Dispose();
        await harness.NextClosedAsync();
        using StreamPeer fourth = await StreamPeer.ConnectAsync(harness, SipTransport.Tcp);
        await fourth.WriteAsync(TransportHarness.Request("fourth"));
        Assert.Contains("fourth", (await harness.NextAsync()).Text);
    }

    [Fact]
    public async Task A_connection_is_opened_once_and_used_again_both_ways()
    {
        await using var harness = new TransportHarness();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var remote = (IPEndPoint)listener.LocalEndpoint;
        SipFlow? flow = await harness.OnShard(() =>
        {
            SipFlow? opened = harness.Transports.Open(SipTransport.Tcp, remote);
            Assert.Same(opened, harness.Transports.Open(SipTransport.Tcp, remote));
            Assert.True(harness.Transports.Send(opened!, "early"u8));    // queued while it connects
            return opened;
        });
        using var accepted = new StreamPeer(await listener.AcceptSocketAsync(Stop));
        Assert.Equal("early", await accepted.ReadAsync(5));
        await accepted.WriteAsync(TransportHarness.Request("back"));
        Assert.Same(flow, (await harness.NextAsync()).Flow);
        Assert.Equal(accepted.Socket.RemoteEndPoint, flow!.Local);
        Assert.Equal(("127.0.0.1", harness.Listener(SipTransport.Tcp).Port), await harness.OnShard(() => harness.Transports.Advertised(flow)));
        Assert.Equal(1, harness.Transports.Counters.ConnectionsOpened);
        accepted.Dispose();
        Assert.Same(flow, await harness.NextClosedAsync());
        Assert.NotSame(flow, await harness.OnShard(() => harness.Transports.Open(SipTransport.Tcp, remote)));
    }

    [Fact]
    public async Task A_connection_that_the_peer_opened_is_used_towards_it()
    {
        await using var harness = new TransportHarness();
        using StreamPeer peer = await StreamPeer.ConnectAsync(harness, SipTransport.Tcp);
        await peer.WriteAsync(TransportHarness.Request("x"));
        SipFlow flow = (await harness.NextAsync()).Flow;
        Assert.Same(flow, await harness.OnShard(() => harness.Transports.Open(SipTransport.Tcp, (IPEndPoint)peer.Socket.LocalEndPoint!)));
    }

    [Fact]
    public async Task A_connection_that_cannot_be_made_is_told()
    {
        await using var harness = new TransportHarness();
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));    // bound, not listening: refused
        SipFlow? flow = await harness.OnShard(() => harness.Transports.Open(SipTransport.Tcp, (IPEndPoint)taken.LocalEndPoint!));
        Assert.Same(flow, await harness.NextClosedAsync());
        Assert.False(flow!.IsOpen);
        Assert.Equal(1, harness.Transports.Counters.HandshakesFailed);
    }

    [Fact]
    public async Task Closing_a_flow_sends_what_is_queued_first()
    {
        await using var harness = new TransportHarness();
        using StreamPeer peer = await StreamPeer.ConnectAsync(harness, SipTransport.Tcp);
        await peer.WriteAsync(TransportHarness.Request("x"));
        SipFlow flow = (await harness.NextAsync()).Flow;
        await harness.OnShard(() =>
        {
            harness.Transports.Send(flow, "last words"u8);
            flow.Channel.Close("test");
            return true;
        });
        Assert.Equal("last words", await peer.ReadToEndAsync());
        Assert.Same(flow, await harness.NextClosedAsync());
    }

    [Fact]
    public async Task Shard_and_transports_can_be_disposed_in_either_order()
    {
        var harness = new TransportHarness();
        using StreamPeer peer = await StreamPeer.ConnectAsync(harness, SipTransport.Tcp);
        await peer.WriteAsync(TransportHarness.Request("x"));
        SipFlow flow = (await harness.NextAsync()).Flow;
        await harness.OnShard(() =>
        {
            harness.Transports.KeepAlive(harness.Transports.Open(SipTransport.Udp, (IPEndPoint)peer.Socket.LocalEndPoint!)!);
            return harness.Transports.Send(flow, "bye"u8);
        });
        harness.Shard.Dispose();
        harness.Transports.Dispose();
        Assert.Equal("bye", await peer.ReadToEndAsync());
        Assert.False(flow.IsOpen);
        await harness.DisposeAsync();
    }

    [Fact]
    public async Task Random_bytes_close_their_connection_and_nothing_else()
    {
        await using var harness = new TransportHarness();
        var random = new Random(1);
        byte[] seed = TransportHarness.Request("fuzz", "0123456789");
        for (int i = 0; i < 200; i++)
        {
            using StreamPeer peer = await StreamPeer.ConnectAsync(harness, SipTransport.Tcp);
            byte[] bytes = [.. seed, .. seed, .. seed];
            for (int edits = random.Next(1, 20); edits > 0; edits--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            await peer.WriteAsync(bytes[..random.Next(bytes.Length)]);
            peer.Socket.Shutdown(SocketShutdown.Send);
            await peer.ReadToEndAsync();
        }

        for (int i = 0; i < 200; i++) await harness.NextClosedAsync();
        Assert.Equal(0, harness.Shard.Failures);
        Assert.Equal(0, await harness.OnShard(() => harness.Transports.Connections));
    }
}
