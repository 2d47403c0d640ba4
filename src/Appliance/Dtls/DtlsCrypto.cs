using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Prng;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;
using Tandem.Dtls.Interop;

namespace Tandem.Dtls;

/// <summary>BouncyCastle's cryptography with the dear parts done elsewhere: elliptic curves by libcrypto, randomness by the kernel.</summary>
/// <remarks>Stateless: one for all handshakes.</remarks>
internal sealed class DtlsCrypto() : BcTlsCrypto(new SecureRandom(new CryptoApiRandomGenerator(RandomNumberGenerator.Create())))
{
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
