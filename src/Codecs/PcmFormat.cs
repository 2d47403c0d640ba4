namespace Codecs;

/// <summary>The vocabulary of the project for linear audio: 16-bit samples, channels interleaved.</summary>
/// <param name="RateHz">Sampling rate.</param>
/// <param name="Channels">1 or 2.</param>
/// <param name="FrameMs">Length of one frame in milliseconds.</param>
public readonly record struct PcmFormat(int RateHz, int Channels = 1, int FrameMs = 20)
{
    /// <summary>What G.711 carries: 8000 Hz mono in frames of 20 ms.</summary>
    public static PcmFormat Telephone => new(8000);

    /// <summary>Samples of one channel in a frame.</summary>
    public int FrameSamples => RateHz * FrameMs / 1000;

    /// <summary>Shorts of a whole frame.</summary>
    public int FrameLength => FrameSamples * Channels;

    public TimeSpan Duration(int samplesPerChannel) => TimeSpan.FromTicks(samplesPerChannel * TimeSpan.TicksPerSecond / RateHz);
}
