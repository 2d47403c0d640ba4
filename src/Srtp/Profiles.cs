namespace Srtp;

/// <summary>The profiles that we speak.</summary>
public static class Profiles
{
    public static ProfileParameters AesCm128HmacSha1Tag80 { get; } =
        new(SrtpProfile.AesCm128HmacSha1Tag80, "AES_CM_128_HMAC_SHA1_80", 16, 14, 20, 10, 10);

    public static ProfileParameters AesCm128HmacSha1Tag32 { get; } =
        new(SrtpProfile.AesCm128HmacSha1Tag32, "AES_CM_128_HMAC_SHA1_32", 16, 14, 20, 4, 10);

    public static ProfileParameters AeadAes128Gcm { get; } = new(SrtpProfile.AeadAes128Gcm, "AEAD_AES_128_GCM", 16, 12, 0, 16, 16);

    public static ProfileParameters AeadAes256Gcm { get; } = new(SrtpProfile.AeadAes256Gcm, "AEAD_AES_256_GCM", 32, 12, 0, 16, 16);

    /// <returns>Null for a profile that we do not speak.</returns>
    public static ProfileParameters? Find(SrtpProfile profile) => profile switch
    {
        SrtpProfile.AesCm128HmacSha1Tag80 => AesCm128HmacSha1Tag80,
        SrtpProfile.AesCm128HmacSha1Tag32 => AesCm128HmacSha1Tag32,
        SrtpProfile.AeadAes128Gcm => AeadAes128Gcm,
        SrtpProfile.AeadAes256Gcm => AeadAes256Gcm,
        _ => null,
    };

    /// <param name="name">Of an SDES attribute; compared exactly, as RFC 4568 §9.1 has it.</param>
    /// <returns>Null for a suite that we do not speak.</returns>
    public static ProfileParameters? FindSuite(ReadOnlySpan<char> name)
    {
        if (name.SequenceEqual(AesCm128HmacSha1Tag80.SuiteName)) return AesCm128HmacSha1Tag80;
        if (name.SequenceEqual(AesCm128HmacSha1Tag32.SuiteName)) return AesCm128HmacSha1Tag32;
        if (name.SequenceEqual(AeadAes128Gcm.SuiteName)) return AeadAes128Gcm;
        return name.SequenceEqual(AeadAes256Gcm.SuiteName) ? AeadAes256Gcm : null;
    }
}
