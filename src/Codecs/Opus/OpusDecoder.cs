using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Codecs.Interop;

namespace Codecs.Opus;

/// <summary>One stream of Opus heard by libopus, at the rate that is asked for; stereo is mixed to mono where one channel is.</summary>
/// <remarks>
/// A decoder at 8000 Hz hears a packet of any width, and costs least. Malformed packets are refused before libopus sees them. About
/// 18 KB of native memory; owns it until disposed. One owner; not thread-safe; no frame allocates.
/// </remarks>
public sealed class OpusDecoder : IDisposable
{
    /// <summary>The longest packet: RFC 6716 §3.4 R5.</summary>
    public const int MaxPacketMs = 120;

    private readonly OpusDecoderHandle _handle;
    private readonly int _channels;

    /// <param name="sampleRateHz">8000, 12000, 16000, 24000 or 48000.</param>
    /// <param name="channels">1 or 2.</param>
    /// <exception cref="DllNotFoundException">libopus is missing: <see cref="OpusLibrary.Problem"/>.</exception>
    /// <exception cref="ArgumentException">A rate or number of channels that Opus has not.</exception>
    public OpusDecoder(int sampleRateHz, int channels)
    {
        OpusLibrary.Require();
        _handle = OpusNative.DecoderCreate(sampleRateHz, channels, out int error);
        if (error != OpusNative.Ok) throw new ArgumentException($"libopus makes no decoder of {sampleRateHz} Hz and {channels} channels ({error})", nameof(sampleRateHz));
        (SampleRateHz, _channels) = (sampleRateHz, channels);
    }

    public int SampleRateHz { get; }

    /// <summary>Samples a channel of the longest packet.</summary>
    public int MaxSamples => SampleRateHz / 1000 * MaxPacketMs;

    /// <summary>Decodes one packet.</summary>
    /// <param name="packet">A payload from the network.</param>
    /// <param name="pcm">Room for the packet; <see cref="MaxSamples"/> a channel hold any.</param>
    /// <returns>Samples a channel; 0: malformed, or longer than the room, and the decoder is as before.</returns>
    public int Decode(ReadOnlySpan<byte> packet, Span<short> pcm)
    {
        int samples = SamplesOf(packet);
        if (samples == 0 || samples * _channels > pcm.Length) return 0;
        int decoded = OpusNative.Decode(_handle, in MemoryMarshal.GetReference(packet), packet.Length, ref MemoryMarshal.GetReference(pcm), samples, fec: 0);
        return Math.Max(0, decoded);
    }

    /// <summary>Fills in for a lost packet out of what was heard before; fades over some frames, or goes on with the noise of DTX.</summary>
    /// <param name="pcm">As long as what was lost: a multiple of 2.5 ms, up to 120 ms.</param>
    /// <returns>Samples a channel; 0 where the length is none that can be concealed.</returns>
    public int Conceal(Span<short> pcm)
    {
        if (pcm.IsEmpty) return 0;
        int decoded = OpusNative.Decode(_handle, in Unsafe.NullRef<byte>(), 0, ref MemoryMarshal.GetReference(pcm), pcm.Length / _channels, fec: 0);
        return Math.Max(0, decoded);
    }

    /// <summary>Restores the packet before <paramref name="nextPacket"/> out of its redundancy; conceals where it has none.</summary>
    /// <param name="nextPacket">The packet behind the lost one; decode it afterwards as usual.</param>
    /// <param name="pcm">As long as what was lost: a multiple of 2.5 ms, up to 120 ms.</param>
    /// <returns>Samples a channel; 0: malformed, and the decoder is as before.</returns>
    public int DecodeFec(ReadOnlySpan<byte> nextPacket, Span<short> pcm)
    {
        if (SamplesOf(nextPacket) == 0 || pcm.IsEmpty) return 0;
        int decoded = OpusNative.Decode(
            _handle, in MemoryMarshal.GetReference(nextPacket), nextPacket.Length, ref MemoryMarshal.GetReference(pcm), pcm.Length / _channels, fec: 1);
        return Math.Max(0, decoded);
    }

    /// <summary>Forgets the stream.</summary>
    public void Reset() => _ = OpusNative.DecoderControl(_handle, OpusNative.ResetState, 0);

    public void Dispose() => _handle.Dispose();

    private int SamplesOf(ReadOnlySpan<byte> packet) => OpusPacket.SamplesAt48k(packet) / (48_000 / SampleRateHz);
}
