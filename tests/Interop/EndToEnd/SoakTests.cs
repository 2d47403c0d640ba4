using System.Text.Json;
using Interop.Peers;
using Xunit;

namespace Interop.EndToEnd;

public sealed class SoakTests
{
    private const int CallsPerSecond = 20, Warm = 600, Minutes = 10;
    private const double GrowthLimit = 5e6;

    [Fact]
    [Trait("Category", "Long")]
    public async Task Ten_minutes_of_calls_leave_every_row_right_and_memory_as_it_was()
    {
        await using TandemProcess tandem = await TandemProcess.StartAsync(new TandemSetup { MediaPorts = 1200, Settings = ["log.level=warning"] });
        await Appliance.RunAsync(tandem, async () =>
        {
            await CallsAsync(tandem, Warm);
            double before = await ManagedBytesAsync(tandem);
            int calls = CallsPerSecond * 60 * Minutes;
            for (int left = calls; left > 0; left -= Warm) await CallsAsync(tandem, Warm);
            JsonElement after = await tandem.StatusAsync(collect: true);
            double growth = await ManagedBytesAsync(tandem) - before;
            Figures.Write($"soak: {calls} calls at {CallsPerSecond}/s, managed memory grew by {growth / 1e6:F2} MB");
            Assert.Equal(0, after.GetProperty("unhandled_exceptions").GetInt32());
            Assert.True(growth < GrowthLimit, $"managed memory grew by {growth / 1e6:F2} MB");

            Row counts = Assert.Single(await tandem.Database.QueryAsync(
                "SELECT count(*) AS calls, sum(CASE WHEN status = 'completed' THEN 1 ELSE 0 END) AS completed FROM call_logs"));
            Assert.Equal((calls + Warm, calls + Warm), (counts.Number("calls"), counts.Number("completed")));
            Assert.Empty(await tandem.Database.QueryAsync("SELECT * FROM active_calls"));
        });
        Assert.Equal(0, await tandem.StopAsync());
    }

    private static async Task CallsAsync(TandemProcess tandem, int calls)
    {
        SippResult result = await Sipp.RunAsync(tandem.Sipp("call") with { Calls = calls, Rate = CallsPerSecond, Pause = TimeSpan.FromSeconds(2), Limit = TimeSpan.FromSeconds(120) });
        Assert.True(result.Succeeded(calls), result.ToString());
    }

    /// <summary>After the transactions of the last calls are over: their timers run 32 s.</summary>
    private static async Task<double> ManagedBytesAsync(TandemProcess tandem)
    {
        await Clock.SecondsAsync(35);
        return (await tandem.StatusAsync(collect: true)).GetProperty("managed_bytes").GetDouble();
    }
}
