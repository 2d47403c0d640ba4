using Interop.Peers;
using Xunit;

namespace Interop.Browser;

/// <summary>Browsers whose calls all come in at the ports that <c>media.webrtc_port</c> begins.</summary>
[Collection(Browsers.Name)]
public sealed class SharedPortTests(Browsers browsers, SharedPortTests.Host appliance) : IClassFixture<SharedPortTests.Host>
{
    public sealed class Host : WebAppliance
    {
        /// <summary>One for each media thread, of which there are as many as cores.</summary>
        public static int Ports => Environment.ProcessorCount;

        public int FirstPort { get; } = Peers.Ports.Rtp(Ports);

        protected override TandemSetup Setup => base.Setup with { Settings = [.. base.Setup.Settings, $"media.webrtc_port={FirstPort}"] };
    }

    [Fact]
    public Task Browsers_and_a_phone_talk_two_by_two_over_the_shared_ports() => appliance.RunAsync(async () =>
    {
        await using BaresipPhone phone = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1001") with { Says = browsers.One.Says, Codec = "PCMU" });
        await using WebPhone one = await PhoneAsync(browsers.One, "JsSIP", "1003"), two = await PhoneAsync(browsers.Two, "SIP.js", "1002"),
            three = await PhoneAsync(browsers.Two, "JsSIP", "1003");

        Task calling = one.CallAsync("1002");
        await two.AnswerAsync();
        await calling;
        await three.CallAsync("1001");
        await Talk.UntilHeardAsync(
            new(one.HeardAsync, browsers.Two.Says, "JsSIP over a shared port"), new(two.HeardAsync, browsers.One.Says, "SIP.js over a shared port"),
            new(three.HeardAsync, browsers.One.Says, "JsSIP beside a phone over a shared port"), new(phone.HeardLastAsync, browsers.Two.Says, "a phone beside a shared port"));
        WebStatistics[] statistics = [await one.StatisticsAsync(), await two.StatisticsAsync(), await three.StatisticsAsync()];
        await one.HangUpAsync();
        await two.UntilEndedAsync();
        await three.HangUpAsync();
        await phone.NextAsync("CALL_CLOSED");
        await appliance.EndedAsync("1003", "1001", "completed");

        foreach (WebStatistics each in statistics)
        {
            CallTests.AssertSound(each);
            Assert.InRange(int.Parse(each.Remote.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture), appliance.FirstPort, appliance.FirstPort + Host.Ports - 1);
        }
    });

    private Task<WebPhone> PhoneAsync(Chromium browser, string library, string user) => appliance.PhoneAsync(browser, browsers.Pages, library, user);
}
