using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Sip.Core.Grammar;
using Sip.Core.Messages;
using Sip.Core.Registration;
using Tandem.Net;
using Tandem.Storage;

namespace Tandem.Signalling;

/// <summary>The registrar of one shard (RFC 3261 §10.3): its table in memory is the truth, the store follows behind.</summary>
/// <remarks>Shard thread only. A binding belongs to the flow that its REGISTER came over: that is where the phone is reached, behind NAT
/// too.</remarks>
public sealed class Registrar
{
    private static readonly TimeSpan _sweepInterval = TimeSpan.FromSeconds(10);

    private readonly UserAgent _agent;
    private readonly RegistrarOptions _options;
    private readonly ILogger _logger;
    private readonly BindingTable<SipFlow> _table;
    private readonly Dictionary<SipFlow, int> _keptAlive = [];
    private readonly Dictionary<SipFlow, HashSet<string>> _usersOfConnection = [];
    private readonly LostFlows _lost;
    private readonly AgentTimer _sweep;

    /// <summary>Takes the agent's REGISTER requests and the news of its closed flows.</summary>
    public Registrar(UserAgent agent, RegistrarOptions options, ILogger logger)
    {
        (_agent, _options, _logger) = (agent, options, logger);
        _table = new BindingTable<SipFlow>(options.Limits);
        _lost = new LostFlows(options.Limits.MaxContacts);
        _sweep = new AgentTimer(Sweep);
        agent.Register = OnRegister;
        agent.FlowClosed += OnFlowClosed;
    }

    /// <summary>Bindings in the table.</summary>
    public int Count => _table.Count;

    /// <summary>Users with a binding. For lists shown to people.</summary>
    public IReadOnlyList<string> Users => [.. _table.Users];

    /// <summary>Where to ring a user, preferred first; empty: not registered.</summary>
    public IReadOnlyList<RegisteredContact> Lookup(string user)
    {
        List<RegisteredContact> contacts = [];
        foreach (Binding<SipFlow> binding in _table.Lookup(user, _agent.Now))
        {
            SipFlow? flow = binding.Flow is { IsOpen: true } ? binding.Flow : null;
            if (Target(binding.Contact) is not { } target || (flow is null && !IsReachableByUri(binding))) continue;
            contacts.Add(new RegisteredContact(target, flow, binding.Path, (binding.Q < 0 ? 1000 : binding.Q) / 1000.0, binding.Instance,
                binding.UserAgent, binding.SecondsLeft(_agent.Now)));
        }
        return contacts;
    }

    /// <summary>Whether a phone of the user is registered at the address that a flow comes from.</summary>
    public bool IsRegisteredAt(string user, SipFlow flow)
    {
        foreach (Binding<SipFlow> binding in _table.Lookup(user, _agent.Now))
            if (binding.Flow is { } at && at.Remote.Address.Equals(flow.Remote.Address)) return true;
        return false;
    }

    /// <summary>Puts back what was stored before a restart: phones over UDP at their old address, others where their own address can be
    /// called.</summary>
    /// <param name="stored">Bindings of users that still exist.</param>
    /// <returns>How many are in force again.</returns>
    public int Restore(IReadOnlyList<StoredBinding> stored)
    {
        DateTimeOffset today = _options.Clock.GetUtcNow();
        foreach (StoredBinding one in stored)
        {
            if (one.ExpiresAt <= today || StoredBindings.SourceOf(one) is not { } source) continue;
            SipFlow? flow = source.Transport == "udp" ? _agent.Port.Open(SipTransport.Udp, source.Remote, null) : null;
            Binding<SipFlow> binding = StoredBindings.ToBinding(one, source, flow, _agent.Now, one.ExpiresAt - today);
            if (flow is null && !IsReachableByUri(binding)) continue;
            _table.Restore(one.User, binding);
            Used(one.User, binding);
        }
        ArmSweep();
        RegistrarLog.RegistrationsRestored(_logger, _table.Count, stored.Count);
        return _table.Count;
    }

    /// <summary>Forgets the bindings of users that are no more, after a change of the directory.</summary>
    public void Retain(Func<string, bool> isUser)
    {
        foreach (string user in Users)
        {
            if (isUser(user)) continue;
            foreach (Binding<SipFlow> binding in _table.Remove(user)) Unused(binding);
            Save(user);
        }
    }

    /// <summary>Forgets a user's bindings; its phones are reached again when they register again.</summary>
    /// <returns>How many there were.</returns>
    public int Remove(string user)
    {
        int removed = 0;
        foreach (Binding<SipFlow> binding in _table.Remove(user))
        {
            Unused(binding);
            removed++;
        }
        if (removed > 0) Save(user);
        return removed;
    }

    private void OnRegister(IncomingRequest request)
    {
        if (request.User is not { } user)
        {
            request.Respond(403);
            return;
        }
        if (!RegisterRequest.TryRead(request.Message, out RegisterRequest wish))
        {
            request.Respond(400, "Bad Contact");
            return;
        }
        SipFlow flow = request.Flow;
        bool direct = wish.Path.Count == 0 && request.Message.All(SipHeaderId.Via).Count() == 1;
        var source = new BindingSource(StoredBindings.NameOf(flow.Transport), flow.Remote, direct);
        RegisterResult<SipFlow> result = _table.Register(user, wish, source, flow, _agent.Now);
        if (result.Status != 200)
        {
            request.Respond(result.Status, result.Reason, result.Status == 423 ? [MinExpires()] : null);
            return;
        }
        if (result.Changed) Changed(user, request, result);
        List<KeyValuePair<string, string>> headers = [];
        foreach (Binding<SipFlow> binding in result.Bindings) headers.Add(new("Contact", binding.ContactValue(_agent.Now)));
        foreach (string path in wish.Path) headers.Add(new("Path", path));     // RFC 3327 §5.3
        headers.Add(new("Supported", "path, outbound"));
        // RFC 5626 §6. Without GRUU (RFC 5627): who gets one makes it his Contact, and every proxy between must then bring it back here.
        if (direct && request.Message.Lists(SipHeaderId.Supported, "outbound"u8) && result.Set.Any(binding => binding is { RegId: > 0, Instance.Length: > 0 }))
            headers.Add(new("Require", "outbound"));
        headers.Add(new("Date", _options.Clock.GetUtcNow().ToString("R", CultureInfo.InvariantCulture)));
        request.Respond(200, null, headers);
    }

    private void Changed(string user, IncomingRequest request, RegisterResult<SipFlow> result)
    {
        foreach (Binding<SipFlow> binding in result.Set) Used(user, binding);
        foreach (Binding<SipFlow> binding in result.Removed) Unused(binding);
        foreach (Binding<SipFlow> binding in result.Set) Succeed(user, binding, result.Removed);
        RegistrarLog.Registered(_logger, user, result.Bindings.Count, request.Flow);
        Save(user);
        ArmSweep();
    }

    private void ArmSweep()
    {
        if (_sweep.DueAt == TimeSpan.MaxValue && (_table.Count > 0 || !_lost.IsEmpty)) _agent.Arm(_sweep, _agent.Now + _sweepInterval);
    }

    private KeyValuePair<string, string> MinExpires() =>
        new("Min-Expires", ((long)_options.Limits.MinExpires.TotalSeconds).ToString(CultureInfo.InvariantCulture));

    private void Save(string user)
    {
        if (_options.Save is null) return;
        DateTimeOffset today = _options.Clock.GetUtcNow();
        List<StoredBinding> stored = [];
        foreach (Binding<SipFlow> binding in _table.Lookup(user, _agent.Now))
            stored.Add(StoredBindings.ToStored(user, binding, today + (binding.ExpiresAt - _agent.Now)));
        _options.Save(user, stored);
    }

    /// <summary>The same user agent over another connection: what is said to it from now on goes there (RFC 5626 §5.3).</summary>
    private void Succeed(string user, Binding<SipFlow> fresh, IReadOnlyList<Binding<SipFlow>> removed)
    {
        if (fresh.Flow is not { IsReliable: true } now) return;
        foreach (SipFlow lost in _lost.TakeOf(user, fresh)) Replace(lost, now);
        foreach (Binding<SipFlow> old in removed)
        {
            if (old.Flow is not { IsReliable: true } before || before.Equals(now) || !LostFlows.IsSameAgent(old, fresh)) continue;
            if (!_usersOfConnection.TryGetValue(before, out HashSet<string>? users) || users.Count > 1) continue;    // others are behind it too
            Replace(before, now);
            before.Channel.Close("its user agent came back over another connection");
        }
    }

    private void Replace(SipFlow before, SipFlow now)
    {
        if (before.Equals(now)) return;
        RegistrarLog.FlowReplaced(_logger, before, now);
        before.ReplaceBy(now);
        _agent.OnFlowReplaced(before);
    }

    private void Sweep()
    {
        _lost.Sweep(_agent.Now);
        foreach (string user in _table.Sweep(_agent.Now, Unused))
        {
            RegistrarLog.RegistrationExpired(_logger, user);
            Save(user);
        }
        ArmSweep();
    }

    private void OnFlowClosed(SipFlow flow)
    {
        if (!_usersOfConnection.Remove(flow, out HashSet<string>? users)) return;
        foreach (string user in users)
        {
            bool alone = users.Count == 1;    // what comes back is then certainly this user's
            bool any = _table.FlowClosed(user, flow, binding =>
            {
                if (alone) _lost.Add(user, binding);
                return IsReachableByUri(binding) ? binding with { Flow = null } : null;
            });
            if (any) Save(user);
        }

        ArmSweep();
    }

    private void Used(string user, Binding<SipFlow> binding)
    {
        if (binding.Flow is not { } flow) return;
        if (flow.IsReliable)
        {
            if (!_usersOfConnection.TryGetValue(flow, out HashSet<string>? users)) _usersOfConnection[flow] = users = [];
            users.Add(user);
        }
        else if (IsBehindNat(binding))
        {
            int uses = _keptAlive.GetValueOrDefault(flow);
            _keptAlive[flow] = uses + 1;
            if (uses == 0) _options.KeepAlive?.Invoke(flow);
        }
    }

    private void Unused(Binding<SipFlow> binding)
    {
        if (binding.Flow is not { } flow || !_keptAlive.TryGetValue(flow, out int uses) || !IsBehindNat(binding)) return;
        if (uses > 1)
        {
            _keptAlive[flow] = uses - 1;
            return;
        }
        _keptAlive.Remove(flow);
        _options.StopKeepAlive?.Invoke(flow);
    }

    /// <summary>The packets do not come from where the phone says it is.</summary>
    private static bool IsBehindNat(Binding<SipFlow> binding) =>
        !SaysItsAddress(binding, out int port) || port != binding.Source.Remote.Port;

    /// <summary>A phone that gives the address its packets come from as its own can be called there when its connection is gone; a
    /// browser cannot.</summary>
    private static bool IsReachableByUri(Binding<SipFlow> binding) =>
        binding.Source.Transport is "udp" or "tcp" && binding.Path.Count == 0 && SaysItsAddress(binding, out _);

    private static bool SaysItsAddress(Binding<SipFlow> binding, out int port)
    {
        port = 0;
        if (!SipUri.TryParse(Encoding.UTF8.GetBytes(binding.Contact), out SipUri uri)) return false;
        port = uri.Port == 0 ? 5060 : uri.Port;
        return SipUriText.TryAddress(uri.Host, out System.Net.IPAddress? address) && address!.Equals(binding.Source.Remote.Address);
    }

    /// <summary>The contact as a Request-URI: without headers, which none may carry (§19.1.1). Null: no SIP URI, nothing we can
    /// ring.</summary>
    private static string? Target(string contact)
    {
        byte[] text = Encoding.UTF8.GetBytes(contact);
        if (!SipUri.TryParse(text, out SipUri uri)) return null;
        return uri.Headers.IsEmpty ? contact : Encoding.UTF8.GetString(text.AsSpan(0, text.Length - uri.Headers.Length - 1));
    }
}
