using System.Runtime.InteropServices;

namespace Tandem.Net.Interop;

/// <summary>An epoll instance and the buffer its events are reported in. One thread waits on it; level-triggered.</summary>
internal sealed unsafe class EpollSet : IDisposable
{
    // struct epoll_event is packed on x86-64 alone: 12 bytes there, 16 with the data at offset 8 elsewhere.
    private static readonly bool s_packed = RuntimeInformation.ProcessArchitecture == Architecture.X64;
    private static readonly int s_stride = s_packed ? 12 : 16, s_dataOffset = s_packed ? 4 : 8;

    private readonly FileDescriptor _epoll;
    private readonly int _capacity;
    private byte* _events;

    /// <param name="capacity">Events that one wait can report; the others come with the next.</param>
    /// <exception cref="IOException">The kernel refused: a failed start.</exception>
    public EpollSet(int capacity)
    {
        _epoll = new FileDescriptor(Libc.EpollCreate(EpollFlags.CloseOnExec));
        if (_epoll.IsInvalid) throw new IOException($"epoll_create1 failed, errno {Libc.LastError}");
        _capacity = capacity;
        _events = (byte*)NativeMemory.AlignedAlloc((nuint)(capacity * s_stride), 64);
    }

    /// <summary>Watches a descriptor; <paramref name="data"/> comes back with each event. False with errno set when the kernel refuses.</summary>
    public bool Add(int descriptor, uint events, ulong data) => Control(EpollFlags.Add, descriptor, events, data);

    public bool Modify(int descriptor, uint events, ulong data) => Control(EpollFlags.Modify, descriptor, events, data);

    public bool Remove(int descriptor) => Control(EpollFlags.Delete, descriptor, 0, 0);

    /// <summary>Waits and returns how many events there are; 0 on a time-out and on an interruption, which is routine.</summary>
    /// <param name="timeout">Zero: only look. Null: for ever.</param>
    public int Wait(TimeSpan? timeout)
    {
        TimeSpec time = default;
        if (timeout is { } t) time = TimeSpec.FromNanoseconds(Math.Max(0, t.Ticks) * TimeSpan.NanosecondsPerTick);
        int count = Libc.EpollWait(_epoll.Number, _events, _capacity, timeout is null ? null : &time, null);
        return Math.Max(count, 0);
    }

    /// <summary>The data of event <paramref name="index"/> of the last wait.</summary>
    public ulong Data(int index) => *(ulong*)(_events + (index * s_stride) + s_dataOffset);

    /// <summary>The <see cref="EpollFlags"/> of event <paramref name="index"/> of the last wait.</summary>
    public uint Events(int index) => *(uint*)(_events + (index * s_stride));

    public void Dispose()
    {
        _epoll.Dispose();
        NativeMemory.AlignedFree(_events);
        _events = null;
    }

    private bool Control(int operation, int descriptor, uint events, ulong data)
    {
        byte* e = stackalloc byte[16];
        *(uint*)e = events;
        *(ulong*)(e + s_dataOffset) = data;
        return Libc.EpollControl(_epoll.Number, operation, descriptor, e) == 0;
    }
}
