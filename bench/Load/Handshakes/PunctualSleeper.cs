using Load.Media;

namespace Load.Handshakes;

/// <summary>A thread that only sleeps 20 ms at a time, as punctually as the generator's: what it is late by, no program on this machine could help.</summary>
internal sealed class PunctualSleeper : IDisposable
{
    private const long Interval = 20_000_000;

    private readonly Thread _thread;
    private volatile bool _ended;

    public PunctualSleeper()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "sleeper" };
        _thread.Start();
    }

    /// <summary>Read it when disposed.</summary>
    public Histogram Late { get; } = new();

    public void Dispose()
    {
        _ended = true;
        _thread.Join();
    }

    private void Run()
    {
        Native.BePunctual();
        for (long due = Native.Now() + Interval; !_ended; due += Interval)
        {
            Native.SleepUntil(due);
            Late.Add(Native.Now() - due);
        }
    }
}
