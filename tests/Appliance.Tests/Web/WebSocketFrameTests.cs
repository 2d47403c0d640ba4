using System.Text;
using Appliance.Tests.Net;
using Tandem.Net;
using Xunit;

namespace Tandem.Tests.Web;

/// <summary>Frames that no good client sends, and peers that fall silent (RFC 6455 §5, INTEROP 1).</summary>
public sealed class WebSocketFrameTests
{
    [Fact]
    public async Task A_peer_that_answers_pings_stays_and_one_that_does_not_is_dropped()
    {
        await using WebRig rig = await WebRig.StartAsync(web => web with { PingInterval = TimeSpan.FromMilliseconds(200), PingTimeout = TimeSpan.FromSeconds(1) });
        using RawWebSocket peer = await RawWebSocket.ConnectAsync(rig.EndPoint());
        for (int pings = 0; pings < 8; pings++)
        {
            (int opcode, byte[] payload) = Assert.NotNull(await peer.ReadAsync());
            Assert.Equal(RawWebSocket.Ping, opcode);
            await peer.SendAsync(RawWebSocket.Pong, payload);
        }

        await peer.SendAsync(RawWebSocket.Text, TransportHarness.Request("alive"));
        SipFlow flow = (await rig.Sip.NextAsync()).Flow;
        await peer.UntilEndAsync();
        Assert.Same(flow, await rig.Sip.NextClosedAsync());
        Assert.False(flow.IsOpen);
    }

    [Fact]
    public async Task A_peer_that_neither_reads_nor_answers_is_dropped_though_its_queue_has_room()
    {
        await using WebRig rig = await WebRig.StartAsync(web => web with
        {
            PingInterval = TimeSpan.FromMilliseconds(200),
            PingTimeout = TimeSpan.FromSeconds(1),
            WriteQueueBytes = 100_000_000,
        });
        using RawWebSocket peer = await RawWebSocket.ConnectAsync(rig.EndPoint());
        await peer.SendAsync(RawWebSocket.Text, TransportHarness.Request("x"));
        SipFlow flow = (await rig.Sip.NextAsync()).Flow;
        byte[] block = new byte[1_000_000];
        for (int i = 0; i < 30 && await rig.Sip.SendAsync(flow, block); i++) await Task.Yield();    // more than kernels hold: the write is stuck
        Assert.Same(flow, await rig.Sip.NextClosedAsync());
    }

    [Fact]
    public async Task Pings_between_fragments_are_answered_and_the_message_is_whole()
    {
        await using WebRig rig = await WebRig.StartAsync();
        using RawWebSocket peer = await RawWebSocket.ConnectAsync(rig.EndPoint());
        byte[] whole = TransportHarness.Request("between");
        await peer.SendAsync(RawWebSocket.Text, whole[..40], final: false);
        await peer.SendAsync(RawWebSocket.Ping, "one"u8.ToArray());
        await peer.SendAsync(0, whole[40..90], final: false);
        await peer.SendAsync(RawWebSocket.Ping, "two"u8.ToArray());
        await peer.SendAsync(0, whole[90..]);
        Assert.Equal(Encoding.UTF8.GetString(whole), (await rig.Sip.NextAsync()).Text);
        foreach (string said in (string[])["one", "two"])
        {
            (int opcode, byte[] payload) = Assert.NotNull(await peer.ReadAsync());
            Assert.Equal((RawWebSocket.Pong, said), (opcode, Encoding.ASCII.GetString(payload)));
        }
    }

    [Theory]
    [InlineData("a ping over 125 bytes")]
    [InlineData("a length of 2^63")]
    [InlineData("an unmasked frame")]
    [InlineData("a fragment of nothing")]
    [InlineData("an unknown opcode")]
    [InlineData("text that is no UTF-8")]
    public async Task What_the_protocol_forbids_ends_the_connection_and_nothing_else(string what)
    {
        await using WebRig rig = await WebRig.StartAsync();
        using RawWebSocket peer = await RawWebSocket.ConnectAsync(rig.EndPoint());
        using WsPeer other = await rig.ConnectAsync();
        await (what switch
        {
            "a ping over 125 bytes" => peer.SendAsync(RawWebSocket.Ping, new byte[126]),
            "a length of 2^63" => peer.SendAsync(RawWebSocket.Binary, new byte[10], length: 1UL << 63),
            "an unmasked frame" => peer.SendAsync(RawWebSocket.Text, TransportHarness.Request("bare"), masked: false),
            "a fragment of nothing" => peer.SendAsync(0, TransportHarness.Request("rest")),
            "text that is no UTF-8" => peer.SendAsync(RawWebSocket.Text, [0xff, 0xfe, 0xfd]),
            _ => peer.SendAsync(11, [1, 2, 3]),
        });
        await peer.UntilEndAsync();
        await other.SendAsync(TransportHarness.Request("other"));
        Assert.Contains("other", (await rig.Sip.NextAsync()).Text, StringComparison.Ordinal);
        Assert.Equal(0, rig.Sip.Shard.Failures);
    }

    [Fact]
    public async Task A_message_once_begun_must_be_finished_in_time()
    {
        await using WebRig rig = await WebRig.StartAsync(web => web with { MessageTimeout = TimeSpan.FromMilliseconds(200) });
        using RawWebSocket peer = await RawWebSocket.ConnectAsync(rig.EndPoint());
        await peer.SendAsync(RawWebSocket.Text, TransportHarness.Request("slow")[..20], final: false);
        await peer.UntilEndAsync();
        await rig.Sip.NextClosedAsync();
    }

    [Fact]
    public async Task A_connection_that_is_cut_is_told()
    {
        await using WebRig rig = await WebRig.StartAsync();
        for (int i = 0; i < 20; i++)
        {
            using RawWebSocket peer = await RawWebSocket.ConnectAsync(rig.EndPoint());
            await peer.SendAsync(RawWebSocket.Text, TransportHarness.Request($"{i}"));
            SipFlow flow = (await rig.Sip.NextAsync()).Flow;
            if (i % 2 == 0) await peer.SendAsync(RawWebSocket.Text, new byte[10], final: false);
            peer.Dispose();
            Assert.Same(flow, await rig.Sip.NextClosedAsync());
        }

        Assert.Equal(0, rig.Sip.Shard.Failures);
        Assert.Equal(0, await rig.Sip.OnShard(() => rig.Sip.Transports.Connections));
    }
}
