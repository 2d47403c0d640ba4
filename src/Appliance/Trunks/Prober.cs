using Sip.Core.Authentication;
using Sip.Core.Messages;
using Tandem.Routing;
using Tandem.Signalling;

namespace Tandem.Trunks;

/// <summary>Asks gateways with OPTIONS how they are. Shard thread only.</summary>
internal sealed class Prober(UserAgent agent, Dispatcher dispatcher)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5), s_apart = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<(string, string), Probe> _probes = [];

    public void Configure(RoutingDirectory routing)
    {
        HashSet<(string, string)> gone = [.. _probes.Keys];
        int fresh = 0;
        foreach (Carrier carrier in routing.Carriers.Values.Where(carrier => carrier is { Enabled: true, Probe: true }))
        {
            foreach (Gateway gateway in routing.GatewaysOf(carrier.Name).Where(gateway => gateway.Enabled))
            {
                (string, string) key = (carrier.Name, gateway.Name);
                gone.Remove(key);
                var choice = new GatewayChoice(carrier, gateway);
                if (_probes.TryGetValue(key, out Probe? known) && known.IsFor(choice)) known.Choice = choice;
                else
                {
                    Remove(key);
                    _probes[key] = new Probe(this, choice, s_apart * fresh++);    // a hundred gateways are not asked in one instant
                }
            }
        }
        foreach ((string, string) key in gone) Remove(key);
    }

    /// <summary>A call met with a failure: see now what it is, not in half a minute.</summary>
    public void Doubt(GatewayChoice gateway)
    {
        if (_probes.TryGetValue((gateway.Carrier.Name, gateway.Gateway.Name), out Probe? probe)) probe.Hurry();
    }

    public void Stop()
    {
        foreach ((string, string) key in ((string, string)[])[.. _probes.Keys]) Remove(key);
    }

    private void Remove((string, string) key)
    {
        if (_probes.Remove(key, out Probe? probe)) probe.Stop();
    }

    private sealed class Probe
    {
        private readonly Prober _owner;
        private readonly AgentTimer _due;
        private readonly DigestClient? _digest;
        private bool _asking, _stopped;

        public Probe(Prober owner, GatewayChoice choice, TimeSpan delay)
        {
            (_owner, Choice) = (owner, choice);
            _digest = choice.Carrier is { AuthUser: { } user, AuthPassword: { } password }
                ? new DigestClient(new DigestLogin(user, password, choice.Carrier.AuthRealm)) : null;
            _due = new AgentTimer(Ask);
            owner.Arm(_due, delay);
        }

        public GatewayChoice Choice { get; set; }

        public bool IsFor(GatewayChoice choice) => Choice.Gateway.Uri == choice.Gateway.Uri
            && (Choice.Carrier.AuthUser, Choice.Carrier.AuthPassword, Choice.Carrier.AuthRealm)
            == (choice.Carrier.AuthUser, choice.Carrier.AuthPassword, choice.Carrier.AuthRealm);

        public void Hurry()
        {
            if (!_asking && !_stopped) _owner.Arm(_due, TimeSpan.Zero);
        }

        public void Stop()
        {
            _stopped = true;
            _owner.Disarm(_due);
        }

        private void Ask()
        {
            if (_stopped || _asking) return;
            _asking = true;
            TimeSpan every = TimeSpan.FromSeconds(Math.Max(1, Choice.Carrier.ProbeSeconds));
            _owner.Request(new OutgoingRequest
            {
                Method = SipMethod.Options,
                Target = Choice.Gateway.Uri,
                Headers = [new("Accept", "application/sdp")],
                Digest = _digest,
                Limit = every < s_patience ? every : s_patience,
            }, result => Told(result, every));
        }

        private void Told(RequestResult result, TimeSpan every)
        {
            _asking = false;
            if (_stopped) return;
            _owner.Report(Choice, result);
            _owner.Arm(_due, every);
        }
    }

    private void Arm(AgentTimer timer, TimeSpan delay) => agent.Arm(timer, agent.Now + delay);

    private void Disarm(AgentTimer timer) => agent.Arm(timer, TimeSpan.MaxValue);

    private void Request(OutgoingRequest request, Action<RequestResult> done) => agent.Request(request, done);

    private void Report(GatewayChoice gateway, RequestResult result) =>
        dispatcher.Probed(gateway, result.Status, result.Response is not null, result.Latency, agent.Now);
}
