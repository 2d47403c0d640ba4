using Interop.Audio;
using Interop.Peers;
using Xunit;

namespace Interop.EndToEnd;

/// <summary>Transfers that fail: the caller is told why and is back in the menu.</summary>
public sealed class RefusalTests(RefusalTests.Impatient appliance) : IClassFixture<RefusalTests.Impatient>
{
    public sealed class Impatient : Appliance
    {
        protected override TandemSetup Setup => new() { Settings = ["calls.ring_seconds=3", ShortWait] };
    }

    [Fact]
    public Task Busy_is_said_and_the_menu_comes_again() => appliance.RunAsync(async () =>
    {
        await using BaresipPhone called = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1001") with { AutoAnswer = false });
        await using BaresipPhone caller = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1002"));

        await caller.CallAsync(caller.Number("9999"));
        await caller.PressAsync("1");
        await called.NextAsync("CALL_INCOMING");
        // baresip refuses a ringing call with 486.
        await called.HangUpAsync();
        await ToldAsync(appliance, caller, "Sorry, that line is busy.");
    });

    [Fact]
    public Task No_answer_is_said_and_the_other_phone_stops_ringing() => appliance.RunAsync(async () =>
    {
        await using BaresipPhone called = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1001") with { AutoAnswer = false });
        await using BaresipPhone caller = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1002"));

        await caller.CallAsync(caller.Number("9999"));
        await caller.PressAsync("1");
        await called.NextAsync("CALL_INCOMING");
        await called.NextAsync("CALL_CLOSED");
        await ToldAsync(appliance, caller, "Sorry, nobody answered.");
    });

    [Fact]
    public Task A_number_without_a_phone_is_said() => appliance.RunAsync(async () =>
    {
        await using BaresipPhone caller = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1002"));

        await caller.CallAsync(caller.Number("9999"));
        await caller.PressAsync("4");
        await ToldAsync(appliance, caller, "Sorry, that line cannot be reached right now.");
    });

    [Fact]
    public async Task A_phone_that_has_lost_power_is_said()
    {
        // Its binding stays, which the other tests must not meet.
        await using Impatient own = new();
        await own.InitializeAsync();
        await own.RunAsync(async () =>
        {
            await using BaresipPhone called = await BaresipPhone.StartAsync(own.Tandem.Phone("1001"));
            await called.KillAsync();
            await using BaresipPhone caller = await BaresipPhone.StartAsync(own.Tandem.Phone("1002"));

            await caller.CallAsync(caller.Number("9999"));
            await caller.PressAsync("1");
            await Clock.SecondsAsync(3);
            await ToldAsync(own, caller, null);
        });
    }

    [Fact]
    public Task A_caller_who_hangs_up_cancels_the_ringing_phone() => appliance.RunAsync(async () =>
    {
        await using BaresipPhone called = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1001") with { AutoAnswer = false });
        await using BaresipPhone caller = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1002"));

        await caller.CallAsync(caller.Number("9999"));
        await caller.PressAsync("1");
        await called.NextAsync("CALL_INCOMING");
        await caller.HangUpAsync();
        await called.NextAsync("CALL_CLOSED", TimeSpan.FromSeconds(2));
        Row call = await appliance.EndedAsync("1002", "9999", "completed");
        IReadOnlyList<Row> legs = await appliance.LegsAsync(call, 2);
        Assert.Null(legs[1]["answer_time"]);
    });

    [Fact]
    public Task Three_times_no_choice_is_goodbye() => appliance.RunAsync(async () =>
    {
        Sound sorry = await appliance.ReferenceAsync("Sorry, that is not a valid choice."), goodbye = await appliance.ReferenceAsync("Goodbye.");
        await using BaresipPhone caller = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1002"));

        await caller.CallAsync(caller.Number("9999"));
        for (int i = 0; i < 3; i++)
        {
            await caller.PressAsync("8");
            await Clock.SecondsAsync(2.5);
        }
        await caller.NextAsync("CALL_CLOSED");

        Sound heard = await caller.HeardLastAsync();
        Assert.True(AudioMatch.Find(sorry, heard).Passes, AudioMatch.Find(sorry, heard).ToString());
        // The call ends with the word: a phone's jitter buffer keeps its last packets.
        goodbye = goodbye.Slice(TimeSpan.Zero, goodbye.Duration - TimeSpan.FromSeconds(0.2));
        Assert.True(AudioMatch.Find(goodbye, heard).Passes, AudioMatch.Find(goodbye, heard).ToString());
        await appliance.EndedAsync("1002", "9999", "completed");
    });

    /// <summary>The reason, where one is named, then the menu; then the caller goes.</summary>
    private static async Task ToldAsync(Appliance appliance, BaresipPhone caller, string? reason)
    {
        Sound menu = await appliance.ReferenceAsync(TandemSetup.Welcome);
        await Clock.SecondsAsync(menu.Duration.TotalSeconds + 6);
        await caller.HangUpAsync();
        await appliance.EndedAsync("1002", "9999", "completed");

        Sound heard = (await caller.HeardLastAsync()).Last(menu.Duration + TimeSpan.FromSeconds(8));
        AudioMatch again = AudioMatch.Find(menu, heard);
        Assert.True(again.Passes, $"the menu does not come again: {again}");
        if (reason is null) return;
        AudioMatch told = AudioMatch.Find(await appliance.ReferenceAsync(reason), heard);
        Assert.True(told.Passes, $"'{reason}' was not said: {told}");
        Assert.True(told.Offset < again.Offset, "the reason comes before the menu");
    }
}
