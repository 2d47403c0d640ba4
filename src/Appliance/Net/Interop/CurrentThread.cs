namespace Tandem.Net.Interop;

/// <summary>Scheduling of the calling thread. <see cref="Thread.Priority"/> does nothing on Linux.</summary>
internal static unsafe class CurrentThread
{
    /// <summary>Sets the nice value (19: only when nobody else wants the processor); false when not permitted.</summary>
    public static bool TrySetNice(int nice) => Libc.SetPriority(Priorities.OfProcessOrThread, Libc.GetThreadId(), nice) == 0;

    /// <summary>
    /// Runs this thread before all others on the host as far as we are permitted: real-time (SCHED_RR at one of its lowest priorities), else nice −10.
    /// Threads that it starts do not inherit it.
    /// </summary>
    /// <param name="rank">Real-time threads of a higher rank go before those of a lower one.</param>
    /// <returns>What it got: "real time", "nice -10" or "normal".</returns>
    public static string Prefer(RealTimeRank rank)
    {
        int priority = (int)rank, none = 0;
        if (Libc.SetScheduler(0, Priorities.RoundRobin | Priorities.ResetOnFork, &priority) == 0) return "real time";
        _ = Libc.SetScheduler(0, Priorities.Other | Priorities.ResetOnFork, &none);
        return TrySetNice(-10) ? "nice -10" : "normal";
    }

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
