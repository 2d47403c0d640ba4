using System.Net;
using Interop.Audio;
using Interop.EndToEnd;
using Interop.Peers;
using Xunit;

namespace Interop.Browser;

/// <summary>Browsers call: menus, phones and each other, with both libraries. What is heard is compared by content.</summary>
[Collection(Browsers.Name)]
public sealed class CallTests(Browsers browsers, WebAppliance appliance) : IClassFixture<WebAppliance>
{
    [Theory]
    [InlineData("JsSIP", "ws", "127.0.0.1")]
    [InlineData("JsSIP", "ws", "::1")]
    [InlineData("SIP.js", "wss", "127.0.0.1")]
    public Task A_browser_that_calls_9999_hears_the_menus_words_over_DTLS_SRTP(string library, string scheme, string address) => appliance.RunAsync(async () =>
    {
        // Speech is played 3 dB below full level, which the reference has.
        Sound prompt = (await appliance.ReferenceAsync(TandemSetup.Welcome)).Amplified(-3);
        Sound other = (await appliance.ReferenceAsync("Our office is closed today. Please call again tomorrow morning, or leave your name and number after the tone.")).Amplified(-3);
        await using WebPhone phone = await PhoneAsync(browsers.One, library, "1003", scheme, address);

        await phone.CallAsync("9999");
        await Clock.SecondsAsync(prompt.Duration.TotalSeconds + 1.5);
        WebStatistics statistics = await phone.StatisticsAsync();
        Sound heard = await phone.HeardAsync();
        await phone.HangUpAsync();
        Row call = await appliance.EndedAsync("1003", "9999", "completed");

        IReadOnlyList<double> right = SpectralDistance.PerSecond(prompt, heard), wrong = SpectralDistance.PerSecond(other, heard);
        Figures.Write($"prompt in {library} over {scheme} {address}: distance {SpectralDistance.Text(right)} dB, a wrong prompt's {SpectralDistance.Text(wrong)}; {statistics}");
        Assert.True(right.Count >= 4 && right.Max() <= SpectralDistance.Limit, SpectralDistance.Text(right));
        Assert.True(wrong.Min() > 1.5 * SpectralDistance.Limit, SpectralDistance.Text(wrong));
        AssertSound(statistics);
        Row leg = Assert.Single(await appliance.LegsAsync(call, 1));
        Assert.Equal("opus", leg["codec"], ignoreCase: true);
        Assert.Equal(scheme, leg["transport"]);
        Assert.Contains("AEAD", leg["encryption"], StringComparison.Ordinal);
    });

    [Theory]
    [InlineData("JsSIP", false)]
    [InlineData("SIP.js", false)]
    [InlineData("JsSIP", true)]
    public Task Digit_1_connects_a_browser_to_a_phone_with_G711_and_both_hear_each_other(string library, bool byInfo) => appliance.RunAsync(async () =>
    {
        await using BaresipPhone called = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1001") with { Says = browsers.Two.Says, Codec = "PCMU" });
        await using WebPhone caller = await PhoneAsync(browsers.One, library, "1003");

        await caller.CallAsync("9999");
        await Clock.SecondsAsync(1);
        await (byInfo ? caller.PressByInfoAsync("1") : caller.PressAsync("1"));
        await called.NextAsync("CALL_ESTABLISHED");
        await Talk.UntilHeardAsync(
            new(caller.HeardAsync, browsers.Two.Says, $"{library} beside PCMU"), new(called.HeardLastAsync, browsers.One.Says, $"PCMU beside {library}"));
        WebStatistics statistics = await caller.StatisticsAsync();
        await caller.HangUpAsync();
        await called.NextAsync("CALL_CLOSED");
        Row call = await appliance.EndedAsync("1003", "9999", "completed");

        AssertSound(statistics);
        IReadOnlyList<Row> legs = await appliance.LegsAsync(call, 2);
        Assert.Equal("PCMU", legs[1]["codec"], ignoreCase: true);
        Assert.Equal("transcoded", legs[1]["bridging"]);
    });

    [Theory]
    [InlineData("JsSIP", true)]
    [InlineData("SIP.js", false)]
    public Task A_phone_calls_a_browser_and_either_hangs_up(string library, bool browserHangsUp) => appliance.RunAsync(async () =>
    {
        await using WebPhone called = await PhoneAsync(browsers.One, library, "1002");
        await using BaresipPhone caller = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1001") with { Says = browsers.Two.Says, Codec = "PCMA" });

        await caller.DialAsync(caller.Number("1002"));
        await called.AnswerAsync();
        await caller.NextAsync("CALL_ESTABLISHED");
        await Talk.UntilHeardAsync(
            new(called.HeardAsync, browsers.Two.Says, $"{library} called by PCMA"), new(caller.HeardLastAsync, browsers.One.Says, $"PCMA calling {library}"));
        if (browserHangsUp) await called.HangUpAsync();
        else await caller.HangUpAsync();
        await caller.NextAsync("CALL_CLOSED");
        await called.UntilEndedAsync();
        await appliance.EndedAsync("1001", "1002", "completed");
    });

    [Theory]
    [InlineData("JsSIP", "SIP.js")]
    [InlineData("SIP.js", "JsSIP")]
    public Task Two_browsers_talk_in_Opus_that_is_relayed(string callers, string calleds) => appliance.RunAsync(async () =>
    {
        await using WebPhone called = await PhoneAsync(browsers.Two, calleds, "1002");
        await using WebPhone caller = await PhoneAsync(browsers.One, callers, "1003", "wss");

        Task calling = caller.CallAsync("1002");
        await called.AnswerAsync();
        await calling;
        await Talk.UntilHeardAsync(
            new(caller.HeardAsync, browsers.Two.Says, $"{callers} calling a browser"), new(called.HeardAsync, browsers.One.Says, $"{calleds} called by a browser"));
        (WebStatistics one, WebStatistics two) = (await caller.StatisticsAsync(), await called.StatisticsAsync());
        await called.HangUpAsync();
        await caller.UntilEndedAsync();
        Row call = await appliance.EndedAsync("1003", "1002", "completed");

        Figures.Write($"two browsers: {one} and {two}");
        AssertSound(one);
        AssertSound(two);
        foreach (Row leg in await appliance.LegsAsync(call, 2)) AssertRelayed(leg);
    });

    private static void AssertRelayed(Row leg)
    {
        Assert.Equal("opus", leg["codec"], ignoreCase: true);
        Assert.Equal("relayed", leg["bridging"]);
    }

    private Task<WebPhone> PhoneAsync(Chromium browser, string library, string user, string scheme = "ws", string? address = null) =>
        appliance.PhoneAsync(browser, browsers.Pages, library, user, scheme, address is null ? null : IPAddress.Parse(address));

    internal static void AssertSound(WebStatistics statistics)
    {
        Assert.Equal("connected", statistics.Dtls);
        Assert.Contains("AEAD_AES_", statistics.Srtp, StringComparison.Ordinal);
        Assert.Equal("audio/opus", statistics.Hears);
        Assert.True(statistics is { Received: > 150, Sent: > 150 }, statistics.ToString());
        Assert.True(statistics is { Lost: 0, LostThere: 0 }, statistics.ToString());
    }
}
