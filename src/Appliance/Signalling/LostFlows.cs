using System.Text;
using Sip.Core.Grammar;
using Sip.Core.Registration;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>Registrations whose connection is gone, kept until they would have expired: the same user agent may come back over another
/// connection, with calls that it still has (RFC 5626 §4.5). One owner.</summary>
internal sealed class LostFlows(int perUser)
{
    private readonly Dictionary<string, List<Binding<SipFlow>>> _users = new(StringComparer.Ordinal);

    public bool IsEmpty => _users.Count == 0;

    /// <summary>Whether a registration is that of the same user agent, come back: its Contact is one that only it has.</summary>
    public static bool IsSameAgent(Binding<SipFlow> old, Binding<SipFlow> fresh)
    {
        if (!old.Source.Direct || !fresh.Source.Direct) return false;
        byte[] before = Encoding.UTF8.GetBytes(old.Contact), now = Encoding.UTF8.GetBytes(fresh.Contact);
        bool ownInstance = fresh.Instance.Length > 0 && fresh.Instance == old.Instance;
        return (ownInstance || HopFinder.NamesNoHost(now)) && SipUriComparison.AreEqual(before, now);
    }

    public void Add(string user, Binding<SipFlow> binding)
    {
        if (!_users.TryGetValue(user, out List<Binding<SipFlow>>? lost)) _users[user] = lost = [];
        if (lost.Count == perUser) lost.RemoveAt(0);
        lost.Add(binding);
    }

    /// <summary>The connections that a user agent had before this one; they are forgotten here.</summary>
    public IReadOnlyList<SipFlow> TakeOf(string user, Binding<SipFlow> fresh)
    {
        if (!_users.TryGetValue(user, out List<Binding<SipFlow>>? lost)) return [];
        List<SipFlow> flows = [];
        lost.RemoveAll(old =>
        {
            if (!IsSameAgent(old, fresh)) return false;
            flows.Add(old.Flow!);
            return true;
        });
        if (lost.Count == 0) _users.Remove(user);
        return flows;
    }

    public void Sweep(TimeSpan now)
    {
        foreach ((string user, List<Binding<SipFlow>> lost) in _users)
        {
            lost.RemoveAll(old => old.ExpiresAt <= now);
            if (lost.Count == 0) _users.Remove(user);
        }
    }
}
