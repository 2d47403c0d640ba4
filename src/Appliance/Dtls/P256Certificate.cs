using System.Formats.Asn1;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto;
using Tandem.Dtls.Interop;

namespace Tandem.Dtls;

/// <summary>An X.509 certificate with a key on P-256, of which only the key is read.</summary>
/// <remarks>A fingerprint vouches for the certificate as a whole (RFC 5763 §5): names, dates and issuer mean nothing here, and parsing them costs.</remarks>
internal sealed class P256Certificate : TlsCertificate
{
    private readonly byte[] _encoded;
    private readonly int _point;
    private TlsCertificate? _parsed;

    private P256Certificate(byte[] encoded, int point) => (_encoded, _point) = (encoded, point);

    // SubjectPublicKeyInfo of an uncompressed point on P-256 (RFC 5480), up to the point.
    private static ReadOnlySpan<byte> KeyPrefix =>
    [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07,
        0x03, 0x42, 0x00,
    ];

    public BigInteger SerialNumber => Parsed.SerialNumber;

    public string SigAlgOid => Parsed.SigAlgOid;

    private TlsCertificate Parsed => _parsed ??= DtlsCrypto.Shared.Parse(_encoded);

    /// <returns>Null: it has another kind of key, or is no certificate.</returns>
    public static P256Certificate? TryRead(byte[] encoded)
    {
        ReadOnlySpan<byte> rest = encoded;
        if (!TryEnter(ref rest) || !TryEnter(ref rest)) return null;    // Certificate, TBSCertificate
        if (!rest.IsEmpty && rest[0] == 0xA0 && !TrySkip(ref rest)) return null;    // version
        for (int i = 0; i < 5; i++)    // serial number, algorithm, issuer, validity, subject
        {
            if (!TrySkip(ref rest)) return null;
        }
        if (!rest.StartsWith(KeyPrefix) || rest.Length < KeyPrefix.Length + P256Key.PointLength) return null;
        int start = encoded.AsSpan().IndexOf(rest[..(KeyPrefix.Length + P256Key.PointLength)]);
        return new P256Certificate(encoded, start + KeyPrefix.Length);
    }

    public byte[] GetEncoded() => _encoded;

    public TlsVerifier CreateVerifier(short signatureAlgorithm)
    {
        if (signatureAlgorithm != SignatureAlgorithm.ecdsa) throw new TlsFatalAlert(AlertDescription.certificate_unknown);
        return new Verifier(_encoded.AsMemory(_point, P256Key.PointLength));
    }

    public Tls13Verifier CreateVerifier(int signatureScheme) => Parsed.CreateVerifier(signatureScheme);

    public TlsEncryptor CreateEncryptor(int tlsCertificateRole) => Parsed.CreateEncryptor(tlsCertificateRole);

    /// <summary>None is asked for that would matter: see the remarks on the class.</summary>
    public byte[]? GetExtension(DerObjectIdentifier extensionOid) => null;

    public Asn1Encodable GetSigAlgParams() => Parsed.GetSigAlgParams();

    public short GetLegacySignatureAlgorithm() => SignatureAlgorithm.ecdsa;

    public bool SupportsSignatureAlgorithm(short signatureAlgorithm) => signatureAlgorithm == SignatureAlgorithm.ecdsa;

    public bool SupportsSignatureAlgorithmCA(short signatureAlgorithm) => SupportsSignatureAlgorithm(signatureAlgorithm);

    public TlsCertificate CheckUsageInRole(int tlsCertificateRole) => this;

    private static bool TryEnter(ref ReadOnlySpan<byte> rest)
    {
        if (!AsnDecoder.TryReadEncodedValue(rest, AsnEncodingRules.DER, out _, out int offset, out int length, out _)) return false;
        rest = rest.Slice(offset, length);
        return true;
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> rest)
    {
        if (!AsnDecoder.TryReadEncodedValue(rest, AsnEncodingRules.DER, out _, out _, out _, out int consumed)) return false;
        rest = rest[consumed..];
        return true;
    }

    private sealed class Verifier(ReadOnlyMemory<byte> point) : TlsVerifier
    {
        public TlsStreamVerifier? GetStreamVerifier(DigitallySigned digitallySigned) => null;

        public bool VerifyRawSignature(DigitallySigned digitallySigned, byte[] hash)
        {
            if (digitallySigned.Algorithm is { } algorithm && algorithm.Signature != SignatureAlgorithm.ecdsa) return false;
            using P256Key? key = P256Key.FromPublic(point.Span);
            return key is not null && key.Verify(hash, digitallySigned.Signature);
        }
    }
}
