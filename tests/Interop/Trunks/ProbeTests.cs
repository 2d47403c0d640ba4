using System.Text.Json;
using Interop.EndToEnd;
using Interop.Peers;
using Xunit;

namespace Interop.Trunks;

/// <summary>Gateways that are asked how they are, and carriers that are registered with: sipp is the carrier.</summary>
public sealed class ProbeTests
{
    private const string Secret = "carrier-secret-9";

    private static async Task OnAsync(Func<TandemProcess, Task> test)
    {
        await using TandemProcess tandem = await TandemProcess.StartAsync(new TandemSetup());
        await Appliance.RunAsync(tandem, () => test(tandem));
    }

    private static Task<SippRun> CarrierAsync(TandemProcess tandem, string scenario, int port) =>
        Sipp.StartAsync(tandem.Sipp(scenario) with { LocalPort = port, Calls = 20, Limit = TimeSpan.FromSeconds(120) });

    private static Task UntilAsync(TandemProcess tandem, string what, string contains) => Clock.UntilAsync(
        async () => (await tandem.CliAsync(what, "list")).Contains(contains, StringComparison.Ordinal), 60, () => $"no '{contains}' in {what} list:\n{tandem.Tail}");

    [Fact]
    public Task A_gateway_goes_down_in_silence_and_up_with_an_answer() => OnAsync(async tandem =>
    {
        int port = Ports.Sip();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        await using IAsyncEnumerator<JsonElement> events = (await tandem.WatchAsync("gateway.", patience.Token)).GetAsyncEnumerator(patience.Token);
        await tandem.CliAsync("carrier", "add", "acme", "--probe-seconds", "1");
        await tandem.CliAsync("gateway", "set", "acme", "g1", "--uri", $"sip:127.0.0.1:{port}");
        await UntilAsync(tandem, "gateway", " down ");
        await using (SippRun carrier = await CarrierAsync(tandem, "carrier_options", port)) await UntilAsync(tandem, "gateway", " up ");
        await UntilAsync(tandem, "gateway", " down ");
        await tandem.CliAsync("gateway", "drain", "acme", "g1");
        await UntilAsync(tandem, "gateway", " draining ");
        await tandem.CliAsync("gateway", "undrain", "acme", "g1");
        await UntilAsync(tandem, "gateway", " down ");
        Assert.Contains("Gateway acme/g1 is down", tandem.Log, StringComparison.Ordinal);
        // A gateway that is put back into service counts as working until it is found silent again. A busy host's sipp may be late and have it go down and up once more.
        foreach ((string, string, int) expected in ((string, string, int)[])
            [("up", "down", 503), ("down", "up", 200), ("up", "down", 503), ("down", "draining", 503), ("draining", "up", 503), ("up", "down", 503)])
        {
            JsonElement data;
            do
            {
                Assert.True(await events.MoveNextAsync());
                data = events.Current.TryGetProperty("data", out JsonElement inner) ? inner : events.Current;
                Assert.Equal(("acme", "g1"), (data.GetProperty("carrier").GetString(), data.GetProperty("gateway").GetString()));
            }
            while ((data.GetProperty("before").GetString(), data.GetProperty("state").GetString(), data.GetProperty("last_code").GetInt32()) != expected);
            if (expected.Item3 == 200) Assert.True(data.GetProperty("latency_ms").GetDouble() > 0);
        }
    });

    [Fact]
    public Task A_registration_answers_the_challenge_is_refreshed_and_survives_a_restart_of_the_carrier() => OnAsync(async tandem =>
    {
        int port = Ports.Sip();
        await tandem.CliAsync("carrier", "add", "acme", "--probe", "false", "--register", "true", "--registrar", $"sip:127.0.0.1:{port}",
            "--auth-user", "trunk7", "--auth-password", Secret);
        await using (SippRun carrier = await CarrierAsync(tandem, "carrier_registrar", port))
        {
            await UntilAsync(tandem, "carrier", " registered ");
            await Clock.UntilAsync(async () => (await carrier.MessagesAsync()).Split("\nREGISTER sip:").Length >= 5, 60, () => tandem.Tail);    // refreshed
        }
        await UntilAsync(tandem, "carrier", " failing: ");
        await using SippRun again = await CarrierAsync(tandem, "carrier_registrar", port);
        await UntilAsync(tandem, "carrier", " registered ");
        Assert.DoesNotContain(Secret, tandem.Log, StringComparison.Ordinal);
    });

    [Fact]
    public Task A_wrong_password_is_said_plainly_and_not_tried_on_and_on() => OnAsync(async tandem =>
    {
        int port = Ports.Sip();
        await using SippRun carrier = await CarrierAsync(tandem, "carrier_registrar", port);
        await tandem.CliAsync("carrier", "add", "acme", "--probe", "false", "--register", "true", "--registrar", $"sip:127.0.0.1:{port}",
            "--auth-user", "trunk7", "--auth-password", "not-this-one");
        await UntilAsync(tandem, "carrier", "refused: user name or password are");
        await Clock.SecondsAsync(5);
        Assert.Equal(1, tandem.Log.Split("refuses to register trunk7").Length - 1);
        Assert.DoesNotContain("not-this-one", tandem.Log, StringComparison.Ordinal);
        await tandem.CliAsync("carrier", "set", "acme", "--auth-password", Secret);
        await UntilAsync(tandem, "carrier", " registered ");
    });
}
