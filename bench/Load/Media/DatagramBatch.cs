using System.Runtime.InteropServices;

namespace Load.Media;

/// <summary>Room for the datagrams of one sendmmsg or recvmmsg call, in native memory.</summary>
internal sealed unsafe class DatagramBatch : IDisposable
{
    public const int Capacity = 256;

    private const int ControlBytes = 64, DatagramBytes = 2048;

    private readonly Native.MultiMessage* _messages = Allocate<Native.MultiMessage>();
    private readonly Native.Vector* _vectors = Allocate<Native.Vector>();
    private readonly Native.SocketAddress* _addresses = Allocate<Native.SocketAddress>();
    private readonly byte* _controls = (byte*)NativeMemory.AllocZeroed(Capacity * ControlBytes);
    private readonly byte* _bytes = (byte*)NativeMemory.AllocZeroed(Capacity * DatagramBytes);

    public DatagramBatch()
    {
        for (int i = 0; i < Capacity; i++)
        {
            _vectors[i] = new Native.Vector { Base = _bytes + i * DatagramBytes, Length = DatagramBytes };
            _messages[i] = new Native.MultiMessage { Name = _addresses + i, NameLength = 16, Vectors = _vectors + i, VectorCount = 1 };
        }
    }

    public int Count { get; private set; }

    /// <summary>The buffer of the next datagram; <see cref="Add"/> completes it.</summary>
    public Span<byte> Next => new(_bytes + Count * DatagramBytes, DatagramBytes);

    public void Add(int length, in Native.SocketAddress target)
    {
        _vectors[Count].Length = (nuint)length;
        _addresses[Count++] = target;
    }

    /// <summary>Sends all and empties the batch.</summary>
    /// <returns>System calls that sent less than they were given.</returns>
    public int Send(int descriptor)
    {
        int refused = 0;
        for (int sent = 0; sent < Count;)
        {
            int count = Native.sendmmsg(descriptor, _messages + sent, (uint)(Count - sent), 0);
            if (count <= 0)
            {
                refused++;
                count = 1;
            }
            sent += count;
        }
        Count = 0;
        return refused;
    }

    /// <summary>Takes what waits.</summary>
    public int Receive(int descriptor)
    {
        for (int i = 0; i < Capacity; i++)
        {
            _vectors[i].Length = DatagramBytes;
            _messages[i].NameLength = 16;
            _messages[i].Control = _controls + i * ControlBytes;
            _messages[i].ControlLength = ControlBytes;
        }
        return Math.Max(0, Native.recvmmsg(descriptor, _messages, Capacity, Native.DontWait, null));
    }

    public Span<byte> Datagram(int index) => new(_bytes + index * DatagramBytes, (int)_messages[index].Length);

    public int SourcePort(int index) => _addresses[index].Port;

    /// <summary>When the kernel received it, CLOCK_REALTIME in ns: SCM_TIMESTAMPNS is the only control message asked for.</summary>
    public long ReceivedAt(int index)
    {
        if (_messages[index].ControlLength < 32) return Native.WallNow();
        long* time = (long*)(_controls + index * ControlBytes + 16);
        return time[0] * 1_000_000_000 + time[1];
    }

    public void Dispose()
    {
        NativeMemory.Free(_messages);
        NativeMemory.Free(_vectors);
        NativeMemory.Free(_addresses);
        NativeMemory.Free(_controls);
        NativeMemory.Free(_bytes);
    }

    private static T* Allocate<T>()
        where T : unmanaged => (T*)NativeMemory.AllocZeroed(Capacity, (nuint)sizeof(T));
}
