using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Srtp.Interop;

namespace Srtp.Ciphers;

/// <summary>HMAC-SHA1 under one key (RFC 2104), by libcrypto's SHA-1.</summary>
/// <remarks>
/// What the key gives is hashed once, and padding is written here: what is left for a voice packet is four blocks, hashed in three calls.
/// It is a value that lies within whoever uses it, and is never copied. The older SHA-1 functions of libcrypto are used because a context of EVP costs more than the hash.
/// </remarks>
internal unsafe struct HmacSha1 : IDisposable
{
    public const int DigestLength = 20;

    private const int BlockLength = 64, LengthLength = 8;
    private const byte InnerPad = 0x36, OuterPad = 0x5C, End = 0x80;

    private LibCrypto.Sha1State _inner, _outer;

    /// <param name="key">At most 64 bytes.</param>
    public HmacSha1(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(key.Length, BlockLength, nameof(key));
        _inner = StateAfter(key, InnerPad);
        _outer = StateAfter(key, OuterPad);
    }

    /// <summary>The digest of <paramref name="message"/> with <paramref name="suffix"/> behind it.</summary>
    /// <param name="message">Any length.</param>
    /// <param name="suffix">At most a block.</param>
    /// <param name="digest">20 bytes.</param>
    [SkipLocalsInit]
    public readonly void Compute(ReadOnlySpan<byte> message, ReadOnlySpan<byte> suffix, Span<byte> digest)
    {
        LibCrypto.Sha1Context context;
        Unsafe.SkipInit(out context);
        (context.State, context.LengthLow, context.LengthHigh, context.Buffered) = (_inner, 0, 0, 0);
        int whole = message.Length / BlockLength * BlockLength;
        if (whole > 0) fixed (byte* bytes = message) LibCrypto.Sha1Update(&context, bytes, (nuint)whole);

        byte* tail = stackalloc byte[3 * BlockLength];
        var rest = new Span<byte>(tail, 3 * BlockLength);
        message[whole..].CopyTo(rest);
        suffix.CopyTo(rest[(message.Length - whole)..]);
        Hash(&context, rest, message.Length - whole + suffix.Length, BlockLength + message.Length + suffix.Length);

        Write(context.State, rest);
        context.State = _outer;
        Hash(&context, rest, DigestLength, BlockLength + DigestLength);
        Write(context.State, digest);
    }

    /// <summary>Reads a word of each cache line.</summary>
    public readonly long Touch() => (long)_inner[0] + _outer[4];

    /// <summary>Forgets the key.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(new Span<LibCrypto.Sha1State>(ref _inner)));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(new Span<LibCrypto.Sha1State>(ref _outer)));
    }

    /// <summary>Pads what is in the buffer (FIPS 180-4 §5.1.1) and hashes it.</summary>
    private static void Hash(LibCrypto.Sha1Context* context, Span<byte> buffer, int used, int total)
    {
        int length = (used + 1 + LengthLength + BlockLength - 1) / BlockLength * BlockLength;
        buffer[used] = End;
        buffer[(used + 1)..(length - LengthLength)].Clear();
        BinaryPrimitives.WriteUInt64BigEndian(buffer[(length - LengthLength)..], (ulong)total * 8);
        fixed (byte* bytes = buffer) LibCrypto.Sha1Update(context, bytes, (nuint)length);
    }

    private static void Write(in LibCrypto.Sha1State state, Span<byte> digest)
    {
        for (int i = 0; i < DigestLength / 4; i++) BinaryPrimitives.WriteUInt32BigEndian(digest[(4 * i)..], state[i]);
    }

    private static LibCrypto.Sha1State StateAfter(ReadOnlySpan<byte> key, byte pad)
    {
        LibCrypto.Sha1Context context = default;
        context.State[0] = 0x67452301;    // FIPS 180-4 §5.3.1
        context.State[1] = 0xEFCDAB89;
        context.State[2] = 0x98BADCFE;
        context.State[3] = 0x10325476;
        context.State[4] = 0xC3D2E1F0;
        byte* block = stackalloc byte[BlockLength];
        for (int i = 0; i < BlockLength; i++) block[i] = (byte)((i < key.Length ? key[i] : 0) ^ pad);
        LibCrypto.Sha1Update(&context, block, BlockLength);
        CryptographicOperations.ZeroMemory(new Span<byte>(block, BlockLength));
        return context.State;
    }
}
