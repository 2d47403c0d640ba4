using Codecs.Opus;
using Codecs.Resampling;

namespace Tandem.Media;

/// <summary>A prompt in one codec, ready to be copied into packets.</summary>
/// <remarks>
/// All but Opus have a fixed number of octets a millisecond, so a packet of any length is a slice and prompts join without a gap at any
/// sample. Opus is made of frames of 20 ms, made at 8000 Hz: a prompt holds nothing above 4 kHz.
/// </remarks>
public sealed class EncodedPrompt
{
    /// <summary>Samples of one frame where the codec has frames: 20 ms.</summary>
    public const int FrameSamples = Prompt.SampleRateHz / 50;

    /// <summary>The longest packet: so much silence follows the last sample, to fill the last packet up with.</summary>
    private const int PaddingSamples = Prompt.SampleRateHz / 1000 * 60;

    private const int OpusBitrateBps = 32_000;

    private const int CacheLine = 64, TouchedOctets = 160;

    private readonly byte[] _octets;
    private readonly int[]? _frameEnds;

    private EncodedPrompt(byte[] octets, int samples, AudioCodec codec, int[]? frameEnds = null) =>
        (_octets, Samples, Codec, _frameEnds) = (octets, samples, codec, frameEnds);

    public AudioCodec Codec { get; }

    /// <summary>Samples at 8000 Hz.</summary>
    public int Samples { get; }

    /// <summary>All of it, without what fills the last packet up; of Opus the frames one behind the other.</summary>
    public ReadOnlySpan<byte> Octets => _frameEnds is null ? _octets.AsSpan(0, Samples * OctetsPerSample) : _octets;

    private int OctetsPerSample => Codec.OctetsPerMs() / (Prompt.SampleRateHz / 1000);

    /// <summary>What is sent for a stretch that may reach beyond the end into silence; not for Opus.</summary>
    /// <param name="start">First sample.</param>
    /// <param name="count">Up to 60 ms beyond <see cref="Samples"/>.</param>
    internal ReadOnlySpan<byte> Slice(int start, int count) => _octets.AsSpan(start * OctetsPerSample, count * OctetsPerSample);

    /// <summary>The frame that holds a sample; Opus only.</summary>
    internal ReadOnlySpan<byte> Frame(int sample)
    {
        int index = sample / FrameSamples, start = index == 0 ? 0 : _frameEnds![index - 1];
        return _octets.AsSpan(start, _frameEnds![index] - start);
    }

    /// <summary>Reads through the octets of a packet from this sample on.</summary>
    internal int Touch(int sample)
    {
        int start = _frameEnds is null ? sample * OctetsPerSample : sample < FrameSamples ? 0 : _frameEnds[Math.Min(sample / FrameSamples, _frameEnds.Length) - 1];
        int sum = 0;
        for (int at = start; at < Math.Min(start + TouchedOctets, _octets.Length); at += CacheLine) sum += _octets[at];
        return sum;
    }

    internal static EncodedPrompt Encode(ReadOnlySpan<short> pcm, AudioCodec codec)
    {
        if (codec == AudioCodec.Opus) return EncodeOpus(pcm);
        var padded = new short[pcm.Length + PaddingSamples];
        pcm.CopyTo(padded);
        if (codec.SampleRateHz() != Prompt.SampleRateHz) padded = Resampler.Convert(padded, Prompt.SampleRateHz, codec.SampleRateHz());
        using var encoder = new FrameEncoder(codec, Prompt.SampleRateHz, OpusSending.Default);
        var octets = new byte[codec.OctetsPerMs() * (pcm.Length + PaddingSamples) / (Prompt.SampleRateHz / 1000)];
        encoder.Encode(padded, octets);
        return new EncodedPrompt(octets, pcm.Length, codec);
    }

    /// <summary>Made once and played often: at the best that the library can do, in the mode that calls are sent in.</summary>
    private static EncodedPrompt EncodeOpus(ReadOnlySpan<short> pcm)
    {
        using var encoder = new OpusEncoder(Prompt.SampleRateHz, channels: 1, OpusApplication.LowDelay) { Complexity = 10, BitrateBps = OpusBitrateBps };
        int frames = (pcm.Length + FrameSamples - 1) / FrameSamples;
        var ends = new int[frames];
        var octets = new byte[frames * OpusBitrateBps / 8 / 50 * 2];
        Span<short> frame = stackalloc short[FrameSamples];
        int written = 0;
        for (int i = 0; i < frames; i++)
        {
            ReadOnlySpan<short> piece = pcm[(i * FrameSamples)..Math.Min(pcm.Length, (i + 1) * FrameSamples)];
            piece.CopyTo(frame);
            frame[piece.Length..].Clear();
            if (octets.Length - written < OpusEncoder.MaxPacketBytes) Array.Resize(ref octets, octets.Length * 2 + OpusEncoder.MaxPacketBytes);
            written += encoder.Encode(frame, octets.AsSpan(written));
            ends[i] = written;
        }
        return new EncodedPrompt(octets[..written], pcm.Length, AudioCodec.Opus, ends);
    }
}
