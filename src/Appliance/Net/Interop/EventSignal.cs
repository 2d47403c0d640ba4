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

    public void Dispose() => _event.Dispose();
}
