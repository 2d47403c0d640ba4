using System.Runtime.Intrinsics;

namespace Srtp.Ciphers;

/// <summary>AES-128 in counter mode under one key, in place; the same both ways.</summary>
internal abstract class CounterMode : IDisposable
{
    public static CounterMode Create(ReadOnlySpan<byte> key, CipherBackend backend) =>
        backend.Resolve() == CipherBackend.Intrinsics ? new IntrinsicCounterMode(key) : new EvpCounterMode(key);

    /// <param name="counter">The first counter block.</param>
    /// <param name="text">Overwritten.</param>
    public abstract void Xor(Vector128<byte> counter, Span<byte> text);

    /// <inheritdoc cref="PacketCipher.Touch"/>
    public abstract long Touch();

    public abstract void Dispose();
}
