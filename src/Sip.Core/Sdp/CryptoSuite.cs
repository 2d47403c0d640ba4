namespace Sip.Core.Sdp;

/// <summary>A crypto suite of SDES: RFC 4568 §6.2, RFC 7714 §14.1.</summary>
/// <param name="Name">Compared exactly (RFC 4568 §9.1).</param>
/// <param name="KeyLength">Bytes of master key and salt together.</param>
/// <param name="IsOffered">False: taken where the peer offers it, but not worth its line in our own offers.</param>
public sealed record CryptoSuite(string Name, int KeyLength, bool IsOffered)
{
    /// <summary>Those that we speak, in the order of our offers: the cheap and strong one, then the one that every peer knows.</summary>
    public static IReadOnlyList<CryptoSuite> All { get; } =
    [
        new("AEAD_AES_128_GCM", 28, IsOffered: true),
        new("AES_CM_128_HMAC_SHA1_80", 30, IsOffered: true),
        new("AES_CM_128_HMAC_SHA1_32", 30, IsOffered: true),
        new("AEAD_AES_256_GCM", 44, IsOffered: false),
    ];

    /// <returns>Null for a suite that we do not speak.</returns>
    public static CryptoSuite? Find(string name)
    {
        foreach (CryptoSuite suite in All)
        {
            if (suite.Name == name) return suite;
        }

        return null;
    }
}
