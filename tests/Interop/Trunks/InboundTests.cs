using Interop.Peers;
using Tandem.Routing;
using Tandem.Storage;
using Xunit;

namespace Interop.Trunks;

/// <summary>Calls from a carrier, played by sipp at its address: to a menu, a user, a ring group, and nowhere else.</summary>
public sealed class InboundTests(Trunk trunk) : IClassFixture<Trunk>
{
    private SippOptions Carrier(string number, string scenario = "call_plain") => trunk.Gateway(scenario, 0) with
    {
        Service = number,
        User = "+34600111222",
        Pause = TimeSpan.FromMilliseconds(500),
    };

    private Task ConfigureAsync(Did did, Action<DbSession>? more = null) => trunk.ConfigureAsync(Trunk.Acme, ["sip:127.0.0.3:5060"], session =>
    {
        DidStore.Save(session, did, DateTimeOffset.UtcNow);
        more?.Invoke(session);
    });

    private async Task<IReadOnlyList<Row>> CalledAsync(string number, string status, int legs)
    {
        SippResult result = await Sipp.RunAsync(Carrier(number));
        Assert.True(result.Succeeded(1), result.ToString());
        IReadOnlyList<Row> rows = await trunk.LegsAsync(await trunk.EndedAsync("+34600111222", number, status), legs);
        Assert.Equal("acme", rows[0]["carrier"]);
        return rows;
    }

    [Fact]
    public Task A_number_of_ours_leads_to_a_menu() => trunk.RunAsync(async () =>
    {
        await ConfigureAsync(new Did(Trunk.Did, false, "acme", ExtensionKind.Menu, "main"));
        await CalledAsync("+34911500001", "completed", 1);
    });

    [Fact]
    public Task A_number_of_ours_rings_a_user() => trunk.RunAsync(async () =>
    {
        await ConfigureAsync(new Did(Trunk.Did, false, null, ExtensionKind.User, "1002"));
        await using BaresipPhone phone = await BaresipPhone.StartAsync(trunk.Tandem.Phone("1002"));
        await CalledAsync("0911500001", "completed", 2);
    });

    [Fact]
    public Task A_number_of_ours_rings_a_group() => trunk.RunAsync(async () =>
    {
        await ConfigureAsync(new Did(Trunk.Did, false, null, ExtensionKind.Group, "sales"), session =>
            RingGroupStore.Save(session, new RingGroup { Name = "sales", Members = ["1002", "1003"], RingSeconds = 20 }, DateTimeOffset.UtcNow));
        await using BaresipPhone silent = await BaresipPhone.StartAsync(trunk.Tandem.Phone("1002") with { AutoAnswer = false });
        await using BaresipPhone phone = await BaresipPhone.StartAsync(trunk.Tandem.Phone("1003"));
        IReadOnlyList<Row> legs = await CalledAsync("+34911500001", "completed", 3);
        Assert.Single(legs, leg => leg["direction"] == "out" && leg["answer_time"] is not null);
    });

    [Theory]
    [InlineData("+34911999999")]
    [InlineData("1002")]
    [InlineData("9999")]
    public Task Nothing_else_is_reached(string number) => trunk.RunAsync(async () =>
    {
        await ConfigureAsync(new Did(Trunk.Did, false, null, ExtensionKind.User, "1002"));
        SippResult result = await Sipp.RunAsync(Carrier(number, "stranger"));
        Assert.Contains("SIP/2.0 404 ", result.Messages, StringComparison.Ordinal);
        Assert.Contains("Reason: Q.850;cause=1;", result.Messages, StringComparison.Ordinal);
        await trunk.EndedAsync("+34600111222", number, "rejected");
    });
}
