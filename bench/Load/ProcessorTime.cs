using System.Globalization;

namespace Load;

/// <summary>Processor time of a process, user and system, from /proc/PID/stat, in milliseconds (ticks of 10 ms).</summary>
internal static class ProcessorTime
{
    /// <summary>What the host of this virtual machine took from it, all processors together (steal in /proc/stat).</summary>
    public static double StolenMilliseconds =>
        long.Parse(File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[8], CultureInfo.InvariantCulture) * 10.0;

    public static double Milliseconds(int process)
    {
        string stat = File.ReadAllText($"/proc/{process}/stat");
        // The name in brackets may hold blanks; utime and stime are fields 14 and 15.
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) * 10.0;
    }
}
