using System.Net;
using Interop.Audio;
using Interop.Peers;
using Xunit;

namespace Interop.EndToEnd;

/// <summary>The spine: a phone calls 9999, hears the menu, presses a digit and talks to another phone; the tables say so afterwards.</summary>
public sealed class MenuCallTests(Appliance appliance) : IClassFixture<Appliance>
{
    [Theory]
    [InlineData("127.0.0.1", "udp", "PCMU")]
    [InlineData("127.0.0.1", "udp", "PCMA")]
    [InlineData("127.0.0.1", "tcp", "PCMU")]
    [InlineData("127.0.0.1", "tls", "PCMU")]
    [InlineData("::1", "udp", "PCMU")]
    public Task A_caller_of_9999_hears_the_menus_words_and_no_others(string address, string transport, string codec) => appliance.RunAsync(async () =>
    {
        Sound prompt = await appliance.ReferenceAsync(TandemSetup.Welcome);
        Sound other = await appliance.ReferenceAsync("Our office is closed today. Please call again tomorrow morning, or leave your name and number after the tone.");
        await using BaresipPhone phone = await BaresipPhone.StartAsync(Reaching(appliance.Tandem.Phone("1001", transport), address) with { Codec = codec });

        await phone.CallAsync(phone.Number("9999"));
        await Clock.SecondsAsync(prompt.Duration.TotalSeconds + 2.5);
        await phone.HangUpAsync();
        Row call = await appliance.EndedAsync("1001", "9999", "completed");

        Sound heard = await phone.HeardLastAsync();
        AudioMatch match = AudioMatch.Find(prompt, heard);
        Assert.True(match.Passes && match.Voiced >= 4, match.ToString());
        Assert.True(match.Offset < TimeSpan.FromSeconds(0.5), $"the prompt began {match.Offset} after the first packet");
        AudioMatch wrong = AudioMatch.Find(other, heard);
        Assert.False(wrong.Passes, wrong.ToString());
        Row leg = Assert.Single(await appliance.LegsAsync(call, 1));
        Appliance.AssertGoodLeg(leg, codec);
        Assert.Equal(transport, leg["transport"]);
        Figures.Write($"prompt over {transport} {address} {codec}: lowest window {match.Lowest:F3}, starts {match.Offset.TotalMilliseconds:F0} ms after the first packet");
    });

    [Theory]
    [InlineData("127.0.0.1", "udp", true)]
    [InlineData("127.0.0.1", "udp", false)]
    [InlineData("127.0.0.1", "tcp", true)]
    [InlineData("127.0.0.1", "tls", true)]
    [InlineData("::1", "udp", false)]
    public Task Digit_1_connects_two_phones_that_hear_each_other_until_one_hangs_up(string address, string transport, bool callerHangsUp) =>
        appliance.RunAsync(async () =>
        {
            Sound one = await Speech.TestSignalAsync("en-us"), two = await Speech.TestSignalAsync("en-gb-scotland");
            PhoneOptions caller = Reaching(appliance.Tandem.Phone("1002", transport), address) with { Says = two };
            PhoneOptions called = Reaching(appliance.Tandem.Phone("1001", transport), address) with { Says = one };
            await TransferAsync(appliance, caller, called, callerHangsUp);
        });

    [Fact]
    public Task PCMU_and_PCMA_phones_hear_each_other() => appliance.RunAsync(async () =>
    {
        Sound one = await Speech.TestSignalAsync("en-us"), two = await Speech.TestSignalAsync("en-gb-scotland");
        await TransferAsync(appliance, appliance.Tandem.Phone("1002") with { Says = two, Codec = "PCMU" },
            appliance.Tandem.Phone("1001") with { Says = one, Codec = "PCMA" }, callerHangsUp: true);
    });

    [Fact]
    public Task An_IPv4_phone_over_TLS_and_an_IPv6_phone_over_UDP_hear_each_other() => appliance.RunAsync(async () =>
    {
        Sound one = await Speech.TestSignalAsync("en-us"), two = await Speech.TestSignalAsync("en-gb-scotland");
        await TransferAsync(appliance, appliance.Tandem.Phone("1002", "tls") with { Says = two },
            Reaching(appliance.Tandem.Phone("1001"), "::1") with { Says = one }, callerHangsUp: false);
    });

    [Fact]
    public Task An_agent_is_busy_during_the_call_and_counted_after_it() => appliance.RunAsync(async () =>
    {
        await using BaresipPhone agent = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1001"));
        await using BaresipPhone caller = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1003"));
        Row before = await appliance.AgentAsync("1001");

        await caller.CallAsync(caller.Number("9999"));
        await caller.PressAsync("3");
        await agent.NextAsync("CALL_ESTABLISHED");
        await Clock.UntilAsync(async () => (await appliance.AgentAsync("1001")).Number("current_calls") == 1, 3, () => "the agent has no call");
        Row active = Assert.Single(await appliance.Database.QueryAsync("SELECT * FROM active_calls"));
        Assert.Equal("1001", active["agent_extension"]);
        await caller.HangUpAsync();
        await agent.NextAsync("CALL_CLOSED");
        await appliance.EndedAsync("1003", "9999", "completed");

        Row after = await appliance.AgentAsync("1001");
        Assert.Equal(0, after.Number("current_calls"));
        Assert.Equal(before.Number("total_calls") + 1, after.Number("total_calls"));
        Assert.Equal("available", after["status"]);
    });

    [Fact]
    public Task The_caller_hears_ringback_while_the_other_phone_rings() => appliance.RunAsync(async () =>
    {
        await using BaresipPhone called = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1001") with { AutoAnswer = false });
        await using BaresipPhone caller = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1002"));

        await caller.CallAsync(caller.Number("9999"));
        await caller.PressAsync("1");
        await called.NextAsync("CALL_INCOMING");
        await Clock.SecondsAsync(2.5);
        await caller.HangUpAsync();
        await called.NextAsync("CALL_CLOSED");
        await appliance.EndedAsync("1002", "9999", "completed");

        double[] tones = Tones(await caller.HeardLastAsync());
        Assert.True(tones.Max() > 0.8, $"no second of 440 + 480 Hz: {string.Join(' ', tones.Select(t => $"{t:F2}"))}");
    });

    internal static async Task TransferAsync(Appliance appliance, PhoneOptions callerOptions, PhoneOptions calledOptions, bool callerHangsUp)
    {
        await using BaresipPhone called = await BaresipPhone.StartAsync(calledOptions);
        await using BaresipPhone caller = await BaresipPhone.StartAsync(callerOptions);
        Row agentBefore = await appliance.AgentAsync("1001");

        await caller.CallAsync(caller.Number("9999"));
        await Clock.SecondsAsync(1);
        await caller.PressAsync("1");
        await called.NextAsync("CALL_ESTABLISHED");
        await Clock.SecondsAsync(5);
        Row active = Assert.Single(await appliance.Database.QueryAsync("SELECT * FROM active_calls"));
        Assert.Equal(("1002", "9999"), (active["from_number"], active["to_number"]));
        Row open = Assert.Single(await appliance.Database.QueryAsync("SELECT * FROM call_logs WHERE end_time IS NULL"));
        Assert.Equal(("active", active["call_id"]), (open["status"], open["call_id"]));
        (BaresipPhone ends, BaresipPhone other) = callerHangsUp ? (caller, called) : (called, caller);
        await ends.HangUpAsync();
        await other.NextAsync("CALL_CLOSED");
        Row call = await appliance.EndedAsync("1002", "9999", "completed");

        Assert.Empty(await appliance.Database.QueryAsync("SELECT * FROM active_calls"));
        await Appliance.AssertHeardAsync(caller, calledOptions.Says!, 3);
        await Appliance.AssertHeardAsync(called, callerOptions.Says!, 3);
        IReadOnlyList<Row> legs = await appliance.LegsAsync(call, 2);
        Appliance.AssertGoodLeg(legs[0], callerOptions.Codec);
        Appliance.AssertGoodLeg(legs[1], calledOptions.Codec);
        Assert.NotEqual(legs[0]["sip_call_id"], legs[1]["sip_call_id"]);
        Row agent = await appliance.AgentAsync("1001");
        Assert.Equal(0, agent.Number("current_calls"));
        Assert.Equal(agentBefore.Number("total_calls") + 1, agent.Number("total_calls"));
    }

    private static PhoneOptions Reaching(PhoneOptions options, string address) =>
        options with { Address = IPAddress.Parse(address), Registrar = new IPEndPoint(IPAddress.Parse(address), options.Registrar.Port) };

    /// <summary>Of each half second, the share of its power that is at 440 and 480 Hz.</summary>
    private static double[] Tones(Sound sound) => [.. sound.Samples.Chunk(Sound.RateHz / 2).Where(c => c.Length == Sound.RateHz / 2)
        .Select(chunk => (Power(chunk, 440) + Power(chunk, 480)) / Math.Max(1, chunk.Sum(s => (double)s * s)))];

    private static double Power(short[] samples, double hertz)
    {
        double re = 0, im = 0;
        for (int n = 0; n < samples.Length; n++)
        {
            double angle = 2 * Math.PI * hertz * n / Sound.RateHz;
            re += samples[n] * Math.Cos(angle);
            im += samples[n] * Math.Sin(angle);
        }
        return 2 * (re * re + im * im) / samples.Length;
    }
}
