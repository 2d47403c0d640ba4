using Interop.Peers;
using Xunit;

namespace Interop.EndToEnd;

/// <summary>Timers and limits that end calls, with small values.</summary>
public sealed class LimitTests
{
    [Fact]
    public Task An_answer_that_is_never_acknowledged_ends_with_BYE_after_64_T1() =>
        OnAsync(new TandemSetup { Settings = ["sip.t1_ms=50"] }, async tandem =>
        {
            SippResult result = await Sipp.RunAsync(tandem.Sipp("never_acked"));

            Assert.True(result.Succeeded(1), result.ToString());
            await Appliance.EndedAsync(tandem, "1001", "9999", "failed");
        });

    [Fact]
    public Task A_silent_peer_is_given_up_after_the_media_timeout() =>
        OnAsync(new TandemSetup { Settings = ["media.timeout_s=5"] }, async tandem =>
        {
            SippResult result = await Sipp.RunAsync(tandem.Sipp("called_off"));

            Assert.True(result.Succeeded(1), result.ToString());
            Row call = await Appliance.EndedAsync(tandem, "1001", "9999", "failed");
            Assert.Contains("media timeout", call["reason"], StringComparison.OrdinalIgnoreCase);
            Assert.InRange(call.Number("duration"), 4, 9);
        });

    [Fact]
    public Task A_call_on_hold_outlives_the_media_timeout() =>
        OnAsync(new TandemSetup { Settings = ["media.timeout_s=5", "ivr.first_digit_ms=30000"] }, async tandem =>
        {
            await using BaresipPhone phone = await BaresipPhone.StartAsync(tandem.Phone("1001"));
            await phone.CallAsync(phone.Number("9999"));
            await Clock.SecondsAsync(1);
            await phone.HoldAsync();
            await Clock.SecondsAsync(8);
            Assert.False(phone.Reported("CALL_CLOSED"));
            await phone.ResumeAsync();
            await Clock.SecondsAsync(2);
            Assert.False(phone.Reported("CALL_CLOSED"));
            await phone.HangUpAsync();
            await Appliance.EndedAsync(tandem, "1001", "9999", "completed");
        });

    [Fact]
    public Task Without_a_free_port_a_call_is_503_and_the_calls_in_progress_go_on() =>
        OnAsync(new TandemSetup { MediaPorts = 4 }, async tandem =>
        {
            // A port rests for 5 s after a call, that which the appliance makes to itself at its start too.
            await Clock.SecondsAsync(6);
            await using SippRun two = await Sipp.StartAsync(tandem.Sipp("call") with { Calls = 2, Pause = TimeSpan.FromSeconds(3) });
            await Clock.SecondsAsync(1.5);

            SippResult third = await Sipp.RunAsync(tandem.Sipp("refused_503"));

            Assert.True(third.Succeeded(1), third.ToString());
            SippResult others = await two.ResultAsync();
            Assert.True(others.Succeeded(2), others.ToString());
            await Clock.SecondsAsync(6);
            SippResult later = await Sipp.RunAsync(tandem.Sipp("call"));
            Assert.True(later.Succeeded(1), later.ToString());
        });

    private static async Task OnAsync(TandemSetup setup, Func<TandemProcess, Task> test)
    {
        await using TandemProcess tandem = await TandemProcess.StartAsync(setup);
        await Appliance.RunAsync(tandem, () => test(tandem));
    }
}
