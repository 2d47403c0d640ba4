using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Configuration;
using Xunit;

namespace Tandem.Tests.Web;

/// <summary>A whole appliance and a phone on a WebSocket.</summary>
public sealed class BrowserCallTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tandem-test-").FullName;
    private ApplianceHost? _host;

    public async ValueTask InitializeAsync()
    {
        string[] settings = ["sip.udp_port=0", "sip.tcp_port=-1", "sip.tls_port=-1", "sip.addresses=127.0.0.1", "tts.port=-1", "web.http_port=0", "web.https_port=0",
            "web.addresses=127.0.0.1", "media.ports=33080-33099", "media.loops=1"];
        TandemOptions options = OptionsLoader.Load(null, _folder, settings);
        _host = await ApplianceHost.StartAsync(options, NullLoggerFactory.Instance, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_browser_registers_calls_and_hangs_up()
    {
        using WsPhone phone = Phone();
        await phone.ConnectAsync();
        string registered = await phone.RegisterAsync();
        Assert.StartsWith("SIP/2.0 200 ", registered, StringComparison.Ordinal);
        Assert.Contains(phone.Contact, WsPhone.Field(registered, "Contact"), StringComparison.Ordinal);
        Assert.Equal("outbound", WsPhone.Field(registered, "Require"));
        Assert.DoesNotContain("gruu", registered, StringComparison.Ordinal);
        string answer = await phone.CallAsync("9999");
        Assert.StartsWith("SIP/2.0 200 ", answer, StringComparison.Ordinal);
        Assert.EndsWith(";transport=ws", phone.CallTarget, StringComparison.Ordinal);
        Assert.Equal("90;refresher=uas", WsPhone.Field(answer, "Session-Expires"));    // we refresh, by UPDATE
        Assert.StartsWith("SIP/2.0 200 ", await phone.HangUpAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_softphone_page_is_served()
    {
        using var http = new HttpClient();
        string page = await http.GetStringAsync(new Uri(WebUrl + "/phone"), TestContext.Current.CancellationToken);
        foreach (System.Text.RegularExpressions.Match file in System.Text.RegularExpressions.Regex.Matches(page, "(?:href|src)=\"(/phone/[^\"]+)\""))
            using (HttpResponseMessage answer = await http.GetAsync(new Uri(WebUrl + file.Groups[1].Value), TestContext.Current.CancellationToken)) Assert.Equal(200, (int)answer.StatusCode);
    }

    [Fact]
    public async Task The_API_says_how_to_get_a_log_in()
    {
        using var http = new HttpClient();
        using HttpResponseMessage answer = await http.GetAsync(new Uri(WebUrl + "/api/v1/status"), TestContext.Current.CancellationToken);
        Assert.Equal(401, (int)answer.StatusCode);
        JsonElement problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        Assert.Contains("tandem person add", problem.GetProperty("advice").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_outlives_its_WebSocket_and_the_BYE_comes_over_the_next()
    {
        using WsPhone phone = Phone();
        await phone.ConnectAsync();
        await phone.RegisterAsync();
        await phone.CallAsync("9999");
        phone.Drop();
        await phone.ConnectAsync();
        await phone.RegisterAsync();
        Task stopping = StopAsync();
        string bye = await phone.AnswerNextAsync("BYE");
        Assert.StartsWith($"BYE {phone.Contact};ob SIP/2.0", bye, StringComparison.Ordinal);
        Assert.Equal(phone.CallId, WsPhone.Field(bye, "Call-ID"));
        await stopping;
    }

    [Fact]
    public async Task A_browser_hangs_up_over_its_next_WebSocket_before_it_registers_again()
    {
        using WsPhone phone = Phone();
        await phone.ConnectAsync();
        await phone.RegisterAsync();
        await phone.CallAsync("9999");
        phone.Drop();
        await phone.ConnectAsync();
        Assert.StartsWith("SIP/2.0 200 ", await phone.HangUpAsync(), StringComparison.Ordinal);
    }

    private WsPhone Phone()
    {
        (string user, string password) = _host!.MadePasswords[0];
        return new WsPhone(new IPEndPoint(IPAddress.Loopback, new Uri(WebUrl).Port), user, password);
    }

    private string WebUrl => _host!.Listening.First(listen => listen.Service == "HTTP, SIP over WS").Address;

    private async Task StopAsync()
    {
        ApplianceHost? host = Interlocked.Exchange(ref _host, null);
        if (host is not null) await host.DisposeAsync();
    }
}
