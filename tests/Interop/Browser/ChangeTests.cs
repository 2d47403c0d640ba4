using System.Diagnostics;
using Interop.Audio;
using Interop.EndToEnd;
using Interop.Peers;
using Xunit;

namespace Interop.Browser;

/// <summary>What happens to a browser's call on its way: hold, mute, new offers, a lost WebSocket, a page that goes.</summary>
[Collection(Browsers.Name)]
public sealed class ChangeTests(Browsers browsers, WebAppliance appliance) : IClassFixture<WebAppliance>
{
    [Theory]
    [InlineData("JsSIP")]
    [InlineData("SIP.js")]
    public Task Mute_hold_and_new_offers_keep_the_call_and_its_sound(string library) => appliance.RunAsync(async () =>
    {
        await using BaresipPhone called = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1001") with { Says = browsers.Two.Says });
        await using WebPhone caller = await appliance.PhoneAsync(browsers.One, browsers.Pages, library, "1003");
        await caller.CallAsync("1001");
        await Clock.SecondsAsync(2);

        await caller.MuteAsync();
        await Clock.SecondsAsync(2);
        Sound muted = (await called.HeardLastAsync()).Last(TimeSpan.FromSeconds(0.8));
        Assert.True(muted.Samples.Max(s => Math.Abs((int)s)) < 200, $"a muted browser is heard: {muted.Samples.Max(s => Math.Abs((int)s))}");
        await caller.UnmuteAsync();

        await caller.HoldAsync();
        await Clock.SecondsAsync(1);
        await caller.ForgetAsync();
        await Clock.SecondsAsync(1);
        Sound held = (await caller.HeardAsync()).Last(TimeSpan.FromSeconds(0.5));
        Assert.True(held.Samples.Length == 0 || held.Samples.Max(s => Math.Abs((int)s)) < 200, "who holds still hears the other");
        await caller.ResumeAsync();

        await caller.RenegotiateAsync();
        await caller.RenegotiateAsync(iceRestart: true);
        await Talk.UntilHeardAsync(
            new(caller.HeardAsync, browsers.Two.Says, $"{library} after hold and new offers"),
            new(called.HeardLastAsync, browsers.One.Says, $"a phone after {library}'s hold and new offers"));
        await caller.HangUpAsync();
        await called.NextAsync("CALL_CLOSED");
        await appliance.EndedAsync("1003", "1001", "completed");
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_call_outlives_its_WebSocket_and_is_ended_over_the_next_one(bool withItsAck) => appliance.RunAsync(async () =>
    {
        await using BaresipPhone called = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1001") with { Says = browsers.Two.Says });
        await using WebPhone caller = await appliance.PhoneAsync(browsers.One, browsers.Pages, "JsSIP", "1003");
        if (withItsAck) await caller.LoseAckAsync();
        await caller.CallAsync("1001");
        if (!withItsAck) await caller.DropAsync();
        await caller.UntilRegisteredAgainAsync();
        await Talk.UntilHeardAsync(new Talk(caller.HeardAsync, browsers.Two.Says, $"a browser whose WebSocket was lost{(withItsAck ? " with its ACK" : "")}"));

        await called.HangUpAsync();

        await caller.UntilEndedAsync();
        await appliance.EndedAsync("1003", "1001", "completed");
    });

    [Fact]
    public Task A_page_that_is_reloaded_in_mid_call_ends_the_call_within_the_consent_timeout() => appliance.RunAsync(async () =>
    {
        await using BaresipPhone called = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1001"));
        await using WebPhone caller = await appliance.PhoneAsync(browsers.One, browsers.Pages, "SIP.js", "1003");
        await caller.CallAsync("1001");
        await Clock.SecondsAsync(1);

        await caller.Tab.ReloadAsync();

        long reloaded = Stopwatch.GetTimestamp();
        await called.NextAsync("CALL_CLOSED", TimeSpan.FromSeconds(40));
        TimeSpan after = Stopwatch.GetElapsedTime(reloaded);
        Figures.Write($"a page reloaded in mid-call: the other phone is free after {after.TotalSeconds:F1} s");
        Assert.True(after < TimeSpan.FromSeconds(35), $"after {after}");
        await Clock.UntilAsync(async () => (await appliance.Database.QueryAsync("SELECT * FROM active_calls")).Count == 0, 5, () => "the call is still active");
        foreach (Row row in await appliance.Database.QueryAsync("SELECT call_id FROM call_logs")) appliance.Tandem.SeenCalls.Add(row["call_id"]!);
    });
}
