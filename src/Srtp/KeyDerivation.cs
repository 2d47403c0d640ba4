using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Srtp.Ciphers;

namespace Srtp;

/// <summary>Session keys from a master key: RFC 3711 §4.3 with the AES-CM pseudo-random function, RFC 6188 for 256 bits.</summary>
/// <remarks>The key derivation rate is 0, as DTLS-SRTP and SDES without KDR have it: keys are derived once.</remarks>
public static class KeyDerivation
{
    private const int BlockLength = 16;
    private const int SaltLength = 14;    // of the function; a shorter master salt has zeros behind it (RFC 7714 §11)
    private const int LabelAt = 7;        // label ‖ 48 bits of index, right-aligned with the salt's 112 bits

    /// <summary>Fills <paramref name="sessionKey"/>.</summary>
    /// <param name="masterKey">16, 24 or 32 bytes.</param>
    /// <param name="masterSalt">At most 14 bytes.</param>
    /// <param name="label">Which key.</param>
    /// <param name="sessionKey">As long as the key shall be.</param>
    /// <param name="backend">Who computes.</param>
    public static void Derive(
        ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt, KeyLabel label, Span<byte> sessionKey, CipherBackend backend = CipherBackend.Automatic)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(masterSalt.Length, SaltLength, nameof(masterSalt));
        Span<byte> counter = stackalloc byte[BlockLength];
        counter.Clear();
        masterSalt.CopyTo(counter);
        counter[LabelAt] ^= (byte)label;
        if (backend.Resolve() == CipherBackend.Intrinsics && masterKey.Length != 24)
        {
            using var key = new AesKeySchedule(masterKey);
            sessionKey.Clear();
            CounterKeyStream.Xor(key, Vector128.Create<byte>(counter), sessionKey);
        }
        else DeriveByFramework(masterKey, counter, sessionKey);
    }

    private static void DeriveByFramework(ReadOnlySpan<byte> masterKey, Span<byte> counter, Span<byte> sessionKey)
    {
        Span<byte> keyStream = stackalloc byte[BlockLength];
        using var aes = Aes.Create();
        aes.SetKey(masterKey);
        for (ushort block = 0; !sessionKey.IsEmpty; block++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(counter[SaltLength..], block);
            // One block at a time under a counter: this is counter mode, made of the only raw AES that the framework offers.
            aes.EncryptEcb(counter, keyStream, PaddingMode.None);
            int taken = Math.Min(BlockLength, sessionKey.Length);
            keyStream[..taken].CopyTo(sessionKey);
            sessionKey = sessionKey[taken..];
        }

        CryptographicOperations.ZeroMemory(keyStream);
    }
}
