using System.Text;

namespace Sip.Core.Authentication;

/// <summary>What is kept of a password: H(name:realm:password) as lower-case hex digits, for either hash (RFC 7616 §3.4.2).</summary>
/// <param name="Ha1Md5">32 ASCII hex digits; empty: no MD5 for this user.</param>
/// <param name="Ha1Sha256">64 ASCII hex digits; empty: no SHA-256 for this user.</param>
public readonly record struct DigestSecret(byte[] Ha1Md5, byte[] Ha1Sha256)
{
    /// <summary>From the hex text that storage keeps.</summary>
    public static DigestSecret FromHex(string md5, string sha256) => new(Encoding.ASCII.GetBytes(md5), Encoding.ASCII.GetBytes(sha256));

    public static DigestSecret FromPassword(string user, string realm, string password)
    {
        byte[] text = Encoding.UTF8.GetBytes($"{user}:{realm}:{password}");
        byte[] md5 = new byte[32], sha256 = new byte[64];
        DigestHash.Hex(DigestAlgorithm.Md5, text, md5);
        DigestHash.Hex(DigestAlgorithm.Sha256, text, sha256);
        return new DigestSecret(md5, sha256);
    }

    internal ReadOnlySpan<byte> For(DigestAlgorithm algorithm) => algorithm == DigestAlgorithm.Md5 ? Ha1Md5 : Ha1Sha256;
}
