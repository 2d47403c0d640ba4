using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Interop.Audio;
using Interop.Defence;
using Interop.Peers;
using Xunit;

namespace Interop.EndToEnd;

/// <summary>What can go wrong or be different on the wire, message by message: sipp as the caller.</summary>
public sealed partial class SignallingTests(Appliance appliance) : IClassFixture<Appliance>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_call_with_digest(bool tcp) => appliance.RunAsync(async () =>
    {
        await RightAsync(appliance.Tandem.Sipp("call") with { Tcp = tcp });
        await appliance.EndedAsync("1001", "9999", "completed");
    });

    [Fact]
    public Task An_unknown_number_is_404() => appliance.RunAsync(async () =>
    {
        await RightAsync(appliance.Tandem.Sipp("refused_404") with { Service = "4711" });
        await appliance.EndedAsync("1001", "4711", "rejected");
    });

    [Fact]
    public Task A_wrong_password_is_never_answered() => appliance.RunAsync(async () =>
    {
        int calls = await CallsAsync();
        await RightAsync(appliance.Tandem.Sipp("wrong_password") with { Password = "guess" });
        Assert.Equal(calls, await CallsAsync());
    });

    [Theory]
    [InlineData("1001")]
    [InlineData("stranger")]
    public Task A_call_without_digest_is_refused(string from) => appliance.RunAsync(async () =>
    {
        int calls = await CallsAsync();
        await RightAsync(appliance.Tandem.Sipp("unauthenticated") with { User = from });
        Assert.Equal(calls, await CallsAsync());
    });

    [Fact]
    public Task CANCEL_is_answered_and_the_INVITE_ends_with_487_and_the_phone_stops_ringing() => appliance.RunAsync(async () =>
    {
        await using BaresipPhone called = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1002") with { AutoAnswer = false });
        await RightAsync(appliance.Tandem.Sipp("cancel") with { Service = "1002" });
        await called.NextAsync("CALL_INCOMING");
        await called.NextAsync("CALL_CLOSED");
        Row call = await appliance.EndedAsync("1001", "1002", "cancelled");
        Assert.All(await appliance.LegsAsync(call, 2), leg => Assert.Null(leg["answer_time"]));
    });

    [Fact]
    public Task A_lost_ACK_brings_the_200_again_and_the_call_lives() => appliance.RunAsync(async () =>
    {
        // The first ACK is that of the challenge.
        using LossyUdpProxy proxy = new(appliance.Tandem.Sip, m => m is { Kind: "ACK", Number: 2 });
        await RightAsync(appliance.Tandem.Sipp("call") with { Target = proxy.EndPoint, Pause = TimeSpan.FromSeconds(3) });

        Assert.Single(proxy.Lost);
        Assert.Equal(2, proxy.Passed.Count(m => m.Kind == "200 INVITE"));
        await appliance.EndedAsync("1001", "9999", "completed");
    });

    [Fact]
    public Task A_lost_200_is_sent_again() => appliance.RunAsync(async () =>
    {
        using LossyUdpProxy proxy = new(appliance.Tandem.Sip, m => m is { Kind: "200 INVITE", Number: <= 2 });
        await RightAsync(appliance.Tandem.Sipp("call") with { Target = proxy.EndPoint });

        Assert.Equal(2, proxy.Lost.Count);
        Assert.Equal(1, proxy.Passed.Count(m => m.Kind == "200 INVITE"));
        await appliance.EndedAsync("1001", "9999", "completed");
    });

    [Fact]
    public Task A_lost_INVITE_and_a_lost_BYE_are_made_good_by_the_callers_repetition() => appliance.RunAsync(async () =>
    {
        using LossyUdpProxy proxy = new(appliance.Tandem.Sip, m => m is { Kind: "INVITE", Number: 2 } or { Kind: "200 BYE", Number: 1 });
        await RightAsync(appliance.Tandem.Sipp("call") with { Target = proxy.EndPoint });

        Assert.Equal(2, proxy.Lost.Count);
        await appliance.EndedAsync("1001", "9999", "completed");
    });

    [Fact]
    public Task An_INVITE_without_SDP_is_answered_with_an_offer_and_the_prompt_is_heard() => appliance.RunAsync(async () =>
    {
        Sound prompt = await appliance.ReferenceAsync(TandemSetup.Welcome);
        int port = Ports.Rtp(4);
        using RtpPeer peer = new(appliance.Tandem.Setup.Address, port);
        await RightAsync(appliance.Tandem.Sipp("delayed_offer") with { MediaPort = port, Pause = prompt.Duration + TimeSpan.FromSeconds(0.5) });

        AudioMatch match = AudioMatch.Find(prompt, Assert.Single(peer.Streams).ToSound());
        Assert.True(match.Passes, match.ToString());
        await appliance.EndedAsync("1001", "9999", "completed");
    });

    [Fact]
    public Task On_hold_nothing_is_sent_and_after_it_the_stream_goes_on() => appliance.RunAsync(async () =>
    {
        int port = Ports.Rtp(4);
        using RtpPeer peer = new(appliance.Tandem.Setup.Address, port);
        await RightAsync(appliance.Tandem.Sipp("hold") with { MediaPort = port });

        RtpStream stream = Assert.Single(peer.Streams);
        double[] gaps = [.. stream.Packets.Zip(stream.Packets.Skip(1)).Select(p => (p.Second.At - p.First.At) / 1e9)];
        int hold = Array.FindIndex(gaps, g => g > 1.5);
        Assert.True(hold > 50, $"no pause in the stream; the longest gap is {gaps.DefaultIfEmpty().Max():F2} s");
        Assert.InRange(gaps[hold], 1.8, 3);
        Assert.True(gaps.Length - hold > 50, $"{gaps.Length - hold} packets after the hold");
        Assert.Equal(1, stream.Sources);
        Assert.Equal(0, stream.SequenceErrors);
        await appliance.EndedAsync("1001", "9999", "completed");
    });

    [Theory]
    [InlineData("info_relay")]
    [InlineData("info_plain")]
    public Task A_digit_by_SIP_INFO_chooses(string scenario) => appliance.RunAsync(async () =>
    {
        await using BaresipPhone called = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1002"));
        await using SippRun sipp = await Sipp.StartAsync(appliance.Tandem.Sipp(scenario) with
        {
            Pause = TimeSpan.FromSeconds(2),
            Keys = new Dictionary<string, string> { ["digit"] = "2" },
        });
        await called.NextAsync("CALL_ESTABLISHED");
        SippResult result = await sipp.ResultAsync();
        Assert.True(result.Succeeded(1), result.ToString());
        await called.NextAsync("CALL_CLOSED");
        await appliance.EndedAsync("1001", "9999", "completed");
    });

    [Fact]
    public Task A_key_that_is_only_heard_in_the_audio_chooses() => appliance.RunAsync(async () =>
    {
        await using BaresipPhone called = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1002"));
        int port = Ports.Rtp(2);
        using RtpPeer audio = new(IPAddress.Loopback, port);
        using DigestCaller phone = new(IPAddress.Loopback, appliance.Tandem.Sip, "1001", TandemSetup.Password);
        DialledCall call = await Task.Run(() => phone.Dial("9999", rtpPort: port));
        Assert.True(call.Status == 200, call.Answer);
        Assert.DoesNotContain("telephone-event", call.Answer, StringComparison.Ordinal);
        int theirs = int.Parse(AudioPort().Match(call.Answer).Groups[1].Value, CultureInfo.InvariantCulture);
        // Key 2 (697 and 1336 Hz, ITU-T Q.23) for 200 ms, between silences.
        short[] samples = new short[2 * Sound.RateHz];
        for (int i = Sound.RateHz / 2; i < Sound.RateHz * 7 / 10; i++)
            samples[i] = (short)(6000 * (Math.Sin(2 * Math.PI * 697 * i / Sound.RateHz) + Math.Sin(2 * Math.PI * 1336 * i / Sound.RateHz)));
        await audio.SendAsync(new IPEndPoint(IPAddress.Loopback, theirs), new Sound(samples));
        await called.NextAsync("CALL_ESTABLISHED");
        await Task.Run(() => phone.HangUp(call));
        await called.NextAsync("CALL_CLOSED");
        await appliance.EndedAsync("1001", "9999", "completed");
    });

    [GeneratedRegex(@"\r\nm=audio (\d+) ")]
    private static partial Regex AudioPort();

    private static async Task RightAsync(SippOptions options)
    {
        SippResult result = await Sipp.RunAsync(options);
        Assert.True(result.Succeeded(options.Calls), result.ToString());
    }

    private async Task<int> CallsAsync() => (await appliance.Database.QueryAsync("SELECT COUNT(*) AS n FROM call_logs"))[0].Number("n");
}
