using System.Runtime.Intrinsics;

namespace Srtp.Ciphers;

/// <summary>AES-GCM under one key (NIST SP 800-38D) with nonces of 12 bytes and tags of 16, in place.</summary>
internal abstract class GaloisCounter : IDisposable
{
    public const int TagLength = 16;

    public static GaloisCounter Create(ReadOnlySpan<byte> key, CipherBackend backend) =>
        backend.Resolve() == CipherBackend.Intrinsics ? new IntrinsicGaloisCounter(key) : new EvpGaloisCounter(key);

    /// <summary>Encrypts.</summary>
    /// <param name="first">The nonce and, in the last four bytes, 1: SP 800-38D's J0.</param>
    /// <param name="associated">Authenticated as it is.</param>
    /// <param name="text">Overwritten with the cipher text.</param>
    /// <param name="tag">Filled.</param>
    public abstract void Seal(Vector128<byte> first, ReadOnlySpan<byte> associated, Span<byte> text, Span<byte> tag);

    /// <summary>Verifies, and decrypts what is authentic.</summary>
    /// <returns>False: forged; <paramref name="text"/> is then of no use.</returns>
    public abstract bool Open(Vector128<byte> first, ReadOnlySpan<byte> associated, Span<byte> text, ReadOnlySpan<byte> tag);

    /// <inheritdoc cref="PacketCipher.Touch"/>
    public abstract long Touch();

    public abstract void Dispose();
}
