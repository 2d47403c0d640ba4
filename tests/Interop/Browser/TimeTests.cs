using Interop.EndToEnd;
using Interop.Peers;
using Xunit;

namespace Interop.Browser;

/// <summary>How long a browser waits: from its INVITE with credentials to the 200, and from there to the first sound.</summary>
[Collection(Browsers.Name)]
public sealed class TimeTests(Browsers browsers, WebAppliance appliance) : IClassFixture<WebAppliance>
{
    private const int Calls = 50;

    /// <summary>The figures are for reading; the bounds only tell a fault (a lost flight, a timer) from a slow host.</summary>
    [Fact]
    public Task Fifty_calls_of_9999_are_answered_and_heard_at_once() => appliance.RunAsync(async () =>
    {
        await using WebPhone phone = await appliance.PhoneAsync(browsers.One, browsers.Pages, "JsSIP", "1003", timeFrames: true);
        List<WebTimes> times = [];
        for (int i = 0; i <= Calls; i++)
        {
            await phone.CallAsync("9999");
            await phone.Tab.UntilAsync("telephone.times.sound", 10);
            times.Add(await phone.TimesAsync());
            await phone.HangUpAsync();
            await phone.UntilEndedAsync();
        }
        foreach (Row row in await appliance.Database.QueryAsync("SELECT call_id FROM call_logs")) appliance.Tandem.SeenCalls.Add(row["call_id"]!);

        WebTimes first = times[0];
        double[] answers = [.. times.Skip(1).Select(t => t.InviteToOk).Order()], sounds = [.. times.Skip(1).Select(t => t.OkToSound).Order()];
        int p95 = Calls * 95 / 100;
        Figures.Write($"a browser calls 9999, {Calls} calls: INVITE to 200 {answers[Calls / 2]:F1} ms, p95 {answers[p95]:F1}, 200 to first sound {sounds[Calls / 2]:F1} ms, p95 {sounds[p95]:F1}; the first call {first.InviteToOk:F1} and {first.OkToSound:F1}");
        Assert.True(answers[Calls / 2] < 200, $"INVITE to 200 {answers[Calls / 2]} ms");
        Assert.True(sounds[Calls / 2] < 400, $"200 to the first sound {sounds[Calls / 2]} ms");
    });
}
