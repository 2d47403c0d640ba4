namespace Sip.Core.Authentication;

/// <summary>The hash of RFC 7616 §3.4.1 over parts joined by colons.</summary>
static class DigestHash
{
    /// <summary>Longest text hashed: what is longer is no real client's.</summary>
    public const int MaxText = 2048;

    public static int HexLength(DigestAlgorithm algorithm) => 2 * (algorithm == DigestAlgorithm.Md5 ? Md5.DigestLength : Sha256.DigestLength);

    /// <summary>Writes the hash as lower-case hex digits.</summary>
    public static void Hex(DigestAlgorithm algorithm, ReadOnlySpan<byte> text, Span<byte> to)
    {
        Span<byte> hash = stackalloc byte[Sha256.DigestLength];
        if (algorithm == DigestAlgorithm.Md5) Md5.Hash(text, hash);
        else Sha256.Hash(text, hash);
        int length = HexLength(algorithm) / 2;
        for (int i = 0; i < length; i++)
        {
            to[2 * i] = Digit(hash[i] >> 4);
            to[2 * i + 1] = Digit(hash[i] & 15);
        }
    }

    static byte Digit(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);

    /// <summary>response = H( HA1 : nonce : nc : cnonce : auth : H(method:uri) ), in hex; without nc as RFC 2069: H( HA1 : nonce :
    /// H(method:uri) ).</summary>
    /// <returns>False when the parts are too long.</returns>
    public static bool TryResponse(DigestAlgorithm algorithm, ReadOnlySpan<byte> ha1, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> nc,
        ReadOnlySpan<byte> cnonce, ReadOnlySpan<byte> method, ReadOnlySpan<byte> uri, Span<byte> to)
    {
        Span<byte> text = stackalloc byte[MaxText];
        if (method.Length + uri.Length + 1 > MaxText || ha1.Length + nonce.Length + nc.Length + cnonce.Length + 80 > MaxText) return false;
        int at = 0;
        Join(text, ref at, method);
        Join(text, ref at, uri);
        Span<byte> ha2 = stackalloc byte[64];
        ha2 = ha2[..HexLength(algorithm)];
        Hex(algorithm, text[..at], ha2);

        at = 0;
        Join(text, ref at, ha1);
        Join(text, ref at, nonce);
        if (!nc.IsEmpty)
        {
            Join(text, ref at, nc);
            Join(text, ref at, cnonce);
            Join(text, ref at, "auth"u8);
        }
        Join(text, ref at, ha2);
        Hex(algorithm, text[..at], to);
        return true;
    }

    static void Join(Span<byte> text, ref int at, ReadOnlySpan<byte> part)
    {
        if (at > 0) text[at++] = (byte)':';
        part.CopyTo(text[at..]);
        at += part.Length;
    }
}
