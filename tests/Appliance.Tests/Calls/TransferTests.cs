using Tandem.Calls;
using Tandem.Media.Recording;
using Tandem.Routing;
using Tandem.Signalling;
using Tandem.Storage;
using Xunit;

namespace Appliance.Tests.Calls;

/// <summary>A party of a running call is handed to somebody else on an operator's word: who talks to whom then, and what a failed try leaves.</summary>
[Collection("calls loopback")]
public sealed class TransferTests : IAsyncLifetime
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    private static readonly byte[] s_sdp = System.Text.Encoding.ASCII.GetBytes(
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n");

    private readonly ScriptedPhone _caller = new();
    private readonly ScriptedPhone _callee = ScriptedPhone.Answering(), _third = ScriptedPhone.Answering();
    private CallRig _rig = null!;

    public async ValueTask InitializeAsync()
    {
        _rig = await CallRig.StartAsync(32000, TimeSpan.FromSeconds(3));
        _rig.CallerUser = "1001";
        await _rig.ConfigureAsync(session => UserStore.Save(session, User.WithPassword("1003", "", "test", "x"), DateTimeOffset.UtcNow));
        _rig.Devices["1002"] = [_callee.Target()];
        _rig.Devices["1003"] = [_third.Target("1003")];
    }

    public async ValueTask DisposeAsync()
    {
        Assert.Equal(0, _rig.Faults);
        _caller.Dispose();
        _callee.Dispose();
        _third.Dispose();
        await _rig.DisposeAsync();
    }

    private async Task<(InviteSession Caller, InviteSession Callee)> TalkAsync()
    {
        InviteSession call = await _caller.CallAsync(_rig.Address, "1002");
        Assert.True((await call.Result.WaitAsync(s_limit, TestContext.Current.CancellationToken)).IsAccepted);
        InviteSession callee = await _callee.RungAsync(s_limit);
        Assert.Equal(409, (await UntilTalkingAsync()).Status);
        return (call, callee);
    }

    /// <summary>Asked for what never works, so that nothing comes of it.</summary>
    private async Task<TransferResult> UntilTalkingAsync()
    {
        long until = Environment.TickCount64 + 30_000;
        while (true)
        {
            TransferResult result = await _rig.TransferAsync("1002", Party.Caller);
            if (result.IsTarget || Environment.TickCount64 > until) return result;
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    private static Task EndedAsync(InviteSession session)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        session.Ended.Register(ended.SetResult);
        return ended.Task.WaitAsync(s_limit, TestContext.Current.CancellationToken);
    }

    private async Task<(string Status, string Reason)> LoggedAsync()
    {
        long until = Environment.TickCount64 + 30_000;
        while (true)
        {
            List<(string, string)> rows = await _rig.QueryAsync("SELECT status, reason FROM call_logs WHERE end_time IS NOT NULL", row => (row.Text(0), row.Text(1)));
            if (rows.Count > 0 || Environment.TickCount64 > until) return Assert.Single(rows);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task The_caller_goes_on_to_who_answers_and_the_callee_is_let_go()
    {
        (InviteSession caller, InviteSession callee) = await TalkAsync();
        Assert.Equal(TransferResult.Done, await _rig.TransferAsync("1003", Party.Caller));
        await EndedAsync(callee);
        Assert.Null(await _caller.EndOfAsync(caller));
        InviteSession third = await _third.RungAsync(s_limit);
        Assert.StartsWith("<sip:1001@", third.RemoteHeader("From"), StringComparison.Ordinal);
        await _caller.HangUpAsync(caller);
        await EndedAsync(third);
        Assert.Equal(("completed", "1001 transferred to 1003 by ann; caller: hung up"), await LoggedAsync());
    }

    [Fact]
    public async Task The_callee_goes_on_to_who_answers_and_the_caller_is_let_go()
    {
        (InviteSession caller, InviteSession callee) = await TalkAsync();
        Assert.Equal(TransferResult.Done, await _rig.TransferAsync("1003", Party.Callee));
        await EndedAsync(caller);
        Assert.Null(await _callee.EndOfAsync(callee));
        InviteSession third = await _third.RungAsync(s_limit);
        Assert.StartsWith("<sip:1002@", third.RemoteHeader("From"), StringComparison.Ordinal);
        await _third.HangUpAsync(third);
        await EndedAsync(callee);
        Assert.Equal(("completed", "1002 transferred to 1003 by ann; callee: hung up"), await LoggedAsync());
    }

    [Fact]
    public async Task A_carrier_whose_caller_is_let_go_has_its_place_back_while_the_others_talk_on()
    {
        await _rig.ConfigureAsync(session =>
        {
            CarrierStore.Save(session, new Carrier { Name = "acme", MaxCalls = 1, Probe = false }, DateTimeOffset.UtcNow);
            DidStore.Save(session, new Did("1002", false, null, ExtensionKind.User, "1002"), DateTimeOffset.UtcNow);
        });
        (_rig.CallerUser, _rig.CallerCarrier) = (null, "acme");
        (InviteSession caller, InviteSession callee) = await TalkAsync();
        Assert.Equal(1, await _rig.CallsOfAsync("acme"));
        Assert.Equal(TransferResult.Done, await _rig.TransferAsync("1003", Party.Callee));
        await EndedAsync(caller);
        Assert.Equal((0, 1), (await _rig.CallsOfAsync("acme"), _rig.Live));
        await _callee.HangUpAsync(callee);
        await EndedAsync(callee);
        await LoggedAsync();
        Assert.Equal(0, await _rig.CallsOfAsync("acme"));
    }

    [Fact]
    public async Task A_party_may_be_sent_on_more_than_once()
    {
        (InviteSession caller, InviteSession callee) = await TalkAsync();
        Assert.Equal(TransferResult.Done, await _rig.TransferAsync("1003", Party.Callee));
        InviteSession third = await _third.RungAsync(s_limit);
        using ScriptedPhone fourth = ScriptedPhone.Answering();
        _rig.Devices["1001"] = [fourth.Target("1001")];
        Assert.Equal(TransferResult.Done, await _rig.TransferAsync("1001", Party.Callee));
        await EndedAsync(callee);
        InviteSession last = await fourth.RungAsync(s_limit);
        Assert.StartsWith("<sip:1003@", last.RemoteHeader("From"), StringComparison.Ordinal);
        await _third.HangUpAsync(third);
        await EndedAsync(last);
        await EndedAsync(caller);
    }

    [Theory]
    [InlineData(486, "1003 is busy.")]
    [InlineData(603, "1003 declined.")]
    [InlineData(480, "1003 does not answer.")]
    [InlineData(500, "1003 cannot be reached (500).")]
    public async Task Where_the_target_refuses_the_call_is_as_it_was(int status, string why)
    {
        using ScriptedPhone refusing = ScriptedPhone.Refusing(status);
        _rig.Devices["1003"] = [refusing.Target("1003")];
        await AssertFailsAsync("1003", why);
    }

    [Fact]
    public async Task Where_nobody_answers_the_call_is_as_it_was()
    {
        using var ringing = new ScriptedPhone();
        _rig.Devices["1003"] = [ringing.Target("1003")];
        await AssertFailsAsync("1003", "1003 does not answer.");
    }

    [Theory]
    [InlineData("1003", "No phone of 1003 is registered.")]
    [InlineData("1001", "1001 is in this call already.")]
    [InlineData("1002", "1002 is in this call already.")]
    [InlineData("0911222333", "0911222333 cannot be reached: 404 no route allows ")]
    public async Task A_target_that_cannot_be_rung_is_refused_and_the_call_is_as_it_was(string number, string why)
    {
        _rig.Devices.Remove("1003");
        await AssertFailsAsync(number, why);
    }

    private async Task AssertFailsAsync(string number, string why)
    {
        (InviteSession caller, InviteSession callee) = await TalkAsync();
        foreach (Party party in (Party[])[Party.Caller, Party.Callee])
        {
            TransferResult failed = await _rig.TransferAsync(number, party);
            Assert.Equal((409, true), (failed.Status, failed.IsTarget));
            Assert.StartsWith(why, failed.Why, StringComparison.Ordinal);
        }
        Assert.Null(await _caller.EndOfAsync(caller));
        Assert.Null(await _callee.EndOfAsync(callee));
        await _callee.HangUpAsync(callee);
        await EndedAsync(caller);
        Assert.Equal(("completed", "callee: hung up"), await LoggedAsync());
    }

    [Fact]
    public async Task A_call_is_transferred_once_at_a_time_and_only_while_two_parties_talk()
    {
        using var ringing = new ScriptedPhone();
        _rig.Devices["1002"] = [ringing.Target()];
        InviteSession call = await _caller.CallAsync(_rig.Address, "1002");
        await ringing.RungAsync(s_limit);
        TransferResult early = await _rig.TransferAsync("1003", Party.Caller);
        Assert.Equal((409, false), (early.Status, early.IsTarget));
        Assert.Contains("ringing", early.Why, StringComparison.Ordinal);
        await _caller.HangUpAsync(call);
        await EndedAsync(call);
        long until = Environment.TickCount64 + 30_000;
        while (_rig.Live > 0 && Environment.TickCount64 < until) await Task.Delay(10, TestContext.Current.CancellationToken);

        _rig.Devices["1002"] = [_callee.Target()];
        _rig.Devices["1003"] = [ringing.Target("1003")];
        (InviteSession caller, InviteSession _) = await TalkAsync();
        Task<TransferResult> first = _rig.TransferAsync("1003", Party.Caller);
        InviteSession rung = await ringing.RungAsync(s_limit);
        Assert.Equal("The call is being transferred already.", (await _rig.TransferAsync("1003", Party.Caller)).Why);
        await _caller.HangUpAsync(caller);
        await EndedAsync(rung);
        Assert.Equal("The party that was to be transferred has hung up.", (await first).Why);
    }

    [Fact]
    public async Task Who_sends_a_party_on_may_hang_up_before_anybody_answers()
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var slow = new ScriptedPhone(async session =>
        {
            await answer.Task;
            await session.AcceptAsync(s_sdp);
        });
        _rig.Devices["1003"] = [slow.Target("1003")];
        (InviteSession caller, InviteSession callee) = await TalkAsync();
        Task<TransferResult> transfer = _rig.TransferAsync("1003", Party.Caller);
        InviteSession rung = await slow.RungAsync(s_limit);
        await _callee.HangUpAsync(callee);
        await EndedAsync(callee);
        answer.SetResult();
        Assert.Equal(TransferResult.Done, await transfer);
        Assert.Null(await _caller.EndOfAsync(caller));
        await _caller.HangUpAsync(caller);
        await EndedAsync(rung);
    }

    [Theory]
    [InlineData(Party.Caller)]
    [InlineData(Party.Callee)]
    public async Task Agents_are_rung_but_for_the_parties_and_the_one_who_rings_is_nobody_elses(Party party)
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var slow = new ScriptedPhone(async session =>
        {
            await answer.Task;
            await session.AcceptAsync(s_sdp);
        });
        using ScriptedPhone own = ScriptedPhone.Answering();
        (_rig.Devices["1001"], _rig.Devices["1003"]) = ([own.Target("1001")], [slow.Target("1003")]);
        await _rig.ConfigureAsync(session =>
        {
            foreach (string agent in (string[])["1001", "1003"]) AgentStore.Save(session, agent, "", null, DateTimeOffset.UtcNow);
        });
        (InviteSession caller, InviteSession callee) = await TalkAsync();
        Assert.Equal(1, _rig.CallLog.Agents.CurrentCalls("1002"));
        Task<TransferResult> transfer = _rig.TransferAsync(CallRig.AgentsNumber, party);
        InviteSession rung = await slow.RungAsync(s_limit);
        Assert.Equal((0, 1, 1), (_rig.CallLog.Agents.CurrentCalls("1001"), _rig.CallLog.Agents.CurrentCalls("1002"), _rig.CallLog.Agents.CurrentCalls("1003")));
        answer.SetResult();
        Assert.Equal(TransferResult.Done, await transfer);
        Assert.Equal((0, 1), (_rig.CallLog.Agents.CurrentCalls("1002"), _rig.CallLog.Agents.CurrentCalls("1003")));
        Assert.False(own.WasRung || _callee.WasRung);
        await EndedAsync(party == Party.Caller ? callee : caller);
        await slow.HangUpAsync(rung);
        await EndedAsync(party == Party.Caller ? caller : callee);
        Assert.Equal(("completed", $"{(party == Party.Caller ? "1001" : "1002")} transferred to {CallRig.AgentsNumber} by ann; callee: hung up"), await LoggedAsync());
        Assert.Equal(0, _rig.CallLog.Agents.CurrentCalls("1003"));
    }

    [Fact]
    public async Task An_agent_who_does_not_answer_is_free_again()
    {
        using ScriptedPhone refusing = ScriptedPhone.Refusing(480);
        _rig.Devices["1003"] = [refusing.Target("1003")];
        await _rig.ConfigureAsync(session => AgentStore.Save(session, "1003", "", null, DateTimeOffset.UtcNow));
        await AssertFailsAsync(CallRig.AgentsNumber, $"{CallRig.AgentsNumber} cannot be reached: no agent answered.");
        Assert.Equal(0, _rig.CallLog.Agents.CurrentCalls("1003"));
    }

    [Theory]
    [InlineData(RingMethod.Simultaneous)]
    [InlineData(RingMethod.Sequential)]
    public async Task Of_a_group_those_are_rung_who_are_not_in_the_call(RingMethod method)
    {
        using ScriptedPhone own = ScriptedPhone.Answering();
        _rig.Devices["1001"] = [own.Target("1001")];
        await _rig.ConfigureAsync(session =>
        {
            RingGroupStore.Save(session, new RingGroup { Name = "sales", Members = ["1001", "1002", "1003"], Method = method }, DateTimeOffset.UtcNow);
            ExtensionStore.Save(session, new Extension("2100", ExtensionKind.Group, "sales"), DateTimeOffset.UtcNow);
        });
        (InviteSession caller, InviteSession callee) = await TalkAsync();
        Assert.Equal(TransferResult.Done, await _rig.TransferAsync("2100", Party.Caller));
        await EndedAsync(callee);
        await _third.RungAsync(s_limit);
        Assert.False(own.WasRung || _callee.WasRung);
        await _caller.HangUpAsync(caller);
        Assert.Equal(("completed", "1001 transferred to 2100 by ann; caller: hung up"), await LoggedAsync());
    }

    [Theory]
    [InlineData(Party.Caller, 1, true)]
    [InlineData(Party.Callee, 2, true)]
    [InlineData(Party.Callee, 2, false)]
    public async Task A_recording_goes_on_and_a_pause_of_it_lasts(Party party, int part, bool paused)
    {
        (InviteSession caller, InviteSession callee) = await TalkAsync();
        CallRecording first = (await _rig.RecordAsync(RecordingAction.Start))!;
        if (paused) await _rig.RecordAsync(RecordingAction.Pause);
        Assert.Equal(TransferResult.Done, await _rig.TransferAsync("1003", party));
        CallRecording now = (await _rig.RecordAsync(RecordingAction.Start))!;    // the one that goes on
        Assert.Equal((part == 1, part > 1, paused), (ReferenceEquals(first, now), first.IsOver, now.IsPaused));
        Assert.EndsWith(part == 1 ? $"{now.CallId}.wav" : $"{now.CallId}-{part}.wav", now.Path, StringComparison.Ordinal);
        await _third.HangUpAsync(await _third.RungAsync(s_limit));
        await EndedAsync(party == Party.Caller ? caller : callee);
        await LoggedAsync();
    }

    [Fact]
    public async Task A_number_outside_is_called_on_the_word_and_within_the_limits_of_who_is_let_go()
    {
        using ScriptedPhone gateway = ScriptedPhone.Answering();
        await _rig.ConfigureAsync(session =>
        {
            CarrierStore.Save(session, new Carrier { Name = "acme", Format = NumberFormat.E164Plus, CountryCode = "34", Probe = false }, DateTimeOffset.UtcNow);
            GatewayStore.Save(session, new Gateway("acme", "g1", $"sip:{gateway.Address}"), DateTimeOffset.UtcNow);
            RouteStore.Save(session, new Route { Name = "out", CallerPrefix = "1001", Carriers = ["acme"] }, DateTimeOffset.UtcNow);
        });
        (InviteSession caller, InviteSession callee) = await TalkAsync();
        TransferResult refused = await _rig.TransferAsync("0911222333", Party.Caller);    // 1002 is let go, and no route is for it
        Assert.Equal((409, true), (refused.Status, refused.IsTarget));
        Assert.Equal(TransferResult.Done, await _rig.TransferAsync("0911222333", Party.Callee));
        await EndedAsync(caller);
        InviteSession outside = await gateway.RungAsync(s_limit);
        Assert.StartsWith("sip:+34911222333@", outside.RequestUri, StringComparison.Ordinal);
        Assert.Equal(("1001", 1), (_rig.Guarded.Single().Usage.User, _rig.Guarded.Single().Calls));
        await _callee.HangUpAsync(callee);
        await EndedAsync(outside);
        Assert.Equal(("completed", "1002 transferred to 0911222333 by ann; caller: hung up"), await LoggedAsync());
    }
}
