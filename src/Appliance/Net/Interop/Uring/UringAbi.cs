using System.Runtime.InteropServices;

namespace Tandem.Net.Interop.Uring;

/// <summary>struct io_uring_sqe: one request, 64 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal unsafe struct SubmissionEntry
{
    [FieldOffset(0)] public byte Operation;
    [FieldOffset(1)] public byte Flags;
    [FieldOffset(2)] public ushort OperationOptions;    // ioprio
    [FieldOffset(4)] public int Descriptor;
    [FieldOffset(8)] public void* TargetAddress;
    [FieldOffset(16)] public void* Address;
    [FieldOffset(16)] public ulong Key;                 // of the request to cancel
    [FieldOffset(24)] public uint Length;
    [FieldOffset(28)] public uint OperationFlags;
    [FieldOffset(32)] public ulong UserData;
    [FieldOffset(40)] public ushort BufferGroup;
    [FieldOffset(44)] public ushort TargetLength;
}

/// <summary>struct io_uring_cqe: one answer.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CompletionEntry
{
    public ulong UserData;

    /// <summary>A length, or a negative errno.</summary>
    public int Result;

    public uint Flags;

    /// <summary>The request lives on and answers again.</summary>
    public readonly bool HasMore => (Flags & UringFlags.CompletionMore) != 0;

    public readonly bool HasBuffer => (Flags & UringFlags.CompletionBuffer) != 0;

    /// <summary>With <see cref="HasBuffer"/>: which provided buffer was filled.</summary>
    public readonly int BufferId => (int)(Flags >> 16);
}

/// <summary>struct io_uring_params with io_sqring_offsets and io_cqring_offsets in it.</summary>
[StructLayout(LayoutKind.Explicit, Size = 120)]
internal struct RingParameters
{
    [FieldOffset(0)] public uint SubmissionEntries;
    [FieldOffset(4)] public uint CompletionEntries;
    [FieldOffset(8)] public uint Flags;
    [FieldOffset(20)] public uint Features;

    [FieldOffset(40)] public uint SubmissionHead;
    [FieldOffset(44)] public uint SubmissionTail;
    [FieldOffset(56)] public uint SubmissionFlags;
    [FieldOffset(64)] public uint SubmissionArray;

    [FieldOffset(80)] public uint CompletionHead;
    [FieldOffset(84)] public uint CompletionTail;
    [FieldOffset(100)] public uint Completions;
}

/// <summary>struct io_uring_getevents_arg.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct WaitArgument
{
    public ulong SignalMask;
    public uint SignalMaskLength;
    public uint MinimumWaitUs;
    public TimeSpec* Timeout;
}

/// <summary>struct io_uring_buf.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ProvidedBuffer
{
    public ulong Address;
    public uint Length;
    public ushort Id;
    public ushort Tail;    // of the first entry alone: the ring's tail
}

/// <summary>struct io_uring_buf_reg.</summary>
[StructLayout(LayoutKind.Sequential, Size = 40)]
internal struct BufferRingRegistration
{
    public ulong Address;
    public uint Entries;
    public ushort Group;
}

/// <summary>struct io_uring_files_update.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FilesUpdate
{
    public uint Offset;
    public uint Reserved;
    public int* Descriptors;
}

/// <summary>struct io_uring_rsrc_register.</summary>
[StructLayout(LayoutKind.Sequential, Size = 32)]
internal struct ResourceRegistration
{
    public uint Count;
    public uint Flags;
}

/// <summary>struct io_uring_recvmsg_out: before the sender's address and the payload in a buffer filled by a multishot recvmsg.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ReceivedMessage
{
    public uint NameLength;
    public uint ControlLength;
    public uint PayloadLength;
    public uint Flags;
}
