using System.Runtime.InteropServices;

namespace Tandem.Net.Interop.Uring;

/// <summary>io_uring_setup(2): a descriptor, or −1 with <see cref="Libc.LastError"/> set. Exchanged in tests for a kernel that refuses.</summary>
internal unsafe delegate int UringSetup(uint entries, RingParameters* parameters);

/// <summary>The three system calls of io_uring, which the C library has no functions for, and the mapping of a ring's memory.</summary>
/// <remarks>The call numbers are the same on every architecture.</remarks>
internal static unsafe partial class UringCalls
{
    private const string Library = "libc";
    private const nint SetupNumber = 425, EnterNumber = 426, RegisterNumber = 427;

    public static int Setup(uint entries, RingParameters* parameters) => (int)SystemCall(SetupNumber, entries, parameters);

    /// <returns>Requests taken, or −1.</returns>
    public static int Enter(int ring, uint submit, uint minComplete, uint flags, void* argument, nuint argumentLength) =>
        (int)SystemCall(EnterNumber, ring, submit, minComplete, flags, argument, argumentLength);

    public static int Register(int ring, uint operation, void* argument, uint count) =>
        (int)SystemCall(RegisterNumber, ring, operation, argument, count);

    [LibraryImport(Library, EntryPoint = "mmap", SetLastError = true)]
    public static partial void* Map(void* address, nuint length, int protection, int flags, int descriptor, long offset);

    [LibraryImport(Library, EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(void* address, nuint length);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nuint entries, RingParameters* parameters);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(
        nint number, nint ring, nuint submit, nuint minComplete, nuint flags, void* argument, nuint argumentLength);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint ring, nuint operation, void* argument, nuint count);
}
