namespace Rtp.Core.Playout;

/// <summary>Limits of a jitter buffer.</summary>
public sealed record PlayoutOptions
{
    /// <summary>Rate of the RTP timestamps.</summary>
    public int ClockRateHz { get; init; } = 8000;

    /// <summary>The delay is never aimed below this: what a packet may be late without being missed.</summary>
    public TimeSpan MinDelay { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>The delay is never aimed above this; what comes later is concealed or left out.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Aimed at before anything is known of the network.</summary>
    public TimeSpan InitialDelay { get; init; } = TimeSpan.FromMilliseconds(40);

    /// <summary>Length of the silence where nothing is due, and of the outgoing frames until <see cref="JitterBuffer.FrameTime"/> is set.</summary>
    public TimeSpan FrameTime { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Bytes of payload that can wait: 8000 are a second of G.711, a quarter of one of L16 at 16000 Hz.</summary>
    public int CapacityBytes { get; init; } = 8000;
}
