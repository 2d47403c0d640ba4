using Rtp.Core.Stun;

namespace Rtp.Core.Ice;

/// <summary>What belongs to one pair of credentials: the time between two restarts.</summary>
internal sealed class IceGeneration(IceIdentity local)
{
    /// <summary>Authenticated or signalled addresses beyond this displace the one unheard for longest.</summary>
    public const int MaxPairs = 64;

    private readonly List<(TransportAddress Address, uint Priority)> _candidates = [];
    private byte[] _earlyFragment = [];

    public IceIdentity Local { get; } = local;

    /// <summary>Null until the peer's SDP is known: its checks may come before that.</summary>
    public IceIdentity? Remote { get; private set; }

    public List<IcePair> Pairs { get; } = [];

    public IcePair? Nominated { get; set; }

    /// <summary>One that the peer named once in the place of a better one.</summary>
    public IcePair? Rival { get; set; }

    /// <summary>When the peer's half became known; the wait for a pair counts from here.</summary>
    public TimeSpan Since { get; private set; }

    public IEnumerable<(TransportAddress Address, uint Priority)> Candidates => _candidates;

    /// <summary>Takes the peer's half, or candidates that came later.</summary>
    public void SetRemote(IceRemote remote, TimeSpan now)
    {
        if (Remote is null)
        {
            Remote = new IceIdentity(remote.UsernameFragment, remote.Password);
            Since = now;
            if (!_earlyFragment.AsSpan().SequenceEqual(Remote.Fragment)) Forget();    // checks of somebody else's, of another branch of a forked call
        }
        foreach (IceCandidate candidate in remote.Candidates)
        {
            if (candidate.Component != 1 || candidate.Port is <= 0 or > ushort.MaxValue) continue;
            var address = TransportAddress.From(candidate.Address, candidate.Port);
            if (_candidates.Count == MaxPairs || IsKnown(address)) continue;
            _candidates.Add((address, candidate.Priority));
            foreach (IcePair pair in Pairs)
            {
                if (pair.Remote.IsSame(address)) pair.RemotePriority = candidate.Priority;
            }
        }
    }

    /// <summary>Whether the sender's half of a user name is the peer's; before that is known, whoever comes first.</summary>
    public bool IsPeer(ReadOnlySpan<byte> fragment)
    {
        if (Remote is not null) return fragment.SequenceEqual(Remote.Fragment);
        if (fragment.SequenceEqual(_earlyFragment)) return true;
        Forget();
        _earlyFragment = fragment.ToArray();
        return true;
    }

    public IcePair? Find(int baseId, in TransportAddress remote)
    {
        foreach (IcePair pair in Pairs)
        {
            if (pair.IsOn(baseId, remote)) return pair;
        }
        return null;
    }

    /// <summary>A pair for an address that a check came from, or that was signalled.</summary>
    /// <param name="local">Our socket.</param>
    /// <param name="remote">The peer's address.</param>
    /// <param name="priority">What the check says of it; what the SDP says goes before that (§7.3.1.3).</param>
    public IcePair Add(in IceBase local, in TransportAddress remote, uint priority)
    {
        foreach ((TransportAddress address, uint signalled) in _candidates)
        {
            if (address.IsSame(remote)) priority = signalled;
        }
        var pair = new IcePair(local, remote, priority);
        if (Pairs.Count < MaxPairs) Pairs.Add(pair);
        else Pairs[LeastUseful()] = pair;
        return pair;
    }

    /// <summary>The best pair that data can go over; null: none.</summary>
    public IcePair? BestValid(bool controlling)
    {
        IcePair? best = null;
        foreach (IcePair pair in Pairs)
        {
            if (pair.IsValid && (best is null || pair.PriorityAs(controlling) > best.PriorityAs(controlling))) best = pair;
        }
        return best;
    }

    private int LeastUseful()
    {
        int worst = -1;
        for (int i = 0; i < Pairs.Count; i++)
        {
            if (Pairs[i] != Nominated && (worst < 0 || Pairs[i].HeardAt < Pairs[worst].HeardAt)) worst = i;
        }
        return worst;
    }

    private bool IsKnown(in TransportAddress address)
    {
        foreach ((TransportAddress known, _) in _candidates)
        {
            if (known.IsSame(address)) return true;
        }
        return false;
    }

    private void Forget()
    {
        Pairs.Clear();
        Nominated = null;
        Rival = null;
    }
}
