using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Interop.Audio;
using Interop.Peers;
using Xunit;

namespace Interop.EndToEnd;

public sealed class SprayTests
{
    private const int Messages = 100_000;
    private const double GrowthLimit = 5e6;

    [Fact]
    public async Task A_hundred_thousand_spoiled_messages_to_every_port_harm_neither_the_appliance_nor_a_call_in_progress()
    {
        await using IsolatedNetwork network = await IsolatedNetwork.CreateAsync();
        await using TandemProcess tandem = await TandemProcess.StartAsync(new TandemSetup { Network = network.Name, Settings = ["log.level=warning"] });
        await Appliance.RunAsync(tandem, async () =>
        {
            Sound one = await Speech.TestSignalAsync("en-us"), two = await Speech.TestSignalAsync("en-gb-scotland");
            await using BaresipPhone called = await BaresipPhone.StartAsync(tandem.Phone("1001") with { Says = one, RegisterSeconds = 600 });
            await using BaresipPhone caller = await BaresipPhone.StartAsync(tandem.Phone("1002") with { Says = two, RegisterSeconds = 600 });
            // What one pass makes warm (code, pools, tables) is no leak.
            await SprayAsync(network.Name, tandem, seed: 1, Messages / 20, perSecond: 1500);
            await caller.CallAsync(caller.Number("9999"));
            await caller.PressAsync("1");
            await called.NextAsync("CALL_ESTABLISHED");
            await Clock.SecondsAsync(1);
            JsonElement before = await tandem.StatusAsync(collect: true);

            long started = Stopwatch.GetTimestamp();
            Spray spray = await SprayAsync(network.Name, tandem, seed: 2, Messages, perSecond: 2000);
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;

            await Clock.SecondsAsync(1);
            Assert.False(caller.Reported("CALL_CLOSED"), "the call ended during the spray");
            await caller.HangUpAsync();
            await called.NextAsync("CALL_CLOSED");
            await Appliance.AssertHeardAsync(called, two, Math.Floor(seconds));
            await Appliance.AssertHeardAsync(caller, one, Math.Floor(seconds));
            await Appliance.EndedAsync(tandem, "1002", "9999", "completed");
            // Transactions of the last messages live for 32 s.
            await Clock.SecondsAsync(35);
            JsonElement after = await tandem.StatusAsync(collect: true);
            double growth = after.GetProperty("managed_bytes").GetDouble() - before.GetProperty("managed_bytes").GetDouble();
            Figures.Write($"spray: {spray.Datagrams} datagrams, {spray.StreamMessages} stream messages, {spray.MediaDatagrams} media datagrams in {seconds:F0} s; managed memory {before.GetProperty("managed_bytes").GetDouble() / 1e6:F1} MB before, growth {growth / 1e6:F2} MB; unhandled exceptions {after.GetProperty("unhandled_exceptions").GetInt32()}");
            Assert.Equal(0, after.GetProperty("unhandled_exceptions").GetInt32());
            Assert.True(growth < GrowthLimit, $"managed memory grew by {growth / 1e6:F2} MB");
        });
        Assert.Equal(0, await tandem.StopAsync());
    }

    private static async Task<Spray> SprayAsync(string network, TandemProcess tandem, int seed, int messages, int perSecond)
    {
        byte[][] vectors = [.. Directory.GetFiles(Path.Combine(TandemProcess.Repository(), "tests/vectors/rfc4475"), "*.dat").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        Assert.Equal(49, vectors.Length);
        int tcp = messages / 10, tls = messages / 50, http = messages / 500, web = messages / 50;
        Spray[] sprays = [.. Enumerable.Range(0, 7).Select(n => new Spray(network, new Mutator(seed * 10 + n, vectors)))];
        IPAddress here = tandem.Setup.Address;
        await Task.WhenAll(
            sprays[0].DatagramsAsync(tandem.Sip, messages - tcp - tls - http - web - http, perSecond),
            sprays[1].StreamsAsync(tandem.Sip, tcp, perConnection: 20, tls: false),
            sprays[2].StreamsAsync(new IPEndPoint(here, tandem.TlsPort), tls, perConnection: 20, tls: true),
            sprays[3].StreamsAsync(new IPEndPoint(here, tandem.TtsPort), http, perConnection: 2, tls: false),
            sprays[4].MediaAsync(here, tandem.MediaPort, tandem.Setup.MediaPorts, messages / 5, perSecond / 5),
            sprays[5].WebSocketsAsync(new IPEndPoint(here, tandem.WebPort), web, perConnection: 20),
            sprays[6].StreamsAsync(new IPEndPoint(here, tandem.WebTlsPort), http, perConnection: 2, tls: true));
        Spray sum = new(network, new Mutator(seed, vectors));
        sum.Add(sprays);
        return sum;
    }
}
