namespace Sip.Core.Authentication;

/// <summary>HMAC-SHA256 under one key (RFC 2104), whose two blocks are hashed once.</summary>
sealed class NonceKey
{
    const byte InnerPad = 0x36, OuterPad = 0x5C;

    readonly uint[] _inner = new uint[Sha256.Words], _outer = new uint[Sha256.Words];

    public NonceKey(ReadOnlySpan<byte> key)
    {
        Span<byte> block = stackalloc byte[BlockHash.BlockLength];
        block.Clear();
        if (key.Length <= block.Length) key.CopyTo(block);
        else Sha256.Hash(key, block);
        Take(block, InnerPad, _inner);
        Take(block, InnerPad ^ OuterPad, _outer);
        block.Clear();
    }

    /// <param name="text">What is authenticated.</param>
    /// <param name="tag">Gets 32 bytes.</param>
    public void Sign(ReadOnlySpan<byte> text, Span<byte> tag)
    {
        Span<uint> state = stackalloc uint[Sha256.Words];
        _inner.CopyTo(state);
        BlockHash.Finish<Sha256>(state, text, BlockHash.BlockLength);
        Sha256.Write(state, tag);
        _outer.CopyTo(state);
        BlockHash.Finish<Sha256>(state, tag[..Sha256.DigestLength], BlockHash.BlockLength);
        Sha256.Write(state, tag);
    }

    static void Take(Span<byte> block, byte pad, Span<uint> state)
    {
        foreach (ref byte b in block) b ^= pad;
        Sha256.Begin(state);
        Sha256.Compress(state, block);
    }
}
