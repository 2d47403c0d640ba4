using System.Net;
using System.Text.Json;
using Interop.Browser;
using Interop.Peers;
using Xunit;

namespace Interop.Ng;

/// <summary>
/// A browser that signals with Kamailio alone calls a G.711 phone: ICE, DTLS-SRTP and Opus on its side are the ng port's work.
/// </summary>
[Collection(Browsers.Name)]
public sealed class KamailioBrowserTests(Browsers browsers)
{
    [Theory]
    [InlineData("JsSIP")]
    [InlineData("SIP.js")]
    public async Task A_browser_calls_a_phone_through_Kamailio(string library)
    {
        var ng = new IPEndPoint(IPAddress.Loopback, Ports.Sip());
        int webSocket = Ports.Sip(), sip = Ports.Sip();
        await using TandemProcess tandem = await TandemProcess.StartAsync(new TandemSetup { Seeded = false, Settings = ["ng.enabled=true", $"ng.port={ng.Port}"] });
        await using BaresipPhone callee = await BaresipPhone.StartAsync(
            new PhoneOptions("callee", new IPEndPoint(IPAddress.Loopback, sip)) { Register = false, Codec = "PCMU", Says = browsers.Two.Says });
        await using Kamailio kamailio = await Kamailio.StartForBrowsersAsync(webSocket, sip, ng, new IPEndPoint(IPAddress.Loopback, callee.Port));
        await using WebPhone caller = await WebPhone.OpenAsync(browsers.One, browsers.Pages, library, "caller");
        await EndToEnd.Appliance.RunAsync(tandem, async () =>
        {
            try
            {
                await caller.RegisterAsync(new Uri($"ws://127.0.0.1:{webSocket}"), "127.0.0.1");
                await caller.CallAsync("callee");
            }
            catch (Exception e) when (e is InvalidOperationException or TimeoutException)
            {
                throw new InvalidOperationException($"{e.Message}\n--- Kamailio:\n{kamailio.Log}", e);
            }
            await callee.NextAsync("CALL_ESTABLISHED");
            await Talk.UntilHeardAsync(
                new(caller.HeardAsync, browsers.Two.Says, $"{library} through Kamailio"), new(callee.HeardLastAsync, browsers.One.Says, $"a phone called by {library} through Kamailio"));
            WebStatistics statistics = await caller.StatisticsAsync();
            Assert.Equal(1, await SessionsAsync(ng));
            await caller.HangUpAsync();
            await callee.NextAsync("CALL_CLOSED");
            await Clock.UntilAsync(async () => await SessionsAsync(ng) == 0, 15, () => "the call's media was not deleted");

            Assert.Equal("connected", statistics.Dtls);
            Assert.Contains("AEAD_AES_", statistics.Srtp, StringComparison.Ordinal);
        });
    }

    private static async Task<int> SessionsAsync(IPEndPoint address)
    {
        using NgPeer ng = NgPeer.Open(null, address);
        using JsonDocument reply = await ng.AskAsync(new { command = "statistics" });
        return reply.RootElement.GetProperty("statistics").GetProperty("currentstatistics").GetProperty("sessionsown").GetInt32();
    }
}
