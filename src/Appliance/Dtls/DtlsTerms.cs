using System.Security.Cryptography;
using Org.BouncyCastle.Tls;
using Srtp;
using Tandem.Media;
using TlsHash = Org.BouncyCastle.Tls.HashAlgorithm;

namespace Tandem.Dtls;

/// <summary>What both roles agree to, and what comes of it: one for each handshake.</summary>
/// <param name="remoteFingerprints">What the peer's certificate must hash to.</param>
/// <param name="firstResendMs">Until the first repetition of a flight, in ms; it doubles.</param>
internal sealed class DtlsTerms(IReadOnlyList<DtlsFingerprint> remoteFingerprints, int firstResendMs = DtlsTerms.DefaultResendMs)
{
    /// <summary>A second, as RFC 6347 §4.2.4.1 has it, would be a second of silence at the start of a call.</summary>
    public const int DefaultResendMs = 80;

    private const string ExporterLabel = "EXTRACTOR-dtls_srtp";    // RFC 5764 §4.2

    /// <summary>By price a packet: GCM with 128 bits 80 ns, with 256 bits 100, counter mode with SHA-1 140 to 240.</summary>
    private static readonly SrtpProfile[] s_profiles = [SrtpProfile.AeadAes128Gcm, SrtpProfile.AeadAes256Gcm, SrtpProfile.AesCm128HmacSha1Tag80];

    private static readonly (string Algorithm, Func<byte[], byte[]> Hash)[] s_hashes =
    [
        ("sha-512", SHA512.HashData), ("sha-384", SHA384.HashData), ("sha-256", SHA256.HashData),
#pragma warning disable CA5350 // RFC 8122 §5 still has it; a second certificate of the same SHA-1 is out of reach
        ("sha-1", SHA1.HashData),
#pragma warning restore CA5350
    ];

    private bool _verified;

    public static ProtocolVersion[] Versions { get; } = [ProtocolVersion.DTLSv12];

    /// <summary>All with ephemeral keys, and all that <see cref="DtlsRecordCipher"/> knows: RFC 8827 §6.5 demands the first of every WebRTC endpoint. Our certificate is ECDSA; a server may have one for RSA.</summary>
    public static int[] CipherSuites { get; } =
    [
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    ];

    public static int[] ClientCipherSuites { get; } =
    [
        .. CipherSuites,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    ];

    public static SignatureAndHashAlgorithm EcdsaSha256 { get; } = SignatureAndHashAlgorithm.GetInstance(TlsHash.sha256, SignatureAlgorithm.ecdsa);

    /// <summary>Only with SHA-256: each further hash would be computed over the whole handshake, and every key here can sign with it.</summary>
    public static IList<SignatureAndHashAlgorithm> SignatureAlgorithms { get; } =
    [
        EcdsaSha256,
        SignatureAndHashAlgorithm.rsa_pss_rsae_sha256,
        SignatureAndHashAlgorithm.GetInstance(TlsHash.sha256, SignatureAlgorithm.rsa),
    ];

    public static UseSrtpData Offer { get; } = new([.. s_profiles.Select(profile => (int)profile)], null);

    public int FirstResendMs => firstResendMs;

    /// <summary>What is wrong with the peer, in words for the log; null: nothing so far.</summary>
    public string? Objection { get; private set; }

    public SrtpProfile Profile { get; private set; }

    /// <summary>The outcome; null before the handshake is complete.</summary>
    public SrtpSettings? Keys { get; private set; }

    /// <summary>What protects records; null before there are keys for it.</summary>
    public DtlsRecordCipher? Records { get; set; }

    /// <summary>Chooses among what the client offers.</summary>
    /// <exception cref="TlsFatalAlert">There is nothing to choose.</exception>
    public UseSrtpData Choose(UseSrtpData? offered)
    {
        int[] theirs = offered?.ProtectionProfiles ?? [];
        Profile = Array.Find(s_profiles, profile => theirs.Contains((int)profile));
        if (Profile == SrtpProfile.None) throw Object(AlertDescription.handshake_failure, "it offers no SRTP profile that we speak");
        return new UseSrtpData([(int)Profile], null);    // without a key identifier: RFC 5764 §4.1.3 lets a server leave it out
    }

    /// <summary>Takes what the server chose.</summary>
    /// <exception cref="TlsFatalAlert">It is nothing that we offered.</exception>
    public void Accept(UseSrtpData? chosen)
    {
        if (chosen is not { ProtectionProfiles: [var profile] } || Array.IndexOf(s_profiles, (SrtpProfile)profile) < 0)
            throw Object(AlertDescription.illegal_parameter, "it chose no SRTP profile that we offered");
        if (chosen.Mki.Length > 0) throw Object(AlertDescription.illegal_parameter, "it chose a key identifier that we did not offer");
        Profile = (SrtpProfile)profile;
    }

    /// <summary>Holds the peer's certificate against what was signalled (RFC 8122 §5.1): of the strongest hash among those, one must fit.</summary>
    /// <exception cref="TlsFatalAlert">It has none, or another.</exception>
    public void Verify(Certificate certificate)
    {
        if (certificate.IsEmpty) throw Object(AlertDescription.handshake_failure, "it shows no certificate");
        byte[] encoded = certificate.GetCertificateAt(0).GetEncoded();
        foreach ((string algorithm, Func<byte[], byte[]> hash) in s_hashes)
        {
            if (!remoteFingerprints.Any(known => Named(known, algorithm))) continue;
            byte[] value = hash(encoded);
            if (remoteFingerprints.Any(known => Named(known, algorithm) && known.Value.AsSpan().SequenceEqual(value))) _verified = true;
            if (_verified) return;
            throw Object(AlertDescription.bad_certificate, $"its certificate is not the one that was signalled: it has {new DtlsFingerprint(algorithm, value)}");
        }
        throw Object(AlertDescription.bad_certificate, "no fingerprint was signalled that we can compute");
    }

    /// <summary>Takes the keys of both directions out of the finished handshake: RFC 5705, RFC 5764 §4.2.</summary>
    public void Export(TlsContext context)
    {
        if (!_verified) throw Object(AlertDescription.handshake_failure, "it shows no certificate");
        SecurityParameters security = context.SecurityParameters;
        ProfileParameters profile = Profiles.Find(Profile)!;
        // Not the library's exporter: that refuses peers of before RFC 7627. Both ends are known by their fingerprints here, so nobody stands between.
        byte[] seed = [.. security.ClientRandom, .. security.ServerRandom];
        byte[] material = security.MasterSecret.DeriveUsingPrf(security.PrfAlgorithm, ExporterLabel, seed, profile.ExporterLength).Extract();
        byte[] client = Side(0), server = Side(1);
        Keys = context.IsServer ? new SrtpSettings(Profile, server, client) : new SrtpSettings(Profile, client, server);
        CryptographicOperations.ZeroMemory(material);

        byte[] Side(int side) =>
        [
            .. material.AsSpan(side * profile.KeyLength, profile.KeyLength),
            .. material.AsSpan(2 * profile.KeyLength + side * profile.SaltLength, profile.SaltLength),
        ];
    }

    private static bool Named(DtlsFingerprint fingerprint, string algorithm) => string.Equals(fingerprint.Algorithm, algorithm, StringComparison.OrdinalIgnoreCase);

    private TlsFatalAlert Object(short alert, string objection)
    {
        Objection = objection;
        return new TlsFatalAlert(alert);
    }
}
