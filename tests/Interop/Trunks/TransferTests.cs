using Interop.EndToEnd;
using Interop.Peers;
using Tandem.Routing;
using Tandem.Storage;
using Xunit;

namespace Interop.Trunks;

/// <summary>A party of a running call is sent to the outside: sipp is the carrier, real phones talk.</summary>
public sealed class TransferTests(Trunk trunk) : IClassFixture<Trunk>
{
    [Fact]
    public Task A_party_is_sent_outside_where_a_route_is_for_who_lets_it_go() => trunk.RunAsync(async () =>
    {
        int port = Ports.Sip();
        await trunk.ConfigureAsync(Trunk.Acme, [Trunk.Uri(port)],
            session => RouteStore.Save(session, new Route { Name = "out", CallerPrefix = "1001", Carriers = ["acme"] }, DateTimeOffset.UtcNow));
        await using SippRun gateway = await Sipp.StartAsync(trunk.Gateway("self_uas", port));
        await gateway.ListensAsync();
        await using BaresipPhone called = await BaresipPhone.StartAsync(trunk.Tandem.Phone("1002"));
        await using BaresipPhone caller = await BaresipPhone.StartAsync(trunk.Tandem.Phone("1001"));
        await caller.CallAsync(caller.Number("1002"));
        string id = "";
        await Clock.UntilAsync(async () =>
        {
            if (await trunk.Database.QueryAsync("SELECT * FROM active_calls WHERE status = 'talking'") is not [{ } talking]) return false;
            id = talking["call_id"]!;
            return true;
        }, 30, () => "nobody talks");

        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => trunk.Tandem.CliAsync("calls", "transfer", id, Trunk.Number));
        Assert.Contains("no route allows user 1002", refused.Message, StringComparison.Ordinal);
        await trunk.Tandem.CliAsync("calls", "transfer", id, Trunk.Number, "--party", "callee");
        await caller.NextAsync("CALL_CLOSED", TimeSpan.FromSeconds(30));
        await called.HangUpAsync();
        SippResult taken = await gateway.ResultAsync();
        Assert.True(taken.Succeeded(1), taken.ToString());
        Row call = await trunk.EndedAsync("1001", "1002", "completed");
        Assert.Equal($"1002 transferred to {Trunk.Number} by owner; caller: hung up", call["reason"]);
        IReadOnlyList<Row> legs = await trunk.LegsAsync(call, 3);
        Assert.Equal((null, null, "acme"), (legs[0]["carrier"], legs[1]["carrier"], legs[2]["carrier"]));
    });
}
