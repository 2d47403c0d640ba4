using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tandem.Dtls.Interop;

/// <summary>Elliptic curves and SHA-256 of OpenSSL's libcrypto, which is on every host where .NET does TLS.</summary>
/// <remarks>The EC_KEY calls: their EVP successors look the algorithm up in the provider anew for every key, which doubles the price.</remarks>
internal static unsafe partial class LibCrypto
{
    public const int NistP256 = 415, X25519 = 1034;    // NIDs of openssl/obj_mac.h

    public const int Uncompressed = 4;    // POINT_CONVERSION_UNCOMPRESSED

    private const string Library = "libcrypto.so.3";

    [LibraryImport(Library, EntryPoint = "EC_GROUP_new_by_curve_name")]
    public static partial nint NewGroup(int curve);

    [LibraryImport(Library, EntryPoint = "EC_KEY_new")]
    public static partial EcKeyHandle NewKey();

    [LibraryImport(Library, EntryPoint = "EC_KEY_free")]
    public static partial void FreeKey(nint key);

    [LibraryImport(Library, EntryPoint = "EC_KEY_set_group")]
    public static partial int SetGroup(EcKeyHandle key, nint group);

    [LibraryImport(Library, EntryPoint = "EC_KEY_generate_key")]
    public static partial int Generate(EcKeyHandle key);

    /// <summary>The public key from its encoding; a point that is not on the curve is refused.</summary>
    [LibraryImport(Library, EntryPoint = "EC_KEY_oct2key")]
    public static partial int SetPublic(EcKeyHandle key, byte* point, nuint length, nint scratch);

    [LibraryImport(Library, EntryPoint = "EC_KEY_oct2priv")]
    public static partial int SetPrivate(EcKeyHandle key, byte* scalar, nuint length);

    /// <summary>Borrowed from the key.</summary>
    [LibraryImport(Library, EntryPoint = "EC_KEY_get0_public_key")]
    public static partial nint PublicPoint(EcKeyHandle key);

    [LibraryImport(Library, EntryPoint = "EC_POINT_point2oct")]
    public static partial nuint Encode(nint group, nint point, int form, byte* output, nuint length, nint scratch);

    /// <summary>The shared x coordinate, as long as the field; −1 on failure.</summary>
    [LibraryImport(Library, EntryPoint = "ECDH_compute_key")]
    public static partial int ComputeShared(byte* output, nuint length, nint peerPoint, EcKeyHandle key, nint derivation);

    [LibraryImport(Library, EntryPoint = "ECDSA_sign")]
    public static partial int Sign(int ignored, byte* hash, int hashLength, byte* signature, out uint length, EcKeyHandle key);

    /// <summary>1: it fits; 0: it does not; −1: it is no signature.</summary>
    [LibraryImport(Library, EntryPoint = "ECDSA_verify")]
    public static partial int Verify(int ignored, byte* hash, int hashLength, byte* signature, int length, EcKeyHandle key);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_new_raw_private_key")]
    public static partial EvpKeyHandle NewRawPrivate(int type, nint engine, byte* key, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_new_raw_public_key")]
    public static partial EvpKeyHandle NewRawPublic(int type, nint engine, byte* key, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_get_raw_public_key")]
    public static partial int RawPublic(EvpKeyHandle key, byte* output, ref nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_free")]
    public static partial void FreeEvpKey(nint key);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_CTX_new")]
    public static partial nint NewContext(EvpKeyHandle key, nint engine);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_CTX_free")]
    public static partial void FreeContext(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_derive_init")]
    public static partial int BeginDerive(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_derive_set_peer")]
    public static partial int SetPeer(nint context, EvpKeyHandle peer);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_derive")]
    public static partial int Derive(nint context, byte* output, ref nuint length);

    /// <summary>A refused key leaves an entry in the thread's queue of errors, which nobody reads here.</summary>
    [LibraryImport(Library, EntryPoint = "ERR_clear_error")]
    public static partial void ClearErrors();

    [LibraryImport(Library, EntryPoint = "SHA256_Init")]
    public static partial int Sha256Init(Sha256Context* context);

    [LibraryImport(Library, EntryPoint = "SHA256_Update")]
    public static partial int Sha256Update(Sha256Context* context, byte* data, nuint length);

    [LibraryImport(Library, EntryPoint = "SHA256_Final")]
    public static partial int Sha256Final(byte* digest, Sha256Context* context);

    /// <summary><c>SHA256_CTX</c> of openssl/sha.h.</summary>
    [InlineArray(28)]
    public struct Sha256Context
    {
        private uint _first;
    }
}
