using Codecs.Resampling;
using Codecs.Tones;

namespace Tandem.Media;

/// <summary>Hears keys in the audio of a peer that has no events.</summary>
/// <remarks>One owner; allocates when made and when the codec changes. Opus holds native memory until disposed.</remarks>
internal sealed class InbandKeys : IDisposable
{
    private const int MaxKeys = FrameDecoder.MaxPacketMs * DtmfDetector.RateHz / 1000 / 200 + 2;

    private readonly DtmfDetector _detector = new();
    private FrameDecoder? _decoder;
    private Resampler? _resampler;
    private AudioCodec _codec;

    /// <summary>The key that is down; '\0' for none.</summary>
    public char Pressed => _detector.Pressed;

    /// <summary>Listens to a packet.</summary>
    /// <returns>The key newly pressed in it; '\0': none.</returns>
    public char Process(AudioCodec codec, ReadOnlySpan<byte> payload)
    {
        if (_decoder is null || codec != _codec) Begin(codec);
        TranscoderScratch scratch = TranscoderScratch.OfThread;
        ReadOnlySpan<short> pcm = scratch.Decoded.AsSpan(0, _decoder!.Decode(payload, scratch.Decoded));
        if (_resampler is not null) pcm = scratch.Scaled.AsSpan(0, _resampler.Process(pcm, scratch.Scaled));
        Span<char> keys = stackalloc char[MaxKeys];
        return _detector.Process(pcm, keys) > 0 ? keys[0] : '\0';
    }

    public void Dispose() => _decoder?.Dispose();

    private void Begin(AudioCodec codec)
    {
        _decoder?.Dispose();
        _codec = codec;
        _decoder = new FrameDecoder(codec, opusRateHz: DtmfDetector.RateHz);
        _resampler = _decoder.RateHz == DtmfDetector.RateHz ? null : new Resampler(_decoder.RateHz, DtmfDetector.RateHz);
    }
}
