using System.Net;
using Interop.Audio;
using Xunit;

namespace Interop.Peers;

/// <summary>The harness against itself: two phones of the same kind, nothing of the product between them.</summary>
public sealed class BaresipPhoneTests
{
    private static readonly IPEndPoint Nobody = new(IPAddress.Loopback, 25998);

    [Theory]
    [InlineData("127.0.0.1", "udp")]
    [InlineData("127.0.0.1", "tcp")]
    [InlineData("::1", "udp")]
    public async Task Two_phones_call_each_other_and_each_records_what_the_other_says(string address, string transport)
    {
        Sound one = await Speech.TestSignalAsync("en-us"), two = await Speech.TestSignalAsync("en-gb-scotland");
        PhoneOptions options = new("1001", Nobody) { Register = false, Address = IPAddress.Parse(address), Transport = transport, Says = one };
        await using BaresipPhone a = await BaresipPhone.StartAsync(options);
        await using BaresipPhone b = await BaresipPhone.StartAsync(options with { User = "1002", Says = two, AutoAnswer = false });

        await a.DialAsync($"sip:1002@{new IPEndPoint(options.Address, b.Port)}");
        await b.NextAsync("CALL_INCOMING");
        await a.NextAsync("CALL_RINGING");
        await b.AcceptAsync();
        await a.NextAsync("CALL_ESTABLISHED");
        await b.NextAsync("CALL_ESTABLISHED");
        await Clock.SecondsAsync(4);
        await b.PressAsync("5#");
        await Clock.SecondsAsync(1);
        await b.HangUpAsync();
        await a.NextAsync("CALL_CLOSED");

        AudioMatch heardByB = AudioMatch.Find(await b.HeardLastAsync(), one);
        Assert.True(heardByB.Passes && heardByB.Voiced >= 4, heardByB.ToString());
        AudioMatch heardByA = AudioMatch.Find((await a.HeardLastAsync()).Slice(TimeSpan.Zero, TimeSpan.FromSeconds(3.8)), two);
        Assert.True(heardByA.Passes && heardByA.Voiced >= 3, heardByA.ToString());
        Assert.False(AudioMatch.Find(await a.HeardLastAsync(), one).Passes);
        Assert.Equal(["5", "#"], a.Events.Where(e => e is { Type: "CALL_DTMF_START", Parameter: not "" }).Select(e => e.Parameter));
    }
}
