using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace Load.Media;

/// <summary>The system calls of the generator: batches of datagrams, waiting, network namespaces. x86-64 and arm64.</summary>
internal static unsafe partial class Native
{
    public const int DontWait = 0x40;

    private const int Inet = 2, Datagram = 2, SocketLevel = 1, ReceiveBufferForce = 33, SendBufferForce = 32, TimestampNs = 35;
    private const int NetworkNamespace = 0x40000000, RealTime = 0, Monotonic = 1, Absolute = 1, SetTimerSlack = 29, RoundRobin = 2;

    /// <summary>A UDP socket of the calling thread's network namespace, with large buffers and the kernel's receive times.</summary>
    public static int OpenUdp(IPEndPoint local)
    {
        int descriptor = socket(Inet, Datagram, 0);
        SocketAddress address = SocketAddress.From(local);
        if (descriptor < 0 || bind(descriptor, &address, sizeof(SocketAddress)) != 0) throw new IOException($"cannot bind {local}: errno {Marshal.GetLastPInvokeError()}");
        int size = 64 << 20, on = 1;
        if (setsockopt(descriptor, SocketLevel, ReceiveBufferForce, &size, sizeof(int)) != 0) throw new IOException("the receive buffer cannot be enlarged: root is needed");
        _ = setsockopt(descriptor, SocketLevel, SendBufferForce, &size, sizeof(int));
        _ = setsockopt(descriptor, SocketLevel, TimestampNs, &on, sizeof(int));
        return descriptor;
    }

    /// <summary>Moves the calling thread into a network namespace made by <c>ip netns</c>.</summary>
    public static void Enter(string name)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle($"/run/netns/{name}");
        if (setns((int)handle.DangerousGetHandle(), NetworkNamespace) != 0) throw new IOException($"setns: errno {Marshal.GetLastPInvokeError()}");
    }

    /// <summary>Wakes up on time: no timer slack, and before ordinary threads where that is permitted.</summary>
    public static void BePunctual()
    {
        _ = prctl(SetTimerSlack, 1, 0, 0, 0);
        int priority = 2;
        _ = sched_setscheduler(0, RoundRobin, &priority);
    }

    /// <summary>Has the calling thread run only when nobody else wants the processor.</summary>
    public static void StandBack()
    {
        int none = 0;
        _ = sched_setscheduler(0, 0, &none);
        _ = setpriority(0, 0, 19);    // of this thread alone, on Linux
    }

    public static void SleepUntil(long monotonicNs)
    {
        TimeSpec until = new() { Seconds = monotonicNs / 1_000_000_000, Nanoseconds = monotonicNs % 1_000_000_000 };
        while (clock_nanosleep(Monotonic, Absolute, &until, null) != 0) { }
    }

    /// <summary>CLOCK_MONOTONIC in ns.</summary>
    public static long Now() => Read(Monotonic);

    /// <summary>CLOCK_REALTIME in ns: the clock of the kernel's receive times.</summary>
    public static long WallNow() => Read(RealTime);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int sendmmsg(int descriptor, MultiMessage* messages, uint count, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int recvmmsg(int descriptor, MultiMessage* messages, uint count, int flags, TimeSpec* timeout);

    [LibraryImport("libc")]
    public static partial int close(int descriptor);

    private static long Read(int clock)
    {
        TimeSpec time;
        _ = clock_gettime(clock, &time);
        return time.Seconds * 1_000_000_000 + time.Nanoseconds;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(int descriptor, SocketAddress* address, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsockopt(int descriptor, int level, int option, void* value, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(int descriptor, int type);

    [LibraryImport("libc")]
    private static partial int prctl(int option, ulong a, ulong b, ulong c, ulong d);

    [LibraryImport("libc")]
    private static partial int sched_setscheduler(int pid, int policy, int* priority);

    [LibraryImport("libc")]
    private static partial int setpriority(int which, int who, int nice);

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, TimeSpec* time);

    [LibraryImport("libc")]
    private static partial int clock_nanosleep(int clock, int flags, TimeSpec* request, TimeSpec* remaining);

    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpec
    {
        public long Seconds, Nanoseconds;
    }

    /// <summary>sockaddr_in.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 16)]
    public struct SocketAddress
    {
        public ushort Family;
        public ushort PortBigEndian;
        public uint Address;

        public readonly int Port => BinaryPrimitives.ReverseEndianness(PortBigEndian);

        public static SocketAddress From(IPEndPoint endPoint) => new()
        {
            Family = Inet,
            PortBigEndian = BinaryPrimitives.ReverseEndianness((ushort)endPoint.Port),
            Address = MemoryMarshal.Read<uint>(endPoint.Address.GetAddressBytes()),
        };
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Vector
    {
        public void* Base;
        public nuint Length;
    }

    /// <summary>mmsghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MultiMessage
    {
        public SocketAddress* Name;
        public int NameLength;
        public Vector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public long Flags;    // an int and the padding at the end of msghdr
        public uint Length;
    }
}
