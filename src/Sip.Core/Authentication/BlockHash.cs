namespace Sip.Core.Authentication;

/// <summary>Feeds texts to an <see cref="IBlockHash"/>.</summary>
static class BlockHash
{
    public const int BlockLength = 64, LengthBytes = 8;

    const byte EndOfText = 0x80;

    /// <summary>Takes in the rest of a text, and its end.</summary>
    /// <param name="state">As the blocks before left it.</param>
    /// <param name="text">What follows them.</param>
    /// <param name="before">How many bytes they had: a multiple of 64.</param>
    public static void Finish<T>(Span<uint> state, ReadOnlySpan<byte> text, int before = 0) where T : IBlockHash
    {
        long bits = 8L * (before + text.Length);
        for (; text.Length >= BlockLength; text = text[BlockLength..]) T.Compress(state, text[..BlockLength]);
        Span<byte> last = stackalloc byte[2 * BlockLength];
        last.Clear();
        text.CopyTo(last);
        last[text.Length] = EndOfText;
        last = last[..(text.Length + 1 + LengthBytes <= BlockLength ? BlockLength : 2 * BlockLength)];
        T.WriteLength(last[^LengthBytes..], bits);
        T.Compress(state, last[..BlockLength]);
        if (last.Length > BlockLength) T.Compress(state, last[BlockLength..]);
    }
}
