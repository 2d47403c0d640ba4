using Rtp.Core.Stun;

namespace Rtp.Core.Ice;

/// <summary>A way between us and the peer.</summary>
/// <param name="Base">The number of our socket (<see cref="IceBase.Id"/>).</param>
/// <param name="Remote">The peer's address.</param>
public readonly record struct IcePath(int Base, TransportAddress Remote)
{
    /// <summary>There is none.</summary>
    public bool IsEmpty => Remote.IsEmpty;
}
