using Microsoft.Win32.SafeHandles;

namespace Tandem.Dtls.Interop;

/// <summary>An <c>EC_KEY</c>; freeing it wipes the private key.</summary>
internal sealed class EcKeyHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        LibCrypto.FreeKey(handle);
        return true;
    }
}
