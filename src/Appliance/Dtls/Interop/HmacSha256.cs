namespace Tandem.Dtls.Interop;

/// <summary>HMAC-SHA256 under one key (RFC 2104): what the key gives is hashed once. A value, on the stack of who uses it.</summary>
internal readonly struct HmacSha256
{
    private const byte InnerPad = 0x36, OuterPad = 0x5C;

    private readonly Sha256 _inner = new(), _outer = new();

    public HmacSha256(ReadOnlySpan<byte> key)
    {
        Span<byte> block = stackalloc byte[Sha256.BlockLength];
        block.Clear();
        if (key.Length <= block.Length) key.CopyTo(block);
        else
        {
            var shortened = new Sha256();
            shortened.Add(key);
            shortened.Digest(block);
        }
        foreach (ref byte b in block) b ^= InnerPad;
        _inner.Add(block);
        foreach (ref byte b in block) b ^= InnerPad ^ OuterPad;
        _outer.Add(block);
        block.Clear();
    }

    /// <summary>The digest of the parts, one behind the other.</summary>
    /// <param name="digest">32 bytes; it may be one of the parts.</param>
    public void Compute(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third, Span<byte> digest)
    {
        Sha256 inner = _inner, outer = _outer;
        inner.Add(first);
        inner.Add(second);
        inner.Add(third);
        inner.Digest(digest);
        outer.Add(digest[..Sha256.DigestLength]);
        outer.Digest(digest);
    }
}
