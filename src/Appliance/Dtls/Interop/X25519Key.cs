using System.Security.Cryptography;

namespace Tandem.Dtls.Interop;

/// <summary>An ephemeral key of X25519 (RFC 7748).</summary>
internal sealed unsafe class X25519Key : IDisposable
{
    public const int KeyLength = 32;

    private readonly EvpKeyHandle _key;

    private X25519Key(EvpKeyHandle key) => _key = key;

    public static X25519Key Generate()
    {
        byte* secret = stackalloc byte[KeyLength];
        var bytes = new Span<byte>(secret, KeyLength);
        RandomNumberGenerator.Fill(bytes);
        EvpKeyHandle key = LibCrypto.NewRawPrivate(LibCrypto.X25519, 0, secret, KeyLength);
        CryptographicOperations.ZeroMemory(bytes);
        if (!key.IsInvalid) return new X25519Key(key);
        key.Dispose();
        throw new InvalidOperationException("libcrypto has no X25519.");
    }

    public byte[] EncodePublic()
    {
        var point = new byte[KeyLength];
        nuint length = KeyLength;
        fixed (byte* bytes = point) _ = LibCrypto.RawPublic(_key, bytes, ref length);
        return point;
    }

    /// <returns>32 bytes; null: the peer's value gives no secret (RFC 7748 §6.1: all zero).</returns>
    public byte[]? Agree(ReadOnlySpan<byte> peerValue)
    {
        if (peerValue.Length != KeyLength) return null;
        var secret = new byte[KeyLength];
        nuint length = KeyLength;
        bool agreed;
        nint context = LibCrypto.NewContext(_key, 0);
        fixed (byte* value = peerValue, output = secret)
        {
            using EvpKeyHandle peer = LibCrypto.NewRawPublic(LibCrypto.X25519, 0, value, KeyLength);
            agreed = !peer.IsInvalid && LibCrypto.BeginDerive(context) == 1 && LibCrypto.SetPeer(context, peer) == 1
                && LibCrypto.Derive(context, output, ref length) == 1;
        }
        LibCrypto.FreeContext(context);
        if (!agreed) LibCrypto.ClearErrors();
        return agreed ? secret : null;
    }

    public void Dispose() => _key.Dispose();
}
