namespace Tandem.Media;

/// <summary>How the keys of a leg are agreed on by DTLS (RFC 5763). The association lives on through later settings that name the same.</summary>
/// <param name="Role">Ours.</param>
/// <param name="RemoteFingerprints">What the peer's certificate may hash to: one that we can compute must fit.</param>
public sealed record DtlsSettings(DtlsRole Role, IReadOnlyList<DtlsFingerprint> RemoteFingerprints);
