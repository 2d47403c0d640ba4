using System.Security.Cryptography;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto;
using Tandem.Dtls.Interop;
using TlsCertificates = Org.BouncyCastle.Tls.Certificate;

namespace Tandem.Dtls;

/// <summary>Our identity as BouncyCastle takes it. Thread-safe: one for all handshakes.</summary>
internal sealed class DtlsCredentials : IDisposable
{
    private readonly P256Key _key;
    private readonly TlsCertificates _certificate;

    public DtlsCredentials(DtlsIdentity identity)
    {
        _certificate = new TlsCertificates([DtlsCrypto.Shared.CreateCertificate(CertificateType.X509, identity.Certificate)]);
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(identity.PrivateKey, out _);
        ECParameters parameters = key.ExportParameters(includePrivateParameters: true);
        byte[] point = [4, .. parameters.Q.X!, .. parameters.Q.Y!];
        _key = P256Key.FromPrivate(parameters.D, point);
        CryptographicOperations.ZeroMemory(parameters.D);
    }

    /// <summary>X.509, DER.</summary>
    public byte[] Certificate => _certificate.GetCertificateAt(0).GetEncoded();

    public TlsCredentials For(TlsContext context) => new Signer(context, this);

    public void Dispose() => _key.Dispose();

    private sealed class Signer(TlsContext context, DtlsCredentials owner) : TlsCredentialedSigner
    {
        public TlsCertificates Certificate => owner._certificate;

        public SignatureAndHashAlgorithm? SignatureAndHashAlgorithm =>
            TlsUtilities.IsTlsV12(context) ? DtlsTerms.EcdsaSha256 : null;

        public byte[] GenerateRawSignature(byte[] hash) => owner._key.Sign(hash);

        public TlsStreamSigner? GetStreamSigner() => null;
    }
}
