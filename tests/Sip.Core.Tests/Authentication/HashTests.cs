using System.Security.Cryptography;
using System.Text;
using Sip.Core.Authentication;
using Xunit;

namespace Sip.Core.Tests.Authentication;

public class HashTests
{
    /// <summary>Lengths around the ends of blocks, where the length of the text needs a block of its own.</summary>
    public static TheoryData<int> Lengths => [.. Enumerable.Range(0, 200), 511, 512, 513, 2048];

    [Theory]
    [InlineData("", "d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("abc", "900150983cd24fb0d6963f7d28e17f72")]
    [InlineData("message digest", "f96b697d7cb7938d525a2f31aaf161d0")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345678901234567890", "57edf4a22be3c955ac49da2e2107b67a")]
    public void MD5_is_that_of_RFC_1321(string text, string digest) => Assert.Equal(digest, Md5Of(Encoding.ASCII.GetBytes(text)));

    [Theory]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    public void SHA256_is_that_of_FIPS_180(string text, string digest) => Assert.Equal(digest, Sha256Of(Encoding.ASCII.GetBytes(text)));

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Hashes_of_any_length_are_those_of_the_framework(int length)
    {
        byte[] text = new byte[length];
        new Random(length).NextBytes(text);
#pragma warning disable CA5351 // compared with, not used
        Assert.Equal(Convert.ToHexStringLower(MD5.HashData(text)), Md5Of(text));
#pragma warning restore CA5351
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(text)), Sha256Of(text));
    }

    [Theory]
    [InlineData(16, 20)]
    [InlineData(32, 20)]
    [InlineData(64, 0)]
    [InlineData(65, 200)]
    [InlineData(131, 64)]
    public void A_nonce_is_signed_with_the_HMAC_of_the_framework(int keyLength, int length)
    {
        byte[] key = new byte[keyLength], text = new byte[length], tag = new byte[32];
        new Random(keyLength).NextBytes(key);
        new Random(length).NextBytes(text);
        var signer = new NonceKey(key);
        for (int again = 0; again < 2; again++)
        {
            signer.Sign(text, tag);
            Assert.Equal(HMACSHA256.HashData(key, text), tag);
        }
    }

    [Fact]
    public void Hashing_allocates_nothing()
    {
        byte[] text = new byte[200], digest = new byte[32];
        var signer = new NonceKey(text);
        Md5.Hash(text, digest);
        Sha256.Hash(text, digest);
        signer.Sign(text, digest);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Md5.Hash(text, digest);
            Sha256.Hash(text, digest);
            signer.Sign(text, digest);
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    static string Md5Of(ReadOnlySpan<byte> text)
    {
        Span<byte> digest = stackalloc byte[Md5.DigestLength];
        Md5.Hash(text, digest);
        return Convert.ToHexStringLower(digest);
    }

    static string Sha256Of(ReadOnlySpan<byte> text)
    {
        Span<byte> digest = stackalloc byte[Sha256.DigestLength];
        Sha256.Hash(text, digest);
        return Convert.ToHexStringLower(digest);
    }
}
