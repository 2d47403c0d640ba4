using Microsoft.Win32.SafeHandles;

namespace Srtp.Interop;

/// <summary>An <c>EVP_CIPHER_CTX</c>; freeing it wipes the key.</summary>
internal sealed class EvpCipherHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <summary>A context with its key set.</summary>
    /// <exception cref="InvalidOperationException">libcrypto refuses, for instance in FIPS mode.</exception>
    public static unsafe EvpCipherHandle Create(nint cipher, ReadOnlySpan<byte> key, bool encrypt)
    {
        EvpCipherHandle context = LibCrypto.NewCipher();
        fixed (byte* bytes = key)
        {
            if (!context.IsInvalid && LibCrypto.Init(context, cipher, 0, bytes, null, encrypt ? 1 : 0) == 1) return context;
        }

        context.Dispose();
        throw new InvalidOperationException("libcrypto gives no AES.");
    }

    protected override bool ReleaseHandle()
    {
        LibCrypto.FreeCipher(handle);
        return true;
    }
}
