using System.Runtime.InteropServices;

namespace Micro.Dtls;

/// <summary>Processor time of the calling thread.</summary>
internal static partial class ThreadTime
{
    private const int ThreadClock = 3;    // CLOCK_THREAD_CPUTIME_ID

    public static double Microseconds
    {
        get
        {
            TimeSpec time = default;
            _ = GetTime(ThreadClock, ref time);
            return time.Seconds * 1e6 + time.Nanoseconds / 1e3;
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, ref TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds, Nanoseconds;
    }
}
