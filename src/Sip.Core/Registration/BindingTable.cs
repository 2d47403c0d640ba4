using System.Text;
using Sip.Core.Grammar;

namespace Sip.Core.Registration;

/// <summary>The registrar's table: address-of-record → bindings (RFC 3261 §10.3, RFC 3327, RFC 5626 §6). The caller has authenticated the
/// user.</summary>
/// <remarks>One owner; not thread-safe. Time is the caller's monotonic clock.</remarks>
public sealed class BindingTable<TFlow>(BindingLimits limits) where TFlow : class
{
    readonly Dictionary<string, List<Binding<TFlow>>> _users = new(StringComparer.Ordinal);

    public BindingLimits Limits { get; } = limits;

    /// <summary>Bindings of all users, expired ones that were not swept yet included.</summary>
    public int Count { get; private set; }

    /// <summary>All users that have bindings.</summary>
    public IReadOnlyCollection<string> Users => _users.Keys;

    /// <summary>Carries out a REGISTER, wholly or not at all.</summary>
    public RegisterResult<TFlow> Register(string user, RegisterRequest request, BindingSource source, TFlow? flow, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(source);
        List<Binding<TFlow>> before = Current(user, now), after = [.. before], removed = [];
        if (request.RemovesAll)
        {
            foreach (Binding<TFlow> binding in before)
                if (IsOld(binding, request)) return Refuse(500, "CSeq Out Of Order");
            removed.AddRange(before);
            after.Clear();
        }
        if (request.Wishes.Count > Limits.MaxContacts) return Refuse(403, "Too Many Contacts");
        var set = new List<Binding<TFlow>>();
        foreach (RegisterRequest.Wish wish in request.Wishes)
        {
            TimeSpan lifetime = LifetimeOf(wish, request);
            if (lifetime > TimeSpan.Zero && lifetime < Limits.MinExpires) return Refuse(423, null);
            int at = IndexOf(after, wish);
            if (at >= 0)
            {
                // A contact named twice in one request is the later one.
                if (!set.Remove(after[at]))
                {
                    if (IsOld(after[at], request)) return Refuse(500, "CSeq Out Of Order");
                    removed.Add(after[at]);
                }
                after.RemoveAt(at);
            }
            if (lifetime == TimeSpan.Zero) continue;
            var binding = new Binding<TFlow>(wish.Contact, wish.Instance, wish.RegId, wish.Q, request.CallId, request.CSeq,
                now + lifetime, now, source, request.Path, request.UserAgent, flow);
            set.Add(binding);
            after.Add(binding);
        }
        if (set.Count > 0) DropLeftovers(after, set[0], removed);
        PushOut(after, set, removed);
        Store(user, after);
        return new RegisterResult<TFlow>(200, null, after, set, removed);
    }

    /// <summary>Bindings that have not expired, the preferred first: by q, then the one refreshed last.</summary>
    public IReadOnlyList<Binding<TFlow>> Lookup(string user, TimeSpan now)
    {
        List<Binding<TFlow>> found = Current(user, now);
        found.Sort(static (a, b) => Preference(b) != Preference(a) ? Preference(b).CompareTo(Preference(a))
            : b.RefreshedAt.CompareTo(a.RefreshedAt));
        return found;
    }

    /// <summary>Puts a binding back that was stored before a restart.</summary>
    public void Restore(string user, Binding<TFlow> binding)
    {
        ArgumentNullException.ThrowIfNull(user);
        if (!_users.TryGetValue(user, out List<Binding<TFlow>>? list)) _users[user] = list = [];
        list.Add(binding);
        Count++;
    }

    /// <summary>Changes or, where <paramref name="change"/> returns null, removes those bindings of a user that go over a flow that is
    /// gone.</summary>
    /// <returns>True when there were any.</returns>
    public bool FlowClosed(string user, TFlow flow, Func<Binding<TFlow>, Binding<TFlow>?> change)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(change);
        if (!_users.TryGetValue(user, out List<Binding<TFlow>>? list)) return false;
        bool any = Rewrite(list, binding => flow.Equals(binding.Flow) ? change(binding) : binding);
        if (list.Count == 0) _users.Remove(user);
        return any;
    }

    /// <summary>Removes all bindings of a user, e.g. of one that was deleted.</summary>
    public IReadOnlyList<Binding<TFlow>> Remove(string user)
    {
        if (!_users.Remove(user, out List<Binding<TFlow>>? list)) return [];
        Count -= list.Count;
        return list;
    }

    /// <summary>Removes what has expired; each goes to <paramref name="expired"/>.</summary>
    /// <returns>The users whose bindings changed.</returns>
    public IReadOnlyList<string> Sweep(TimeSpan now, Action<Binding<TFlow>>? expired = null)
    {
        List<string> changed = [], empty = [];
        foreach ((string user, List<Binding<TFlow>> list) in _users)
        {
            bool any = Rewrite(list, binding =>
            {
                if (binding.ExpiresAt > now) return binding;
                expired?.Invoke(binding);
                return null;
            });
            if (any) changed.Add(user);
            if (list.Count == 0) empty.Add(user);
        }
        foreach (string user in empty) _users.Remove(user);
        return changed;
    }

    static RegisterResult<TFlow> Refuse(int status, string? reason) => new(status, reason, [], [], []);

    static int Preference(Binding<TFlow> binding) => binding.Q < 0 ? 1000 : binding.Q;

    /// <summary>Same Call-ID and a CSeq that is not higher: overtaken on the way, or played again (§10.3 step 7).</summary>
    static bool IsOld(Binding<TFlow> binding, RegisterRequest request) =>
        binding.CallId == request.CallId && request.CSeq <= binding.CSeq;

    TimeSpan LifetimeOf(RegisterRequest.Wish wish, RegisterRequest request)
    {
        double seconds = wish.Expires ?? request.Expires ?? Limits.MaxExpires.TotalSeconds;
        return TimeSpan.FromSeconds(Math.Min(seconds, Limits.MaxExpires.TotalSeconds));
    }

    /// <summary>The binding that a contact stands for: same instance and reg-id (RFC 5626 §6), else an equal URI (§19.1.4).</summary>
    static int IndexOf(List<Binding<TFlow>> bindings, RegisterRequest.Wish wish)
    {
        if (wish.Instance.Length > 0)
        {
            for (int i = 0; i < bindings.Count; i++)
                if (bindings[i].Instance == wish.Instance && bindings[i].RegId == wish.RegId) return i;
        }
        byte[] uri = Encoding.UTF8.GetBytes(wish.Contact);
        for (int i = 0; i < bindings.Count; i++)
            if (SipUriComparison.AreEqual(uri, Encoding.UTF8.GetBytes(bindings[i].Contact))) return i;
        return -1;
    }

    /// <summary>What a phone left behind before it restarted: other Call-ID, same address. One address is one device, unless a proxy
    /// speaks for many.</summary>
    static void DropLeftovers(List<Binding<TFlow>> bindings, Binding<TFlow> fresh, List<Binding<TFlow>> removed)
    {
        if (!fresh.Source.Direct) return;
        for (int i = bindings.Count - 1; i >= 0; i--)
        {
            Binding<TFlow> old = bindings[i];
            if (old.CallId == fresh.CallId || !old.Source.Direct || !IsSameDevice(old, fresh)) continue;
            removed.Add(old);
            bindings.RemoveAt(i);
        }
    }

    static bool IsSameDevice(Binding<TFlow> old, Binding<TFlow> fresh)
    {
        if (old.Source.Transport != fresh.Source.Transport || !old.Source.Remote.Address.Equals(fresh.Source.Remote.Address)) return false;
        if (old.Source.Remote.Port == fresh.Source.Remote.Port) return true;
        // Behind a NAT or over a new connection the port changes, the address that the phone gives itself does not.
        return SipUri.TryParse(Encoding.UTF8.GetBytes(old.Contact), out SipUri left)
            && SipUri.TryParse(Encoding.UTF8.GetBytes(fresh.Contact), out SipUri right)
            && left.Port == right.Port && Ascii.EqualsIgnoreCase(left.Host, right.Host);
    }

    void PushOut(List<Binding<TFlow>> bindings, List<Binding<TFlow>> set, List<Binding<TFlow>> removed)
    {
        while (bindings.Count > Limits.MaxContacts)
        {
            int oldest = -1;
            for (int i = 0; i < bindings.Count; i++)
                if (!set.Contains(bindings[i]) && (oldest < 0 || bindings[i].RefreshedAt < bindings[oldest].RefreshedAt)) oldest = i;
            removed.Add(bindings[oldest]);
            bindings.RemoveAt(oldest);
        }
    }

    List<Binding<TFlow>> Current(string user, TimeSpan now)
    {
        List<Binding<TFlow>> current = [];
        if (!_users.TryGetValue(user, out List<Binding<TFlow>>? list)) return current;
        foreach (Binding<TFlow> binding in list)
            if (binding.ExpiresAt > now) current.Add(binding);
        return current;
    }

    void Store(string user, List<Binding<TFlow>> bindings)
    {
        Remove(user);
        if (bindings.Count == 0) return;
        _users[user] = [.. bindings];
        Count += bindings.Count;
    }

    bool Rewrite(List<Binding<TFlow>> list, Func<Binding<TFlow>, Binding<TFlow>?> change)
    {
        bool any = false;
        for (int i = list.Count - 1; i >= 0; i--)
        {
            Binding<TFlow>? changed = change(list[i]);
            if (ReferenceEquals(changed, list[i])) continue;
            any = true;
            if (changed is not null) list[i] = changed;
            else
            {
                list.RemoveAt(i);
                Count--;
            }
        }
        return any;
    }
}
