namespace Rtp.Core.Ice;

/// <summary>The peer's half, from its SDP.</summary>
/// <param name="UsernameFragment">Another one than before: it restarted ICE.</param>
/// <param name="Password">A secret.</param>
/// <param name="Candidates">Those of components other than 1 are passed over.</param>
public sealed record IceRemote(string UsernameFragment, string Password, IReadOnlyList<IceCandidate> Candidates)
{
    /// <inheritdoc/>
    public override string ToString() => UsernameFragment;
}
