using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Srtp.Ciphers;

/// <summary>AES-GCM by AES-NI and PCLMULQDQ.</summary>
internal sealed class IntrinsicGaloisCounter : GaloisCounter
{
    private AesKeySchedule _key;
    private readonly GHash _hash;

    public IntrinsicGaloisCounter(ReadOnlySpan<byte> key)
    {
        _key = new AesKeySchedule(key);
        _hash = new GHash(_key.Encrypt(Vector128<byte>.Zero));
    }

    public override void Seal(Vector128<byte> first, ReadOnlySpan<byte> associated, Span<byte> text, Span<byte> tag)
    {
        CounterKeyStream.Xor(_key, Second(first), text);
        (_hash.Compute(associated, text) ^ _key.Encrypt(first)).CopyTo(tag);
    }

    public override bool Open(Vector128<byte> first, ReadOnlySpan<byte> associated, Span<byte> text, ReadOnlySpan<byte> tag)
    {
        Vector128<byte> difference = _hash.Compute(associated, text) ^ _key.Encrypt(first) ^ Vector128.Create(tag);
        if (!Sse41.TestZ(difference, difference)) return false;    // all sixteen bytes at once: nothing to time
        CounterKeyStream.Xor(_key, Second(first), text);
        return true;
    }

    public override long Touch() => unchecked(_key.Touch() + _hash.Touch());

    public override void Dispose()
    {
        _key.Dispose();
        _hash.Dispose();
    }

    /// <summary>The text's counters start behind J0.</summary>
    private static Vector128<byte> Second(Vector128<byte> first) => first.WithElement(15, (byte)2);
}
