namespace Tandem.Media;

/// <summary>Copies the encoded audio that one leg receives and sends into a ring, for one consumer on another thread.</summary>
/// <remarks>
/// The loop never waits for the consumer: what does not fit is dropped and counted. The consumer disposes the tap, once
/// <see cref="IsDetached"/>: until then the loop may write.
/// </remarks>
/// <param name="capacity">Bytes of the ring: a power of two.</param>
internal sealed class LegTap(int capacity) : IDisposable
{
    private readonly FrameRing<TappedFrame> _ring = new(capacity);
    private bool _paused;
    private long _detachedAt = long.MaxValue;

    /// <summary>While true nothing is copied. Any thread.</summary>
    public bool IsPaused
    {
        get => Volatile.Read(ref _paused);
        set => Volatile.Write(ref _paused, value);
    }

    /// <summary>The loop has let go of it: what is in the ring is all there will be. Any thread.</summary>
    public bool IsDetached => DetachedAt != TimeSpan.MaxValue;

    /// <summary>When that was, monotonic; MaxValue: not yet. Any thread.</summary>
    public TimeSpan DetachedAt => new(Volatile.Read(ref _detachedAt));

    /// <summary>Frames that the consumer was too slow for. Any thread.</summary>
    public long Dropped => _ring.Dropped;

    /// <summary>The loop: copies one payload.</summary>
    public void Take(in TappedFrame frame, ReadOnlySpan<byte> payload)
    {
        if (!IsPaused) _ring.TryWrite(frame, payload);
    }

    /// <summary>The loop: nothing more will come.</summary>
    public void Detach(TimeSpan now) => Volatile.Write(ref _detachedAt, now.Ticks);

    /// <summary>The consumer: takes the oldest payload, 1500 bytes at most, to the start of <paramref name="payload"/>.</summary>
    public bool TryRead(Span<byte> payload, out TappedFrame frame, out int length) => _ring.TryRead(payload, out frame, out length);

    public void Dispose() => _ring.Dispose();
}
