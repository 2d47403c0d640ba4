using Srtp;
using Xunit;

namespace SrtpTests;

public class KeyDerivationTests
{
    private const string MasterKey = "E1F97A0D3E018BE0D64FA32C06DE4139";
    private const string MasterSalt = "0EC675AD498AFEEBB6960B3AABE6";

    private static readonly CipherBackend[] s_backends =
        CipherBackends.HasIntrinsics ? [CipherBackend.Intrinsics, CipherBackend.LibCrypto] : [CipherBackend.LibCrypto];

    [Theory]    // RFC 3711 B.3
    [InlineData(KeyLabel.RtpEncryption, "C61E7A93744F39EE10734AFE3FF7A087")]
    [InlineData(KeyLabel.RtpSalt, "30CBBC08863D8C85D49DB34A9AE1")]
    [InlineData(KeyLabel.RtpAuthentication,
        "CEBE321F6FF7716B6FD4AB49AF256A156D38BAA48F0A0ACF3C34E2359E6CDBCEE049646C43D9327AD175578EF722709"
        + "86371C10C9A369AC2F94A8C5FBCDDDC256D6E919A48B610EF17C2041E474035766B68642C59BBFC2F34DB60DBDFB2DC68")]
    public void The_vectors_of_RFC_3711_B3_come_out(KeyLabel label, string expected)
    {
        foreach (CipherBackend backend in s_backends) Assert.Equal(expected, Derive(MasterKey, MasterSalt, label, expected.Length / 2, backend));
    }

    [Theory]    // RFC 6188 §7.3
    [InlineData(KeyLabel.RtpEncryption, "5BA1064E30EC51613CAD926C5A28EF731EC7FB397F70A960653CAF06554CD8C4")]
    [InlineData(KeyLabel.RtpSalt, "FA31791685CA444A9E07C6C64E93")]
    [InlineData(KeyLabel.RtpAuthentication, "FD9C32D39ED5FBB5A9DC96B30818454D1313DC05")]
    public void The_256_bit_vectors_of_RFC_6188_come_out(KeyLabel label, string expected)
    {
        foreach (CipherBackend backend in s_backends)
        {
            Assert.Equal(expected, Derive(
                "F0F04914B513F2763A1B1FA130F10E2998F6F6E43E4309D1E622A0E332B9F1B6", "3B04803DE51EE7C96423AB5B78D2", label, expected.Length / 2, backend));
        }
    }

    [Fact]
    public void Each_label_gives_another_key_and_a_short_salt_has_zeros_behind_it()
    {
        HashSet<string> keys = [];
        for (KeyLabel label = KeyLabel.RtpEncryption; label <= KeyLabel.RtcpSalt; label++) keys.Add(Derive(MasterKey, MasterSalt, label, 16));
        Assert.Equal(6, keys.Count);
        string salt96 = MasterSalt[..24];
        Assert.Equal(Derive(MasterKey, salt96 + "0000", KeyLabel.RtpSalt, 12), Derive(MasterKey, salt96, KeyLabel.RtpSalt, 12));
    }

    [Fact]
    public void Profiles_are_found_by_number_and_by_name()
    {
        foreach (ProfileParameters profile in new[] { Profiles.AesCm128HmacSha1Tag80, Profiles.AesCm128HmacSha1Tag32, Profiles.AeadAes128Gcm, Profiles.AeadAes256Gcm })
        {
            Assert.Same(profile, Profiles.Find(profile.Profile));
            Assert.Same(profile, Profiles.FindSuite(profile.SuiteName));
            Assert.True(profile.RtcpTagLength >= 10);
        }

        Assert.Equal(60, Profiles.AesCm128HmacSha1Tag80.ExporterLength);
        Assert.Equal(56, Profiles.AeadAes128Gcm.ExporterLength);
        Assert.Equal(88, Profiles.AeadAes256Gcm.ExporterLength);
        Assert.Null(Profiles.Find((SrtpProfile)3));
        Assert.Null(Profiles.FindSuite("aes_cm_128_hmac_sha1_80"));
    }

    private static string Derive(
        string masterKey, string masterSalt, KeyLabel label, int length, CipherBackend backend = CipherBackend.Automatic)
    {
        byte[] key = new byte[length];
        KeyDerivation.Derive(Convert.FromHexString(masterKey), Convert.FromHexString(masterSalt), label, key, backend);
        return Convert.ToHexString(key);
    }
}
