namespace Rtp.Core.Ice;

/// <summary>A socket of ours that a leg can be reached on.</summary>
/// <param name="Id">The owner's number for it.</param>
/// <param name="IsIpv6">Its family.</param>
/// <param name="LocalPreference">0 to 65535; the higher, the rather (RFC 8445 §5.1.2.1).</param>
public readonly record struct IceBase(int Id, bool IsIpv6, ushort LocalPreference)
{
    /// <summary>Of the host candidate that it is.</summary>
    public uint Priority => IcePriority.Of(IceCandidateKind.Host, LocalPreference);
}
