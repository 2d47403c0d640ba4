namespace Tandem.Dtls.Interop;

/// <summary>A key on NIST P-256. Signing and agreeing are safe from several threads at once.</summary>
internal sealed unsafe class P256Key : IDisposable
{
    /// <summary>Bytes of an uncompressed point: 4, x, y.</summary>
    public const int PointLength = 65;

    private const int FieldLength = 32, MaxSignatureLength = 72;

    // Never freed: for the life of the process, and only read.
    private static readonly nint s_group = LibCrypto.NewGroup(LibCrypto.NistP256);

    private readonly EcKeyHandle _key;

    private P256Key(EcKeyHandle key) => _key = key;

    public static P256Key Generate()
    {
        EcKeyHandle key = New();
        if (LibCrypto.Generate(key) == 1) return new P256Key(key);
        key.Dispose();
        throw new InvalidOperationException("libcrypto makes no key.");
    }

    /// <param name="scalar">32 bytes.</param>
    /// <param name="point">Its public key, as <see cref="FromPublic"/> takes it.</param>
    public static P256Key FromPrivate(ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> point)
    {
        P256Key key = FromPublic(point) ?? throw new ArgumentException("no point of P-256", nameof(point));
        fixed (byte* bytes = scalar)
        {
            if (LibCrypto.SetPrivate(key._key, bytes, (nuint)scalar.Length) == 1) return key;
        }
        key.Dispose();
        throw new ArgumentException("no scalar of P-256", nameof(scalar));
    }

    /// <returns>Null: not an uncompressed point of the curve.</returns>
    public static P256Key? FromPublic(ReadOnlySpan<byte> point)
    {
        if (point.Length != PointLength || point[0] != LibCrypto.Uncompressed) return null;
        EcKeyHandle key = New();
        fixed (byte* bytes = point)
        {
            if (LibCrypto.SetPublic(key, bytes, (nuint)point.Length, 0) == 1) return new P256Key(key);
        }
        LibCrypto.ClearErrors();
        key.Dispose();
        return null;
    }

    /// <summary>The uncompressed point.</summary>
    public byte[] EncodePublic()
    {
        var point = new byte[PointLength];
        fixed (byte* bytes = point) _ = LibCrypto.Encode(s_group, LibCrypto.PublicPoint(_key), LibCrypto.Uncompressed, bytes, PointLength, 0);
        return point;
    }

    /// <summary>The shared secret of ECDH: the x coordinate, 32 bytes.</summary>
    /// <returns>Null: there is none.</returns>
    public byte[]? Agree(P256Key peer)
    {
        var secret = new byte[FieldLength];
        int length;
        fixed (byte* bytes = secret) length = LibCrypto.ComputeShared(bytes, FieldLength, LibCrypto.PublicPoint(peer._key), _key, 0);
        return length == FieldLength ? secret : null;
    }

    /// <summary>An ECDSA signature in DER.</summary>
    public byte[] Sign(ReadOnlySpan<byte> hash)
    {
        byte* signature = stackalloc byte[MaxSignatureLength];
        fixed (byte* bytes = hash)
        {
            if (LibCrypto.Sign(0, bytes, hash.Length, signature, out uint length, _key) == 1) return new ReadOnlySpan<byte>(signature, (int)length).ToArray();
        }
        throw new InvalidOperationException("libcrypto does not sign.");
    }

    /// <summary>Whether a DER signature is this key's.</summary>
    public bool Verify(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        int verdict;
        fixed (byte* hashed = hash, signed = signature) verdict = LibCrypto.Verify(0, hashed, hash.Length, signed, signature.Length, _key);
        if (verdict < 0) LibCrypto.ClearErrors();
        return verdict == 1;
    }

    public void Dispose() => _key.Dispose();

    private static EcKeyHandle New()
    {
        EcKeyHandle key = LibCrypto.NewKey();
        if (LibCrypto.SetGroup(key, s_group) == 1) return key;
        key.Dispose();
        throw new InvalidOperationException("libcrypto has no P-256.");
    }
}
