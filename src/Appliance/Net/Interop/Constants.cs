namespace Tandem.Net.Interop;

/// <summary>Values of Linux's own headers, named as they are there in words. All are the same on x86-64 and arm64.</summary>
internal static class AddressFamilies
{
    public const int Unix = 1, Inet = 2, Inet6 = 10;
}

internal static class SocketTypes
{
    public const int Stream = 1, Datagram = 2, NonBlocking = 0x800, CloseOnExec = 0x80000;
}

internal static class SocketOptions
{
    public const int LevelSocket = 1, LevelIp = 0, LevelIpv6 = 41;
    public const int ReuseAddress = 2, SendBuffer = 7, ReceiveBuffer = 8, ReusePort = 15, SendBufferForce = 32, ReceiveBufferForce = 33, AttachReusePortFilter = 51;
    public const int IpTos = 1, IpPacketInfo = 8, IpReceiveErrors = 11;
    public const int Ipv6ReceiveErrors = 25, Ipv6V6Only = 26, Ipv6ReceivePacketInfo = 49, Ipv6PacketInfo = 50, Ipv6TrafficClass = 67;
}

/// <summary>Instructions of the classic packet filter (linux/filter.h).</summary>
internal static class FilterCodes
{
    public const ushort LoadWord = 0x20, LoadImmediate = 0, LoadMemory = 0x60, Store = 0x02, ToIndex = 0x07, ReturnAccumulator = 0x16, Return = 0x06;
    public const ushort Add = 0x0C, Multiply = 0x24, And = 0x54, Xor = 0xA4, ShiftRight = 0x74, ShiftRightByIndex = 0x7C;
    public const ushort Jump = 0x05, JumpIfAtLeast = 0x35;

    /// <summary>SKF_NET_OFF: an offset from the beginning of the IP header.</summary>
    public const uint NetworkHeader = unchecked((uint)-0x100000);
}

internal static class MessageFlags
{
    public const int Truncated = 0x20, DontWait = 0x40, ErrorQueue = 0x2000, NoSignal = 0x4000;
}

internal static class EpollFlags
{
    public const int Add = 1, Delete = 2, Modify = 3;
    public const uint In = 1, Out = 4, Error = 8, HangUp = 0x10, EdgeTriggered = 1u << 31;
    public const int CloseOnExec = 0x80000;
}

internal static class Errno
{
    public const int NotPermitted = 1, Interrupted = 4, BadDescriptor = 9, Again = 11, NoMemory = 12, AccessDenied = 13, Invalid = 22, TooManyFiles = 24, NotImplemented = 38, NotSupported = 95;
    public const int FamilyNotSupported = 97, AddressInUse = 98, AddressNotAvailable = 99, NetworkUnreachable = 101, NoBuffers = 105, ConnectionRefused = 111, HostUnreachable = 113;
}

internal static class Clocks
{
    /// <summary>CLOCK_MONOTONIC: the clock of <see cref="System.Diagnostics.Stopwatch"/> on Linux, in nanoseconds.</summary>
    public const int Monotonic = 1;

    public const int AbsoluteTime = 1;
}

internal static class Priorities
{
    public const int OfProcessOrThread = 0;

    /// <summary>SCHED_OTHER and SCHED_RR.</summary>
    public const int Other = 0, RoundRobin = 2;

    /// <summary>SCHED_RESET_ON_FORK: what this thread starts, the runtime's pool threads among it, runs as usual.</summary>
    public const int ResetOnFork = 0x40000000;

    /// <summary>prctl PR_SET_TIMERSLACK: how late the kernel may wake this thread, in ns (50,000 by default).</summary>
    public const int SetTimerSlack = 29;
}
