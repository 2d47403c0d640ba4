namespace Tandem.Media;

/// <summary>How the keys of a leg are agreed on by DTLS (RFC 5763). The association lives on through later settings that name the same.</summary>
/// <param name="Role">Ours.</param>
/// <param name="RemoteFingerprints">What the peer's certificate may hash to: one that we can compute must fit.</param>
/// <remarks>Equal where role and fingerprints are, in whatever order these stand.</remarks>
public sealed record DtlsSettings(DtlsRole Role, IReadOnlyList<DtlsFingerprint> RemoteFingerprints)
{
    public bool Equals(DtlsSettings? other) =>
        other is not null && Role == other.Role && RemoteFingerprints.Count == other.RemoteFingerprints.Count && RemoteFingerprints.All(other.RemoteFingerprints.Contains);

    public override int GetHashCode()
    {
        int sum = 0;
        foreach (DtlsFingerprint fingerprint in RemoteFingerprints) sum ^= fingerprint.GetHashCode();
        return HashCode.Combine(Role, RemoteFingerprints.Count, sum);
    }
}
