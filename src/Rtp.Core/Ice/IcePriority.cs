namespace Rtp.Core.Ice;

/// <summary>Priorities of candidates and of pairs.</summary>
public static class IcePriority
{
    /// <summary>RFC 8445 §5.1.2.1, with the type preferences it recommends (§5.1.2.2).</summary>
    /// <param name="kind">How the address was found.</param>
    /// <param name="localPreference">Among our addresses.</param>
    /// <param name="component">1: RTP.</param>
    public static uint Of(IceCandidateKind kind, ushort localPreference, int component = 1)
    {
        uint type = kind switch
        {
            IceCandidateKind.Host => 126,
            IceCandidateKind.PeerReflexive => 110,
            IceCandidateKind.ServerReflexive => 100,
            _ => 0,
        };
        return (type << 24) + ((uint)localPreference << 8) + (uint)(256 - component);
    }

    /// <summary>RFC 8445 §6.1.2.3.</summary>
    /// <param name="controlling">Priority of the controlling agent's candidate.</param>
    /// <param name="controlled">Priority of the controlled agent's candidate.</param>
    public static ulong OfPair(uint controlling, uint controlled) =>
        ((ulong)Math.Min(controlling, controlled) << 32) + 2UL * Math.Max(controlling, controlled) + (controlling > controlled ? 1UL : 0UL);
}
