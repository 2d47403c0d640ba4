using Microsoft.Win32.SafeHandles;

namespace Tandem.Dtls.Interop;

/// <summary>An <c>EVP_PKEY</c>; freeing it wipes the private key.</summary>
internal sealed class EvpKeyHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        LibCrypto.FreeEvpKey(handle);
        return true;
    }
}
