using System.Net.WebSockets;
using System.Text;
using Appliance.Tests.Net;
using Tandem.Net;
using Xunit;

namespace Tandem.Tests.Web;

/// <summary>RFC 7118 between a client of the framework and our web server.</summary>
public sealed class SipOverWebSocketTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Messages_come_in_on_the_shard_and_answers_go_back_over_the_connection(bool secure)
    {
        await using WebRig rig = await WebRig.StartAsync();
        using WsPeer peer = await rig.ConnectAsync(secure);
        Assert.Equal("sip", peer.Socket.SubProtocol);
        for (int i = 0; i < 50; i++)
        {
            await peer.SendAsync(TransportHarness.Request($"{i}", "body"));
            TransportHarness.Seen seen = await rig.Sip.NextAsync();
            Assert.True(seen.OnShard);
            Assert.Contains($"Call-ID: {i}\r\n", seen.Text, StringComparison.Ordinal);
            Assert.Equal(secure ? SipTransport.Wss : SipTransport.Ws, seen.Flow.Transport);
            Assert.Equal(secure, seen.Flow.IsSecure);
            Assert.Equal(rig.EndPoint(secure), seen.Flow.Local);
            Assert.True(await rig.Sip.SendAsync(seen.Flow, Encoding.UTF8.GetBytes($"SIP/2.0 200 {i}\r\n\r\n")));
            Assert.Equal($"SIP/2.0 200 {i}\r\n\r\n", await peer.ReceiveAsync());
            Assert.Equal(("127.0.0.1", rig.EndPoint(secure).Port), await rig.Sip.OnShard(() => rig.Sip.Transports.Advertised(seen.Flow)));
        }

        await peer.Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", TestContext.Current.CancellationToken);
        Assert.False((await rig.Sip.NextClosedAsync()).IsOpen);
        Assert.Equal(0, await rig.Sip.OnShard(() => rig.Sip.Transports.Connections));
    }

    [Fact]
    public async Task The_sub_protocol_is_found_in_a_list_and_missed_where_it_is_not()
    {
        await using WebRig rig = await WebRig.StartAsync();
        using (WsPeer peer = await rig.ConnectAsync(protocols: ["xmpp", "sip"])) Assert.Equal("sip", peer.Socket.SubProtocol);
        foreach (string[] wrong in (string[][])[["xmpp"], [""]])
        {
            WebSocketException refused = await Assert.ThrowsAsync<WebSocketException>(() => rig.ConnectAsync(protocols: wrong));
            Assert.Equal(400, refused.Data["status"]);
        }
    }

    [Fact]
    public async Task Pages_of_this_host_and_of_the_list_may_come_others_may_not()
    {
        await using WebRig rig = await WebRig.StartAsync(web => web with { AllowedOrigins = [new("https://desk.example.com")] });
        foreach (string origin in (string[])[$"http://{rig.EndPoint()}", "https://127.0.0.1:1", "https://desk.example.com", "https://DESK.example.com:443"])
            (await rig.ConnectAsync(origin: origin)).Dispose();
        foreach (string origin in (string[])["http://desk.example.com", "https://desk.example.com:8443", "https://example.com", "null", "http://127.0.0.1.evil.example"])
        {
            WebSocketException refused = await Assert.ThrowsAsync<WebSocketException>(() => rig.ConnectAsync(origin: origin));
            Assert.Equal(403, refused.Data["status"]);
        }
    }

    [Fact]
    public async Task A_request_without_an_upgrade_is_told_what_this_is()
    {
        await using WebRig rig = await WebRig.StartAsync();
        using var http = new HttpClient();
        using HttpResponseMessage answer = await http.GetAsync(rig.Url("/ws"), TestContext.Current.CancellationToken);
        Assert.Equal(426, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_message_in_fragments_text_or_binary_is_put_together()
    {
        await using WebRig rig = await WebRig.StartAsync();
        using WsPeer peer = await rig.ConnectAsync();
        foreach (WebSocketMessageType type in (WebSocketMessageType[])[WebSocketMessageType.Text, WebSocketMessageType.Binary])
        {
            byte[] whole = TransportHarness.Request("parts", new string('x', 60_000));
            for (int at = 0; at < whole.Length; at += 7_000)
                await peer.SendAsync(whole[at..Math.Min(whole.Length, at + 7_000)], type, end: at + 7_000 >= whole.Length);
            Assert.Equal(Encoding.UTF8.GetString(whole), (await rig.Sip.NextAsync()).Text);
        }

        byte[] small = TransportHarness.Request("bytes");
        for (int i = 0; i < small.Length; i++) await peer.SendAsync(small[i..(i + 1)], end: i == small.Length - 1);
        Assert.Equal(Encoding.UTF8.GetString(small), (await rig.Sip.NextAsync()).Text);
    }

    [Fact]
    public async Task What_is_no_UTF8_goes_out_in_a_binary_frame()
    {
        await using WebRig rig = await WebRig.StartAsync();
        using WsPeer peer = await rig.ConnectAsync();
        await peer.SendAsync(TransportHarness.Request("x"));
        SipFlow flow = (await rig.Sip.NextAsync()).Flow;
        byte[] message = [.. "SIP/2.0 200 OK\r\n\r\n"u8, 0xff, 0xfe];
        await rig.Sip.SendAsync(flow, message);
        Assert.Equal(message, await peer.ReceiveBytesAsync());
    }

    [Fact]
    public async Task A_double_CRLF_is_answered_with_a_single_one_and_a_single_one_is_not()
    {
        await using WebRig rig = await WebRig.StartAsync();
        using WsPeer peer = await rig.ConnectAsync();
        await peer.SendAsync("\r\n");
        await peer.SendAsync("\r\n\r\n");
        Assert.Equal("\r\n", await peer.ReceiveAsync());
        await peer.SendAsync(TransportHarness.Request("after"));
        Assert.Contains("after", (await rig.Sip.NextAsync()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_is_too_long_is_refused_with_1009()
    {
        await using WebRig rig = await WebRig.StartAsync();
        using WsPeer peer = await rig.ConnectAsync();
        await peer.SendAsync(TransportHarness.Request("long", new string('x', 65_300)));
        Assert.Contains("long", (await rig.Sip.NextAsync()).Text, StringComparison.Ordinal);
        await peer.SendAsync(new byte[100_000]);
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, await peer.UntilClosedAsync());
        await rig.Sip.NextClosedAsync();
    }

    [Fact]
    public async Task A_few_malformed_messages_are_borne_many_are_not()
    {
        await using WebRig rig = await WebRig.StartAsync();
        using WsPeer peer = await rig.ConnectAsync();
        for (int i = 0; i < 9; i++) await peer.SendAsync("nonsense");
        await peer.SendAsync(TransportHarness.Request("good"));
        for (int i = 0; i < 9; i++) Assert.NotEqual(Sip.Core.Messages.SipParseError.None, (await rig.Sip.NextAsync()).Error);
        Assert.Contains("good", (await rig.Sip.NextAsync()).Text, StringComparison.Ordinal);
        await peer.SendAsync("nonsense");
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, await peer.UntilClosedAsync());
    }

    [Fact]
    public async Task A_peer_that_does_not_read_is_dropped_and_nobody_waits()
    {
        await using WebRig rig = await WebRig.StartAsync(web => web with { WriteQueueBytes = 100_000 });
        using WsPeer deaf = await rig.ConnectAsync(), other = await rig.ConnectAsync();
        await deaf.SendAsync(TransportHarness.Request("x"));
        SipFlow flow = (await rig.Sip.NextAsync()).Flow;
        byte[] block = new byte[10_000];
        int sent = 0;
        while (sent < 10_000 && await rig.Sip.SendAsync(flow, block)) sent++;
        Assert.InRange(sent, 10, 9_999);
        Assert.Same(flow, await rig.Sip.NextClosedAsync());
        Assert.Equal(1, rig.Sip.Transports.Counters.QueueOverflows);
        await deaf.UntilClosedAsync();    // what it had not read was given up
        await other.SendAsync(TransportHarness.Request("other"));
        Assert.Contains("other", (await rig.Sip.NextAsync()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_says_goodbye()
    {
        WebRig rig = await WebRig.StartAsync();
        using WsPeer peer = await rig.ConnectAsync();
        await peer.SendAsync(TransportHarness.Request("x"));
        await rig.Sip.NextAsync();
        Task<WebSocketCloseStatus?> closed = peer.UntilClosedAsync();
        await rig.DisposeAsync();
        Assert.Equal(WebSocketCloseStatus.NormalClosure, await closed);
    }
}
