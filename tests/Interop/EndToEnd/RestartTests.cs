using Interop.Audio;
using Interop.Peers;
using Xunit;

namespace Interop.EndToEnd;

public sealed class RestartTests
{
    [Fact]
    public async Task After_a_kill_the_next_start_closes_the_calls_that_were_open()
    {
        await using TandemProcess tandem = await TandemProcess.StartAsync(new TandemSetup());
        await using BaresipPhone agent = await BaresipPhone.StartAsync(tandem.Phone("1001"));
        await using BaresipPhone caller = await BaresipPhone.StartAsync(tandem.Phone("1002"));
        await caller.CallAsync(caller.Number("9999"));
        await caller.PressAsync("3");
        await agent.NextAsync("CALL_ESTABLISHED");
        await Clock.UntilAsync(async () => (await tandem.Database.QueryAsync("SELECT * FROM agents WHERE current_calls = 1")).Count == 1, 5, () => "no agent is busy");

        await tandem.KillAsync();
        Row open = Assert.Single(await tandem.Database.QueryAsync("SELECT * FROM call_logs"));
        Assert.Equal("active", open["status"]);
        Assert.Null(open["end_time"]);
        Assert.Single(await tandem.Database.QueryAsync("SELECT * FROM active_calls"));
        await tandem.StartAsync();

        Row call = await Appliance.EndedAsync(tandem, "1002", "9999", "failed");
        Assert.False(string.IsNullOrEmpty(call["reason"]), call.ToString());
        await Clock.UntilAsync(async () => (await tandem.Database.QueryAsync("SELECT * FROM active_calls")).Count == 0, 5, () => "active_calls is not cleared");
        Assert.Empty(await tandem.Database.QueryAsync("SELECT * FROM agents WHERE current_calls <> 0"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_registered_phone_is_reached_after_a_restart_before_it_registers_again(bool killed)
    {
        await using TandemProcess tandem = await TandemProcess.StartAsync(new TandemSetup());
        await using BaresipPhone called = await BaresipPhone.StartAsync(tandem.Phone("1001") with { RegisterSeconds = 3600 });
        await Clock.UntilAsync(async () => (await tandem.Database.QueryAsync("SELECT * FROM registrations")).Count == 1, 30, () => "the binding is not stored");

        if (killed) await tandem.KillAsync();
        else Assert.Equal(0, await tandem.StopAsync());
        await tandem.StartAsync();
        await using BaresipPhone caller = await BaresipPhone.StartAsync(tandem.Phone("1002"));
        await caller.CallAsync(caller.Number("1001"));

        await called.NextAsync("CALL_ESTABLISHED");
        Assert.Single(called.Events, e => e.Type == "REGISTER_OK");
        await caller.HangUpAsync();
        await Appliance.EndedAsync(tandem, "1002", "1001", "completed");
    }

    [Fact]
    public async Task An_orderly_stop_ends_the_calls_and_logs_them()
    {
        await using TandemProcess tandem = await TandemProcess.StartAsync(new TandemSetup());
        await using BaresipPhone caller = await BaresipPhone.StartAsync(tandem.Phone("1002"));
        await caller.CallAsync(caller.Number("9999"));

        Assert.Equal(0, await tandem.StopAsync());

        await caller.NextAsync("CALL_CLOSED");
        Row call = Assert.Single(await tandem.Database.QueryAsync("SELECT * FROM call_logs"));
        Assert.NotNull(call["end_time"]);
        Assert.Empty(await tandem.Database.QueryAsync("SELECT * FROM active_calls"));
    }

    [Fact]
    public async Task The_first_call_after_a_start_is_as_good_as_the_later_ones()
    {
        await using TandemProcess tandem = await TandemProcess.StartAsync(new TandemSetup());
        Assert.Equal(0, await tandem.StopAsync());
        Sound prompt = await Appliance.ReferenceAsync(tandem, TandemSetup.Welcome);
        await tandem.StartAsync();

        await Appliance.RunAsync(tandem, async () =>
        {
            double[] longest = new double[5];
            for (int call = 0; call < longest.Length; call++)
            {
                int port = Ports.Rtp(4);
                using RtpPeer peer = new(tandem.Setup.Address, port);
                SippResult result = await Sipp.RunAsync(tandem.Sipp("call") with { MediaPort = port, Pause = prompt.Duration + TimeSpan.FromSeconds(0.5) });
                Assert.True(result.Succeeded(1), result.ToString());
                RtpStream stream = Assert.Single(peer.Streams);
                AudioMatch match = AudioMatch.Find(prompt, stream.ToSound());
                Assert.True(match.Passes, $"call {call + 1}: {match}");
                Assert.Equal((0, 0), (stream.SequenceErrors, stream.TimestampErrors));
                longest[call] = stream.PacingMs.Max();
            }
            Figures.Write($"start to ready {tandem.StartTime.TotalMilliseconds:F0} ms; largest deviation from 20 ms in the prompt: first call {longest[0]:F1} ms, later calls {longest[1..].Max():F1} ms");
            Assert.True(tandem.StartTime < TimeSpan.FromSeconds(2), $"ready after {tandem.StartTime}");
            Assert.True(longest[0] < 20, $"a gap of {longest[0]:F1} ms in the first prompt");
        });
    }

    [Fact]
    public async Task An_appliance_out_of_the_box_speaks_its_own_menu_at_9999()
    {
        await using TandemProcess tandem = await TandemProcess.StartAsync(new TandemSetup { Seeded = false, Settings = [Appliance.ShortWait] });
        Figures.Write($"very first start to ready {tandem.StartTime.TotalMilliseconds:F0} ms");
        await Appliance.RunAsync(tandem, async () =>
        {
            Row menu = Assert.Single(await tandem.Database.QueryAsync("SELECT welcome_message FROM ivr_menus WHERE menu_id = 'main'"));
            Sound prompt = await Appliance.ReferenceAsync(tandem, menu["welcome_message"]!);
            await tandem.CliAsync("user", "password", "1001", "--password", TandemSetup.Password);
            await using BaresipPhone phone = await BaresipPhone.StartAsync(tandem.Phone("1001"));
            await phone.CallAsync(phone.Number("9999"));
            await Clock.SecondsAsync(prompt.Duration.TotalSeconds + 2.5);
            await phone.HangUpAsync();

            AudioMatch match = AudioMatch.Find(prompt, await phone.HeardLastAsync());
            Assert.True(match.Passes, match.ToString());
        });
    }
}
