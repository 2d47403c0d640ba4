using System.Globalization;
using System.Net;
using System.Text.Json;
using Interop.Defence;
using Interop.Peers;
using Tandem.Routing;
using Tandem.Storage;
using Xunit;

namespace Interop.Trunks;

/// <summary>A user with the right password, or somebody who has it: no further than the guard lets him, whichever way he tries. The gateway would take every call.</summary>
public sealed class GuardTests(GuardedTrunk trunk) : IClassFixture<GuardedTrunk>
{
    private const string Abroad = "+442079460000";

    private static int s_addresses;

    private async Task<DigestCaller> PhoneAsync(string user)
    {
        DigestCaller phone = new(new IPAddress([127, 7, 8, (byte)Interlocked.Increment(ref s_addresses)]), trunk.Tandem.Sip, user, TandemSetup.Password);
        Assert.Equal(200, await Task.Run(phone.Register));
        return phone;
    }

    private Task ConfigureAsync(PlainGateway gateway, string[] users, Action<DbSession>? more = null) => trunk.ConfigureAsync(Trunk.Acme, [Trunk.Uri(gateway.Port)], session =>
    {
        foreach (string user in users) UserStore.Save(session, User.WithPassword(user, "", "tandem", TandemSetup.Password), DateTimeOffset.UtcNow);
        more?.Invoke(session);
    });

    private static async Task HeardAsync(IAsyncEnumerable<JsonElement> events, string user, string rule)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        await foreach (JsonElement alarm in events.WithCancellation(limit.Token))
        {
            string text = alarm.GetRawText();
            if (text.Contains($"\"{user}\"", StringComparison.Ordinal) && text.Contains($"\"{rule}\"", StringComparison.Ordinal)) return;
        }
        Assert.Fail($"no alarm of {user} and {rule}");
    }

    [Theory]
    [InlineData("2001", "+442079460000")]
    [InlineData("2002", "00442079460000")]
    [InlineData("2003", "+18765550100")]
    public Task A_country_that_is_not_on_the_list_is_refused_and_an_alarm_tells_of_it(string user, string number) => trunk.RunAsync(async () =>
    {
        await using PlainGateway gateway = new();
        await ConfigureAsync(gateway, [user]);
        IAsyncEnumerable<JsonElement> events = await trunk.Tandem.WatchAsync("fraud.alarm", TestContext.Current.CancellationToken);
        using DigestCaller phone = await PhoneAsync(user);
        Assert.Equal(403, await Task.Run(() => phone.Dial(number).Status));
        await HeardAsync(events, user, "countries");
        Assert.Empty(gateway.Calls);
    });

    [Fact]
    public Task By_night_a_third_call_at_a_time_is_refused_until_one_ends() => trunk.RunAsync(async () =>
    {
        await using PlainGateway gateway = new();
        await ConfigureAsync(gateway, ["2011"]);
        IAsyncEnumerable<JsonElement> events = await trunk.Tandem.WatchAsync("fraud.alarm", TestContext.Current.CancellationToken);
        using DigestCaller phone = await PhoneAsync("2011");
        DialledCall[] calls = [await Task.Run(() => phone.Dial(Trunk.Number)), await Task.Run(() => phone.Dial(Trunk.Number))];
        Assert.Equal([200, 200], calls.Select(call => call.Status));
        Assert.Equal(403, await Task.Run(() => phone.Dial(Trunk.Number).Status));
        await HeardAsync(events, "2011", "calls");
        Assert.Equal(2, gateway.Calls.Count);
        await Task.Run(() => phone.HangUp(calls[0]));
        DialledCall again = await Task.Run(() => phone.Dial(Trunk.Number));
        Assert.Equal(200, again.Status);
        await Task.Run(() => phone.HangUp(again));
        await Task.Run(() => phone.HangUp(calls[1]));
    });

    [Fact]
    public Task By_night_a_fifth_call_within_a_minute_is_refused() => trunk.RunAsync(async () =>
    {
        await using PlainGateway gateway = new();
        await ConfigureAsync(gateway, ["2012"]);
        IAsyncEnumerable<JsonElement> events = await trunk.Tandem.WatchAsync("fraud.alarm", TestContext.Current.CancellationToken);
        using DigestCaller phone = await PhoneAsync("2012");
        int begun = 0;
        for (DialledCall call; begun < 30 && (call = await Task.Run(() => phone.Dial(Trunk.Number))).Status == 200; begun++) await Task.Run(() => phone.HangUp(call));
        await HeardAsync(events, "2012", "calls_per_minute");
        Assert.InRange(begun, 4, 29);    // more than four only where the host takes a minute for them
        Assert.Equal(begun, gateway.Calls.Count);
    });

    [Fact]
    public Task Minutes_that_are_used_up_stay_used_up_after_a_restart() => trunk.RunAsync(async () =>
    {
        await using PlainGateway gateway = new();
        await ConfigureAsync(gateway, ["2013"]);
        await trunk.Tandem.StopAsync();
        string today = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await trunk.Database.ExecuteAsync($"INSERT INTO guard_usage (user_name, day, seconds, night, night_seconds, refused) VALUES ('2013', '{today}', 28800, '{today}', 0, 0)");
        await trunk.Tandem.StartAsync();
        IAsyncEnumerable<JsonElement> events = await trunk.Tandem.WatchAsync("fraud.alarm", TestContext.Current.CancellationToken);
        using DigestCaller phone = await PhoneAsync("2013");
        Assert.Equal(403, await Task.Run(() => phone.Dial(Trunk.Number).Status));
        await HeardAsync(events, "2013", "minutes");
        Assert.Empty(gateway.Calls);
    });

    [Fact]
    public Task A_user_who_forwards_abroad_pays_for_it_and_may_not() => trunk.RunAsync(async () =>
    {
        await using PlainGateway gateway = new();
        await ConfigureAsync(gateway, ["2021", "2022"], session => ForwardingStore.Save(session, new Forwarding("2022") { Always = Abroad }, DateTimeOffset.UtcNow));
        IAsyncEnumerable<JsonElement> events = await trunk.Tandem.WatchAsync("fraud.alarm", TestContext.Current.CancellationToken);
        using DigestCaller phone = await PhoneAsync("2021");
        Assert.InRange(await Task.Run(() => phone.Dial("2022").Status), 400, 699);
        await HeardAsync(events, "2022", "countries");
        Assert.Empty(gateway.Calls);
    });

    [Fact]
    public Task A_phone_that_sends_its_call_abroad_with_302_pays_for_it_and_may_not() => trunk.RunAsync(async () =>
    {
        await using PlainGateway gateway = new();
        await ConfigureAsync(gateway, ["2023", "2024"]);
        IAsyncEnumerable<JsonElement> events = await trunk.Tandem.WatchAsync("fraud.alarm", TestContext.Current.CancellationToken);
        using DigestCaller phone = await PhoneAsync("2023"), called = await PhoneAsync("2024");
        Task<bool> deflected = Task.Run(() => called.Deflect($"sip:{Abroad}@{Trunk.Carrier}:{gateway.Port}", patience: 30));
        Assert.InRange(await Task.Run(() => phone.Dial("2024").Status), 400, 699);
        Assert.True(await deflected);
        await HeardAsync(events, "2024", "countries");
        Assert.Empty(gateway.Calls);
    });

    [Fact]
    public Task A_number_of_ours_that_is_forwarded_abroad_leads_nowhere() => trunk.RunAsync(async () =>
    {
        await using PlainGateway gateway = new();
        await ConfigureAsync(gateway, [], session => DidStore.Save(session, new Did(Trunk.Did, false, null, ExtensionKind.User, "") { ForwardTo = Abroad, ForwardAlways = true }, DateTimeOffset.UtcNow));
        IAsyncEnumerable<JsonElement> events = await trunk.Tandem.WatchAsync("fraud.alarm", TestContext.Current.CancellationToken);
        using DigestCaller carrier = new(Trunk.Carrier, trunk.Tandem.Sip, "+34600111222", "");
        string answer = await Task.Run(() => carrier.Probe("INVITE", Trunk.Did, patience: 30));
        Assert.Matches("^SIP/2.0 [456]", answer);
        await HeardAsync(events, $"number {Trunk.Did}", "countries");
        Assert.Empty(gateway.Calls);
    });

    [Fact]
    public Task A_caller_cannot_transfer_his_call_abroad() => trunk.RunAsync(async () =>
    {
        await using PlainGateway gateway = new();
        await ConfigureAsync(gateway, ["2031"]);
        using DigestCaller phone = await PhoneAsync("2031");
        DialledCall call = await Task.Run(() => phone.Dial("9999"));
        Assert.Equal(200, call.Status);
        foreach (string to in (string[])[$"sip:{Abroad}@{trunk.Tandem.Sip}", $"sip:{Abroad}@{Trunk.Carrier}:{gateway.Port}", $"tel:{Abroad}"])
            Assert.InRange(await Task.Run(() => phone.InCall(call, "REFER", $"Refer-To: <{to}>\r\nReferred-By: <sip:2031@tandem>\r\n")), 400, 699);
        await Task.Run(() => phone.HangUp(call));
        Assert.Empty(gateway.Calls);
    });
}
