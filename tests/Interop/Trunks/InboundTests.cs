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
        Row leg = Assert.Single(await CalledAsync("+34911500001", "completed", 1));
        Assert.True(leg.Number("packets_sent") > 5, $"nothing was said: {leg}");
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

    [Fact]
    public Task A_beginning_of_numbers_rings_a_user_and_a_whole_number_goes_before_it() => trunk.RunAsync(async () =>
    {
        await ConfigureAsync(new Did("+349115000", true, null, ExtensionKind.User, "1002"), session =>
            DidStore.Save(session, new Did("+34911500099", false, null, ExtensionKind.Menu, "main"), DateTimeOffset.UtcNow));
        await using SippRun phone = await trunk.PhoneAsync("1002", "called_narrow");
        await CalledAsync("+34911500077", "completed", 2);
        await CalledAsync("+34911500099", "completed", 1);
    });

    [Fact]
    public Task A_group_is_rung_in_turn() => trunk.RunAsync(async () =>
    {
        await ConfigureAsync(new Did(Trunk.Did, false, null, ExtensionKind.Group, "sales"), session => RingGroupStore.Save(session,
            new RingGroup { Name = "sales", Members = ["1002", "1003"], RingSeconds = 2, Method = RingMethod.Sequential }, DateTimeOffset.UtcNow));
        await using SippRun ringing = await trunk.PhoneAsync("1002", "called_ringing");
        await using SippRun answering = await trunk.PhoneAsync("1003", "called_narrow");
        IReadOnlyList<Row> legs = await CalledAsync("+34911500001", "completed", 3);
        Assert.Equal(["1002", "1003"], legs.Skip(1).Select(leg => leg["peer"]!.Split('@')[0].Split(':')[^1]));
        SippResult first = await ringing.ResultAsync();
        Assert.True(first.Succeeded(1), first.ToString());
    });

    [Theory]
    [InlineData(true, "unconditional")]
    [InlineData(false, "no-answer")]
    public Task A_number_of_ours_is_forwarded_to_the_outside_always_or_where_nobody_takes_it(bool always, string reason) => trunk.RunAsync(async () =>
    {
        int port = Ports.Sip();
        await trunk.ConfigureAsync(Trunk.Acme, [Trunk.Uri(port)], session => DidStore.Save(session,
            new Did(Trunk.Did, false, null, ExtensionKind.User, "1001") { ForwardTo = "0911222333", ForwardAlways = always }, DateTimeOffset.UtcNow));
        await using SippRun gateway = await Sipp.StartAsync(trunk.Gateway("self_uas", port));
        IReadOnlyList<Row> legs = await CalledAsync("+34911500001", "completed", 2);
        Assert.Equal(("acme", "g1"), (legs[1]["carrier"], legs[1]["gateway"]));
        string[] invite = Trunk.First(await gateway.MessagesAsync(), "INVITE ");
        Assert.Equal($"INVITE sip:{Trunk.Number}@127.0.0.2:{port} SIP/2.0", invite[0]);
        Assert.Contains($"Diversion: <sip:{Trunk.Did}@127.0.0.1>;reason={reason};counter=1", invite);
        Assert.Contains("P-Asserted-Identity: <sip:+34600111222@127.0.0.1>", invite);
    });

    [Fact]
    public Task No_field_that_is_ours_or_the_carriers_own_reaches_a_phone_however_it_is_written() => trunk.RunAsync(async () =>
    {
        await ConfigureAsync(new Did(Trunk.Did, false, null, ExtensionKind.User, "1002"));
        await using SippRun phone = await trunk.PhoneAsync("1002", "called_narrow");
        SippResult called = await Sipp.RunAsync(Carrier(Trunk.Did, "carrier_marked"));
        Assert.True(called.Succeeded(1), called.ToString());
        string[] invite = [.. Trunk.First(await phone.MessagesAsync(), "INVITE ").TakeWhile(line => line.Length > 0)];
        string[] lines = [.. invite.Skip(1).Where(line => line.Split(':')[0] is not ("Via" or "CSeq" or "Call-ID" or "Contact" or "User-Agent" or "Allow" or "Supported" or "Session-Expires" or "Min-SE" or "Content-Length"))];
        string[] expected = ["Max-Forwards: 69", lines[1], lines[2], "Subject: hello", "Content-Type: application/sdp"];
        Assert.Equal(expected, lines);
        Assert.StartsWith("From: \"Anonymous\" <sip:anonymous@", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("To: <sip:1002@", lines[2], StringComparison.Ordinal);
        await trunk.EndedAsync("+34600000000", Trunk.Did, "completed");
    });

    [Fact]
    public Task A_carrier_that_has_as_many_calls_as_it_may_gets_503_and_when_to_come_back() => trunk.RunAsync(async () =>
    {
        await trunk.ConfigureAsync(Trunk.Acme with { MaxCalls = 1 }, ["sip:127.0.0.3:5060"], session =>
            DidStore.Save(session, new Did(Trunk.Did, false, null, ExtensionKind.Menu, "main"), DateTimeOffset.UtcNow));
        await using SippRun first = await Sipp.StartAsync(Carrier(Trunk.Did) with { Pause = TimeSpan.FromSeconds(5) });
        await Clock.UntilAsync(async () => (await first.MessagesAsync()).Contains("\nACK ", StringComparison.Ordinal), 20, () => "the first call is not answered");
        SippResult second = await Sipp.RunAsync(Carrier(Trunk.Did, "carrier_refused"));
        Assert.True(second.Succeeded(1), second.ToString());
        Assert.Contains("Retry-After: 1", second.Messages, StringComparison.Ordinal);
        Assert.Contains("Reason: Q.850;cause=34;", second.Messages, StringComparison.Ordinal);
        Assert.True((await first.ResultAsync()).Succeeded(1));
        await trunk.EndedAsync("+34600111222", Trunk.Did, "completed");
    });

    [Fact]
    public Task The_hosts_of_a_gateways_name_may_call_at_once() => trunk.RunAsync(async () =>
    {
        trunk.Dns.A("in.example", "127.0.0.6");
        await trunk.ConfigureAsync(Trunk.Acme with { Sources = [] }, ["sip:in.example:5060"], session =>
            DidStore.Save(session, new Did(Trunk.Did, false, null, ExtensionKind.Menu, "main"), DateTimeOffset.UtcNow));
        SippResult result = await Sipp.RunAsync(Carrier(Trunk.Did) with { Local = System.Net.IPAddress.Parse("127.0.0.6") });
        Assert.True(result.Succeeded(1), result.ToString());
        Row call = await trunk.EndedAsync("+34600111222", Trunk.Did, "completed");
        Assert.Equal(("acme", "g1"), ((await trunk.LegsAsync(call, 1))[0]["carrier"], (await trunk.LegsAsync(call, 1))[0]["gateway"]));
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
