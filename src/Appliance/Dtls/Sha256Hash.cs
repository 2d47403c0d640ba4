using Org.BouncyCastle.Tls.Crypto;
using Tandem.Dtls.Interop;

namespace Tandem.Dtls;

/// <summary>SHA-256 as BouncyCastle takes it. BouncyCastle's own costs half a kilobyte with each copy, and there are many in a handshake.</summary>
internal sealed class Sha256Hash : TlsHash
{
    private Sha256 _hash = new();

    public void Update(byte[] input, int inOff, int length) => _hash.Add(input.AsSpan(inOff, length));

    public void Update(ReadOnlySpan<byte> input) => _hash.Add(input);

    public byte[] CalculateHash()
    {
        var digest = new byte[Sha256.DigestLength];
        _hash.Digest(digest);
        Reset();
        return digest;
    }

    public TlsHash CloneHash() => new Sha256Hash { _hash = _hash };

    public void Reset() => _hash = new Sha256();
}
