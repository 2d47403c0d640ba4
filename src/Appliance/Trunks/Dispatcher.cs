using Tandem.Routing;

namespace Tandem.Trunks;

/// <summary>Which gateways of a carrier get a call, in which order, by what probes and calls say of them.</summary>
/// <remarks>A machine: time is an argument. One owner, the signalling shard.</remarks>
public sealed class Dispatcher
{
    private readonly Dictionary<(string Carrier, string Gateway), GatewayHealth> _gateways = [];
    private readonly Dictionary<string, (Carrier Carrier, List<GatewayHealth> Gateways)> _carriers = new(StringComparer.Ordinal);
    private long _turn;

    /// <summary>A gateway changed its state; called within whatever caused it.</summary>
    public Action<GatewayChange>? Changed { get; set; }

    /// <summary>A call met with a failure of a gateway that counts as working.</summary>
    public Action<GatewayChoice>? Doubted { get; set; }

    /// <summary>When <see cref="OnTimer"/> is due.</summary>
    public TimeSpan Deadline => _gateways.Count == 0 ? TimeSpan.MaxValue : _gateways.Values.Min(gateway => gateway.Deadline);

    /// <summary>Takes new settings. What is known of gateways that stay is kept; one that has another URI begins anew.</summary>
    public void Configure(RoutingDirectory routing, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(routing);
        _carriers.Clear();
        HashSet<(string, string)> gone = [.. _gateways.Keys];
        foreach (Carrier carrier in routing.Carriers.Values)
        {
            List<GatewayHealth> gateways = [];
            foreach (Gateway gateway in routing.GatewaysOf(carrier.Name))
            {
                gone.Remove((carrier.Name, gateway.Name));
                gateways.Add(Configure(new GatewayChoice(carrier, gateway), now));
            }
            _carriers[carrier.Name] = (carrier, gateways);
        }
        foreach ((string, string) key in gone) _gateways.Remove(key);
    }

    /// <summary>The gateways to try, the best first; empty: the carrier is unknown, switched off, or none of its gateways takes calls.</summary>
    public IReadOnlyList<GatewayChoice> Order(string carrier, string callId, TimeSpan now)
    {
        if (!_carriers.TryGetValue(carrier, out (Carrier Carrier, List<GatewayHealth> Gateways) of)) return [];
        List<GatewayHealth> ready = [];
        foreach (GatewayHealth gateway in of.Gateways)
        {
            Settle(gateway, now);
            if (gateway.TakesCalls(now)) ready.Add(gateway);
        }
        return [.. GatewayOrder.Of(ready, of.Carrier.Dispatch, callId, ++_turn).Select(gateway => gateway.Choice)];
    }

    /// <summary>A call was sent to it; <see cref="Ended"/> follows once, however the call ends.</summary>
    public void Started(GatewayChoice gateway) => Count(gateway, 1);

    public void Ended(GatewayChoice gateway) => Count(gateway, -1);

    /// <summary>A final answer to an INVITE.</summary>
    /// <param name="gateway">Whose.</param>
    /// <param name="status">A 503 counts as a failure, or with Retry-After as a pause; all else shows that the gateway works.</param>
    /// <param name="latency">From the INVITE to the first response of any kind.</param>
    /// <param name="retryAfter">Of a 503.</param>
    /// <param name="now">Monotonic.</param>
    public void Answered(GatewayChoice gateway, int status, TimeSpan latency, TimeSpan? retryAfter, TimeSpan now)
    {
        if (Find(gateway) is not { } health) return;
        health.OnAnswer(status, latency, retryAfter, now);
        Settle(health, now);
        if (health.IsDoubtful) Doubted?.Invoke(health.Choice);
    }

    /// <summary>Nothing at all came back to an INVITE.</summary>
    public void TimedOut(GatewayChoice gateway, TimeSpan now) => SilentToCall(gateway, 408, now);

    /// <summary>An INVITE could not be sent: no address, no connection.</summary>
    public void Unreachable(GatewayChoice gateway, TimeSpan now) => SilentToCall(gateway, 503, now);

    /// <summary>What became of an OPTIONS.</summary>
    /// <param name="gateway">Whose.</param>
    /// <param name="status">The final status, 408 and 503 where none came.</param>
    /// <param name="answered">The gateway itself said so.</param>
    /// <param name="latency">To the first response.</param>
    /// <param name="now">Monotonic.</param>
    public void Probed(GatewayChoice gateway, int status, bool answered, TimeSpan latency, TimeSpan now)
    {
        if (Find(gateway) is not { } health) return;
        if (answered) health.OnProbe(status, latency, now);
        else health.OnSilence(status, now);
        Settle(health, now);
    }

    /// <summary>Pauses that are over.</summary>
    public void OnTimer(TimeSpan now)
    {
        foreach (GatewayHealth gateway in _gateways.Values) Settle(gateway, now);
    }

    /// <summary>How it is; null: there is no such gateway.</summary>
    public GatewayStatus? StatusOf(string carrier, string gateway) => _gateways.GetValueOrDefault((carrier, gateway))?.Status;

    /// <summary>How all of them are.</summary>
    public IReadOnlyList<GatewayStatus> Snapshot() => [.. _gateways.Values.Select(gateway => gateway.Status)];

    private GatewayHealth Configure(GatewayChoice choice, TimeSpan now)
    {
        (string, string) key = (choice.Carrier.Name, choice.Gateway.Name);
        if (!_gateways.TryGetValue(key, out GatewayHealth? known)) return _gateways[key] = new GatewayHealth(choice, now);
        Gateway before = known.Choice.Gateway;
        bool undrained = before.Draining && !choice.Gateway.Draining;
        known.Configure(choice, afresh: undrained || before.Uri != choice.Gateway.Uri);
        Settle(known, now);
        return known;
    }

    private void Count(GatewayChoice gateway, int calls)
    {
        if (Find(gateway) is { } health) health.Calls = Math.Max(0, health.Calls + calls);
    }

    private void SilentToCall(GatewayChoice gateway, int status, TimeSpan now)
    {
        if (Find(gateway) is not { } health) return;
        health.OnSilence(status, now);
        Settle(health, now);
        if (health.IsDoubtful) Doubted?.Invoke(health.Choice);
    }

    private GatewayHealth? Find(GatewayChoice gateway) => _gateways.GetValueOrDefault((gateway.Carrier.Name, gateway.Gateway.Name));

    private void Settle(GatewayHealth gateway, TimeSpan now)
    {
        if (gateway.Settle(now) is { } change) Changed?.Invoke(change);
    }
}
