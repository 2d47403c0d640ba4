using Interop.Audio;
using Interop.EndToEnd;
using Interop.Peers;
using Xunit;

namespace Interop.Browser;

/// <summary>The softphone page as a person uses it: clicks and keys only, and what can be read on the screen.</summary>
[Collection(Browsers.Name)]
public sealed class PhonePageTests(Browsers browsers, WebAppliance appliance) : IClassFixture<WebAppliance>
{
    [Fact]
    public Task A_call_made_by_clicking_is_heard_takes_keys_and_is_ended_by_clicking() => appliance.RunAsync(async () =>
    {
        await using BaresipPhone called = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1001") with { Says = browsers.Two.Says });
        await using Tab page = await SignedInAsync("1003");

        foreach (char digit in "9999") await page.ClickAsync($"#dial-pad [data-digit='{digit}']");
        await page.ClickAsync("#call");
        await page.UntilAsync("document.querySelector('#timer').textContent");
        await page.UntilAsync("Number(document.querySelector('#meter-in').style.getPropertyValue('--level')) > 0.2");
        await page.ClickAsync("#keys");
        await page.ClickAsync("#talk-pad [data-digit='1']");
        await called.NextAsync("CALL_ESTABLISHED");
        await page.UntilAsync("document.querySelector('#quality').dataset.grade === 'good'");
        await Clock.SecondsAsync(5);
        await page.ClickAsync("#quality summary");
        string quality = await page.ReadAsync("#quality");
        await page.ClickAsync("#hang-up");
        await called.NextAsync("CALL_CLOSED");
        await page.UntilAsync("document.querySelector('#dial').getClientRects().length");
        await appliance.EndedAsync("1003", "9999", "completed");

        Assert.Contains("Good connection", quality, StringComparison.Ordinal);
        Assert.Contains("AES-128-GCM", quality, StringComparison.Ordinal);
        // The page leaves the browser's echo cancellation, noise suppression and gain control on, as people in offices need them. The suppression
        // takes this synthetic voice for noise in part: 5 dB of distance, where each of the other two alone leaves 2.
        IReadOnlyList<double> distances = SpectralDistance.PerSecond((await called.HeardLastAsync()).Last(TimeSpan.FromSeconds(4)), browsers.One.Says);
        Figures.Write($"heard by a phone called from the page: distance {SpectralDistance.Text(distances)} dB");
        Assert.True(distances.Count >= 3 && distances.Average() < 2 * SpectralDistance.Limit, SpectralDistance.Text(distances));
        Assert.Empty(page.Complaints);
    });

    [Fact]
    public Task An_incoming_call_is_answered_by_a_click_and_ended_by_the_Escape_key() => appliance.RunAsync(async () =>
    {
        await using Tab page = await SignedInAsync("1002");
        await using BaresipPhone caller = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1001") with { Says = browsers.Two.Says });

        await caller.DialAsync(caller.Number("1002"));
        await page.UntilAsync("document.querySelector('#incoming').getClientRects().length");
        Assert.Contains("1001", await page.ReadAsync("#incoming"), StringComparison.Ordinal);
        await page.ClickAsync("#answer");
        await caller.NextAsync("CALL_ESTABLISHED");
        await page.UntilAsync("Number(document.querySelector('#meter-in').style.getPropertyValue('--level')) > 0.2");
        await page.KeyAsync("Escape");
        await caller.NextAsync("CALL_CLOSED");
        await appliance.EndedAsync("1001", "1002", "completed");
        Assert.Empty(page.Complaints);
    });

    [Fact]
    public Task What_goes_wrong_is_said_in_plain_words() => appliance.RunAsync(async () =>
    {
        await using Tab page = await browsers.One.OpenAsync(appliance.PhonePage);
        await page.TypeAsync("#user", "1003");
        await page.TypeAsync("#password", "wrong-horse");
        await page.KeyAsync("Enter");
        await page.UntilAsync("document.querySelector('#notice').textContent.includes('User or password is wrong')");

        await page.EvaluateAsync("document.querySelector('#password').value = ''");
        await page.TypeAsync("#password", TandemSetup.Password);
        await page.ClickAsync("#sign-in-go");
        await page.UntilAsync("document.querySelector('#line-words').textContent.includes('Ready')");
        await page.TypeAsync("#number", "4711");
        await page.KeyAsync("Enter");
        await page.UntilAsync("document.querySelector('#notice').textContent.includes('There is no such number')");
        await appliance.EndedAsync("1003", "4711", "rejected");
    });

    [Fact]
    public Task A_microphone_that_is_denied_is_told_and_the_call_goes_once_it_is_allowed() => appliance.RunAsync(async () =>
    {
        await using Tab page = await SignedInAsync("1003");
        // As a person's "no" does; this browser's stand-in for a person always says yes.
        await page.EvaluateAsync("navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('Permission denied', 'NotAllowedError')); 0");
        await page.TypeAsync("#number", "9999");
        await page.KeyAsync("Enter");
        await page.UntilAsync("document.querySelector('#notice').textContent.includes('The microphone is blocked')");
        Assert.True(await page.IsAsync("document.querySelector('#dial').getClientRects().length"));

        await page.EvaluateAsync("delete navigator.mediaDevices.getUserMedia; 0");
        await page.KeyAsync("Enter");
        await page.UntilAsync("document.querySelector('#timer').textContent");
        Assert.True(await page.IsAsync("document.querySelector('#notice').hidden"));
        await page.KeyAsync("Escape");
        await appliance.EndedAsync("1003", "9999", "completed");
    });

    [Fact]
    public async Task A_server_that_is_away_is_told_and_so_is_its_return()
    {
        await using TandemProcess tandem = await TandemProcess.StartAsync(new TandemSetup());
        await using Tab page = await SignedInAsync("1003", new Uri($"http://127.0.0.1:{tandem.WebPort}/phone"));

        await tandem.StopAsync();
        await page.UntilAsync("document.querySelector('#notice').textContent.includes('127.0.0.1 cannot be reached')");
        Assert.False(await page.IsAsync("document.querySelector('#line-words').textContent.includes('Ready')"));
        await tandem.StartAsync();
        await page.UntilAsync("document.querySelector('#line-words').textContent.includes('Ready')", 60);

        Assert.True(await page.IsAsync("document.querySelector('#notice').hidden"));
        await page.TypeAsync("#number", "9999");
        await page.KeyAsync("Enter");
        await page.UntilAsync("document.querySelector('#timer').textContent");
    }

    [Fact]
    public Task Sound_that_finds_no_way_is_told() => appliance.RunAsync(async () =>
    {
        await using Tab page = await SignedInAsync("1003");
        await page.EvaluateAsync("""
            const { setRemoteDescription } = RTCPeerConnection.prototype;
            RTCPeerConnection.prototype.setRemoteDescription = function ({ type, sdp }) {
              return setRemoteDescription.call(this, { type, sdp: sdp.replace(/^(a=candidate:\S+ \d+ \S+ \d+ \S+ )\d+/gm, '$19') });
            };
            0
            """);
        await page.TypeAsync("#number", "9999");
        await page.KeyAsync("Enter");

        await page.UntilAsync("document.querySelector('#notice').textContent.includes('No way was found for the sound')", 60);
        await page.UntilAsync("document.querySelector('#dial').getClientRects().length");
        Assert.Contains("media lost", (await appliance.EndedAsync("1003", "9999", "failed"))["reason"], StringComparison.Ordinal);
    });

    [Theory]
    [InlineData(360, 740, false)]
    [InlineData(360, 740, true)]
    [InlineData(1100, 800, false)]
    [InlineData(1100, 800, true)]
    public Task The_page_fits_its_screen_in_light_and_dark(int width, int height, bool dark) => appliance.RunAsync(async () =>
    {
        await using Tab page = await browsers.One.OpenAsync(appliance.PhonePage);
        await page.LookAsync(width, height, dark);

        Assert.True(await page.IsAsync("document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight"));
        string ground = (await page.EvaluateAsync("getComputedStyle(document.querySelector('.phone')).backgroundColor")).GetString()!;
        Assert.Equal(dark ? "rgb(23, 26, 36)" : "rgb(255, 255, 255)", ground);
        await page.ClickAsync("#theme");
        Assert.NotEqual(ground, (await page.EvaluateAsync("getComputedStyle(document.querySelector('.phone')).backgroundColor")).GetString());
        Assert.Empty(page.Complaints);
    });

    private async Task<Tab> SignedInAsync(string user, Uri? address = null)
    {
        Tab page = await browsers.One.OpenAsync(address ?? appliance.PhonePage);
        await page.TypeAsync("#user", user);
        await page.TypeAsync("#password", TandemSetup.Password);
        await page.ClickAsync("#sign-in-go");
        await page.UntilAsync("document.querySelector('#line-words').textContent.includes('Ready')");
        return page;
    }
}
