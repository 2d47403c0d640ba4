using Codecs.ComfortNoise;
using Codecs.Resampling;
using Codecs.TimeScale;
using Rtp.Core.Playout;

namespace Tandem.Media;

/// <summary>What one tick of a transcoder gives.</summary>
internal enum TranscodedKind : byte
{
    /// <summary>Nothing to send: the source is silent, or what it sends has not waited long enough.</summary>
    Nothing,
    Audio,

    /// <summary>A comfort-noise payload (RFC 3389).</summary>
    Noise,
}

/// <summary>
/// One direction between two legs that do not speak alike: what the source sent waits in a jitter buffer, and by the clock of the
/// sending leg is decoded, brought to the other rate, cut into the other packet length and encoded.
/// </summary>
/// <remarks>
/// Opus is made and heard at the rate of its partner: nothing of G.711 lies above 4 kHz, so 8000 Hz there (DESIGN §3). One owner, the
/// loop; time is an argument; allocates only when made. Opus holds native memory until disposed.
/// </remarks>
internal sealed class Transcoder : IDisposable
{
    private const byte NoiseTag = 1;
    private const int MaxTickMs = 60;

    private static readonly TimeSpan s_noiseInterval = TimeSpan.FromMilliseconds(400);    // how often a peer is told of the background

    // Opus repeats a silent packet each 400 ms; what describes its noise may never say it again (RFC 3389 §4).
    private static readonly TimeSpan s_opusRest = TimeSpan.FromSeconds(1), s_noiseRest = TimeSpan.FromSeconds(30);

    private readonly AudioCodec _source;
    private readonly bool _sendsNoise;
    private readonly JitterBuffer _buffer;
    private readonly FrameDecoder _decoder;
    private readonly FrameEncoder _encoder;
    private readonly TimeScaler _scaler;
    private readonly Resampler? _resampler;
    private readonly PcmQueue _queue;
    private readonly ComfortNoiseGenerator _noise;
    private readonly ComfortNoiseAnalyser? _analyser;
    private TimeSpan _noiseTold;
    private TimeSpan _restUntil;  // the source said that silence follows: its background goes on until then
    private bool _noisy;          // and described that background (RFC 3389)
    private int _worthSending;    // samples of the queue up to the last that is not silence of our own
    private int _frameTicks;

    /// <param name="source">What the other leg receives.</param>
    /// <param name="settings">Of the leg that sends.</param>
    /// <param name="seed">Of made noise.</param>
    public Transcoder(AudioCodec source, MediaLegSettings settings, uint seed)
    {
        (_source, Target, Sending) = (source, settings.Codec, settings.Opus);
        _sendsNoise = settings.ComfortNoiseSendPt >= 0;
        _decoder = new FrameDecoder(source, opusRateHz: Target.SampleRateHz());
        _encoder = new FrameEncoder(Target, opusRateHz: source.SampleRateHz(), settings.Opus);
        _scaler = new TimeScaler(_decoder.RateHz);
        if (_decoder.RateHz != _encoder.RateHz) _resampler = new Resampler(_decoder.RateHz, _encoder.RateHz);
        _queue = new PcmQueue(_encoder.RateHz * (MaxTickMs + FrameDecoder.MaxPacketMs + 30) / 1000);
        _buffer = new JitterBuffer(new PlayoutOptions
        {
            ClockRateHz = source.ClockRateHz(),
            CapacityBytes = Math.Max(8000, source.OctetsPerMs() * 1000),
        })
        {
            HasRedundancy = source == AudioCodec.Opus,
        };
        _noise = new ComfortNoiseGenerator(seed);
        if (_sendsNoise) _analyser = new ComfortNoiseAnalyser(order: 0);
        _frameTicks = source.ClockRateHz() / 50;
    }

    public AudioCodec Target { get; }

    public OpusSending Sending { get; }

    /// <summary>The other side's decoder follows this one's state: whatever else is sent in the same codec is best made by it too.</summary>
    public FrameEncoder Encoder => _encoder;

    /// <summary>The delay that the network asks for now.</summary>
    public TimeSpan TargetDelay => _buffer.TargetDelay;

    /// <summary>Whether it still does what is wanted.</summary>
    public bool Fits(AudioCodec source, MediaLegSettings settings) =>
        source == _source && settings.Codec == Target && settings.ComfortNoiseSendPt >= 0 == _sendsNoise && settings.Opus == Sending;

    /// <summary>Takes what the source sent: audio or comfort noise.</summary>
    public void Put(in RelayFrame frame, ReadOnlySpan<byte> payload, TimeSpan now)
    {
        bool endsSpurt = frame.IsNoise;
        int ticks = frame.IsNoise ? _frameTicks : FrameDecoder.DurationOf(_source, payload, out endsSpurt);
        if (ticks == 0) return;
        _frameTicks = ticks;
        _buffer.Put(
            new PlayoutPacket(frame.Ssrc, frame.SequenceNumber, frame.Timestamp, frame.Marker, ticks, frame.IsNoise ? NoiseTag : (byte)0, endsSpurt),
            payload, now);
    }

    /// <summary>The sound of the next packet.</summary>
    /// <param name="ms">Its length.</param>
    /// <param name="payload">Where to write.</param>
    /// <param name="now">When the packet is due.</param>
    /// <param name="length">Octets written.</param>
    public TranscodedKind Next(int ms, Span<byte> payload, TimeSpan now, out int length)
    {
        length = 0;
        Span<short> pcm = Pull(ms, now, out bool silent);
        if (silent) return _noisy && _sendsNoise ? DescribeNoise(pcm, payload, now, out length) : TranscodedKind.Nothing;
        _noiseTold = default;
        length = _encoder.Encode(pcm, payload);
        return length > 0 ? TranscodedKind.Audio : TranscodedKind.Nothing;
    }

    /// <summary>Time passes while something else is sent.</summary>
    public void Skip(int ms, TimeSpan now) => Pull(ms, now, out _);

    public void Dispose()
    {
        _decoder.Dispose();
        _encoder.Dispose();
    }

    private Span<short> Pull(int ms, TimeSpan now, out bool silent)
    {
        TranscoderScratch scratch = TranscoderScratch.OfThread;
        int samples = ms * (_encoder.RateHz / 1000);
        _buffer.FrameTime = TimeSpan.FromMilliseconds(ms);
        while (_queue.Count < samples) TakePiece(scratch, now);
        Span<short> pcm = scratch.Frame.AsSpan(0, samples);
        _queue.TryRead(pcm);
        silent = _worthSending <= 0;
        _worthSending -= samples;
        return pcm;
    }

    private void TakePiece(TranscoderScratch scratch, TimeSpan now)
    {
        TimeSpan queued = TimeSpan.FromTicks(_queue.Count * TimeSpan.TicksPerSecond / _encoder.RateHz);
        PlayoutItem item = _buffer.Take(now, queued);
        int samples = (int)((long)item.DurationTicks * _decoder.RateHz / _source.ClockRateHz());
        Span<short> pcm = scratch.Decoded.AsSpan(0, Math.Min(samples, scratch.Decoded.Length));
        if (item.Discontinuity) _decoder.Reset();
        bool worthSending = true;
        switch (item.Kind)
        {
            case PlayoutKind.Frame when item.Tag == NoiseTag:
                _noise.Update(item.Payload);
                (_noisy, _restUntil) = (true, now + s_noiseRest);
                _noise.Fill(pcm);
                worthSending = !_sendsNoise;    // what can be described in a few octets is not sent as audio
                break;
            case PlayoutKind.Frame:
                int decoded = _decoder.Decode(item.Payload, scratch.Decoded);
                if (decoded == 0) _decoder.Restore(default, pcm);
                else pcm = scratch.Decoded.AsSpan(0, decoded);
                FrameDecoder.DurationOf(_source, item.Payload, out bool rests);
                (_noisy, _restUntil) = (false, rests ? now + s_opusRest : default);
                break;
            case PlayoutKind.Lost:
                _decoder.Restore(item.Payload, pcm);
                break;
            case PlayoutKind.Silence when now < _restUntil && _noisy:
                _noise.Fill(pcm);
                worthSending = !_sendsNoise;
                break;
            case PlayoutKind.Silence when now < _restUntil:
                _decoder.Restore(default, pcm);    // Opus goes on with the background that it heard
                break;
            default:
                pcm.Clear();
                (_noisy, worthSending) = (false, false);
                break;
        }
        Append(scratch, pcm, item.Advice);
        if (worthSending) _worthSending = _queue.Count;
    }

    private void Append(TranscoderScratch scratch, ReadOnlySpan<short> pcm, PlayoutAdvice advice)
    {
        TimeScaleStep step = advice switch
        {
            PlayoutAdvice.Shorten => TimeScaleStep.Shorten,
            PlayoutAdvice.Lengthen => TimeScaleStep.Lengthen,
            _ => TimeScaleStep.Keep,
        };
        ReadOnlySpan<short> scaled = scratch.Scaled.AsSpan(0, _scaler.Process(pcm, step, scratch.Scaled));
        if (_resampler is null) _queue.Write(scaled);
        else _queue.Advance(_resampler.Process(scaled, _queue.Room));
    }

    private TranscodedKind DescribeNoise(ReadOnlySpan<short> pcm, Span<byte> payload, TimeSpan now, out int length)
    {
        length = 0;
        _analyser!.Add(pcm);
        if (_noiseTold != default && now - _noiseTold < s_noiseInterval) return TranscodedKind.Nothing;
        _noiseTold = now;
        length = _analyser.Write(payload);
        return TranscodedKind.Noise;
    }
}
