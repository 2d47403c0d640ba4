using System.Runtime.Intrinsics.X86;

namespace Srtp;

/// <summary>Who computes AES and GHASH.</summary>
/// <remarks>There is no table implementation of AES: it leaks the key by its timing.</remarks>
public enum CipherBackend : byte
{
    /// <summary>The fastest that this processor has.</summary>
    Automatic,

    /// <summary>AES-NI and PCLMULQDQ.</summary>
    Intrinsics,

    /// <summary>EVP of OpenSSL's libcrypto, which knows the instructions of other processors.</summary>
    LibCrypto,
}

public static class CipherBackends
{
    public static bool HasIntrinsics => Aes.IsSupported && Pclmulqdq.IsSupported && Sse41.IsSupported;

    /// <summary>What <see cref="CipherBackend.Automatic"/> stands for here.</summary>
    /// <exception cref="PlatformNotSupportedException">Intrinsics were asked for by name and this processor has none.</exception>
    public static CipherBackend Resolve(this CipherBackend backend) => backend switch
    {
        CipherBackend.Automatic => HasIntrinsics ? CipherBackend.Intrinsics : CipherBackend.LibCrypto,
        CipherBackend.Intrinsics when !HasIntrinsics => throw new PlatformNotSupportedException("This processor has no AES-NI and PCLMULQDQ."),
        _ => backend,
    };
}
