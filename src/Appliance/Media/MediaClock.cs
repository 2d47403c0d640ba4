using System.Diagnostics;
using Tandem.Net.Interop;

namespace Tandem.Media;

/// <summary>The loops' monotonic clock: CLOCK_MONOTONIC, which no setting of the wall clock moves.</summary>
internal static class MediaClock
{
    public static TimeSpan Now => new(Stopwatch.GetTimestamp() / TimeSpan.NanosecondsPerTick);

    /// <summary>Sleeps until <see cref="Now"/> has reached this; an interruption ends it early.</summary>
    public static void SleepUntil(TimeSpan time) => CurrentThread.SleepUntil(time.Ticks * TimeSpan.NanosecondsPerTick);
}
