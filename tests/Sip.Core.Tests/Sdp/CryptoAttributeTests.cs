using Sip.Core.Sdp;
using Xunit;

namespace Sip.Core.Tests.Sdp;

public class CryptoAttributeTests
{
    private const string Cm = "AES_CM_128_HMAC_SHA1_80", Key30 = "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj";

    [Theory]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30, 1, Cm)]
    [InlineData("2 AES_CM_128_HMAC_SHA1_32 inline:" + Key30 + "|2^20", 2, "AES_CM_128_HMAC_SHA1_32")]    // lifetimes are read over
    [InlineData("17 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + "|1048576 WSH=128", 17, Cm)]
    [InlineData("1  AES_CM_128_HMAC_SHA1_80 INLINE:" + Key30 + " KDR=0 -vendor=x", 1, Cm)]
    [InlineData("1 AEAD_AES_128_GCM inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGw==", 1, "AEAD_AES_128_GCM")]
    [InlineData("1 AEAD_AES_128_GCM inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGw", 1, "AEAD_AES_128_GCM")]    // without padding
    [InlineData("1 AEAD_AES_256_GCM inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKis=", 1, "AEAD_AES_256_GCM")]
    public void Lines_that_can_be_used_are_read(string value, int tag, string suite)
    {
        Assert.True(CryptoAttribute.TryParse(value, out CryptoAttribute? line, out string? problem), problem);
        Assert.Equal((tag, suite, line!.Suite.KeyLength), (line.Tag, line.Suite.Name, line.Key.Length));
        Assert.True(CryptoAttribute.TryParse(line.Write().Value!, out CryptoAttribute? again, out _));
        Assert.Equal(line.Key, again!.Key);
    }

    [Theory]
    [InlineData("", "malformed")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80", "malformed")]
    [InlineData("x AES_CM_128_HMAC_SHA1_80 inline:" + Key30, "malformed")]
    [InlineData("1 aes_cm_128_hmac_sha1_80 inline:" + Key30, "no crypto suite")]
    [InlineData("1 F8_128_HMAC_SHA1_80 inline:" + Key30, "no crypto suite")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 " + Key30, "no inline key")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + "|2^20|1:4", "MKI")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + "|1:4", "MKI")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + ";inline:" + Key30, "more than one key")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + "|", "malformed")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + " UNENCRYPTED_SRTP", "UNENCRYPTED_SRTP")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + " UNENCRYPTED_SRTCP", "UNENCRYPTED_SRTCP")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + " UNAUTHENTICATED_SRTP", "UNAUTHENTICATED_SRTP")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + " KDR=1", "KDR")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + " FEC_KEY=inline:" + Key30, "FEC_KEY")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSo", "length")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSo!", "length")]
    [InlineData("1 AEAD_AES_256_GCM inline:" + Key30, "length")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:", "length")]
    public void Lines_that_we_could_not_obey_are_not_used_and_why_is_told_without_the_key(string value, string why)
    {
        Assert.False(CryptoAttribute.TryParse(value, out CryptoAttribute? line, out string? problem));
        Assert.Null(line);
        Assert.Contains(why, problem, StringComparison.Ordinal);
        Assert.DoesNotContain(Key30, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void No_text_form_shows_a_key()
    {
        Assert.True(CryptoAttribute.TryParse($"1 {Cm} inline:{Key30}", out CryptoAttribute? line, out _));
        var key = new CryptoKey(line!.Suite, line.Key);
        var settled = new NegotiatedSrtp(line.Suite, line.Key, line.Key);
        foreach (string text in new[] { line.ToString(), key.ToString(), settled.ToString(), new MediaSecurity(SrtpMode.Optional, [key]).ToString() })
        {
            Assert.DoesNotContain(Key30, text, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexString(line.Key), text, StringComparison.OrdinalIgnoreCase);
        }
    }
}
