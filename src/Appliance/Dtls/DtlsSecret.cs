using System.Text;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;
using Tandem.Dtls.Interop;

namespace Tandem.Dtls;

/// <summary>A secret of a handshake, from which others are derived (RFC 5246 §5): with SHA-256 here, with other hashes by BouncyCastle.</summary>
/// <param name="crypto">For what is BouncyCastle's.</param>
/// <param name="data">It; owned.</param>
internal sealed class DtlsSecret(DtlsCrypto crypto, byte[] data) : BcTlsSecret(crypto, data)
{
    private const int MaxOnStack = 256;

    public override TlsSecret DeriveUsingPrf(int prfAlgorithm, string label, byte[] seed, int length) =>
        prfAlgorithm == PrfAlgorithm.tls_prf_sha256 ? Derive(label, seed, length) : base.DeriveUsingPrf(prfAlgorithm, label, seed, length);

    public override TlsSecret DeriveUsingPrf(int prfAlgorithm, ReadOnlySpan<char> label, ReadOnlySpan<byte> seed, int length) =>
        prfAlgorithm == PrfAlgorithm.tls_prf_sha256 ? Derive(label, seed, length) : base.DeriveUsingPrf(prfAlgorithm, label, seed, length);

    private DtlsSecret Derive(ReadOnlySpan<char> label, ReadOnlySpan<byte> seed, int length)
    {
        CheckAlive();
        Span<byte> name = label.Length <= MaxOnStack ? stackalloc byte[label.Length] : new byte[label.Length];
        Encoding.ASCII.GetBytes(label, name);
        var derived = new byte[length];
        Expand(m_data, name, seed, derived);
        return new DtlsSecret(crypto, derived);
    }

    /// <summary>P_SHA256: A(0) = seed, A(i) = HMAC(A(i−1)); the output is HMAC(A(1) + seed), HMAC(A(2) + seed) and so on.</summary>
    private static void Expand(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> label, ReadOnlySpan<byte> seed, Span<byte> output)
    {
        var keyed = new HmacSha256(secret);
        Span<byte> a = stackalloc byte[Sha256.DigestLength], block = stackalloc byte[Sha256.DigestLength];
        keyed.Compute(label, seed, default, a);
        while (true)
        {
            keyed.Compute(a, label, seed, block);
            int length = Math.Min(block.Length, output.Length);
            block[..length].CopyTo(output);
            output = output[length..];
            if (output.IsEmpty) break;
            keyed.Compute(a, default, default, a);
        }
        block.Clear();
    }
}
