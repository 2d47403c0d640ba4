using System.Runtime.Intrinsics;
using Srtp.Interop;

namespace Srtp.Ciphers;

/// <summary>AES-GCM by libcrypto.</summary>
internal sealed class EvpGaloisCounter : GaloisCounter
{
    private readonly EvpCipherHandle _encrypt, _decrypt;

    public EvpGaloisCounter(ReadOnlySpan<byte> key)
    {
        nint cipher = key.Length == 16 ? LibCrypto.Aes128Gcm() : LibCrypto.Aes256Gcm();
        _encrypt = EvpCipherHandle.Create(cipher, key, encrypt: true);
        _decrypt = EvpCipherHandle.Create(cipher, key, encrypt: false);
    }

    public override unsafe void Seal(Vector128<byte> first, ReadOnlySpan<byte> associated, Span<byte> text, Span<byte> tag)
    {
        Run(_encrypt, first, associated, text, encrypt: 1);
        fixed (byte* into = tag)
        {
            bool done = LibCrypto.Final(_encrypt, into, out _) == 1 && LibCrypto.Control(_encrypt, LibCrypto.GetTag, TagLength, into) == 1;
            if (!done) throw new InvalidOperationException("libcrypto gives no tag.");
        }
    }

    public override unsafe bool Open(Vector128<byte> first, ReadOnlySpan<byte> associated, Span<byte> text, ReadOnlySpan<byte> tag)
    {
        Run(_decrypt, first, associated, text, encrypt: 0);
        byte* rest = stackalloc byte[TagLength];
        fixed (byte* expected = tag)
        {
            return LibCrypto.Control(_decrypt, LibCrypto.SetTag, TagLength, expected) == 1 && LibCrypto.Final(_decrypt, rest, out _) == 1;
        }
    }

    public override long Touch() => 0;

    public override void Dispose()
    {
        _encrypt.Dispose();
        _decrypt.Dispose();
    }

    private static unsafe void Run(EvpCipherHandle cipher, Vector128<byte> first, ReadOnlySpan<byte> associated, Span<byte> text, int encrypt)
    {
        byte* nonce = stackalloc byte[16];
        first.Store(nonce);
        fixed (byte* header = associated, data = text)
        {
            bool done = LibCrypto.Init(cipher, 0, 0, null, nonce, encrypt) == 1
                && (associated.IsEmpty || LibCrypto.Update(cipher, null, out _, header, associated.Length) == 1)
                && (text.IsEmpty || LibCrypto.Update(cipher, data, out _, data, text.Length) == 1);
            if (!done) throw new InvalidOperationException("libcrypto computes no AES-GCM.");
        }
    }
}
