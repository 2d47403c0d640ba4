using Interop.Peers;
using Xunit;

namespace Interop.Trunks;

/// <summary>What carriers do inside a dialog, on the wire: PRACK, UPDATE, forks, glare and session timers, with sipp as both ends.</summary>
public sealed class DialogTests(EndToEnd.Appliance appliance) : IClassFixture<EndToEnd.Appliance>
{
    private static readonly int s_called = Ports.Sip();

    [Fact]
    public Task Reliable_early_dialogs_an_early_UPDATE_and_two_200s_become_one_call() => appliance.RunAsync(async () =>
    {
        await using SippRun called = await CalledAsync("fork_reliable");
        await RightAsync(appliance.Tandem.Sipp("reliable_caller") with { Service = "1002" });
        await RightAsync(called);
        await appliance.EndedAsync("1001", "1002", "completed");
    });

    [Fact]
    public Task Crossing_re_INVITEs_are_both_refused_and_ours_comes_again() => appliance.RunAsync(async () =>
    {
        await using SippRun called = await CalledAsync("called_narrow");
        await RightAsync(appliance.Tandem.Sipp("glare"));
        await RightAsync(called);
        await appliance.EndedAsync("1001", "9999", "completed");
    });

    [Fact]
    public Task A_session_interval_that_is_too_short_is_refused_with_the_least() =>
        appliance.RunAsync(() => RightAsync(appliance.Tandem.Sipp("session_short")));

    /// <summary>The shortest session is 90 s long: all that takes its time takes it at once.</summary>
    [Fact]
    public Task Sessions_are_refreshed_by_UPDATE_or_re_INVITE_and_end_where_nobody_refreshes_them() => appliance.RunAsync(async () =>
    {
        TimeSpan limit = TimeSpan.FromSeconds(100);
        await using SippRun called = await CalledAsync("called_still", calls: 3);
        await Task.WhenAll(((string[])["session_silent", "session_update", "session_reinvite"])
            .Select(scenario => RightAsync(appliance.Tandem.Sipp(scenario) with { Service = "1002", Limit = limit })));
        await RightAsync(called);
        IReadOnlyList<Row> ended = [];
        await Clock.UntilAsync(async () =>
        {
            ended = [.. (await appliance.Database.QueryAsync("SELECT * FROM call_logs WHERE end_time IS NOT NULL")).Where(row => !appliance.Tandem.SeenCalls.Contains(row["call_id"]!))];
            return ended.Count == 3;
        }, 15, () => $"{ended.Count} calls of three have ended");
        foreach (Row row in ended) appliance.Tandem.SeenCalls.Add(row["call_id"]!);
        Assert.Equal(["completed", "completed", "failed"], ended.Select(row => row["status"]).Order());
    });

    /// <summary>A telephone of user 1002 that does what a scenario says.</summary>
    private async Task<SippRun> CalledAsync(string scenario, int calls = 1)
    {
        await RightAsync(appliance.Tandem.Sipp("register") with { User = "1002", LocalPort = s_called });
        return await Sipp.StartAsync(appliance.Tandem.Sipp(scenario) with { User = "1002", LocalPort = s_called, Calls = calls, Limit = TimeSpan.FromSeconds(120) });
    }

    private static async Task RightAsync(SippOptions options)
    {
        SippResult result = await Sipp.RunAsync(options);
        Assert.True(result.Succeeded(options.Calls), result.ToString());
    }

    private static async Task RightAsync(SippRun run)
    {
        SippResult result = await run.ResultAsync();
        Assert.True(result is { ExitCode: 0, Failed: 0 }, result.ToString());
    }
}
