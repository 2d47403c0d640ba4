using Rtp.Core.Stun;

namespace Rtp.Core.Ice;

/// <summary>The states of RFC 8445 §6.1.2.6. None is Frozen: with one stream and one component there is nothing to wait for.</summary>
internal enum IcePairState : byte
{
    Waiting,
    InProgress,
    Succeeded,
    Failed,
}

/// <summary>A candidate pair: one of our sockets and an address of the peer.</summary>
internal sealed class IcePair(in IceBase local, in TransportAddress remote, uint remotePriority)
{
    public int Base { get; } = local.Id;

    public TransportAddress Remote { get; } = remote;

    public uint LocalPriority { get; } = local.Priority;

    /// <summary>What PRIORITY of our checks says: that of the peer-reflexive candidate they may find (§7.1.1).</summary>
    public uint CheckPriority { get; } = IcePriority.Of(IceCandidateKind.PeerReflexive, local.LocalPreference);

    public uint RemotePriority { get; set; } = remotePriority;

    public IcePairState State { get; set; }

    /// <summary>Data can be exchanged: a check of ours was answered; to a lite agent, the peer proved itself from there.</summary>
    public bool IsValid { get; set; }

    /// <summary>The peer, controlling, wants this pair; it is nominated once our own check succeeds (§7.3.1.5).</summary>
    public bool NominateOnSuccess { get; set; }

    /// <summary>A check is to be made before the ordinary ones (§7.3.1.4).</summary>
    public bool IsTriggered { get; set; }

    /// <summary>Our checks carry USE-CANDIDATE.</summary>
    public bool Nominating { get; set; }

    /// <summary>Of the check under way.</summary>
    public StunTransactionId Transaction { get; set; }

    /// <summary>The role that the check under way says.</summary>
    public bool SentControlling { get; set; }

    public int Sendings { get; set; }

    public TimeSpan Rto { get; set; }

    /// <summary>When the check is sent again, or given up.</summary>
    public TimeSpan DueAt { get; set; } = TimeSpan.MaxValue;

    /// <summary>When the peer last proved itself here.</summary>
    public TimeSpan HeardAt { get; set; }

    public ulong PriorityAs(bool controlling) => controlling
        ? IcePriority.OfPair(LocalPriority, RemotePriority)
        : IcePriority.OfPair(RemotePriority, LocalPriority);

    public bool IsOn(int baseId, in TransportAddress remote) => Base == baseId && Remote.IsSame(remote);
}
