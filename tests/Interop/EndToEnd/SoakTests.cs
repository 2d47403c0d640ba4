using System.Text.Json;
using Interop.Peers;
using Xunit;

namespace Interop.EndToEnd;

/// <summary>Minutes of calls that come and go: only with ./test.sh --long.</summary>
[Trait("Category", "Long")]
public sealed class SoakTests
{
    [Fact]
    public async Task Nine_thousand_calls_leave_nothing_behind_but_their_rows()
    {
        const int Calls = 9000, Rate = 30;
        await using TandemProcess tandem = await TandemProcess.StartAsync(new TandemSetup { MediaPorts = 1200, Settings = ["log.level=warning"] });
        await Appliance.RunAsync(tandem, async () =>
        {
            SippResult warm = await Sipp.RunAsync(tandem.Sipp("call") with { Calls = 300, Rate = Rate });
            Assert.True(warm.Succeeded(300), warm.ToString());
            await RestAsync(tandem, 300);
            JsonElement before = await tandem.StatusAsync(collect: true);

            SippResult result = await Sipp.RunAsync(tandem.Sipp("call") with { Calls = Calls, Rate = Rate, Pause = TimeSpan.FromSeconds(2), Limit = TimeSpan.FromMinutes(8) });

            Assert.True(result.Succeeded(Calls), result.ToString());
            await RestAsync(tandem, 300 + Calls);
            JsonElement after = await tandem.StatusAsync(collect: true);
            double growth = after.GetProperty("managed_bytes").GetDouble() - before.GetProperty("managed_bytes").GetDouble();
            Figures.Write($"soak: {Calls} calls at {Rate}/s, managed memory growth {growth / 1e6:F2} MB");
            Assert.True(growth < 5e6, $"managed memory grew by {growth / 1e6:F2} MB");
            Assert.Equal(0, after.GetProperty("unhandled_exceptions").GetInt32());
            Assert.Equal(0, after.GetProperty("active_calls").GetInt32());
        });
    }

    /// <summary>All calls are in the tables and over, and the transactions behind them too.</summary>
    private static async Task RestAsync(TandemProcess tandem, int calls)
    {
        await Clock.UntilAsync(async () => (await tandem.Database.QueryAsync("SELECT COUNT(*) AS n FROM call_logs WHERE status = 'completed'"))[0].Number("n") == calls,
            20, () => $"not all of {calls} calls are logged as completed");
        Assert.Empty(await tandem.Database.QueryAsync("SELECT * FROM active_calls"));
        await Clock.SecondsAsync(35);
    }
}
