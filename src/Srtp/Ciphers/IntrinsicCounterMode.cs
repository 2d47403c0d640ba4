using System.Runtime.Intrinsics;

namespace Srtp.Ciphers;

/// <summary>Counter mode by AES-NI.</summary>
internal sealed class IntrinsicCounterMode(ReadOnlySpan<byte> key) : CounterMode
{
    private AesKeySchedule _key = new(key);

    public override void Xor(Vector128<byte> counter, Span<byte> text) => CounterKeyStream.Xor(_key, counter, text);

    public override long Touch() => _key.Touch();

    public override void Dispose() => _key.Dispose();
}
