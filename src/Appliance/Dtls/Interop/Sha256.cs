namespace Tandem.Dtls.Interop;

/// <summary>SHA-256 as far as it has come, by libcrypto: a value; a copy goes on from the same place.</summary>
/// <remarks>The older functions of libcrypto: a context of EVP lies on a heap and costs more than what is hashed here.</remarks>
internal unsafe struct Sha256
{
    public const int BlockLength = 64, DigestLength = 32;

    private LibCrypto.Sha256Context _context;

    /// <summary>Of nothing so far.</summary>
    public Sha256()
    {
        fixed (LibCrypto.Sha256Context* context = &_context) _ = LibCrypto.Sha256Init(context);
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        fixed (LibCrypto.Sha256Context* context = &_context)
        fixed (byte* data = bytes)
        {
            _ = LibCrypto.Sha256Update(context, data, (nuint)bytes.Length);
        }
    }

    /// <summary>The digest of what was added; more may be added afterwards.</summary>
    /// <param name="digest">32 bytes.</param>
    public readonly void Digest(Span<byte> digest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(digest.Length, DigestLength, nameof(digest));
        LibCrypto.Sha256Context context = _context;
        fixed (byte* output = digest) _ = LibCrypto.Sha256Final(output, &context);
    }
}
