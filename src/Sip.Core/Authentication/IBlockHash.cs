namespace Sip.Core.Authentication;

/// <summary>A hash that takes a text in blocks of 64 bytes, the last of them with the text's length: MD5 and SHA-256 alike.</summary>
/// <remarks>
/// What digest authentication hashes has a hundred bytes; a context of libcrypto costs ten times what there is to compute. The bytes that
/// are hashed lead to no branch and no address, so time says nothing about them.
/// </remarks>
interface IBlockHash
{
    /// <summary>Mixes one block of 64 bytes into the state.</summary>
    static abstract void Compress(Span<uint> state, ReadOnlySpan<byte> block);

    /// <summary>The length of the text in bits, as the last eight bytes of the last block.</summary>
    static abstract void WriteLength(Span<byte> to, long bits);
}
