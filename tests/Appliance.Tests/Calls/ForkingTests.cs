using System.Net;
using Tandem.Calls;
using Tandem.Signalling;
using Xunit;

namespace Appliance.Tests.Calls;

/// <summary>One user on several devices: all ring, one call comes of it (RFC 3261 §16.7, by a back-to-back user agent).</summary>
[Collection("calls loopback")]
public sealed class ForkingTests : IAsyncLifetime
{
    private const string Elsewhere = "SIP;cause=200;text=\"Call completed elsewhere\"";

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(15), s_ringTime = TimeSpan.FromSeconds(3);

    private readonly ScriptedPhone _caller = new();
    private CallRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await CallRig.StartAsync(31600, s_ringTime);

    public async ValueTask DisposeAsync()
    {
        Assert.Equal(0, _rig.Faults);
        _caller.Dispose();
        await _rig.DisposeAsync();
    }

    private async Task<InviteSession> CallAsync(params DialTarget[] devices)
    {
        _rig.Devices["1002"] = devices;
        return await _caller.CallAsync(_rig.Address, "1002");
    }

    private static Task<InviteResult> ResultAsync(InviteSession call) => call.Result.WaitAsync(s_limit, TestContext.Current.CancellationToken);

    private static async Task<SessionEnd> EndedAsync(ScriptedPhone phone, InviteSession session)
    {
        var ended = new TaskCompletionSource();
        session.Ended.Register(ended.SetResult);
        await ended.Task.WaitAsync(s_limit);
        return (await phone.EndOfAsync(session))!;
    }

    [Fact]
    public async Task All_devices_ring_the_first_to_answer_wins_and_the_others_learn_that()
    {
        using ScriptedPhone one = new(), two = ScriptedPhone.Answering(), three = new();
        InviteSession call = await CallAsync(one.Target(), two.Target(), three.Target());
        Assert.True((await ResultAsync(call)).IsAccepted);
        foreach (ScriptedPhone loser in (ScriptedPhone[])[one, three])
        {
            SessionEnd end = await EndedAsync(loser, await loser.RungAsync(s_limit));
            Assert.Equal((SessionEndBy.Remote, 487, Elsewhere), (end.By, end.Status, end.Reason));
        }
        InviteSession answered = await two.RungAsync(s_limit);
        Assert.Null(await two.EndOfAsync(answered));
        await _caller.HangUpAsync(call);
        await EndedAsync(two, answered);
    }

    [Fact]
    public async Task Of_two_that_answer_at_once_one_keeps_the_call_and_the_other_is_hung_up()
    {
        using ScriptedPhone one = ScriptedPhone.Answering(), two = ScriptedPhone.Answering();
        InviteSession call = await CallAsync(one.Target(), two.Target());
        Assert.True((await ResultAsync(call)).IsAccepted);
        InviteSession first = await one.RungAsync(s_limit), second = await two.RungAsync(s_limit);
        (ScriptedPhone loser, InviteSession lost) = await Task.WhenAny(EndedAsync(one, first), EndedAsync(two, second)) is var ended
            && await one.EndOfAsync(first) is not null ? (one, first) : (two, second);
        Assert.Equal(Elsewhere, (await loser.EndOfAsync(lost))!.Reason);
        Assert.True(await ended is { By: SessionEndBy.Remote });
        Assert.Null(loser == one ? await two.EndOfAsync(second) : await one.EndOfAsync(first));
        Assert.Null(await _caller.EndOfAsync(call));
        await _caller.HangUpAsync(call);
    }

    [Fact]
    public async Task A_busy_device_does_not_stop_the_others()
    {
        using ScriptedPhone busy = ScriptedPhone.Refusing(486), other = ScriptedPhone.Answering();
        InviteSession call = await CallAsync(busy.Target(), other.Target());
        Assert.True((await ResultAsync(call)).IsAccepted);
        await _caller.HangUpAsync(call);
    }

    [Theory]
    [InlineData(486, 480, 486)]
    [InlineData(503, 486, 486)]
    [InlineData(404, 480, 480)]
    [InlineData(500, 488, 480)]
    public async Task When_all_refuse_the_caller_hears_what_tells_most(int one, int two, int expected)
    {
        using ScriptedPhone first = ScriptedPhone.Refusing(one), second = ScriptedPhone.Refusing(two);
        InviteSession call = await CallAsync(first.Target(), second.Target());
        Assert.Equal(expected, (await ResultAsync(call)).Status);
    }

    [Fact]
    public async Task Who_declines_for_the_user_ends_the_ringing_everywhere()
    {
        using ScriptedPhone ringing = new(), declining = ScriptedPhone.Refusing(603);
        InviteSession call = await CallAsync(ringing.Target(), declining.Target());
        Assert.Equal(603, (await ResultAsync(call)).Status);
        SessionEnd end = await EndedAsync(ringing, await ringing.RungAsync(s_limit));
        Assert.Equal((487, "SIP;cause=603;text=\"Declined\""), (end.Status, end.Reason));
    }

    [Fact]
    public async Task A_device_that_cannot_be_found_or_reached_harms_nobody()
    {
        using var nobody = new System.Net.Sockets.UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using ScriptedPhone phone = ScriptedPhone.Answering();
        InviteSession call = await CallAsync(
            new DialTarget($"sip:1002@{nobody.Client.LocalEndPoint}", null, [], "1002"),
            new DialTarget("sip:1002@nowhere.invalid", null, [], "1002"),
            new DialTarget("sip:1002@127.0.0.1:1;transport=tcp", null, [], "1002"),
            phone.Target());
        Assert.True((await ResultAsync(call)).IsAccepted);
        await _caller.HangUpAsync(call);
    }

    [Fact]
    public async Task Two_ways_to_one_device_ring_it_once()
    {
        using ScriptedPhone phone = ScriptedPhone.Answering();
        InviteSession call = await CallAsync(phone.Target(instance: "<urn:uuid:1>"), phone.Target(instance: "<urn:uuid:1>"));
        Assert.True((await ResultAsync(call)).IsAccepted);
        await phone.RungAsync(s_limit);
        Assert.False(phone.WasRung);
        await _caller.HangUpAsync(call);
    }

    [Theory]
    [InlineData(430)]
    [InlineData(0)]
    public async Task Where_the_first_way_to_a_device_leads_nowhere_the_second_is_tried(int status)
    {
        using ScriptedPhone edge = ScriptedPhone.Refusing(status == 0 ? 430 : status), phone = ScriptedPhone.Answering();
        DialTarget first = status == 0 ? new DialTarget("sip:1002@nowhere.invalid", null, [], "1002", "<urn:uuid:1>") : edge.Target(instance: "<urn:uuid:1>");
        InviteSession call = await CallAsync(first, phone.Target(instance: "<urn:uuid:1>"));
        Assert.True((await ResultAsync(call)).IsAccepted);
        await _caller.HangUpAsync(call);
    }

    [Fact]
    public async Task When_nobody_answers_in_time_all_are_told()
    {
        using ScriptedPhone one = new(), two = new();
        InviteSession call = await CallAsync(one.Target(), two.Target());
        Assert.Equal(480, (await ResultAsync(call)).Status);
        Assert.Equal(487, (await EndedAsync(one, await one.RungAsync(s_limit))).Status);
        Assert.Equal(487, (await EndedAsync(two, await two.RungAsync(s_limit))).Status);
    }

    [Fact]
    public async Task When_the_caller_gives_up_all_stop_ringing()
    {
        using ScriptedPhone one = new(), two = new();
        InviteSession call = await CallAsync(one.Target(), two.Target());
        InviteSession first = await one.RungAsync(s_limit), second = await two.RungAsync(s_limit);
        await _caller.HangUpAsync(call);
        Assert.Equal(487, (await EndedAsync(one, first)).Status);
        Assert.Equal(487, (await EndedAsync(two, second)).Status);
    }
}
