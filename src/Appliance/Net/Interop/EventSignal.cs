namespace Tandem.Net.Interop;

/// <summary>An eventfd: any thread signals, the one thread that waits on it clears.</summary>
internal sealed unsafe class EventSignal : IDisposable
{
    private readonly FileDescriptor _event;

    /// <exception cref="IOException">The kernel refused: a failed start.</exception>
    public EventSignal()
    {
        _event = new FileDescriptor(Libc.EventFd(0, SocketTypes.NonBlocking | SocketTypes.CloseOnExec));
        if (_event.IsInvalid) throw new IOException($"eventfd failed, errno {Libc.LastError}");
    }

    public int Number => _event.Number;

    /// <summary>Wakes the waiter. Safe on any thread, also beside <see cref="Dispose"/>.</summary>
    public void Set()
    {
        bool held = false;
        try
        {
            _event.DangerousAddRef(ref held);
            ulong one = 1;
            Libc.Write(_event.Number, &one, sizeof(ulong));
        }
        catch (ObjectDisposedException) { }    // the waiter is gone: nobody is left to wake
        finally
        {
            if (held) _event.DangerousRelease();
        }
    }

    public void Clear()
    {
        ulong count;
        Libc.Read(_event.Number, &count, sizeof(ulong));
    }

    /// <summary>Waits until it is set, and clears it; for a thread that waits for nothing else.</summary>
    /// <returns>False: the time was up first.</returns>
    public bool Wait(TimeSpan limit)
    {
        var one = new PollDescriptor { Descriptor = _event.Number, Events = PollDescriptor.Readable };
        var time = TimeSpec.FromNanoseconds(Math.Max(0, limit.Ticks) * TimeSpan.NanosecondsPerTick);
        bool set = Libc.Poll(&one, 1, &time, null) > 0;
        if (set) Clear();
        return set;
    }

    public void Dispose() => _event.Dispose();
}
