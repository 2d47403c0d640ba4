namespace Tandem.Media;

/// <summary>How much of a core one loop works for, and what a leg takes of it. The loop writes it, anyone reads it.</summary>
/// <remarks>Wall time between two rests: what it was kept from by others counts too, which errs on the careful side.</remarks>
internal sealed class LoopLoad
{
    /// <summary>A share of a core that a leg is taken to need before any has been measured: that of one which transcodes Opus.</summary>
    public const double UnknownLeg = 0.002;

    private const int PacketsASecond = 50, FewestPackets = 1000;    // below them it is the wake-ups that are measured

    private static readonly TimeSpan s_window = TimeSpan.FromMilliseconds(500), s_old = TimeSpan.FromSeconds(2);

    private TimeSpan _windowStart;
    private TimeSpan _worked;
    private long _packetsBefore;
    private long _windowEndTicks;
    private double _share;
    private double _legShare;

    /// <summary>Share of a core that a leg takes whose packets come every 20 ms; 0: not known yet.</summary>
    public double LegShare => Volatile.Read(ref _legShare);

    /// <summary>Share of a core in the last half second.</summary>
    public double Share(TimeSpan now) =>
        now.Ticks - Volatile.Read(ref _windowEndTicks) > s_old.Ticks ? 0 : Volatile.Read(ref _share);

    /// <summary>The loop rests now.</summary>
    /// <param name="worked">Since it rested before.</param>
    /// <param name="packets">Received or sent, whichever are more, since it started.</param>
    /// <param name="now">Monotonic.</param>
    public void OnRest(TimeSpan worked, long packets, TimeSpan now)
    {
        _worked += worked;
        TimeSpan elapsed = now - _windowStart;
        if (elapsed < s_window) return;
        long handled = packets - _packetsBefore;
        if (handled >= FewestPackets) Volatile.Write(ref _legShare, _worked.TotalSeconds / handled * PacketsASecond);
        Volatile.Write(ref _share, _worked / elapsed);
        Volatile.Write(ref _windowEndTicks, now.Ticks);
        (_windowStart, _worked, _packetsBefore) = (now, TimeSpan.Zero, packets);
    }
}
