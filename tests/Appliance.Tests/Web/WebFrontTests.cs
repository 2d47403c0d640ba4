using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Tandem.Http.Front;
using Xunit;

namespace Tandem.Tests.Web;

/// <summary>What a web server in front used to do: redirects, fields, limits, files.</summary>
public sealed class WebFrontTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_carry_the_fields_that_protect_them()
    {
        await using WebRig rig = await WebRig.StartAsync();
        using HttpClient http = Client();
        using HttpResponseMessage page = await http.GetAsync(rig.Url("/phone/", secure: true), Stop);
        Assert.Equal(200, (int)page.StatusCode);
        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        Assert.Equal("nosniff", Field(page, "X-Content-Type-Options"));
        Assert.Contains("frame-ancestors 'none'", Field(page, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("microphone=(self), camera=(), geolocation=()", Field(page, "Permissions-Policy"));
        Assert.Equal("", Field(page, "Server"));
        Assert.Equal("", Field(page, "Strict-Transport-Security"));    // not on port 443
    }

    [Theory]
    [InlineData(true, true, "pbx.example", true)]
    [InlineData(true, true, "pbx.example:8443", false)]
    [InlineData(true, false, "pbx.example", false)]
    [InlineData(false, true, "pbx.example", false)]
    public async Task HSTS_is_said_over_HTTPS_on_its_own_port_where_plain_HTTP_is_redirected(bool secure, bool redirect, string host, bool said)
    {
        await using WebRig rig = await WebRig.StartAsync(web => web with { Redirect = redirect });
        using HttpClient http = Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, rig.Url("/health", secure));
        request.Headers.Host = host;
        using HttpResponseMessage answer = await http.SendAsync(request, Stop);
        Assert.Equal(said, Field(answer, "Strict-Transport-Security").StartsWith("max-age=", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("198.51.100.7", "/phone/?a=b", 308)]
    [InlineData("198.51.100.7", "/health", 200)]
    [InlineData("127.0.0.1", "/phone/", 200)]
    [InlineData("::1", "/phone/", 200)]
    public async Task Plain_HTTP_from_elsewhere_goes_to_HTTPS(string client, string path, int status)
    {
        await using WebRig rig = await WebRig.StartAsync(web => web with { TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")] });
        using HttpClient http = Client();
        using HttpResponseMessage answer = await http.SendAsync(Forwarded(rig.Url(path), client, "http"), Stop);
        Assert.Equal(status, (int)answer.StatusCode);
        if (status == 308) Assert.Equal(rig.Url(path, secure: true), answer.Headers.Location);
        using HttpResponseMessage secure = await http.SendAsync(Forwarded(rig.Url(path), client, "https"), Stop);
        Assert.Equal(200, (int)secure.StatusCode);    // the proxy did the TLS
    }

    [Fact]
    public async Task What_a_stranger_says_of_its_address_is_not_believed()
    {
        await using WebRig rig = await WebRig.StartAsync();
        using HttpClient http = Client();
        using HttpResponseMessage answer = await http.SendAsync(Forwarded(rig.Url("/phone/"), "198.51.100.7", "http"), Stop);
        Assert.Equal(200, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_source_that_asks_too_fast_gets_429_and_nobody_else()
    {
        await using WebRig rig = await WebRig.StartAsync(web => web with { RequestsPerSecond = 1, TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")] });
        using HttpClient http = Client();
        List<int> answers = [];
        for (int i = 0; i < 12; i++)
        {
            using HttpResponseMessage answer = await http.SendAsync(Forwarded(rig.Url("/health"), "198.51.100.7", "https"), Stop);
            answers.Add((int)answer.StatusCode);
            if (answers[^1] == 429) Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        }

        Assert.Equal([200, 200, 200, 200, 200], answers[..5]);
        Assert.Contains(429, answers);
        using HttpResponseMessage other = await http.SendAsync(Forwarded(rig.Url("/health"), "198.51.100.8", "https"), Stop);
        Assert.Equal(200, (int)other.StatusCode);
    }

    [Fact]
    public void Request_rates_fill_up_again_and_forget_who_is_quiet()
    {
        var rates = new RequestRates(perSecond: 2, burst: 3, sources: 2);
        IPAddress a = IPAddress.Parse("198.51.100.1"), b = IPAddress.Parse("2001:db8::1"), same = IPAddress.Parse("2001:db8::2"), c = IPAddress.Parse("198.51.100.3");
        TimeSpan now = TimeSpan.FromSeconds(100);
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => rates.TryTake(a, now)));
        Assert.True(rates.TryTake(b, now) && rates.TryTake(same, now) && rates.TryTake(b, now));
        Assert.False(rates.TryTake(same, now));                                    // one /64 is one source
        Assert.True(Enumerable.Range(0, 100).All(_ => rates.TryTake(c, now)));     // full of others: let in
        now += TimeSpan.FromSeconds(0.5);
        Assert.Equal([true, false], Enumerable.Range(0, 2).Select(_ => rates.TryTake(a, now)));
        now += TimeSpan.FromSeconds(20);
        Assert.True(rates.TryTake(c, now));
        Assert.Equal(1, rates.Count);
    }

    [Fact]
    public async Task Connections_of_one_source_are_limited_and_places_come_back()
    {
        await using WebRig rig = await WebRig.StartAsync(web => web with { MaxConnectionsPerSource = 3 });
        WsPeer[] peers = [await rig.ConnectAsync(), await rig.ConnectAsync(), await rig.ConnectAsync()];
        await Assert.ThrowsAnyAsync<WebSocketException>(() => rig.ConnectAsync());
        foreach (WsPeer peer in peers) peer.Dispose();
        for (int tries = 0; ; tries++)
        {
            try
            {
                (await rig.ConnectAsync()).Dispose();
                return;
            }
            catch (WebSocketException) when (tries < 1000)
            {
                await Task.Yield();    // the server hears of an ended connection a little later
            }
        }
    }

    [Fact]
    public async Task WebSockets_behind_a_proxy_are_limited_by_whom_it_names()
    {
        await using WebRig rig = await WebRig.StartAsync(web => web with { MaxConnectionsPerSource = 1, TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")] });
        using WsPeer first = await rig.ConnectForAsync("198.51.100.7"), other = await rig.ConnectForAsync("198.51.100.8");
        WebSocketException refused = await Assert.ThrowsAsync<WebSocketException>(() => rig.ConnectForAsync("198.51.100.7"));
        Assert.Equal(429, refused.Data["status"]);
        await first.SendAsync(global::Appliance.Tests.Net.TransportHarness.Request("who"));
        Assert.Equal("198.51.100.7", (await rig.Sip.NextAsync()).Flow.Remote.Address.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ")]
    public async Task A_header_that_does_not_come_in_time_ends_the_connection(string begun)
    {
        await using WebRig rig = await WebRig.StartAsync(web => web with { HeadersTimeout = TimeSpan.FromSeconds(1), IdleTimeout = TimeSpan.FromSeconds(1) });
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(rig.EndPoint(), Stop);
        await socket.SendAsync(Encoding.ASCII.GetBytes(begun), Stop);
        byte[] answer = new byte[1000];
        int got;
        do got = await socket.ReceiveAsync(answer, Stop).AsTask().WaitAsync(WsPeer.Limit, Stop); while (got > 0);
    }

    [Fact]
    public async Task Headers_beyond_the_limits_are_refused()
    {
        await using WebRig rig = await WebRig.StartAsync();
        using HttpClient http = Client();
        using var wide = new HttpRequestMessage(HttpMethod.Get, rig.Url("/health"));
        wide.Headers.Add("X-Wide", new string('x', 20_000));
        Assert.Equal(431, (int)(await http.SendAsync(wide, Stop)).StatusCode);
        using var many = new HttpRequestMessage(HttpMethod.Get, rig.Url("/health"));
        for (int i = 0; i < 100; i++) many.Headers.Add($"X-{i}", "x");
        Assert.Equal(431, (int)(await http.SendAsync(many, Stop)).StatusCode);
        Assert.Equal(414, (int)(await http.GetAsync(rig.Url("/" + new string('x', 5_000)), Stop)).StatusCode);
    }

    [Fact]
    public async Task Files_have_tags_and_go_out_compressed()
    {
        await using WebRig rig = await WebRig.StartAsync();
        using HttpClient http = Client();
        HashSet<string> tags = [];
        foreach ((string accepts, string coding) in ((string, string)[])[("gzip, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("identity", "")])
        {
            using HttpRequestMessage first = Asking(rig.Url("/phone/app-0123ABCD.js"), "Accept-Encoding", accepts);
            using HttpResponseMessage file = await http.SendAsync(first, Stop);
            Assert.Equal(coding, string.Concat(file.Content.Headers.ContentEncoding));
            Assert.Equal("Accept-Encoding", Field(file, "Vary"));
            Assert.Equal("public, max-age=31536000, immutable", Field(file, "Cache-Control"));
            byte[] body = await file.Content.ReadAsByteArrayAsync(Stop);
            Assert.Equal(coding.Length > 0, body.Length < 1_000);
            tags.Add(file.Headers.ETag!.Tag);
            using HttpRequestMessage again = Asking(rig.Url("/phone/app-0123ABCD.js"), "Accept-Encoding", accepts);
            again.Headers.Add("If-None-Match", file.Headers.ETag.Tag);
            Assert.Equal(304, (int)(await http.SendAsync(again, Stop)).StatusCode);
        }

        Assert.Equal(3, tags.Count);
        using HttpResponseMessage page = await http.GetAsync(rig.Url("/phone/"), Stop);
        Assert.Equal("no-cache", Field(page, "Cache-Control"));
        using HttpResponseMessage folder = await http.GetAsync(rig.Url("/phone"), Stop);
        Assert.Equal((308, "/phone/"), ((int)folder.StatusCode, folder.Headers.Location!.ToString()));
        using HttpResponseMessage none = await http.GetAsync(rig.Url("/phone/../tandem.toml"), Stop);
        Assert.Equal(404, (int)none.StatusCode);
        using HttpResponseMessage head = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, rig.Url("/phone/icon.png")), Stop);
        Assert.Equal((200, 2000L), ((int)head.StatusCode, head.Content.Headers.ContentLength));
    }

    [Theory]
    [InlineData("127.0.0.1", null, null, true)]
    [InlineData("localhost:8080", null, null, true)]
    [InlineData("[::1]:8080", "http://[::1]:8080", null, true)]
    [InlineData("rebound.example", null, null, false)]
    [InlineData("127.0.0.1", "https://evil.example", null, false)]
    [InlineData("127.0.0.1", null, "198.51.100.7", false)]
    public async Task What_has_no_log_in_answers_programs_on_this_host_only(string host, string? origin, string? forwardedFor, bool allowed)
    {
        await using WebRig rig = await WebRig.StartAsync();
        using HttpClient http = Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, rig.Url("/metrics/nothing"));
        request.Headers.Host = host;
        if (origin is not null) request.Headers.Add("Origin", origin);
        if (forwardedFor is not null) request.Headers.Add("X-Forwarded-For", forwardedFor);
        using HttpResponseMessage answer = await http.SendAsync(request, Stop);
        Assert.Equal(allowed ? 404 : 403, (int)answer.StatusCode);
    }

    [Fact]
    public async Task What_comes_by_way_of_a_trusted_proxy_is_never_this_host()
    {
        await using WebRig rig = await WebRig.StartAsync(web => web with { TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")] });
        using HttpClient http = Client();
        using HttpResponseMessage answer = await http.SendAsync(Forwarded(rig.Url("/metrics"), "127.0.0.1", "https"), Stop);
        Assert.Equal(403, (int)answer.StatusCode);
    }

    private static HttpClient Client() => new(new HttpClientHandler
    {
        AllowAutoRedirect = false,
        ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
    });

    private static HttpRequestMessage Asking(Uri url, string field, string value)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation(field, value);
        return request;
    }

    private static HttpRequestMessage Forwarded(Uri url, string client, string scheme)
    {
        HttpRequestMessage request = Asking(url, "X-Forwarded-For", client);
        request.Headers.Add("X-Forwarded-Proto", scheme);
        return request;
    }

    private static string Field(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out IEnumerable<string>? values) || answer.Content.Headers.TryGetValues(name, out values) ? string.Join(",", values) : "";
}
