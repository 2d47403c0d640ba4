namespace Rtp.Core.Playout;

/// <summary>Limits of a jitter buffer.</summary>
public sealed record PlayoutOptions
{
    /// <summary>Rate of the RTP timestamps.</summary>
    public int ClockRateHz { get; init; } = 8000;

    /// <summary>The delay is never aimed below this: what a packet may be late without being missed.</summary>
    public TimeSpan MinDelay { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>The delay is never aimed above this; later packets are concealed.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Aimed at before anything is known of the network.</summary>
    public TimeSpan InitialDelay { get; init; } = TimeSpan.FromMilliseconds(40);

    /// <summary>Bytes of payload that can wait: 8000 are a second of G.711, half a second of L16 at 8000 Hz.</summary>
    public int CapacityBytes { get; init; } = 8000;
}
