namespace Srtp;

/// <summary>A protection profile's number in DTLS-SRTP: RFC 5764 §4.1.2, RFC 7714 §14.2.</summary>
public enum SrtpProfile : ushort
{
    None = 0,
    AesCm128HmacSha1Tag80 = 0x0001,
    AesCm128HmacSha1Tag32 = 0x0002,
    AeadAes128Gcm = 0x0007,
    AeadAes256Gcm = 0x0008,
}
