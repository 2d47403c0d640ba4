using System.Runtime.InteropServices;
using Tandem.Net.Interop;
using Tandem.Net.Interop.Uring;

namespace Tandem.Net.Datagrams;

/// <summary>What the kernel reads while requests to send are submitted, one place for each place in the ring, and the buffers to free afterwards.</summary>
internal sealed unsafe class UringSends : IDisposable
{
    private const int None = -1;

    private readonly DatagramBuffers _slab;
    private readonly int[] _buffers;
    private Message* _messages;
    private int _oldest;

    public UringSends(int capacity, DatagramBuffers slab)
    {
        _slab = slab;
        _buffers = new int[capacity];
        _messages = (Message*)NativeMemory.AlignedAlloc((nuint)(capacity * sizeof(Message)), 64);
        for (int i = 0; i < capacity; i++)
        {
            Message* message = _messages + i;
            *message = default;
            message->Header = new MessageHeader { Name = &message->Target, Vectors = &message->Vector, VectorCount = 1 };
        }
    }

    /// <summary>A request names its target itself (Linux 6.2), which costs less than a message header does.</summary>
    public bool AddressInRequest { get; set; }

    /// <summary>The request at a place is none to send.</summary>
    public void Skip(int place) => _buffers[place] = None;

    /// <summary>Makes a request one to send; the buffer is freed once the request is submitted.</summary>
    public void Fill(SubmissionEntry* entry, int place, int buffer, int offset, int length, in NativeSocketAddress target)
    {
        _buffers[place] = buffer;
        Message* message = _messages + place;
        message->Target = target;
        entry->Flags |= UringFlags.SkipCompletionOnSuccess;
        entry->OperationFlags = MessageFlags.DontWait;    // what does not fit now never will: the request is over when it has been submitted
        if (AddressInRequest)
        {
            entry->Operation = UringOperations.Send;
            entry->Address = _slab.Pointer(buffer) + offset;
            entry->Length = (uint)length;
            entry->TargetAddress = &message->Target;
            entry->TargetLength = (ushort)target.Length;
            return;
        }
        message->Header.NameLength = target.Length;
        message->Vector.Base = _slab.Pointer(buffer) + offset;
        message->Vector.Length = (nuint)length;
        entry->Operation = UringOperations.SendMessage;
        entry->Address = &message->Header;
        entry->Length = 1;
    }

    /// <summary>The kernel has taken so many requests.</summary>
    public void OnSubmitted(int taken)
    {
        for (; taken > 0; taken--)
        {
            if (_buffers[_oldest] is var buffer && buffer != None) _slab.Return(buffer);
            _oldest = (_oldest + 1) & (_buffers.Length - 1);
        }
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_messages);
        _messages = null;
    }

    [StructLayout(LayoutKind.Sequential, Size = 128)]
    private struct Message
    {
        public NativeSocketAddress Target;
        public IoVector Vector;
        public MessageHeader Header;
    }
}
