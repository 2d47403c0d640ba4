using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Srtp.Interop;

/// <summary>OpenSSL's libcrypto, which is on every host where .NET does TLS.</summary>
internal static unsafe partial class LibCrypto
{
    private const string Library = "libcrypto.so.3";

    public const int GetTag = 0x10, SetTag = 0x11;

    /// <summary>Hashes more bytes: whole blocks only here, so it never buffers.</summary>
    /// <remarks>
    /// At most a microsecond for a packet, and it waits for nothing: the collector's transition can be left out. It returns 1, always.
    /// </remarks>
    [LibraryImport(Library, EntryPoint = "SHA1_Update"), SuppressGCTransition]
    public static partial void Sha1Update(Sha1Context* context, byte* data, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_new")]
    public static partial EvpCipherHandle NewCipher();

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_free")]
    public static partial void FreeCipher(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_aes_128_ctr")]
    public static partial nint Aes128Ctr();

    [LibraryImport(Library, EntryPoint = "EVP_aes_128_gcm")]
    public static partial nint Aes128Gcm();

    [LibraryImport(Library, EntryPoint = "EVP_aes_256_gcm")]
    public static partial nint Aes256Gcm();

    [LibraryImport(Library, EntryPoint = "EVP_CipherInit_ex")]
    public static partial int Init(EvpCipherHandle context, nint cipher, nint engine, byte* key, byte* iv, int encrypt);

    [LibraryImport(Library, EntryPoint = "EVP_CipherUpdate")]
    public static partial int Update(EvpCipherHandle context, byte* output, out int written, byte* input, int length);

    [LibraryImport(Library, EntryPoint = "EVP_CipherFinal_ex")]
    public static partial int Final(EvpCipherHandle context, byte* output, out int written);

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_ctrl")]
    public static partial int Control(EvpCipherHandle context, int command, int value, byte* data);

    /// <summary><c>SHA_CTX</c> of openssl/sha.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Sha1Context
    {
        public Sha1State State;
        public uint LengthLow, LengthHigh;
        public Sha1Block Data;
        public uint Buffered;
    }

    /// <summary>The five words that a hash has come to.</summary>
    [InlineArray(5)]
    public struct Sha1State
    {
        private uint _first;
    }

    [InlineArray(64)]
    public struct Sha1Block
    {
        private byte _first;
    }
}
