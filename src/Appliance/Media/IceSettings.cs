using Rtp.Core.Ice;

namespace Tandem.Media;

/// <summary>What the peer's SDP says about ICE (RFC 8839).</summary>
/// <param name="RemoteUsernameFragment">Another one than in the settings before: the peer restarted ICE.</param>
/// <param name="RemotePassword">A secret: never logged.</param>
/// <param name="RemoteIsLite">It makes no checks of its own: ours do the work.</param>
/// <param name="Controlling">We choose the pair: we offered, or the peer is lite and we are not (RFC 8445 §6.1.1). Without effect where we are lite.</param>
/// <param name="RemoteCandidates">UDP candidates with an address. Later ones may be added by another <see cref="MediaLeg.Configure"/>.</param>
public sealed record IceSettings(
    string RemoteUsernameFragment,
    string RemotePassword,
    bool RemoteIsLite,
    bool Controlling,
    IReadOnlyList<IceCandidate> RemoteCandidates)
{
    /// <summary>Our SDP said ice-lite. Towards a lite peer we make the checks all the same: somebody has to.</summary>
    public bool LocalIsLite { get; init; } = true;

    /// <inheritdoc/>
    public override string ToString() => $"{RemoteUsernameFragment}, {RemoteCandidates.Count} candidates{(RemoteIsLite ? ", lite" : "")}";
}
