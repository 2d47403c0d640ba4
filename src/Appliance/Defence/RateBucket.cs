namespace Tandem.Defence;

/// <summary>One bucket: what flows in steadily goes out by one for each message.</summary>
internal struct RateBucket(RateLimit limit)
{
    private double _left = limit.Burst;
    private TimeSpan _at;

    public bool TryTake(TimeSpan now)
    {
        Refill(now);
        if (_left < 1) return false;
        _left--;
        return true;
    }

    /// <summary>It says nothing that a new one does not say.</summary>
    public bool IsFull(TimeSpan now)
    {
        Refill(now);
        return _left >= limit.Burst;
    }

    private void Refill(TimeSpan now)
    {
        if (now <= _at) return;
        if (_at != TimeSpan.Zero) _left = Math.Min(limit.Burst, _left + ((now - _at).TotalSeconds * limit.PerSecond));
        _at = now;
    }
}
