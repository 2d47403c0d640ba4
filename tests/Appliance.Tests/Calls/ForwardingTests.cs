using Tandem.Routing;
using Tandem.Signalling;
using Tandem.Storage;
using Xunit;

namespace Appliance.Tests.Calls;

/// <summary>Forwarding, ring groups, and what the caller hears of early media: one dialog, one answer.</summary>
[Collection("calls loopback")]
public sealed class ForwardingTests : IAsyncLifetime
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    private static readonly byte[] s_sdp = System.Text.Encoding.ASCII.GetBytes(
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n");

    private readonly ScriptedPhone _caller = new();
    private CallRig _rig = null!;

    public async ValueTask InitializeAsync()
    {
        _rig = await CallRig.StartAsync(31700, TimeSpan.FromSeconds(3));
        await _rig.ConfigureAsync(session =>
        {
            foreach (string name in (string[])["1003", "1004", "1005"]) UserStore.Save(session, User.WithPassword(name, "", "test", "x"), DateTimeOffset.UtcNow);
        });
    }

    public async ValueTask DisposeAsync()
    {
        Assert.Equal(0, _rig.Faults);
        _caller.Dispose();
        await _rig.DisposeAsync();
    }

    private Task ForwardAsync(params Forwarding[] forwards) =>
        _rig.ConfigureAsync(session => { foreach (Forwarding forwarding in forwards) ForwardingStore.Save(session, forwarding, DateTimeOffset.UtcNow); });

    private Task GroupAsync(RingMethod method, string? otherwise, params string[] members) => _rig.ConfigureAsync(session =>
    {
        RingGroupStore.Save(session, new RingGroup { Name = "sales", Method = method, Members = members, RingSeconds = 3, Otherwise = otherwise }, DateTimeOffset.UtcNow);
        ExtensionStore.Save(session, new Extension("3000", ExtensionKind.Group, "sales"), DateTimeOffset.UtcNow);
    });

    private void Register(string user, params ScriptedPhone[] phones) => _rig.Devices[user] = [.. phones.Select(phone => phone.Target(user))];

    private async Task<(InviteSession Call, InviteResult Result)> CallAsync(string number)
    {
        InviteSession call = await _caller.CallAsync(_rig.Address, number);
        return (call, await call.Result.WaitAsync(s_limit, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Every_call_is_forwarded()
    {
        await ForwardAsync(new Forwarding("1002") { Always = "1003" });
        using ScriptedPhone away = new(), phone = ScriptedPhone.Answering();
        Register("1002", away);
        Register("1003", phone);
        (InviteSession call, InviteResult result) = await CallAsync("1002");
        Assert.True(result.IsAccepted);
        Assert.False(away.WasRung);
        await _caller.HangUpAsync(call);
    }

    [Theory]
    [InlineData(486, true)]
    [InlineData(600, true)]
    [InlineData(603, false)]
    [InlineData(480, false)]
    public async Task Calls_to_a_busy_phone_are_forwarded_and_declined_ones_are_not(int status, bool forwarded)
    {
        await ForwardAsync(new Forwarding("1002") { Busy = "1003" });
        using ScriptedPhone busy = ScriptedPhone.Refusing(status), phone = ScriptedPhone.Answering();
        Register("1002", busy);
        Register("1003", phone);
        (InviteSession call, InviteResult result) = await CallAsync("1002");
        Assert.Equal(forwarded ? 200 : status, result.Status);
        await _caller.HangUpAsync(call);
    }

    [Fact]
    public async Task A_call_is_forwarded_while_the_user_talks()
    {
        await ForwardAsync(new Forwarding("1002") { Busy = "1003" });
        using ScriptedPhone phone = ScriptedPhone.Answering(), other = ScriptedPhone.Answering();
        Register("1002", phone);
        Register("1003", other);
        (InviteSession first, InviteResult talks) = await CallAsync("1002");
        Assert.True(talks.IsAccepted);
        (InviteSession second, InviteResult result) = await CallAsync("1002");
        Assert.True(result.IsAccepted);
        Assert.True(other.WasRung);
        await _caller.HangUpAsync(first);
        await _caller.HangUpAsync(second);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_that_nobody_takes_is_forwarded_and_so_is_one_to_nobody(bool registered)
    {
        await ForwardAsync(new Forwarding("1002") { NoAnswer = "1003", NoAnswerSeconds = 1 });
        using ScriptedPhone absent = new(), phone = ScriptedPhone.Answering();
        if (registered) Register("1002", absent);
        Register("1003", phone);
        (InviteSession call, InviteResult result) = await CallAsync("1002");
        Assert.True(result.IsAccepted);
        Assert.Equal(registered, absent.WasRung);
        await _caller.HangUpAsync(call);
    }

    [Fact]
    public async Task A_phone_may_send_a_call_on_to_another_number()
    {
        using var moved = new ScriptedPhone(session =>
        {
            session.Reject(302, null, [new("Contact", "<sip:nowhere@192.0.2.1>;q=0.1, <sip:1003@elsewhere.example>;q=0.9")]);
            return Task.CompletedTask;
        });
        using ScriptedPhone phone = ScriptedPhone.Answering();
        Register("1002", moved);
        Register("1003", phone);
        (InviteSession call, InviteResult result) = await CallAsync("1002");
        Assert.True(result.IsAccepted);
        await _caller.HangUpAsync(call);
    }

    [Fact]
    public async Task Forwarding_in_a_ring_ends_with_482()
    {
        await ForwardAsync(new Forwarding("1002") { Always = "1003" }, new Forwarding("1003") { Always = "1004" }, new Forwarding("1004") { Always = "1002" });
        Assert.Equal(482, (await CallAsync("1002")).Result.Status);
    }

    [Fact]
    public async Task A_chain_of_forwardings_has_an_end()
    {
        string[] chain = ["1002", "1003", "1004", "1005", "1006", "1007", "1008", "1009"];
        await _rig.ConfigureAsync(session => { foreach (string name in chain) UserStore.Save(session, User.WithPassword(name, "", "test", "x"), DateTimeOffset.UtcNow); });
        await ForwardAsync([.. chain.Zip(chain.Skip(1), (from, to) => new Forwarding(from) { Always = to })]);
        using ScriptedPhone phone = ScriptedPhone.Answering();
        Register("1009", phone);
        Assert.Equal(482, (await CallAsync("1002")).Result.Status);
        Assert.False(phone.WasRung);
        (InviteSession call, InviteResult shorter) = await CallAsync("1004");
        Assert.True(shorter.IsAccepted);
        await _caller.HangUpAsync(call);
    }

    [Fact]
    public async Task A_group_rings_together_and_one_that_declines_does_not_speak_for_the_others()
    {
        await GroupAsync(RingMethod.Simultaneous, null, "1002", "1003", "1004");
        using ScriptedPhone declining = ScriptedPhone.Refusing(603), ringing = new();
        using var late = new ScriptedPhone(async session =>
        {
            await ringing.RungAsync(s_limit);
            await session.AcceptAsync(s_sdp);
        });
        Register("1002", declining);
        Register("1003", ringing);
        Register("1004", late);
        (InviteSession call, InviteResult result) = await CallAsync("3000");
        Assert.True(result.IsAccepted);
        await _caller.HangUpAsync(call);
    }

    [Fact]
    public async Task A_group_rings_in_turn_and_then_calls_its_other_number()
    {
        await GroupAsync(RingMethod.Sequential, "1004", "1002", "1003");
        List<string> order = [];
        ScriptedPhone Busy(string name) => new(session =>
        {
            lock (order) order.Add(name);
            session.Reject(486);
            return Task.CompletedTask;
        });
        using ScriptedPhone one = Busy("1002"), two = Busy("1003"), last = ScriptedPhone.Answering();
        Register("1002", one);
        Register("1003", two);
        Register("1004", last);
        (InviteSession call, InviteResult result) = await CallAsync("3000");
        Assert.True(result.IsAccepted);
        Assert.Equal(["1002", "1003"], order);
        await _caller.HangUpAsync(call);
    }

    [Fact]
    public async Task Early_media_is_passed_on_and_the_answer_brings_the_same_SDP()
    {
        using var phone = new ScriptedPhone(async session =>
        {
            session.Progress(183, s_sdp);
            await Task.Delay(50, TestContext.Current.CancellationToken);
            await session.AcceptAsync(s_sdp);
        });
        Register("1002", phone);
        List<(int Status, string Sdp)> heard = [];
        InviteSession call = await _caller.CallAsync(_rig.Address, "1002", session => session.OnProgress = (status, sdp) => heard.Add((status, System.Text.Encoding.ASCII.GetString(sdp.Span))));
        InviteResult result = await call.Result.WaitAsync(s_limit, TestContext.Current.CancellationToken);
        Assert.True(result.IsAccepted);
        string early = Assert.Single(heard, progress => progress.Status == 183).Sdp;
        Assert.Equal(early, System.Text.Encoding.ASCII.GetString(result.Sdp.Span));
        await _caller.HangUpAsync(call);
    }

    [Fact]
    public async Task A_180_with_SDP_is_a_phone_that_rings()
    {
        using var phone = new ScriptedPhone(session =>
        {
            session.Progress(180, s_sdp);
            return session.AcceptAsync(s_sdp);
        });
        Register("1002", phone);
        List<int> heard = [];
        InviteSession call = await _caller.CallAsync(_rig.Address, "1002", session => session.OnProgress = (status, sdp) => heard.Add(sdp.IsEmpty ? status : -status));
        Assert.True((await call.Result.WaitAsync(s_limit, TestContext.Current.CancellationToken)).IsAccepted);
        Assert.Equal([180], heard);
        await _caller.HangUpAsync(call);
    }

    [Fact]
    public async Task After_early_media_that_ended_the_caller_still_meets_one_dialog()
    {
        await ForwardAsync(new Forwarding("1002") { Busy = "1003" });
        using var announces = new ScriptedPhone(async session =>
        {
            session.Progress(183, s_sdp);
            await Task.Delay(50, TestContext.Current.CancellationToken);
            session.Reject(486);
        });
        using ScriptedPhone phone = ScriptedPhone.Answering();
        Register("1002", announces);
        Register("1003", phone);
        List<int> heard = [];
        InviteSession call = await _caller.CallAsync(_rig.Address, "1002", session => session.OnProgress = (status, _) => heard.Add(status));
        Assert.True((await call.Result.WaitAsync(s_limit, TestContext.Current.CancellationToken)).IsAccepted);
        Assert.Equal([180, 183], heard);
        await _caller.HangUpAsync(call);
    }
}
