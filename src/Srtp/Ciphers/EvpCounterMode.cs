using System.Runtime.Intrinsics;
using Srtp.Interop;

namespace Srtp.Ciphers;

/// <summary>Counter mode by libcrypto.</summary>
internal sealed class EvpCounterMode(ReadOnlySpan<byte> key) : CounterMode
{
    private readonly EvpCipherHandle _cipher = EvpCipherHandle.Create(LibCrypto.Aes128Ctr(), key, encrypt: true);

    public override unsafe void Xor(Vector128<byte> counter, Span<byte> text)
    {
        if (text.IsEmpty) return;
        byte* start = stackalloc byte[16];
        counter.Store(start);
        fixed (byte* data = text)
        {
            bool done = LibCrypto.Init(_cipher, 0, 0, null, start, 1) == 1 && LibCrypto.Update(_cipher, data, out _, data, text.Length) == 1;
            if (!done) throw new InvalidOperationException("libcrypto computes no AES.");
        }
    }

    public override long Touch() => 0;

    public override void Dispose() => _cipher.Dispose();
}
