using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Prng;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;
using Tandem.Dtls.Interop;

namespace Tandem.Dtls;

/// <summary>
/// BouncyCastle's cryptography with the dear parts done elsewhere: elliptic curves and SHA-256 by libcrypto, records by the framework, randomness by the
/// kernel. Dear is also what leaves much garbage: while it is collected no packet moves.
/// </summary>
/// <param name="terms">Of the handshake that it is for; null: for what is no handshake's.</param>
internal sealed class DtlsCrypto(DtlsTerms? terms = null) : BcTlsCrypto(s_random)
{
    private static readonly SecureRandom s_random = new(new CryptoApiRandomGenerator(RandomNumberGenerator.Create()));

    public static DtlsCrypto Shared { get; } = new();

    /// <summary>What we agree on, the cheapest first: P-256 costs a third less than X25519 in libcrypto (55 and 86 µs). P-384 is BouncyCastle's.</summary>
    public static int[] Groups { get; } = [NamedGroup.secp256r1, NamedGroup.x25519, NamedGroup.secp384r1];

    public override bool HasNamedGroup(int namedGroup) => Groups.Contains(namedGroup);

    public override TlsECDomain CreateECDomain(TlsECConfig ecConfig) => ecConfig.NamedGroup switch
    {
        NamedGroup.secp256r1 => P256Domain.Shared,
        NamedGroup.x25519 => X25519Domain.Shared,
        _ => base.CreateECDomain(ecConfig),
    };

    public override TlsCertificate CreateCertificate(short type, byte[] encoding) =>
        type == CertificateType.X509 && P256Certificate.TryRead(encoding) is { } certificate ? certificate : base.CreateCertificate(type, encoding);

    /// <param name="data">Owned from now on.</param>
    public override TlsSecret CreateSecret(byte[] data) => new DtlsSecret(this, data);

    public override TlsHash CreateHash(int cryptoHashAlgorithm) =>
        cryptoHashAlgorithm == CryptoHashAlgorithm.sha256 ? new Sha256Hash() : base.CreateHash(cryptoHashAlgorithm);

    public override TlsCipher CreateCipher(TlsCryptoParameters cryptoParams, int encryptionAlgorithm, int macAlgorithm)
    {
        if (terms is null || DtlsRecordCipher.TryCreate(cryptoParams, encryptionAlgorithm) is not { } cipher) throw new TlsFatalAlert(AlertDescription.internal_error);
        return terms.Records = cipher;
    }

    /// <summary>BouncyCastle's own parser, for what <see cref="P256Certificate"/> does not read.</summary>
    public TlsCertificate Parse(byte[] encoding) => base.CreateCertificate(CertificateType.X509, encoding);

    public override TlsNonceGenerator CreateNonceGenerator(byte[] additionalSeedMaterial) => KernelNonces.Shared;

    public override TlsNonceGenerator CreateNonceGenerator(ReadOnlySpan<byte> additionalSeedMaterial) => KernelNonces.Shared;

    private sealed class KernelNonces : TlsNonceGenerator
    {
        public static KernelNonces Shared { get; } = new();

        public byte[] GenerateNonce(int size) => RandomNumberGenerator.GetBytes(size);
    }

    private sealed class P256Domain : TlsECDomain
    {
        public static P256Domain Shared { get; } = new();

        public TlsAgreement CreateECDH() => new P256Agreement();
    }

    private sealed class P256Agreement : TlsAgreement
    {
        private P256Key? _own, _peer;

        public byte[] GenerateEphemeral() => (_own = P256Key.Generate()).EncodePublic();

        public void ReceivePeerValue(byte[] peerValue) =>
            _peer = P256Key.FromPublic(peerValue) ?? throw new TlsFatalAlert(AlertDescription.illegal_parameter);

        public TlsSecret CalculateSecret()
        {
            using P256Key own = _own!, peer = _peer!;
            return Shared.CreateSecret(own.Agree(peer) ?? throw new TlsFatalAlert(AlertDescription.handshake_failure));
        }
    }

    private sealed class X25519Domain : TlsECDomain
    {
        public static X25519Domain Shared { get; } = new();

        public TlsAgreement CreateECDH() => new X25519Agreement();
    }

    private sealed class X25519Agreement : TlsAgreement
    {
        private X25519Key? _own;
        private byte[] _peerValue = [];

        public byte[] GenerateEphemeral() => (_own = X25519Key.Generate()).EncodePublic();

        public void ReceivePeerValue(byte[] peerValue)
        {
            if (peerValue.Length != X25519Key.KeyLength) throw new TlsFatalAlert(AlertDescription.illegal_parameter);
            _peerValue = peerValue;
        }

        public TlsSecret CalculateSecret()
        {
            using X25519Key own = _own!;
            return Shared.CreateSecret(own.Agree(_peerValue) ?? throw new TlsFatalAlert(AlertDescription.handshake_failure));
        }
    }
}
