using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using Tandem.Events;
using Tandem.Net;
using Tandem.Routing;
using Tandem.Signalling;

namespace Tandem.Trunks;

/// <summary>Carriers as calls need them: which gateway, how many calls, whose packet; with the probes and registrations that keep it true.</summary>
/// <remarks>Shard thread only, except where a member says otherwise.</remarks>
internal sealed class TrunkPlane
{
    /// <summary>Names are asked for again when what DNS said of them is over: not in less than seconds, and in a day at most.</summary>
    private static readonly TimeSpan s_soonest = TimeSpan.FromSeconds(5), s_latest = TimeSpan.FromDays(1);

    private readonly UserAgent _agent;
    private readonly EventHub _events;
    private readonly ILogger _logger;
    private readonly Prober _prober;
    private readonly CarrierRegistrations _registrations;
    private readonly AgentTimer _pauses, _names;
    private readonly Dictionary<string, GatewayPlace> _places = new(StringComparer.Ordinal);    // by URI
    private RoutingDirectory _routing = RoutingDirectory.Empty;
    private CarrierSources _sources = CarrierSources.Empty;
    private bool _stopped;

    /// <param name="agent">Sends probes and registrations.</param>
    /// <param name="events">Gets <c>gateway.state</c> and <c>carrier.registration</c>.</param>
    /// <param name="logger">Gets what changes.</param>
    /// <param name="keepAlive">Keeps a way open by which a carrier reaches us; null: nothing does.</param>
    /// <param name="stopKeepAlive">Ends that.</param>
    public TrunkPlane(UserAgent agent, EventHub events, ILogger logger, Action<SipFlow>? keepAlive = null, Action<SipFlow>? stopKeepAlive = null)
    {
        (_agent, _events, _logger) = (agent, events, logger);
        _prober = new Prober(agent, Dispatcher);
        _registrations = new CarrierRegistrations(agent, keepAlive, stopKeepAlive, logger) { Changed = OnRegistration };
        _pauses = new AgentTimer(OnPause);
        _names = new AgentTimer(AskNames);
        Dispatcher.Changed = OnGateway;
        Dispatcher.Doubted = _prober.Doubt;
        agent.FlowClosed += _registrations.OnFlowClosed;
    }

    public Dispatcher Dispatcher { get; } = new();

    public CarrierLimits Limits { get; } = new();

    /// <summary>Any thread.</summary>
    public CarrierSources Sources => Volatile.Read(ref _sources);

    /// <summary>The name of a gateway has been asked for, and nobody has said anything of it yet. It lasts no longer than DNS takes.</summary>
    public bool AwaitsNames { get; private set; }

    /// <summary>Where a gateway is, as far as it is known.</summary>
    public IReadOnlyList<IPAddress> AddressesOf(Gateway gateway) => _places.GetValueOrDefault(gateway.Uri)?.Addresses ?? [];

    /// <summary>Takes new settings.</summary>
    public void Configure(RoutingDirectory routing)
    {
        if (_stopped) return;
        _routing = routing;
        Dispatcher.Configure(routing, _agent.Now);
        _prober.Configure(routing);
        _registrations.Configure(routing);
        ArmPause();
        AskNames();
    }

    /// <summary>How everything is now.</summary>
    /// <param name="clock">The time of day.</param>
    public TrunkStatus Status(DateTimeOffset clock)
    {
        TimeSpan now = _agent.Now;
        DateTimeOffset At(TimeSpan moment) => clock + (moment - now);
        return new TrunkStatus(
            [.. Dispatcher.Snapshot().Select(status => new GatewayReport(status.Gateway.Carrier.Name, status.Gateway.Gateway.Name, Word(status.State),
                At(status.Since), status.Latency?.TotalMilliseconds, status.LastCode == 0 ? null : status.LastCode, status.Calls,
                status.HeldUntil is { } until ? At(until) : null))],
            [.. _registrations.All.Select(registration => new RegistrationReport(registration.Carrier, Word(registration.State), At(registration.Since),
                registration.LastCode == 0 ? null : registration.LastCode, registration.ExpiresAt > now ? At(registration.ExpiresAt) : null,
                At(registration.NextAt), registration.Problem))]);
    }

    /// <summary>Ends probes and takes registrations back.</summary>
    /// <returns>Completes when the registrars have heard of it, or do not listen.</returns>
    public Task StopAsync()
    {
        _stopped = true;
        _prober.Stop();
        _agent.Arm(_pauses, TimeSpan.MaxValue);
        _agent.Arm(_names, TimeSpan.MaxValue);
        return _registrations.StopAsync();
    }

    private void OnGateway(GatewayChange change)
    {
        string code = change.LastCode == 0 ? "none" : change.LastCode.ToString(CultureInfo.InvariantCulture);
        Carrier carrier = change.Gateway.Carrier;
        string before = Word(change.Before), after = Word(change.After);
        if (change.After == GatewayState.Down && carrier.Probe) TrunkLog.Down(_logger, change.Gateway, code, carrier.Name);
        else TrunkLog.Changed(_logger, change.Gateway, after, before, code);
        _events.Publish("gateway.state", ("carrier", carrier.Name), ("gateway", change.Gateway.Gateway.Name), ("state", after),
            ("before", before), ("last_code", change.LastCode), ("latency_ms", change.Latency?.TotalMilliseconds));
        if (change is { Before: GatewayState.Down, After: GatewayState.Up }) _registrations.Hurry(carrier.Name);
        ArmPause();
    }

    private void OnRegistration(CarrierRegistration registration) => _events.Publish("carrier.registration", ("carrier", registration.Carrier),
        ("state", Word(registration.State)), ("last_code", registration.LastCode), ("problem", registration.Problem));

    private void OnPause()
    {
        Dispatcher.OnTimer(_agent.Now);
        ArmPause();
    }

    private void ArmPause()
    {
        if (!_stopped) _agent.Arm(_pauses, Dispatcher.Deadline);
    }

    /// <summary>A call asked for the hosts of a gateway: what it found is known here too, at once.</summary>
    public void Learned(Gateway gateway, HopAnswer answer)
    {
        if (!_stopped && _places.TryGetValue(gateway.Uri, out GatewayPlace? place)) Take(gateway, place, answer);
    }

    /// <summary>Asks for the addresses of gateways that are not known, or no longer.</summary>
    private void AskNames()
    {
        if (_stopped) return;
        Gateway[] gateways = [.. _routing.Carriers.Values.Where(carrier => carrier.Enabled)
            .SelectMany(carrier => _routing.GatewaysOf(carrier.Name)).Where(gateway => gateway.Enabled)];
        foreach (string gone in _places.Keys.Except(gateways.Select(gateway => gateway.Uri)).ToList()) _places.Remove(gone);
        foreach (Gateway gateway in gateways)
        {
            if (!_places.TryGetValue(gateway.Uri, out GatewayPlace? place)) _places[gateway.Uri] = place = new GatewayPlace();
            if (place.IsAsked || place.AskAt > _agent.Now) continue;
            place.IsAsked = true;
            _agent.Find(Encoding.UTF8.GetBytes(gateway.Uri), answer =>
            {
                place.IsAsked = false;
                Take(gateway, place, answer);
            });
        }
        AwaitsNames = _places.Values.Any(known => !known.IsAnswered);
        Publish();
    }

    /// <summary>A name that has no address any more keeps those it had: DNS fails more often than gateways move.</summary>
    private void Take(Gateway gateway, GatewayPlace place, HopAnswer answer)
    {
        TimeSpan holds = answer.Lifetime < s_soonest ? s_soonest : answer.Lifetime;
        place.IsAnswered = true;
        place.AskAt = holds == TimeSpan.MaxValue ? holds : _agent.Now + (holds < s_latest ? holds : s_latest);
        AwaitsNames = _places.Values.Any(known => !known.IsAnswered);
        _agent.Arm(_names, _places.Values.Where(known => !known.IsAsked).Select(known => known.AskAt).DefaultIfEmpty(TimeSpan.MaxValue).Min());
        if (answer.Hops.Count == 0)
        {
            if (place is { Addresses.Length: 0, IsMissed: false }) TrunkLog.NoAddress(_logger, $"{gateway.Carrier}/{gateway.Name}", gateway.Uri);
            place.IsMissed = true;
            return;
        }
        place.IsMissed = false;
        IPAddress[] found = [.. answer.Hops.Select(hop => hop.Address.Address).Distinct()];
        if (place.Addresses.Length == found.Length && found.All(place.Addresses.Contains)) return;
        place.Addresses = found;
        Publish();
    }

    private void Publish() => Volatile.Write(ref _sources, new CarrierSources(_routing, AddressesOf));

    /// <summary>Where the URI of a gateway leads.</summary>
    private sealed class GatewayPlace
    {
        public IPAddress[] Addresses { get; set; } = [];

        public TimeSpan AskAt { get; set; } = TimeSpan.MinValue;

        public bool IsAsked { get; set; }

        public bool IsAnswered { get; set; }

        /// <summary>The last answer had no address; that was said.</summary>
        public bool IsMissed { get; set; }
    }

    private static string Word(GatewayState state) => state switch
    {
        GatewayState.Up => "up",
        GatewayState.Held => "held",
        GatewayState.Down => "down",
        GatewayState.Draining => "draining",
        _ => "disabled",
    };

    private static string Word(RegistrationState state) => state switch
    {
        RegistrationState.Trying => "trying",
        RegistrationState.Registered => "registered",
        RegistrationState.Failing => "failing",
        _ => "refused",
    };
}
