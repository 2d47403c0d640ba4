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
        // The page leaves the browser's echo cancellation, noise suppression and gain control on: the words stay, the levels do not.
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

    private async Task<Tab> SignedInAsync(string user)
    {
        Tab page = await browsers.One.OpenAsync(appliance.PhonePage);
        await page.TypeAsync("#user", user);
        await page.TypeAsync("#password", TandemSetup.Password);
        await page.ClickAsync("#sign-in-go");
        await page.UntilAsync("document.querySelector('#line-words').textContent.includes('Ready')");
        return page;
    }
}
