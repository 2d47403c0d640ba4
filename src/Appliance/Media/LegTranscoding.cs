namespace Tandem.Media;

/// <summary>What a leg's sending half needs for a source that does not speak as its peer does: a transcoder, made when the first such packet comes.</summary>
/// <param name="seed">Of made noise.</param>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "Stop disposes the transcoder; another may follow.")]
internal sealed class LegTranscoding(uint seed)
{
    /// <summary>So long a source may be silent before the clock stops.</summary>
    private const int IdleMs = 1000;

    /// <summary>The longest time between two packets of an event, with losses.</summary>
    private static readonly TimeSpan s_eventSilence = TimeSpan.FromMilliseconds(200);

    private Transcoder? _transcoder;
    private TimeSpan _mutedUntil;
    private int _silentMs;
    private int _expectedLoss;

    /// <summary>Something is being transcoded.</summary>
    public bool IsActive => _transcoder is not null;

    /// <summary>The encoder that the peer's decoder has been following; null: none.</summary>
    public FrameEncoder? Encoder => _transcoder?.Encoder;

    /// <summary>Nothing has come of it for long.</summary>
    public bool IsIdle => _transcoder is null || _silentMs >= IdleMs;

    /// <summary>Whether a packet can go to the peer as it is, but for its header and the law of G.711.</summary>
    public static bool CanPass(in RelayFrame frame, ReadOnlySpan<byte> payload, MediaLegSettings settings)
    {
        if (frame.Codec != settings.Codec && !(frame.Codec.IsG711() && settings.Codec.IsG711())) return false;
        if (frame.IsNoise) return settings.ComfortNoiseSendPt >= 0;
        if (settings.MaxPtimeMs == 0 && !settings.ExactPtime) return true;
        int ms = FrameDecoder.DurationOf(frame.Codec, payload, out _) / (frame.Codec.ClockRateHz() / 1000);
        if (settings.MaxPtimeMs > 0 && ms > settings.MaxPtimeMs) return false;
        return !settings.ExactPtime || ms == settings.PtimeMs || frame.Codec == AudioCodec.Opus;    // Opus would lose by being coded twice
    }

    /// <summary>Takes what the source sent.</summary>
    public void Put(in RelayFrame frame, ReadOnlySpan<byte> payload, MediaLegSettings settings, TimeSpan now)
    {
        if (_transcoder is null || !_transcoder.Fits(frame.Codec, settings))
        {
            _transcoder?.Dispose();
            _transcoder = new Transcoder(frame.Codec, settings, seed);
            _transcoder.Encoder.Expect(_expectedLoss);
        }
        _silentMs = 0;
        _transcoder.Put(frame, payload, now);
    }

    /// <summary>The sound of the next packet.</summary>
    /// <param name="isNoise">It is comfort noise.</param>
    /// <returns>Octets written; 0: nothing to send.</returns>
    public int Next(int ms, Span<byte> payload, TimeSpan now, out bool isNoise)
    {
        isNoise = false;
        if (_transcoder is null) return 0;
        if (now < _mutedUntil)
        {
            _transcoder.Skip(ms, now);
            return 0;
        }
        TranscodedKind kind = _transcoder.Next(ms, payload, now, out int length);
        isNoise = kind == TranscodedKind.Noise;
        _silentMs = kind == TranscodedKind.Nothing ? Math.Min(_silentMs + ms, IdleMs) : 0;
        return length;
    }

    /// <summary>Time passes while something else is sent.</summary>
    public void Skip(int ms, TimeSpan now) => _transcoder?.Skip(ms, now);

    /// <summary>Nothing of the audio goes out while a key is passed on, so that it is not heard twice.</summary>
    public void Mute(bool keyDown, TimeSpan now) => _mutedUntil = keyDown ? now + s_eventSilence : now;

    /// <summary>So much of what is sent is lost on its way, in percent.</summary>
    public void Expect(int lossPercent)
    {
        _expectedLoss = lossPercent;
        _transcoder?.Encoder.Expect(lossPercent);
    }

    /// <summary>Another source follows, or none.</summary>
    public void Stop()
    {
        _transcoder?.Dispose();
        _transcoder = null;
        _mutedUntil = default;
    }
}
