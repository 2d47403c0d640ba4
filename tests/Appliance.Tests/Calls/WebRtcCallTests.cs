using Sip.Core.Sdp;
using Tandem.Calls;
using Tandem.Net;
using Tandem.Signalling;
using Xunit;

namespace Appliance.Tests.Calls;

/// <summary>Calls with browsers through the whole of signalling, call code and media, on loopback: what ends in the record is what happened.</summary>
[Collection("calls loopback")]
public sealed class WebRtcCallTests : IAsyncLifetime
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private CallRig _rig = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _rig = await CallRig.StartAsync(31840, TimeSpan.FromSeconds(10));

    public async ValueTask DisposeAsync()
    {
        Assert.Equal(0, _rig.Faults);
        await _rig.DisposeAsync();
    }

    [Theory]
    [InlineData("opus", "opus", "relayed", 48_000)]
    [InlineData("opus", "pcmu", "transcoded", 8000)]
    internal async Task A_browser_calls(string caller, string called, string bridging, int asked)
    {
        bool toBrowser = called == "opus";
        using var browser = new MediaPhone(LegTransport.WebRtc, caller, 31940);
        using var other = new MediaPhone(LegTransport.Rtp, called, 31960);
        await RegisterAsync(other, asBrowser: toBrowser);
        InviteSession call = await browser.CallAsync(_rig.Address, "1002", Cancellation);
        Assert.Null(await browser.EndOfAsync(call));
        await WaitAsync(() => browser.Media!.Leg.Statistics.PacketsReceived > 50 && other.Media!.Leg.Statistics.PacketsReceived > 50);
        Assert.Equal(asked, OpusParameters.Parse(browser.Media!.Codecs[0].Fmtp).MaxPlaybackRateHz);
        await browser.HangUpAsync(call);
        List<string> legs = await _rig.LegsAsync(2, Cancellation);
        Assert.StartsWith($"OPUS {bridging} DTLS AEAD_AES_", legs[0]);
        Assert.StartsWith(toBrowser ? $"OPUS {bridging} DTLS AEAD_AES_" : $"PCMU {bridging} SDES ", legs[1]);
    }

    [Fact]
    public async Task A_phone_calls_a_browser_and_Opus_is_asked_for_in_narrowband()
    {
        using var phone = new MediaPhone(LegTransport.Rtp, "pcmu", 31940);
        using var browser = new MediaPhone(LegTransport.WebRtc, "opus", 31960);
        await RegisterAsync(browser, asBrowser: true);
        InviteSession call = await phone.CallAsync(_rig.Address, "1002", Cancellation);
        await WaitAsync(() => phone.Media!.Leg.Statistics.PacketsReceived > 50 && browser.Media!.Leg.Statistics.PacketsReceived > 50);
        Assert.Equal(8000, OpusParameters.Parse(browser.Media!.Codecs[0].Fmtp).MaxPlaybackRateHz);
        await phone.HangUpAsync(call);
        await WaitAsync(() => _rig.Live == 0);
    }

    [Fact]
    public async Task A_browser_that_was_answered_before_is_asked_for_narrowband_once_it_talks_to_a_phone()
    {
        using var browser = new MediaPhone(LegTransport.WebRtc, "opus", 31940);
        using var phone = new MediaPhone(LegTransport.Rtp, "pcmu", 31960);
        await RegisterAsync(phone, asBrowser: false);
        InviteSession call = await browser.CallAsync(_rig.Address, CallRig.AgentsNumber, Cancellation);
        Assert.DoesNotContain("maxplaybackrate", browser.FirstAnswer);
        await WaitAsync(() => OpusParameters.Parse(browser.Media!.Codecs[0].Fmtp).MaxPlaybackRateHz == 8000);
        long heard = browser.Media!.Leg.Statistics.PacketsReceived;
        await WaitAsync(() => browser.Media!.Leg.Statistics.PacketsReceived > heard + 50);
        Assert.Equal("OPUS", browser.Media.Codec);
        await browser.HangUpAsync(call);
        await WaitAsync(() => _rig.Live == 0);
    }

    [Fact]
    public async Task A_certificate_that_is_not_the_one_in_the_SDP_ends_the_call_with_the_reason()
    {
        using var browser = new MediaPhone(LegTransport.WebRtc, "opus", 31940)
        {
            Spoil = sdp => System.Text.RegularExpressions.Regex.Replace(sdp, "sha-256 [0-9A-F]{2}:[0-9A-F]{2}", "sha-256 00:00"),
        };
        using var phone = new MediaPhone(LegTransport.Rtp, "pcmu", 31960);
        await RegisterAsync(phone, asBrowser: false);
        InviteSession call = await browser.CallAsync(_rig.Address, "1002", Cancellation);
        var ended = new TaskCompletionSource();
        using CancellationTokenRegistration registration = call.Ended.Register(ended.SetResult);
        await ended.Task.WaitAsync(s_limit, Cancellation);
        SessionEnd end = (await browser.EndOfAsync(call))!;
        Assert.Equal(SessionEndBy.Remote, end.By);
        Assert.StartsWith("Q.850;cause=111;text=\"DTLS failed", end.Reason);
        await WaitAsync(() => _rig.Live == 0);
        await _rig.CallLog.FlushAsync(Cancellation);
        Assert.StartsWith("failed caller: DTLS failed", Assert.Single(await _rig.QueryAsync("SELECT status || ' ' || reason FROM call_logs", row => row.Text(0))));
    }

    [Fact]
    public async Task A_browser_that_offers_nothing_we_have_gets_488_and_the_reason_in_a_Warning()
    {
        using var browser = new MediaPhone(LegTransport.WebRtc, "opus", 31940)
        {
            Spoil = sdp => sdp.Replace("a=rtcp-mux\r\n", "", StringComparison.Ordinal),
        };
        using var phone = new MediaPhone(LegTransport.Rtp, "pcmu", 31960);
        await RegisterAsync(phone, asBrowser: false);
        InviteSession call = await browser.CallAsync(_rig.Address, "1002", Cancellation);
        InviteResult result = await call.Result;
        Assert.Equal((488, "DTLS without a=rtcp-mux is not supported"), (result.Status, result.Reason));
        Assert.Null(phone.Media);
    }

    /// <summary>As what 1002 registered over: a browser's Contact says so.</summary>
    private async Task RegisterAsync(MediaPhone phone, bool asBrowser)
    {
        SipFlow? flow = await _rig.FlowToAsync($"sip:1002@{phone.Address}");
        _rig.Devices["1002"] = [new DialTarget($"sip:1002@{phone.Address}{(asBrowser ? ";transport=ws" : "")}", flow, [], "1002")];
    }

    private static async Task WaitAsync(Func<bool> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(s_limit);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition()) await poll.WaitForNextTickAsync(patience.Token);
    }
}
