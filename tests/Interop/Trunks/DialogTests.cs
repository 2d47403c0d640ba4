using Interop.Peers;
using Tandem.Routing;
using Xunit;

namespace Interop.Trunks;

/// <summary>What carriers do inside a dialog, on the wire: PRACK, UPDATE, forks, glare and session timers, with sipp as both ends.</summary>
public sealed class DialogTests(Trunk appliance) : IClassFixture<Trunk>
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
        int silent = Ports.Sip(), forgetful = Ports.Sip();
        Carrier acme = Trunk.Acme with { SessionSeconds = 90, Dispatch = DispatchMethod.RoundRobin };
        await appliance.ConfigureAsync(acme, [Trunk.Uri(silent), Trunk.Uri(forgetful)]);
        await using SippRun called = await CalledAsync("called_still", calls: 3);
        await using SippRun unrefreshed = await Sipp.StartAsync(appliance.Gateway("gateway_unrefreshed", silent) with { Limit = limit });
        await using SippRun forgets = await Sipp.StartAsync(appliance.Gateway("gateway_forgets", forgetful) with { Limit = limit });
        SippOptions outside = appliance.Tandem.Sipp("still_caller") with { Service = Trunk.Number, Limit = limit };
        await Task.WhenAll(((string[])["session_silent", "session_update", "session_reinvite"])
            .Select(scenario => RightAsync(appliance.Tandem.Sipp(scenario) with { Service = "1002", Limit = limit }))
            .Append(RightAsync(outside)).Append(RightAsync(outside)));
        await Task.WhenAll(RightAsync(called), RightAsync(unrefreshed), RightAsync(forgets));
        IReadOnlyList<Row> ended = [];
        await Clock.UntilAsync(async () =>
        {
            ended = [.. (await appliance.Database.QueryAsync("SELECT * FROM call_logs WHERE end_time IS NOT NULL")).Where(row => !appliance.Tandem.SeenCalls.Contains(row["call_id"]!))];
            return ended.Count == 5;
        }, 15, () => $"{ended.Count} calls of five have ended");
        foreach (Row row in ended) appliance.Tandem.SeenCalls.Add(row["call_id"]!);
        Assert.Equal(["completed", "completed", "failed"], ended.Where(row => row["to_number"] == "1002").Select(row => row["status"]).Order());
        // Whether the carrier was silent or had forgotten the call, both legs are over.
        Assert.Equal(["callee: hung up", "callee: signalling timeout"], ended.Where(row => row["to_number"] == Trunk.Number).Select(row => row["reason"]).Order());
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
