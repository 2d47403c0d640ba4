using System.Net;
using Tandem.Net;
using Tandem.Signalling;

namespace Tandem.Trunks;

/// <summary>
/// Hosts that failed a call lately. Where one name stands for several they are tried last for a while (RFC 3263 §4.3), so that not every call
/// waits for a dead one.
/// </summary>
/// <remarks>A machine: time is an argument. One owner, the signalling shard.</remarks>
internal sealed class HostRests
{
    /// <summary>A longer rest than this is a mistake or malice of the peer.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(1);

    private const int MaxHosts = 1000;

    private readonly Dictionary<(SipTransport, IPEndPoint), TimeSpan> _until = [];

    /// <summary>The hops in the order to try them in: as found, those that rest behind the others.</summary>
    public IReadOnlyList<Hop> Order(IReadOnlyList<Hop> hops, TimeSpan now)
    {
        if (_until.Count == 0 || hops.Count < 2) return hops;
        return [.. hops.OrderBy(hop => _until.GetValueOrDefault((hop.Transport, hop.Address), TimeSpan.Zero) > now)];
    }

    /// <summary>It did not take a call.</summary>
    /// <param name="rest">How long it rests: as it asked for, or as long as its carrier's gateways go unasked.</param>
    public void Failed(Hop hop, TimeSpan rest, TimeSpan now)
    {
        if (_until.Count >= MaxHosts)
            foreach ((SipTransport, IPEndPoint) over in _until.Where(entry => entry.Value <= now).Select(entry => entry.Key).ToList()) _until.Remove(over);
        if (_until.Count < MaxHosts) _until[(hop.Transport, hop.Address)] = now + (rest < s_longest ? rest : s_longest);
    }

    /// <summary>It answered a call.</summary>
    public void Worked(Hop hop) => _until.Remove((hop.Transport, hop.Address));
}
