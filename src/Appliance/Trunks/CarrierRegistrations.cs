using Microsoft.Extensions.Logging;
using Tandem.Net;
using Tandem.Routing;
using Tandem.Signalling;

namespace Tandem.Trunks;

/// <summary>Our registrations with carriers. Shard thread only.</summary>
/// <param name="agent">Sends.</param>
/// <param name="keepAlive">Keeps the way open by which a carrier reaches us; null: nothing does.</param>
/// <param name="stopKeepAlive">Ends that.</param>
/// <param name="logger">Gets what becomes of them.</param>
internal sealed class CarrierRegistrations(UserAgent agent, Action<SipFlow>? keepAlive, Action<SipFlow>? stopKeepAlive, ILogger logger)
{
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>A registration came into another state.</summary>
    public Action<CarrierRegistration>? Changed { get; set; }

    public IEnumerable<CarrierRegistration> All => _entries.Values.Select(entry => entry.Registration);

    public void Configure(RoutingDirectory routing)
    {
        HashSet<string> gone = [.. _entries.Keys];
        foreach (Carrier carrier in routing.Carriers.Values.Where(carrier => carrier is { Enabled: true, Register: true }))
        {
            if (RegistrarOf(carrier, routing) is not { } registrar) continue;
            var terms = new Terms(registrar, carrier.AuthUser!, carrier.AuthPassword!, carrier.AuthRealm, carrier.RegisterSeconds);
            gone.Remove(carrier.Name);
            if (_entries.TryGetValue(carrier.Name, out Entry? known) && known.Terms == terms) continue;
            Remove(carrier.Name, static () => { });
            _entries[carrier.Name] = new Entry(terms, new CarrierRegistration(agent, carrier, registrar, OnChanged, logger));
        }
        foreach (string carrier in gone) Remove(carrier, static () => { });
    }

    /// <summary>A gateway of the carrier is back: it may have forgotten us.</summary>
    public void Hurry(string carrier)
    {
        if (_entries.TryGetValue(carrier, out Entry? entry)) entry.Registration.Hurry();
    }

    public void OnFlowClosed(SipFlow flow)
    {
        foreach (Entry entry in _entries.Values)
            if (entry.Kept is { IsReliable: true } kept && kept.Equals(flow)) entry.Registration.Hurry();
    }

    /// <summary>Takes all registrations back.</summary>
    /// <returns>Completes when every registrar has heard of it or does not listen.</returns>
    public Task StopAsync()
    {
        List<Task> ends = [];
        foreach (string carrier in (string[])[.. _entries.Keys])
        {
            var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            ends.Add(over.Task);
            Remove(carrier, () => over.TrySetResult());
        }
        return Task.WhenAll(ends);
    }

    private string? RegistrarOf(Carrier carrier, RoutingDirectory routing)
    {
        string? registrar = carrier.Registrar ?? routing.GatewaysOf(carrier.Name).FirstOrDefault(gateway => gateway.Enabled)?.Uri;
        string? why = carrier.AuthUser is null || carrier.AuthPassword is null ? "it has no user or no password"
            : registrar is null ? "it has neither a registrar nor a gateway" : null;
        if (why is null) return registrar;
        TrunkLog.CannotRegister(logger, carrier.Name, why);
        return null;
    }

    private void Remove(string carrier, Action done)
    {
        if (!_entries.Remove(carrier, out Entry? entry))
        {
            done();
            return;
        }
        Release(entry);
        entry.Registration.Stop(done);
    }

    private void OnChanged(CarrierRegistration registration)
    {
        if (_entries.TryGetValue(registration.Carrier, out Entry? entry) && entry.Registration == registration && !Equals(entry.Kept, registration.Flow))
        {
            Release(entry);
            entry.Kept = registration.Flow;
            if (entry.Kept is { } flow) keepAlive?.Invoke(flow);
        }
        Changed?.Invoke(registration);
    }

    /// <summary>Two carriers may be reached by one way.</summary>
    private void Release(Entry entry)
    {
        if (entry.Kept is not { } flow) return;
        entry.Kept = null;
        if (!_entries.Values.Any(other => flow.Equals(other.Kept))) stopKeepAlive?.Invoke(flow);
    }

    private sealed record Terms(string Registrar, string User, string Password, string? Realm, int Seconds)
    {
        public override string ToString() => Registrar;
    }

    private sealed class Entry(Terms terms, CarrierRegistration registration)
    {
        public Terms Terms { get; } = terms;

        public CarrierRegistration Registration { get; } = registration;

        public SipFlow? Kept { get; set; }
    }
}
