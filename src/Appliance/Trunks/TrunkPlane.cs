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
    private static readonly TimeSpan s_namesAgain = TimeSpan.FromMinutes(1);

    private readonly UserAgent _agent;
    private readonly EventHub _events;
    private readonly ILogger _logger;
    private readonly Prober _prober;
    private readonly CarrierRegistrations _registrations;
    private readonly AgentTimer _pauses, _names;
    private readonly Dictionary<string, IReadOnlyList<IPAddress>> _addresses = new(StringComparer.Ordinal);    // by URI
    private readonly HashSet<string> _asked = [];
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

    /// <summary>Where a gateway is, as far as it is known.</summary>
    public IReadOnlyList<IPAddress> AddressesOf(Gateway gateway) => _addresses.GetValueOrDefault(gateway.Uri, []);

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
            ("before", before), ("last_code", change.LastCode));
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

    /// <summary>Asks for the addresses of all gateways, now and every minute; DNS answers within their time to live come from memory.</summary>
    private void AskNames()
    {
        if (_stopped) return;
        Gateway[] gateways = [.. _routing.Carriers.Values.Where(carrier => carrier.Enabled)
            .SelectMany(carrier => _routing.GatewaysOf(carrier.Name)).Where(gateway => gateway.Enabled)];
        foreach (string gone in _addresses.Keys.Except(gateways.Select(gateway => gateway.Uri)).ToList()) _addresses.Remove(gone);
        foreach (Gateway gateway in gateways)
        {
            if (_asked.Add(gateway.Uri)) _agent.Find(Encoding.UTF8.GetBytes(gateway.Uri), hops => Found(gateway, hops));
        }
        Publish();
        _agent.Arm(_names, gateways.Length == 0 ? TimeSpan.MaxValue : _agent.Now + s_namesAgain);
    }

    /// <summary>A name that has no address any more keeps those it had: DNS fails more often than gateways move.</summary>
    private void Found(Gateway gateway, IReadOnlyList<Hop> hops)
    {
        _asked.Remove(gateway.Uri);
        if (hops.Count == 0)
        {
            if (!_addresses.ContainsKey(gateway.Uri)) TrunkLog.NoAddress(_logger, $"{gateway.Carrier}/{gateway.Name}", gateway.Uri);
            return;
        }
        IPAddress[] found = [.. hops.Select(hop => hop.Address.Address).Distinct()];
        if (_addresses.TryGetValue(gateway.Uri, out IReadOnlyList<IPAddress>? known) && known.SequenceEqual(found)) return;
        _addresses[gateway.Uri] = found;
        Publish();
    }

    private void Publish() => Volatile.Write(ref _sources, new CarrierSources(_routing, gateway => _addresses.GetValueOrDefault(gateway.Uri, [])));

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
