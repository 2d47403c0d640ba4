using System.Net;
using System.Net.Sockets;
using Tandem.Routing;
using Tandem.Signalling;
using Tandem.Storage;
using Xunit;

namespace Appliance.Tests.Calls.Outside;

/// <summary>Calls to carriers and from them on loopback: what a gateway is sent, when the next is tried, and what the caller notices.</summary>
[Collection("calls loopback")]
public sealed class OutsideCallTests : IAsyncLifetime
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private readonly ScriptedPhone _caller = new();
    private readonly List<int> _progress = [];
    private CallRig _rig = null!;

    public async ValueTask InitializeAsync()
    {
        _rig = await CallRig.StartAsync(31800, TimeSpan.FromSeconds(3));
        _rig.CallerUser = "1001";
    }

    public async ValueTask DisposeAsync()
    {
        Assert.Equal(0, _rig.Faults);
        _caller.Dispose();
        await _rig.DisposeAsync();
    }

    /// <summary>The carrier "acme" with gateways in this order, and a route for everything.</summary>
    private Task CarrierAsync(Carrier carrier, params string[] gateways) => _rig.ConfigureAsync(session =>
    {
        CarrierStore.Save(session, carrier, DateTimeOffset.UtcNow);
        for (int i = 0; i < gateways.Length; i++)
            GatewayStore.Save(session, new Gateway(carrier.Name, $"g{i + 1}", gateways[i]) { Priority = i }, DateTimeOffset.UtcNow);
        RouteStore.Save(session, new Route { Name = "out", Carriers = [carrier.Name] }, DateTimeOffset.UtcNow);
        UserStore.SetCallerId(session, "1001", "+34911000001", DateTimeOffset.UtcNow);
    });

    private static Carrier Acme => new() { Name = "acme", Format = NumberFormat.E164Plus, CountryCode = "34", Probe = false };

    private static string Uri(ScriptedPhone gateway) => $"sip:{gateway.Address}";

    private async Task<(InviteSession Call, InviteResult Result)> CallAsync(string number)
    {
        InviteSession call = await _caller.CallAsync(_rig.Address, number, session => session.OnProgress = (status, _) => _progress.Add(status));
        return (call, await call.Result.WaitAsync(s_limit, TestContext.Current.CancellationToken));
    }

    private async Task EndAsync(InviteSession call)
    {
        await _caller.HangUpAsync(call);
        long until = Environment.TickCount64 + 30_000;
        while (_rig.Live > 0 && Environment.TickCount64 < until) await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.Equal(0, _rig.Live);
    }

    private async Task<List<T>> RowsAsync<T>(string sql, int count, Func<DbRow, T> map)
    {
        long until = Environment.TickCount64 + 30_000;
        List<T> rows = await _rig.QueryAsync(sql, map);
        while (rows.Count < count && Environment.TickCount64 < until)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
            rows = await _rig.QueryAsync(sql, map);
        }
        return rows;
    }

    [Fact]
    public async Task A_gateway_gets_the_number_and_the_caller_as_its_carrier_wants_them()
    {
        using ScriptedPhone gateway = ScriptedPhone.Answering();
        await CarrierAsync(Acme with { Format = NumberFormat.E164, Strip = 2, Prefix = "99" }, Uri(gateway));
        (InviteSession call, InviteResult result) = await CallAsync("0034911222333");
        Assert.True(result.IsAccepted);
        InviteSession sent = await gateway.RungAsync(s_limit);
        Assert.Equal($"sip:99911222333@{gateway.Address}", sent.RequestUri);
        Assert.StartsWith("<sip:34911000001@127.0.0.1>;tag=", sent.RemoteHeader("From"), StringComparison.Ordinal);
        Assert.Equal("<sip:34911000001@127.0.0.1>", sent.RemoteHeader("P-Asserted-Identity"));
        Assert.Null(sent.RemoteHeader("Privacy"));
        Assert.Null(sent.RemoteHeader("Diversion"));
        await EndAsync(call);
        List<(string?, string?, string)> legs = await RowsAsync("SELECT carrier, gateway, direction FROM call_legs ORDER BY leg", 2,
            row => (row.TextOrNull(0), row.TextOrNull(1), row.Text(2)));
        Assert.Equal([(null, null, "in"), ("acme", "g1", "out")], legs);
    }

    public enum Trouble
    {
        ServerError,
        Unavailable,
        Timeout,
        Silent,
        TcpRefused,
        NoSuchHost,
        NoPort,
    }

    [Theory]
    [InlineData(Trouble.ServerError)]
    [InlineData(Trouble.Unavailable)]
    [InlineData(Trouble.Timeout)]
    [InlineData(Trouble.Silent)]
    [InlineData(Trouble.TcpRefused)]
    [InlineData(Trouble.NoSuchHost)]
    [InlineData(Trouble.NoPort)]
    public async Task Where_a_gateway_fails_the_next_one_is_tried_and_the_caller_hears_nothing_of_it(Trouble trouble)
    {
        using var failing = new ScriptedPhone(session =>
        {
            session.Reject(trouble switch { Trouble.ServerError => 500, Trouble.Unavailable => 503, _ => 408 }, null, [new("Retry-After", "5 (later)")]);
            return Task.CompletedTask;
        }, rings: false);
        using var silent = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using ScriptedPhone gateway = ScriptedPhone.Answering();
        await CarrierAsync(Acme, trouble switch
        {
            Trouble.Silent => $"sip:{silent.Client.LocalEndPoint}",
            Trouble.TcpRefused => "sip:127.0.0.1:1;transport=tcp",
            Trouble.NoSuchHost => "sip:nowhere.invalid",
            Trouble.NoPort => "sip:127.0.0.1:1",
            _ => Uri(failing),
        }, Uri(gateway));
        (InviteSession call, InviteResult result) = await CallAsync("0911222333");
        Assert.True(result.IsAccepted);
        Assert.Equal([180], _progress);
        await gateway.RungAsync(s_limit);
        await EndAsync(call);
    }

    [Theory]
    [InlineData(Trouble.Unavailable, 2)]
    [InlineData(Trouble.Silent, 2)]
    [InlineData(Trouble.NoPort, 2)]
    [InlineData(Trouble.ServerError, 1)]
    public async Task Where_a_host_of_a_gateway_does_not_work_the_next_host_of_its_name_is_tried(Trouble trouble, int hosts)
    {
        using var failing = new ScriptedPhone(session =>
        {
            session.Reject(trouble == Trouble.ServerError ? 500 : 503);
            return Task.CompletedTask;
        }, rings: false);
        using var silent = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using ScriptedPhone working = ScriptedPhone.Answering();
        int port = trouble switch { Trouble.Silent => ((IPEndPoint)silent.Client.LocalEndPoint!).Port, Trouble.NoPort => 1, _ => failing.Address.Port };
        _rig.Dns.Srv("_sip._udp.gw.example", 10, 0, port, "one.gw.example");
        _rig.Dns.Srv("_sip._udp.gw.example", 20, 0, working.Address.Port, "two.gw.example");
        _rig.Dns.A("one.gw.example", "127.0.0.1");
        _rig.Dns.A("two.gw.example", "127.0.0.1");
        await CarrierAsync(Acme, "sip:gw.example");
        for (int calls = 0; calls < hosts; calls++)
        {
            (InviteSession call, InviteResult result) = await CallAsync("0911222333");
            Assert.Equal(hosts == 2, result.IsAccepted);
            if (result.IsAccepted) await EndAsync(call);
        }
        Assert.Equal(hosts == 2, working.WasRung);
        // The second call did not ask the host that had just failed.
        List<string> legs = await RowsAsync("SELECT sip_status FROM call_legs WHERE direction = 'out' ORDER BY call_id, leg", hosts == 2 ? 3 : 1, row => row.Long(0).ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(trouble switch { Trouble.ServerError => ["500"], Trouble.Silent => ["408", "200", "200"], _ => ["503", "200", "200"] }, legs);
    }

    [Theory]
    [InlineData(404, null, 404)]
    [InlineData(486, null, 486)]
    [InlineData(503, "Q.850;cause=17;text=\"User busy\"", 486)]
    [InlineData(500, "Q.850;cause=1", 404)]
    public async Task What_is_said_of_the_number_is_final(int status, string? reason, int expected)
    {
        using var busy = new ScriptedPhone(session =>
        {
            session.Reject(status, null, reason is null ? [] : [new("Reason", reason)]);
            return Task.CompletedTask;
        }, rings: false);
        using ScriptedPhone other = ScriptedPhone.Answering();
        await CarrierAsync(Acme, Uri(busy), Uri(other));
        (_, InviteResult result) = await CallAsync("0911222333");
        Assert.Equal(expected, result.Status);
        Assert.False(other.WasRung);
    }

    [Fact]
    public async Task When_every_gateway_fails_the_caller_gets_one_refusal_that_is_not_a_503()
    {
        using ScriptedPhone one = ScriptedPhone.Refusing(503), two = ScriptedPhone.Refusing(500);
        await CarrierAsync(Acme, Uri(one), Uri(two));
        Assert.Equal(502, (await CallAsync("0911222333")).Result.Status);
    }

    [Fact]
    public async Task A_redirection_to_a_host_of_the_carrier_is_followed_and_any_other_is_not()
    {
        using ScriptedPhone gateway = ScriptedPhone.Answering();
        using var redirecting = new ScriptedPhone(session =>
        {
            session.Reject(302, null, [new("Contact", $"<sip:5@198.51.100.1>, <sip:77@{gateway.Address}>;q=0.5")]);
            return Task.CompletedTask;
        }, rings: false);
        await CarrierAsync(Acme, Uri(redirecting));
        (InviteSession call, InviteResult result) = await CallAsync("0911222333");
        Assert.True(result.IsAccepted);
        Assert.Equal($"sip:77@{gateway.Address}", (await gateway.RungAsync(s_limit)).RequestUri);
        await EndAsync(call);
    }

    [Fact]
    public async Task Redirections_end()
    {
        int rung = 0;
        ScriptedPhone turning = null!;
        using (turning = new ScriptedPhone(session =>
        {
            Interlocked.Increment(ref rung);
            session.Reject(302, null, [new("Contact", $"<sip:77@{turning.Address}>")]);
            return Task.CompletedTask;
        }, rings: false))
        {
            await CarrierAsync(Acme, Uri(turning));
            Assert.Equal(482, (await CallAsync("0911222333")).Result.Status);
            Assert.Equal(6, rung);
        }
    }

    [Fact]
    public async Task A_carrier_gets_no_more_calls_at_once_than_it_may_have()
    {
        using ScriptedPhone gateway = ScriptedPhone.Answering();
        await CarrierAsync(Acme with { MaxCalls = 1 }, Uri(gateway));
        (InviteSession first, InviteResult talks) = await CallAsync("0911222333");
        Assert.True(talks.IsAccepted);
        Assert.Equal(503, (await CallAsync("0911222333")).Result.Status);
        await EndAsync(first);
        (InviteSession third, InviteResult again) = await CallAsync("0911222333");
        Assert.True(again.IsAccepted);
        await EndAsync(third);
    }

    [Fact]
    public async Task A_call_ends_when_it_is_as_long_as_its_carrier_allows()
    {
        using ScriptedPhone gateway = ScriptedPhone.Answering();
        await CarrierAsync(Acme with { MaxCallSeconds = 1 }, Uri(gateway));
        (InviteSession call, InviteResult result) = await CallAsync("0911222333");
        Assert.True(result.IsAccepted);
        var ended = new TaskCompletionSource();
        call.Ended.Register(ended.SetResult);
        await ended.Task.WaitAsync(s_limit, TestContext.Current.CancellationToken);
        List<string> reasons = await RowsAsync("SELECT reason FROM call_logs WHERE end_time IS NOT NULL", 1, row => row.Text(0));
        Assert.Equal(["longest call of 1 s"], reasons);
    }

    [Theory]
    [InlineData("1001", null, "0911222333", 200)]
    [InlineData("1001", null, "0033911222333", 403)]
    [InlineData(null, null, "0911222333", 403)]
    [InlineData(null, "acme", "0911222333", 404)]
    [InlineData(null, "acme", "+34911222333", 404)]
    [InlineData(null, "acme", "1002", 404)]
    [InlineData(null, "acme", "9999", 404)]
    public async Task Only_a_user_reaches_the_outside_and_only_where_it_may(string? user, string? carrier, string number, int expected)
    {
        using ScriptedPhone gateway = ScriptedPhone.Answering();
        await CarrierAsync(Acme, Uri(gateway));
        (_rig.CallerUser, _rig.CallerCarrier) = (user, carrier);
        (InviteSession call, InviteResult result) = await CallAsync(number);
        Assert.Equal(expected, result.Status);
        Assert.Equal(expected == 200, gateway.WasRung);
        if (result.IsAccepted) await EndAsync(call);
    }

    private Task DidAsync(Did did) => _rig.ConfigureAsync(session => DidStore.Save(session, did, DateTimeOffset.UtcNow));

    [Fact]
    public async Task A_number_of_ours_rings_its_user_with_the_number_that_the_carrier_vouches_for()
    {
        using ScriptedPhone phone = ScriptedPhone.Answering();
        await CarrierAsync(Acme, "sip:192.0.2.1");
        await DidAsync(new Did("+34911500001", false, "acme", ExtensionKind.User, "1002"));
        _rig.Devices["1002"] = [phone.Target()];
        (_rig.CallerUser, _rig.CallerCarrier) = (null, "acme");
        (InviteSession call, InviteResult result) = await CallAsync("0911500001");
        Assert.True(result.IsAccepted);
        await phone.RungAsync(s_limit);
        await EndAsync(call);
        Assert.Equal(["acme"], await RowsAsync("SELECT carrier FROM call_legs WHERE direction = 'in'", 1, row => row.TextOrNull(0)));
    }

    [Fact]
    public async Task A_refusal_tells_the_carrier_its_cause()
    {
        using ScriptedPhone phone = ScriptedPhone.Refusing(486);
        await CarrierAsync(Acme, "sip:192.0.2.1");
        await DidAsync(new Did("+34911500001", false, null, ExtensionKind.User, "1002"));
        _rig.Devices["1002"] = [phone.Target()];
        (_rig.CallerUser, _rig.CallerCarrier) = (null, "acme");
        (_, InviteResult result) = await CallAsync("+34911500001");
        Assert.Equal((486, 17), (result.Status, result.Q850Cause));
    }

    [Theory]
    [InlineData(true, "unconditional")]
    [InlineData(false, "user-busy")]
    public async Task A_number_of_ours_forwards_to_the_outside_and_says_so(bool always, string reason)
    {
        using ScriptedPhone gateway = ScriptedPhone.Answering(), phone = ScriptedPhone.Refusing(486);
        await CarrierAsync(Acme, Uri(gateway));
        await DidAsync(new Did("+34911500001", false, null, ExtensionKind.User, "1002") { ForwardTo = "0911222333", ForwardAlways = always });
        _rig.Devices["1002"] = [phone.Target()];
        (_rig.CallerUser, _rig.CallerCarrier) = (null, "acme");
        (InviteSession call, InviteResult result) = await CallAsync("0911500001");
        Assert.True(result.IsAccepted);
        InviteSession sent = await gateway.RungAsync(s_limit);
        Assert.Equal($"sip:+34911222333@{gateway.Address}", sent.RequestUri);
        Assert.Equal($"<sip:+34911500001@127.0.0.1>;reason={reason};counter=1", sent.RemoteHeader("Diversion"));
        Assert.Equal(always, !phone.WasRung);
        await EndAsync(call);
    }

    [Fact]
    public async Task Forwarding_by_way_of_a_carrier_to_ourselves_has_an_end()
    {
        await CarrierAsync(Acme, $"sip:{_rig.Address}");
        await DidAsync(new Did("+34911500001", false, null, ExtensionKind.User, "1002") { ForwardTo = "0911500001", ForwardAlways = true });
        (_rig.CallerUser, _rig.CallerCarrier) = (null, "acme");
        (_, InviteResult result) = await CallAsync("0911500001");
        Assert.Equal(482, result.Status);
        Assert.InRange((await RowsAsync("SELECT call_id FROM call_logs", 1, row => row.Text(0))).Count, 1, 10);
    }
}
