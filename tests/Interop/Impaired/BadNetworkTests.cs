using System.Diagnostics;
using Interop.Audio;
using Interop.Browser;
using Interop.EndToEnd;
using Interop.Peers;
using Xunit;

namespace Interop.Impaired;

/// <summary>A browser behind a bad network calls a menu and a G.711 phone: every call connects, and what is said stays intelligible.</summary>
[Collection(Browsers.Name)]
public sealed class BadNetworkTests(Browsers browsers, BadNetworkTests.Host appliance) : IClassFixture<BadNetworkTests.Host>
{
    /// <summary>Seconds of a call before it is listened to: reports of losses have gone round by then.</summary>
    private const double Settled = 9;

    private const int Heard = 10;

    /// <summary>Intelligibility (STOI) below which words begin to be missed.</summary>
    private const double Intelligible = 0.75;

    public sealed class Host : WebAppliance
    {
        public const int MediaPorts = 16;

        protected override TandemSetup Setup => base.Setup with { MediaPorts = MediaPorts };
    }

    [Fact]
    public Task A_call_with_a_phone_stays_intelligible_with_everything_wrong_at_once() =>
        appliance.RunAsync(() => CallPhoneAsync(Impairment.Everything, redundancy: true));

    [Fact]
    public Task A_menu_is_understood_at_a_loss_of_10_percent() =>
        appliance.RunAsync(() => CallMenuAsync(Impairment.All.Single(one => one is { Loss: 0.1 })));

    /// <summary>A firewall that closes in mid-call, or a browser that dies without a word: its signalling stays, its checks stop (RFC 7675).</summary>
    [Fact]
    public Task A_browser_whose_media_falls_silent_is_given_up_after_the_consent_timeout() => appliance.RunAsync(async () =>
    {
        using ImpairedPath path = PathOf(Impairment.None);
        await using BaresipPhone called = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1001") with { Says = browsers.Two.Says });
        await using WebPhone caller = await appliance.PhoneAsync(browsers.One, browsers.Pages, "SIP.js", "1003");
        await caller.DetourAsync(path, redundancy: true);
        await caller.CallAsync("1001");
        await Talk.UntilHeardAsync(new Talk(caller.HeardAsync, browsers.Two.Says, "a browser behind a firewall that is open"));

        path.Dispose();

        long silent = Stopwatch.GetTimestamp();
        await called.NextAsync("CALL_CLOSED", TimeSpan.FromSeconds(90));
        TimeSpan after = Stopwatch.GetElapsedTime(silent);
        Figures.Write($"a browser's media falls silent in mid-call: the other phone is free after {after.TotalSeconds:F1} s");
        Assert.True(after > TimeSpan.FromSeconds(15), $"after {after}: a network that is away for a moment ends no call");
        await caller.UntilEndedAsync();
        Row row = await appliance.EndedAsync("1003", "1001", "failed");
        Assert.Contains("media lost", row["reason"], StringComparison.Ordinal);
    });

    [Theory]
    [Trait("Category", "Long")]
    [MemberData(nameof(All))]
    public Task A_browsers_calls_are_understood_whatever_the_network_does(string name) => appliance.RunAsync(async () =>
    {
        Impairment impairment = Impairment.All.Single(one => one.Name == name);
        HeardSpeech menu = await CallMenuAsync(impairment);
        (HeardSpeech atPhone, HeardSpeech atBrowser) = await CallPhoneAsync(impairment, redundancy: true);
        (HeardSpeech atPhoneWithout, HeardSpeech atBrowserWithout) = impairment.Loss == 0 ? (atPhone, atBrowser) : await CallPhoneAsync(impairment, redundancy: false);
        Figures.Write($"| {name} | {menu} | {atPhone} | {atPhoneWithout} | {atBrowser} | {atBrowserWithout} |");
    });

    public static TheoryData<string> All() => [.. Impairment.All.Select(one => one.Name)];

    private async Task<HeardSpeech> CallMenuAsync(Impairment impairment)
    {
        Sound prompt = await appliance.ReferenceAsync(TandemSetup.Welcome);
        using ImpairedPath path = PathOf(impairment);
        await using WebPhone phone = await appliance.PhoneAsync(browsers.One, browsers.Pages, "JsSIP", "1003");
        await phone.DetourAsync(path, redundancy: true);

        await phone.CallAsync("9999");
        await Clock.SecondsAsync(prompt.Duration.TotalSeconds + 1.5);
        HeardSpeech heard = HeardSpeech.AllOf(prompt, await phone.HeardAsync());
        await phone.HangUpAsync();
        await appliance.EndedAsync("1003", "9999", "completed");

        Figures.Write($"a menu heard through {impairment}: {heard} ({heard.Seconds}); {path.Summary}");
        // The page may begin to record when the menu speaks already: its first second is told, not judged.
        AssertIntelligible(new HeardSpeech([.. heard.Intelligibility.Skip(1)], [.. heard.Distances.Skip(1)]), impairment, "the menu");
        return heard;
    }

    private async Task<(HeardSpeech AtPhone, HeardSpeech AtBrowser)> CallPhoneAsync(Impairment impairment, bool redundancy)
    {
        using ImpairedPath path = PathOf(impairment);
        await using BaresipPhone called = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1001") with { Says = browsers.Two.Says, Codec = "PCMU" });
        await using WebPhone caller = await appliance.PhoneAsync(browsers.One, browsers.Pages, "JsSIP", "1003");
        await caller.DetourAsync(path, redundancy);

        await caller.CallAsync("1001");
        await Clock.SecondsAsync(Settled + Heard);
        (Sound atCaller, Sound atCalled) = (await caller.HeardAsync(), await called.HeardLastAsync());
        WebStatistics statistics = await caller.StatisticsAsync();
        await caller.HangUpAsync();
        await called.NextAsync("CALL_CLOSED");
        await appliance.EndedAsync("1003", "1001", "completed");

        TimeSpan last = TimeSpan.FromSeconds(Heard);
        HeardSpeech atPhone = HeardSpeech.PartOf(atCalled.Last(last), browsers.One.Says), atBrowser = HeardSpeech.PartOf(atCaller.Last(last), browsers.Two.Says);
        Figures.Write($"a phone and a browser through {impairment}{(redundancy ? "" : ", no redundancy")}: at the phone {atPhone}, at the browser {atBrowser}; {path.Summary}; {statistics}");
        if (redundancy)
        {
            AssertIntelligible(atPhone, impairment, "the phone");
            AssertIntelligible(atBrowser, impairment, "the browser");
        }
        return (atPhone, atBrowser);
    }

    private ImpairedPath PathOf(Impairment impairment) => new(appliance.Tandem.MediaPort, Host.MediaPorts, impairment, seed: 20);

    private static void AssertIntelligible(HeardSpeech heard, Impairment impairment, string who) =>
        Assert.True(heard.Intelligibility.Count >= 4 && heard.Mean >= Intelligible, $"{who} through {impairment}: {heard}: {heard.Seconds}");
}
