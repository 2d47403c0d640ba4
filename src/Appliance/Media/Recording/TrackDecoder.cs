using Codecs.Resampling;

namespace Tandem.Media.Recording;

/// <summary>Turns the payloads of one direction into the samples of a recording: mono, 8000 Hz, whatever the codec of the moment.</summary>
/// <remarks>One owner; not thread-safe. Allocates when the codec changes; Opus holds native memory until disposed.</remarks>
internal sealed class TrackDecoder : IDisposable
{
    private const int MaxSamples = FrameDecoder.MaxPacketMs * RecordedTrack.RateHz / 1000;

    private readonly short[] _pcm = new short[2 * MaxSamples];    // the widest codec gives 16000 samples a second
    private readonly short[] _narrow = new short[MaxSamples + 16];
    private FrameDecoder? _decoder;
    private Resampler? _resampler;
    private AudioCodec _codec;
    private uint _ssrc;

    /// <summary>Decodes one payload, in the order of arrival.</summary>
    /// <returns>As long as the packet lasts and valid until the next call; empty: nothing that can be decoded.</returns>
    /// <exception cref="DllNotFoundException">Opus came, and libopus is missing.</exception>
    public ReadOnlySpan<short> Decode(in TappedFrame frame, ReadOnlySpan<byte> payload)
    {
        if (_decoder is null || frame.Codec != _codec) Change(frame.Codec);
        else if (frame.Ssrc != _ssrc) _decoder.Reset();
        _ssrc = frame.Ssrc;
        int samples = _decoder!.Decode(payload, _pcm);
        if (_resampler is null) return _pcm.AsSpan(0, samples);
        int length = samples / 2, written = _resampler.Process(_pcm.AsSpan(0, samples), _narrow);
        if (written >= length) return _narrow.AsSpan(0, written);
        // The first of a stream, short by the filter's lag: what follows joins at its end.
        _narrow.AsSpan(0, written).CopyTo(_narrow.AsSpan(length - written));
        _narrow.AsSpan(0, length - written).Clear();
        return _narrow.AsSpan(0, length);
    }

    public void Dispose() => _decoder?.Dispose();

    private void Change(AudioCodec codec)
    {
        _decoder?.Dispose();
        _decoder = new FrameDecoder(codec, RecordedTrack.RateHz, conceals: false);    // a frame out of order has its own place
        _resampler = _decoder.RateHz == RecordedTrack.RateHz ? null : new Resampler(_decoder.RateHz, RecordedTrack.RateHz);
        _codec = codec;
    }
}
