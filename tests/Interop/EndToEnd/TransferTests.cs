using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Interop.Audio;
using Interop.Peers;
using Xunit;

namespace Interop.EndToEnd;

/// <summary>An operator transfers a party of a running call by the API and the command line; real phones hear whom they talk to.</summary>
public sealed class TransferTests(Appliance appliance) : IClassFixture<Appliance>
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>The one call that talks, or whose caller is in a menu.</summary>
    private static async Task<string> CallIdAsync(Appliance appliance, string state)
    {
        string id = "";
        await Clock.UntilAsync(async () =>
        {
            Row[] active = [.. await appliance.Database.QueryAsync("SELECT * FROM active_calls")];
            if (active is not [{ } call] || call["status"] != state) return false;
            id = call["call_id"]!;
            return true;
        }, s_patience.TotalSeconds, () => $"no call is {state}");
        return id;
    }

    [Fact]
    public Task A_caller_on_hold_is_transferred_over_HTTP_and_hears_the_other_phone() => appliance.RunAsync(async () =>
    {
        Sound one = await Speech.TestSignalAsync("en-us"), two = await Speech.TestSignalAsync("en-gb-scotland");
        await using BaresipPhone called = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1001"));
        await using BaresipPhone target = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1003") with { Says = one });
        await using BaresipPhone caller = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1002") with { Says = two });
        await caller.CallAsync(caller.Number("1001"));
        string id = await CallIdAsync(appliance, "talking");
        await called.HoldAsync();

        await appliance.Tandem.CliAsync("person", "add", "olga", "--role", "operator", "--password", "long enough for olga");
        string token = (await appliance.Tandem.CliAsync("token", "add", "test", "--person", "olga", "--scope", "live-calls:write"))
            .Split('\n').Single(line => line.StartsWith("tnd_", StringComparison.Ordinal)).Split(' ')[0];
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var address = new Uri($"http://127.0.0.1:{appliance.Tandem.WebPort}/api/v1/live-calls/{id}/transfer");
        using (HttpResponseMessage refused = await http.PostAsJsonAsync(address, new { to = "1001" }))
        {
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
            JsonElement problem = await refused.Content.ReadFromJsonAsync<JsonElement>();
            Assert.Equal("1001 is in this call already.", problem.GetProperty("errors").GetProperty("to")[0].GetString());
        }
        using (HttpResponseMessage done = await http.PostAsJsonAsync(address, new { to = "1003", party = "caller" }))
            Assert.True(done.IsSuccessStatusCode, await done.Content.ReadAsStringAsync());
        await called.NextAsync("CALL_CLOSED", s_patience);
        await target.NextAsync("CALL_ESTABLISHED", s_patience);
        await Clock.SecondsAsync(4.5);
        await target.HangUpAsync();
        await caller.NextAsync("CALL_CLOSED", s_patience);

        Row call = await appliance.EndedAsync("1002", "1001", "completed");
        Assert.Equal("1002 transferred to 1003 by olga; callee: hung up", call["reason"]);
        await Appliance.AssertHeardAsync(caller, one, 3);
        await Appliance.AssertHeardAsync(target, two, 3);
        IReadOnlyList<Row> legs = await appliance.LegsAsync(call, 3);
        Assert.All(legs, leg => Assert.Equal(0, leg.Number("packets_lost")));
        Row change = Assert.Single(await appliance.Database.QueryAsync("SELECT * FROM audit WHERE who = 'olga'"));
        Assert.Equal($"/live-calls/{id}/transfer", change["target"]);
    });

    [Fact]
    public Task A_failed_transfer_leaves_the_talk_and_the_called_party_can_be_sent_to_a_menu() => appliance.RunAsync(async () =>
    {
        Sound one = await Speech.TestSignalAsync("en-us"), two = await Speech.TestSignalAsync("en-gb-scotland");
        await using BaresipPhone called = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1002") with { Says = two });
        await using BaresipPhone caller = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1001") with { Says = one });
        await caller.CallAsync(caller.Number("1002"));
        string id = await CallIdAsync(appliance, "talking");
        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            appliance.Tandem.CliAsync("calls", "transfer", id, "1003", "--party", "callee"));
        Assert.Contains("No phone of 1003 is registered.", refused.Message, StringComparison.Ordinal);
        Assert.False(caller.Reported("CALL_CLOSED") || called.Reported("CALL_CLOSED"));
        await appliance.Tandem.CliAsync("calls", "transfer", id, "9999", "--party", "callee");
        await caller.NextAsync("CALL_CLOSED", s_patience);
        await CallIdAsync(appliance, "ivr");
        await called.PressAsync("1");    // rings 1001, who called at first
        await CallIdAsync(appliance, "talking");
        await Clock.SecondsAsync(4.5);
        await called.HangUpAsync();
        Row call = await appliance.EndedAsync("1001", "1002", "completed");
        Assert.Equal("1002 transferred to 9999 by owner; caller: hung up", call["reason"]);
        await Appliance.AssertHeardAsync(called, one, 3);
        await Appliance.AssertHeardAsync(caller, two, 3);
    });

    [Fact]
    public Task A_caller_goes_on_to_the_agent_who_is_free() => appliance.RunAsync(async () =>
    {
        Sound one = await Speech.TestSignalAsync("en-us"), two = await Speech.TestSignalAsync("en-gb-scotland");
        await appliance.Tandem.CliAsync("extension", "add", "3000", "agents", "*");
        (int first, int second) = ((await appliance.AgentAsync("1001")).Number("total_calls"), (await appliance.AgentAsync("1002")).Number("total_calls"));
        await using BaresipPhone busy = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1001"));
        await using BaresipPhone free = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1002") with { Says = one });
        await using BaresipPhone caller = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1003") with { Says = two });
        await caller.CallAsync(caller.Number("1001"));
        string id = await CallIdAsync(appliance, "talking");
        await appliance.Tandem.CliAsync("calls", "transfer", id, "3000");
        await busy.NextAsync("CALL_CLOSED", s_patience);
        await free.NextAsync("CALL_ESTABLISHED", s_patience);
        await Clock.UntilAsync(async () => await AgentsAsync() == ("available", "busy"), s_patience.TotalSeconds, () => "the agents are not shown as they are");
        await Clock.SecondsAsync(4.5);
        await free.HangUpAsync();
        await caller.NextAsync("CALL_CLOSED", s_patience);
        Row call = await appliance.EndedAsync("1003", "1001", "completed");
        Assert.Equal(("1003 transferred to 3000 by owner; callee: hung up", "1002"), (call["reason"], call["agent_extension"]));
        Assert.Equal(("available", "available"), await AgentsAsync());
        Assert.Equal((first, second + 1), ((await appliance.AgentAsync("1001")).Number("total_calls"), (await appliance.AgentAsync("1002")).Number("total_calls")));
        await Appliance.AssertHeardAsync(caller, one, 3);
        await Appliance.AssertHeardAsync(free, two, 3);

        async Task<(string?, string?)> AgentsAsync() => ((await appliance.AgentAsync("1001"))["status"], (await appliance.AgentAsync("1002"))["status"]);
    });

    [Fact]
    public Task A_callee_goes_on_to_who_of_a_group_is_not_in_the_call() => appliance.RunAsync(async () =>
    {
        Sound one = await Speech.TestSignalAsync("en-us"), two = await Speech.TestSignalAsync("en-gb-scotland");
        await appliance.Tandem.CliAsync("group", "set", "sales", "--members", "1001,1002,1003");
        await appliance.Tandem.CliAsync("extension", "add", "3100", "group", "sales");
        await using BaresipPhone called = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1002") with { Says = two });
        await using BaresipPhone caller = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1001"));
        await caller.CallAsync(caller.Number("1002"));
        string id = await CallIdAsync(appliance, "talking");
        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            appliance.Tandem.CliAsync("calls", "transfer", id, "3100", "--party", "callee"));
        Assert.Contains("No phone of 3100 is registered.", refused.Message, StringComparison.Ordinal);
        Assert.False(caller.Reported("CALL_CLOSED") || called.Reported("CALL_CLOSED"));
        await using BaresipPhone third = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1003") with { Says = one });
        await appliance.Tandem.CliAsync("calls", "transfer", id, "3100", "--party", "callee");
        await caller.NextAsync("CALL_CLOSED", s_patience);
        await third.NextAsync("CALL_ESTABLISHED", s_patience);
        await Clock.SecondsAsync(4.5);
        await third.HangUpAsync();
        await called.NextAsync("CALL_CLOSED", s_patience);
        Row call = await appliance.EndedAsync("1001", "1002", "completed");
        Assert.Equal("1002 transferred to 3100 by owner; callee: hung up", call["reason"]);
        await appliance.LegsAsync(call, 3);
        await Appliance.AssertHeardAsync(called, one, 3);
        await Appliance.AssertHeardAsync(third, two, 3);
    });

    [Fact]
    public Task A_caller_is_taken_out_of_a_menu() => appliance.RunAsync(async () =>
    {
        Sound one = await Speech.TestSignalAsync("en-us"), two = await Speech.TestSignalAsync("en-gb-scotland");
        await using BaresipPhone target = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1003") with { Says = one });
        await using BaresipPhone caller = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1002") with { Says = two });
        await caller.CallAsync(caller.Number("9999"));
        string id = await CallIdAsync(appliance, "ivr");
        await appliance.Tandem.CliAsync("calls", "transfer", id, "1003");
        await target.NextAsync("CALL_ESTABLISHED", s_patience);
        await CallIdAsync(appliance, "talking");
        await Clock.SecondsAsync(4.5);
        await caller.HangUpAsync();
        Row call = await appliance.EndedAsync("1002", "9999", "completed");
        Assert.Equal("1002 transferred to 1003 by owner; caller: hung up", call["reason"]);
        await Appliance.AssertHeardAsync(caller, one, 3);
        await Appliance.AssertHeardAsync(target, two, 3);
    });
}
