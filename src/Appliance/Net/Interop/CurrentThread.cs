namespace Tandem.Net.Interop;

/// <summary>Scheduling of the calling thread. <see cref="Thread.Priority"/> does nothing on Linux.</summary>
internal static unsafe class CurrentThread
{
    /// <summary>Sets the nice value (19: only when nobody else wants the processor); false when not permitted.</summary>
    public static bool TrySetNice(int nice) => Libc.SetPriority(Priorities.OfProcessOrThread, Libc.GetThreadId(), nice) == 0;

    /// <summary>Lets the kernel end this thread's sleeps at most this much late, instead of 50 µs.</summary>
    public static void SetTimerSlack(TimeSpan slack) =>
        _ = Libc.ProcessControl(Priorities.SetTimerSlack, (nuint)(slack.Ticks * TimeSpan.NanosecondsPerTick), 0, 0, 0);

    /// <summary>Sleeps until a <see cref="System.Diagnostics.Stopwatch"/> timestamp; an interruption ends the sleep early.</summary>
    public static void SleepUntil(long stopwatchTimestamp)
    {
        TimeSpec until = TimeSpec.FromNanoseconds(stopwatchTimestamp);    // Stopwatch counts CLOCK_MONOTONIC in ns on Linux
        _ = Libc.ClockNanoSleep(Clocks.Monotonic, Clocks.AbsoluteTime, &until, null);
    }
}
