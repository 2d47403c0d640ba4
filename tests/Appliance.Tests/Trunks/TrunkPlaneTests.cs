using System.Net;
using Appliance.Tests.Signalling;
using Microsoft.Extensions.Logging;
using Sip.Core.Messages;
using Tandem.Events;
using Tandem.Routing;
using Tandem.Signalling;
using Tandem.Trunks;
using Xunit;

namespace Tandem.Tests.Trunks;

/// <summary>Probes and registrations in virtual time, against peers that do as a test says.</summary>
public sealed class TrunkPlaneTests
{
    private const string Challenge = "WWW-Authenticate: Digest realm=\"acme\", nonce=\"n1\", qop=\"auth\"";

    private readonly VirtualNetwork _network = new();
    private readonly Rig _us;
    private readonly RawPeer _peer, _other;
    private readonly TrunkPlane _trunks;
    private readonly EventHub _events = new();
    private readonly List<string> _log = [];
    private readonly List<string> _kept = [];
    private Carrier _carrier = new() { Name = "acme" };
    private Gateway[] _gateways = [new("acme", "a", "sip:10.0.0.9")];

    public TrunkPlaneTests()
    {
        _us = new Rig(_network, "10.0.0.1:5060");
        _peer = new RawPeer(_network, "10.0.0.9:5060", _us.Port);
        _other = new RawPeer(_network, "10.0.0.8:5060", _us.Port);
        _trunks = new TrunkPlane(_us.Agent, _events, new Lines(_log), flow => _kept.Add($"+{flow.Remote}"), flow => _kept.Add($"-{flow.Remote}"));
    }

    private void Configure()
    {
        _trunks.Configure(TrunkDirectory.Of([_carrier], _gateways));
        _network.Run(0.2);
    }

    private void Registering() => _carrier = _carrier with { Probe = false, Register = true, AuthUser = "us", AuthPassword = "secret", RegisterSeconds = 600 };

    private void Answer(string method, int status, string extra = "")
    {
        _peer.Respond(_peer.Heard1(method), status, "p", extra);
        _network.Run(0.1);
    }

    /// <summary>Requests, each once however often it was sent.</summary>
    private int Asked(string method) => _peer.Heard.Where(message => message.IsRequest && System.Text.Encoding.ASCII.GetString(message.MethodName) == method)
        .Select(message => (message.GetString(SipHeaderId.CallId), message.CSeqNumber)).Distinct().Count();

    private string State(string gateway = "a") => _trunks.Status(DateTimeOffset.UnixEpoch).FindGateway("acme", gateway)!.State;

    private RegistrationReport Registration => _trunks.Status(DateTimeOffset.UnixEpoch).FindRegistration("acme")!;

    [Fact]
    public void Probes_go_out_at_once_and_then_every_so_often()
    {
        Configure();
        SipMessage options = _peer.Heard1("OPTIONS");
        Assert.Equal("sip:10.0.0.9", System.Text.Encoding.ASCII.GetString(options.RequestUri));
        Answer("OPTIONS", 200);
        _network.Run(29);
        Assert.Equal(1, Asked("OPTIONS"));
        _network.Run(2);
        Assert.Equal(2, Asked("OPTIONS"));
        Answer("OPTIONS", 404);
        GatewayReport report = _trunks.Status(DateTimeOffset.UnixEpoch).Gateways[0];
        Assert.Equal(("up", 404), (report.State, report.LastCode));
        Assert.InRange(report.LatencyMs!.Value, 1, 1500);
    }

    [Fact]
    public void Two_silent_probes_put_a_gateway_down_one_answer_brings_it_up_and_events_tell()
    {
        using EventSubscription events = _events.Watch();
        Configure();
        _network.Run(6);
        Assert.Equal("up", State());
        _network.Run(36);
        Assert.Equal("down", State());
        Assert.Empty(_trunks.Dispatcher.Order("acme", "call", _network.Now));
        int heard = _peer.CountHeard("OPTIONS");
        while (_peer.CountHeard("OPTIONS") == heard) _network.Run(0.05);
        Answer("OPTIONS", 200);
        Assert.Equal("up", State());
        List<object?> states = [];
        while (events.New.TryRead(out NumberedEvent e)) states.Add(e.Event.Data["state"]);
        Assert.Equal(["down", "up"], states);
        Assert.Contains(_log, line => line.Contains("acme/a is down", StringComparison.Ordinal));
    }

    [Fact]
    public void A_call_that_fails_has_its_gateway_asked_at_once()
    {
        Configure();
        Answer("OPTIONS", 200);
        int before = _peer.CountHeard("OPTIONS");
        _trunks.Dispatcher.TimedOut(_trunks.Dispatcher.Order("acme", "call", _network.Now)[0], _network.Now);
        _network.Run(0.1);
        Assert.Equal(before + 1, _peer.CountHeard("OPTIONS"));
        Answer("OPTIONS", 200);
        Assert.Equal("up", State());
    }

    [Fact]
    public void What_is_taken_out_of_the_settings_is_asked_no_more()
    {
        Configure();
        Answer("OPTIONS", 200);
        _gateways = [];
        Configure();
        _network.Run(100);
        Assert.Equal(1, _peer.CountHeard("OPTIONS"));
        _us.AssertEmpty();
    }

    [Fact]
    public void A_registration_answers_the_challenge_and_is_refreshed_before_it_expires()
    {
        Registering();
        Configure();
        SipMessage first = _peer.Heard1("REGISTER");
        Assert.Equal(("<sip:us@10.0.0.9>", "600", "sip:10.0.0.9"),
            (first.GetString(SipHeaderId.To), first.GetString(SipHeaderId.Expires), System.Text.Encoding.ASCII.GetString(first.RequestUri)));
        Answer("REGISTER", 401, Challenge);
        SipMessage second = _peer.Heard1("REGISTER");
        Assert.Contains("username=\"us\"", second.GetString(SipHeaderId.Authorization), StringComparison.Ordinal);
        Assert.Equal((first.GetString(SipHeaderId.CallId), first.CSeqNumber + 1), (second.GetString(SipHeaderId.CallId), second.CSeqNumber));
        Answer("REGISTER", 200, "Contact: <sip:other@10.9.9.9>;expires=20, <sip:us@10.0.0.1:5060>;expires=300");
        Assert.Equal(("registered", 200), (Registration.State, Registration.LastCode));
        Assert.Equal(["+10.0.0.9:5060"], _kept);
        _network.Run(178);
        Assert.Equal(2, _peer.CountHeard("REGISTER"));
        _network.Run(4);
        SipMessage refresh = _peer.Heard1("REGISTER");
        Assert.True(refresh.CSeqNumber > second.CSeqNumber);
        Assert.Contains("nc=00000002", refresh.GetString(SipHeaderId.Authorization), StringComparison.Ordinal);
        Assert.DoesNotContain(_log, line => line.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void A_wrong_password_is_tried_ever_less_often()
    {
        Registering();
        Configure();
        int heard = 0;
        for (double at = 0; at < 4000; at += 0.5)
        {
            int now = _peer.CountHeard("REGISTER");
            if (now > heard)
            {
                heard = now;
                _peer.Respond(_peer.Heard1("REGISTER"), 401, "p", Challenge);
            }
            _network.Run(0.5);
        }
        Assert.InRange(Asked("REGISTER"), 8, 18);
        Assert.Equal(("refused", "user name or password are wrong"), (Registration.State, Registration.Problem));
        Assert.Contains(_log, line => line.Contains("refuses to register us (user name or password are wrong); the next try is in 60 s", StringComparison.Ordinal));
        Assert.DoesNotContain(_log, line => line.Contains("secret", StringComparison.Ordinal));
        _carrier = _carrier with { AuthPassword = "right" };
        Configure();    // new settings are tried at once
        Answer("REGISTER", 200);
        Assert.Equal("registered", Registration.State);
    }

    [Fact]
    public void A_registrar_that_is_silent_is_asked_again_and_found_when_it_is_back()
    {
        Registering();
        Configure();
        _network.Run(30);
        Assert.Equal(("failing", "no answer", 408), (Registration.State, Registration.Problem, Registration.LastCode));
        int before = _peer.CountHeard("REGISTER");
        while (_peer.CountHeard("REGISTER") == before) _network.Run(0.05);
        Answer("REGISTER", 200);
        Assert.Equal(("registered", null), (Registration.State, Registration.Problem));
    }

    [Fact]
    public void A_503_says_when_to_come_back()
    {
        Registering();
        Configure();
        Answer("REGISTER", 503, "Retry-After: 120 (maintenance)");
        int before = _peer.CountHeard("REGISTER");
        _network.Run(118);
        Assert.Equal(("failing", before), (Registration.State, _peer.CountHeard("REGISTER")));
        _network.Run(3);
        Assert.True(_peer.CountHeard("REGISTER") > before);
    }

    [Fact]
    public void A_registrar_that_wants_longer_registrations_gets_them()
    {
        Registering();
        Configure();
        Answer("REGISTER", 423, "Min-Expires: 1800");
        Assert.Equal("1800", _peer.Heard1("REGISTER").GetString(SipHeaderId.Expires));
        Answer("REGISTER", 200);
        Assert.Equal("registered", Registration.State);
    }

    [Fact]
    public void A_gateway_that_comes_back_is_registered_with_at_once()
    {
        Registering();
        _carrier = _carrier with { Probe = true };
        Configure();
        Answer("OPTIONS", 200);
        Answer("REGISTER", 200);
        int registers = _peer.CountHeard("REGISTER");
        while (State() != "down") _network.Run(1);
        int heard = _peer.CountHeard("OPTIONS");
        while (_peer.CountHeard("OPTIONS") == heard) _network.Run(0.05);
        Answer("OPTIONS", 200);
        Assert.Equal(registers + 1, _peer.CountHeard("REGISTER"));
    }

    [Fact]
    public void At_the_end_registrations_are_taken_back()
    {
        Registering();
        Configure();
        Answer("REGISTER", 200);
        Task end = _trunks.StopAsync();
        _network.Run(0.1);
        Assert.Equal("0", _peer.Heard1("REGISTER").GetString(SipHeaderId.Expires));
        Assert.False(end.IsCompleted);
        Answer("REGISTER", 200);
        Assert.True(end.IsCompletedSuccessfully);
        Assert.Equal(["+10.0.0.9:5060", "-10.0.0.9:5060"], _kept);
        _network.Run(60);
        _us.AssertEmpty();
    }

    [Fact]
    public void The_addresses_of_gateways_are_sources_and_outlive_a_failure_of_DNS()
    {
        _carrier = _carrier with { Probe = false };
        _gateways = [new("acme", "a", "sip:gw.example")];
        _us.Port.Names["gw.example"] = [IPAddress.Parse("10.0.0.8"), IPAddress.Parse("10.0.0.9")];
        Configure();
        Assert.Equal("acme", _trunks.Sources.Find(IPAddress.Parse("10.0.0.8"))?.Name);
        _us.Port.Names.Remove("gw.example");
        _network.Run(61);
        Assert.Equal("acme", _trunks.Sources.Find(IPAddress.Parse("10.0.0.9"))?.Name);
        _us.Port.Names["gw.example"] = [IPAddress.Parse("10.0.0.9")];
        _network.Run(61);
        Assert.Null(_trunks.Sources.Find(IPAddress.Parse("10.0.0.8")));
        Assert.Empty(_other.Heard);
    }

    [Fact]
    public void Names_are_asked_for_again_when_their_answer_is_over_and_soon_where_there_was_none()
    {
        _carrier = _carrier with { Probe = false };
        _gateways = [new("acme", "a", "sip:gw.example"), new("acme", "b", "sip:10.0.0.7")];
        Configure();
        Assert.Null(_trunks.Sources.Find(IPAddress.Parse("10.0.0.9")));
        _us.Port.Names["gw.example"] = [IPAddress.Parse("10.0.0.9")];
        _us.Port.VirtualDns.Lifetime = TimeSpan.FromSeconds(300);
        _network.Run(11);
        Assert.Equal("acme", _trunks.Sources.Find(IPAddress.Parse("10.0.0.9"))?.Name);
        int asked = _us.Port.VirtualDns.Asked;
        _us.Port.Names["gw.example"] = [IPAddress.Parse("10.0.0.8")];
        _network.Run(285);
        Assert.Equal(asked, _us.Port.VirtualDns.Asked);
        _network.Run(15);
        Assert.Equal("acme", _trunks.Sources.Find(IPAddress.Parse("10.0.0.8"))?.Name);
        Assert.Single(_log, line => line.Contains("has no address", StringComparison.Ordinal));
    }

    [Fact]
    public void Until_DNS_has_said_something_names_are_awaited()
    {
        _carrier = _carrier with { Probe = false };
        _gateways = [new("acme", "a", "sip:gw.example"), new("acme", "b", "sip:10.0.0.7")];
        Assert.False(_trunks.AwaitsNames);
        _trunks.Configure(TrunkDirectory.Of([_carrier], _gateways));
        Assert.True(_trunks.AwaitsNames);
        _network.Run(0.2);
        Assert.False(_trunks.AwaitsNames);    // though it has no address
        _network.Run(30);
        Assert.False(_trunks.AwaitsNames);
    }

    [Fact]
    public void What_a_call_finds_out_about_a_gateway_is_a_source_at_once()
    {
        _carrier = _carrier with { Probe = false };
        _gateways = [new("acme", "a", "sip:gw.example")];
        Configure();
        _trunks.Learned(_gateways[0], new HopAnswer([new Hop(Tandem.Net.SipTransport.Udp, IPEndPoint.Parse("10.0.0.9:5060"), "gw.example", Fixed: true)], TimeSpan.FromSeconds(60)));
        Assert.Equal("acme", _trunks.Sources.Find(IPAddress.Parse("10.0.0.9"))?.Name);
    }

    private sealed class Lines(List<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Add(formatter(state, exception));
    }
}
