using System.Runtime.Intrinsics;
using Srtp;
using Srtp.Ciphers;
using Xunit;

namespace SrtpTests;

/// <summary>Published bytes: RFC 3711 B.2, RFC 7714 §16 and §17 (which give session keys), RFC 2202, and libsrtp's own packets (master keys).</summary>
public class VectorTests
{
    private const string Key128 = "000102030405060708090a0b0c0d0e0f", Key256 = Key128 + "101112131415161718191a1b1c1d1e1f";
    private const string QuidProQuo = "517569642070726f2071756f";
    private const string Gallia = "8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573";
    private const string Report = "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef";
    private const uint ReportIndex = 0x5d4;

    [Theory, ClassData(typeof(Backends))]
    public void The_key_stream_of_RFC_3711_B2_comes_out_from_its_first_block_to_its_last(CipherBackend backend)
    {
        using CounterMode aes = CounterMode.Create(Bytes("2B7E151628AED2A6ABF7158809CF4F3C"), backend);
        Vector128<byte> counter = Vector128.Create(Bytes("F0F1F2F3F4F5F6F7F8F9FAFBFCFD0000"));
        byte[] stream = new byte[0xFF02 * 16];
        aes.Xor(counter, stream);
        Assert.Equal("E03EAD0935C95E80E166B16DD92B4EB4D23513162B02D0F72A43A2FE4A5F97AB41E95B3BB0A2E8DD477901E4FCA894C0", Hex(stream.AsSpan(0, 48)));
        Assert.Equal("EC8CDF7398607CB0F2D21675EA9EA1E4362B7C3C6773516318A077D7FC5073AE6A2CC3787889374FBEB4C81B17BA6C44", Hex(stream.AsSpan(0xFEFF * 16)));
    }

    [Theory, ClassData(typeof(Backends))]
    public void A_key_stream_is_the_same_whatever_length_is_asked_for(CipherBackend backend)
    {
        using CounterMode aes = CounterMode.Create(Bytes(Key128), backend);
        byte[] whole = new byte[400];
        aes.Xor(Vector128<byte>.Zero, whole);
        for (int length = 0; length <= whole.Length; length++)
        {
            byte[] part = new byte[whole.Length];
            aes.Xor(Vector128<byte>.Zero, part.AsSpan(0, length));
            Assert.Equal(Hex(whole.AsSpan(0, length)), Hex(part.AsSpan(0, length)));
            Assert.False(part.AsSpan(length).ContainsAnyExcept((byte)0));
        }
    }

    [Theory]    // RFC 2202 §3, cases 1, 2 and 3; then lengths about the ends of a block against the framework
    [InlineData("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265", "b617318655057264e28bc0b6fb378c8ef146be00")]
    [InlineData("4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd",
        "125d7342b9ac11cd91a39af48aa17b4f63f175d3")]
    public void The_HMAC_vectors_of_RFC_2202_come_out(string key, string data, string digest)
    {
        using var hmac = new HmacSha1(Bytes(key));
        byte[] computed = new byte[20];
        for (int split = 0; split <= Bytes(data).Length; split++)
        {
            hmac.Compute(Bytes(data).AsSpan(0, split), Bytes(data).AsSpan(split), computed);
            Assert.Equal(digest, Convert.ToHexStringLower(computed));
        }
    }

    [Fact]
    public void HMACs_of_every_length_agree_with_the_frameworks()
    {
        byte[] message = new byte[300], key = Bytes(Key128), suffix = [1, 2, 3, 4], computed = new byte[20];
        new Random(1).NextBytes(message);
        using var hmac = new HmacSha1(key);
        for (int length = 0; length <= message.Length; length++)
        {
            hmac.Compute(message.AsSpan(0, length), suffix, computed);
#pragma warning disable CA5350 // the algorithm of the profile
            Assert.Equal(System.Security.Cryptography.HMACSHA1.HashData(key, (byte[])[.. message.AsSpan(0, length), .. suffix]), computed);
#pragma warning restore CA5350
        }
    }

    [Theory, ClassData(typeof(Backends))]
    public void GCM_agrees_with_the_frameworks_at_every_length(CipherBackend backend)
    {
        var random = new Random(2);
        foreach (int keyLength in new[] { 16, 32 })
        {
            byte[] key = new byte[keyLength], nonce = new byte[12];
            random.NextBytes(key);
            using GaloisCounter gcm = GaloisCounter.Create(key, backend);
            using var framework = new System.Security.Cryptography.AesGcm(key, 16);
            for (int length = 0; length <= 560; length += length < 300 ? 1 : 13)
            {
                byte[] text = new byte[length], header = new byte[12 + (length % 40)], tag = new byte[16], cipher = new byte[length], wanted = new byte[16];
                random.NextBytes(text);
                random.NextBytes(header);
                random.NextBytes(nonce);
                framework.Encrypt(nonce, text, cipher, wanted, header);
                Vector128<byte> first = Vector128.Create((byte[])[.. nonce, 0, 0, 0, 1]);
                byte[] inPlace = [.. text];
                gcm.Seal(first, header, inPlace, tag);
                Assert.Equal(Hex(cipher) + Hex(wanted), Hex(inPlace) + Hex(tag));
                Assert.True(gcm.Open(first, header, inPlace, tag));
                Assert.Equal(text, inPlace);
            }
        }
    }

    [Theory, ClassData(typeof(Backends))]
    public void The_SRTP_packets_of_RFC_7714_section_16_come_out_both_ways(CipherBackend backend)
    {
        foreach ((string key, string protectedText) in new[]
        {
            (Key128, "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce"),
            (Key256, "32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b7aa3db36dfffd6b0f9bb7878d7a76c13"),
        })
        {
            using var sender = new SrtpSender(Session(key, backend));
            using var receiver = new SrtpReceiver(Session(key, backend));
            byte[] packet = Roomy(Gallia, out int length);
            Assert.Equal(SrtpResult.Ok, sender.TryProtect(packet, length, out int protectedLength));
            Assert.Equal(Gallia[..24] + protectedText, Convert.ToHexStringLower(packet.AsSpan(0, protectedLength)));
            Assert.Equal(SrtpResult.Ok, receiver.TryUnprotect(packet.AsSpan(0, protectedLength), out length));
            Assert.Equal(Gallia, Convert.ToHexStringLower(packet.AsSpan(0, length)));
        }
    }

    [Theory, ClassData(typeof(Backends))]
    public void The_SRTCP_packets_of_RFC_7714_section_17_come_out_both_ways(CipherBackend backend)
    {
        foreach ((string key, string protectedText) in new[]
        {
            (Key128, "63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4"),
            (Key256, "d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61de0476f1b6fad1d1eb30c4446839f57ff6f6cb26ac3be800005d4"),
        })
        {
            using var sender = new SrtcpSender(Session(key, backend), ReportIndex);
            using var receiver = new SrtcpReceiver(Session(key, backend));
            byte[] packet = Roomy(Report, out int length);
            Assert.Equal(SrtpResult.Ok, sender.TryProtect(packet, length, out int protectedLength));
            Assert.Equal(Report[..16] + protectedText, Convert.ToHexStringLower(packet.AsSpan(0, protectedLength)));
            Assert.Equal(SrtpResult.Ok, receiver.TryUnprotect(packet.AsSpan(0, protectedLength), out length));
            Assert.Equal(Report, Convert.ToHexStringLower(packet.AsSpan(0, length)));
        }
    }

    [Theory, ClassData(typeof(Backends))]
    public void The_signed_but_not_encrypted_SRTCP_packets_of_RFC_7714_section_17_are_taken(CipherBackend backend)
    {
        foreach ((string key, string tag) in new[] { (Key128, "841dd9683dd78ec92ae58790125f62b3"), (Key256, "91db4afbfeee5a978fab4393ed2615fe") })
        {
            using var receiver = new SrtcpReceiver(Session(key, backend));
            byte[] packet = Bytes(Report + tag + "000005d4");
            Assert.Equal(SrtpResult.Ok, receiver.TryUnprotect(packet, out int length));
            Assert.Equal(Report, Convert.ToHexStringLower(packet.AsSpan(0, length)));
            packet = Bytes(Report + tag + "000005d5");
            Assert.Equal(SrtpResult.NotAuthentic, receiver.TryUnprotect(packet, out _));
        }
    }

    [Theory, ClassData(typeof(Backends))]
    public void The_packets_of_libsrtps_own_check_come_out_from_the_master_key(CipherBackend backend)
    {
        const string rtp = "800f1234decafbadcafebabeabababababababababababababababab", rtcp = "81c8000bcafebabeabababababababababababababababab";
        foreach ((ProfileParameters profile, string key, string protectedRtp, string protectedRtcp) in new[]
        {
            (Profiles.AesCm128HmacSha1Tag80, "e1f97a0d3e018be0d64fa32c06de41390ec675ad498afeebb6960b3aabe6",
                "800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb",
                "81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798"),
            (Profiles.AesCm128HmacSha1Tag32, "e1f97a0d3e018be0d64fa32c06de41390ec675ad498afeebb6960b3aabe6",
                "800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc",
                "81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798"),
            (Profiles.AeadAes128Gcm, Key128 + "a0a1a2a3a4a5a6a7a8a9aaab",
                "800f1234decafbadcafebabec5002ede04cfdd2eb91159e0880aa06ed2976826f796b201df3131a127e8a392",
                "81c8000bcafebabec98b8b5df0392a55852b6c21ac8e7025c52c6fbea2b3b446ea31123ba88ce61e80000001"),
        })
        {
            using var sender = new SrtpSender(profile, Bytes(key), backend);
            using var receiver = new SrtpReceiver(profile, Bytes(key), backend);
            byte[] packet = Roomy(rtp, out int length);
            Assert.Equal(SrtpResult.Ok, sender.TryProtect(packet, length, out length));
            Assert.Equal(protectedRtp, Convert.ToHexStringLower(packet.AsSpan(0, length)));
            Assert.Equal(SrtpResult.Ok, receiver.TryUnprotect(packet.AsSpan(0, length), out length));
            Assert.Equal(rtp, Convert.ToHexStringLower(packet.AsSpan(0, length)));

            using var reports = new SrtcpSender(profile, Bytes(key), backend);
            using var reported = new SrtcpReceiver(profile, Bytes(key), backend);
            packet = Roomy(rtcp, out length);
            reports.TryProtect(packet, length, out _);    // index 0
            packet = Roomy(rtcp, out length);
            Assert.Equal(SrtpResult.Ok, reports.TryProtect(packet, length, out length));
            Assert.Equal(protectedRtcp, Convert.ToHexStringLower(packet.AsSpan(0, length)));
            Assert.Equal(SrtpResult.Ok, reported.TryUnprotect(packet.AsSpan(0, length), out length));
            Assert.Equal(rtcp, Convert.ToHexStringLower(packet.AsSpan(0, length)));
        }
    }

    private static PacketCipher Session(string key, CipherBackend backend)
    {
        using var keys = new SessionKeys(Bytes(key), Bytes(QuidProQuo), []);
        return PacketCipher.Create(keys, tagLength: 16, backend);
    }

    private static byte[] Roomy(string hex, out int length)
    {
        length = hex.Length / 2;
        return [.. Bytes(hex), .. new byte[32]];
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex);

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes);
}
