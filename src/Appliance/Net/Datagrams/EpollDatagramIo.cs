using Tandem.Net.Interop;

namespace Tandem.Net.Datagrams;

/// <summary>Datagrams through epoll, recvfrom and sendto: works on every kernel and in every container.</summary>
/// <remarks>
/// Level-triggered, one datagram a socket and round, rounds until nothing is left: with one packet a socket, the usual case, that is one
/// call a packet, and a socket that is flooded takes turns with the others.
/// </remarks>
internal sealed unsafe class EpollDatagramIo : IDatagramIo
{
    /// <summary>Datagrams taken, or queued for sending, before the loop must look at them.</summary>
    private const int BatchLimit = 1024;

    /// <summary>Datagrams of one busy socket before the others have their turn.</summary>
    private const int BusyLimit = 256;

    private const ulong WakeToken = ulong.MaxValue;

    private readonly EpollSet _epoll = new(BatchLimit);
    private readonly EventSignal _signal = new();
    private readonly ReceivedDatagram[] _received = new ReceivedDatagram[BatchLimit];
    private readonly OutgoingDatagram[] _outgoing = new OutgoingDatagram[BatchLimit];
    private readonly FailedSends _failed = new(BatchLimit);
    private WatchedSocket[] _sockets = new WatchedSocket[64];
    private int _outgoingCount;
    private int _ready;

    /// <exception cref="IOException">The kernel refused: a failed start.</exception>
    public EpollDatagramIo()
    {
        if (!_epoll.Add(_signal.Number, EpollFlags.In, WakeToken)) throw new IOException($"epoll_ctl failed, errno {Libc.LastError}");
    }

    public string Name => DatagramIo.Epoll;

    public DatagramBuffers Buffers { get; } = new();

    public bool HasMore { get; private set; }

    public long BufferShortages => 0;    // a buffer is rented for each call

    public bool Add(int socket, FileDescriptor descriptor, bool isBusy = false)
    {
        if (socket >= _sockets.Length) Array.Resize(ref _sockets, Math.Max(socket + 1, _sockets.Length * 2));
        ref WatchedSocket watched = ref _sockets[socket];
        watched.Generation = unchecked(watched.Generation + 1);
        if (!_epoll.Add(descriptor.Number, EpollFlags.In, Token(socket, watched.Generation)))
        {
            descriptor.Dispose();
            return false;
        }
        watched.Descriptor = descriptor;
        watched.Number = descriptor.Number;
        watched.InARow = isBusy ? BusyLimit : 1;
        return true;
    }

    public void Remove(int socket)
    {
        ref WatchedSocket watched = ref _sockets[socket];
        if (watched.Descriptor is null) return;
        SendQueued();
        _epoll.Remove(watched.Number);
        watched.Descriptor.Dispose();
        watched.Descriptor = null;
        watched.Generation = unchecked(watched.Generation + 1);    // events of it that a wait has already reported are stale now
    }

    public ReadOnlySpan<ReceivedDatagram> Receive()
    {
        int count = 0;
        int ready = _ready > 0 ? _ready : _epoll.Wait(TimeSpan.Zero);
        _ready = 0;
        while (ready > 0)
        {
            int before = count;
            for (int i = 0; i < ready; i++)
            {
                if (count == BatchLimit)
                {
                    HasMore = true;
                    return _received;
                }
                ulong token = _epoll.Data(i);
                if (token == WakeToken) _signal.Clear();
                else if (Current(token)) count += ReceiveSome(SocketOf(token), _received.AsSpan(count));
            }
            if (count == before) break;
            ready = _epoll.Wait(TimeSpan.Zero);
        }
        HasMore = false;
        return _received.AsSpan(0, count);
    }

    public void Send(int socket, int buffer, int offset, int length, in NativeSocketAddress target)
    {
        if (_outgoingCount == BatchLimit) SendQueued();
        ref OutgoingDatagram datagram = ref _outgoing[_outgoingCount++];
        datagram.Socket = socket;
        datagram.Buffer = buffer;
        datagram.Offset = offset;
        datagram.Length = length;
        datagram.Target = target;
    }

    public ReadOnlySpan<int> Flush()
    {
        SendQueued();
        return _failed.Take();
    }

    public void Wait(TimeSpan? timeout) => _ready = _epoll.Wait(timeout);

    public void Nap(TimeSpan until) => CurrentThread.SleepUntil(until.Ticks * TimeSpan.NanosecondsPerTick);

    public void Wake() => _signal.Set();

    public void Dispose()
    {
        SendQueued();
        foreach (ref WatchedSocket watched in _sockets.AsSpan()) watched.Descriptor?.Dispose();
        _epoll.Dispose();
        _signal.Dispose();
        Buffers.Dispose();
    }

    private static ulong Token(int socket, uint generation) => (ulong)generation << 32 | (uint)socket;

    private static int SocketOf(ulong token) => (int)(token & int.MaxValue);

    private bool Current(ulong token)
    {
        ref WatchedSocket watched = ref _sockets[SocketOf(token)];
        return watched.Descriptor is not null && watched.Generation == (uint)(token >> 32);
    }

    private int ReceiveSome(int socket, Span<ReceivedDatagram> received)
    {
        int most = Math.Min(_sockets[socket].InARow, received.Length), count = 0;
        while (count < most && ReceiveOne(socket, ref received[count])) count++;
        return count;
    }

    private bool ReceiveOne(int socket, ref ReceivedDatagram datagram)
    {
        int buffer = Buffers.Rent();
        int sourceLength = NativeSocketAddress.Size;
        nint length;
        fixed (NativeSocketAddress* source = &datagram.Source)
        {
            length = Libc.ReceiveFrom(_sockets[socket].Number, Buffers.Pointer(buffer) + DatagramBuffers.Headroom, DatagramBuffers.MaxDatagram,
                MessageFlags.DontWait | MessageFlags.Truncated, source, &sourceLength);
        }
        if (length < 0 || length > DatagramBuffers.MaxDatagram)    // nothing there after all (a bad checksum), or cut: too long to be media
        {
            Buffers.Return(buffer);
            return false;
        }
        datagram.Socket = socket;
        datagram.Buffer = buffer;
        datagram.Offset = DatagramBuffers.Headroom;
        datagram.Length = (int)length;
        return true;
    }

    private void SendQueued()
    {
        for (int i = 0; i < _outgoingCount; i++)
        {
            ref OutgoingDatagram datagram = ref _outgoing[i];
            if (!SendOne(datagram)) _failed.Add(datagram.Socket);
            Buffers.Return(datagram.Buffer);
        }
        _outgoingCount = 0;
    }

    private bool SendOne(in OutgoingDatagram datagram)
    {
        ref WatchedSocket watched = ref _sockets[datagram.Socket];
        if (watched.Descriptor is null) return false;
        fixed (NativeSocketAddress* target = &datagram.Target)
        {
            byte* bytes = Buffers.Pointer(datagram.Buffer) + datagram.Offset;
            nint sent = Libc.SendTo(watched.Number, bytes, datagram.Length, MessageFlags.DontWait, target, datagram.Target.Length);
            // An error that the network reported for an earlier datagram is handed to the next call and cleared by it: this one was not tried.
            if (sent < 0 && Libc.LastError is Errno.ConnectionRefused or Errno.Interrupted)
                sent = Libc.SendTo(watched.Number, bytes, datagram.Length, MessageFlags.DontWait, target, datagram.Target.Length);
            return sent >= 0;
        }
    }

    private struct WatchedSocket
    {
        public FileDescriptor? Descriptor;
        public int Number;
        public int InARow;
        public uint Generation;
    }

    private struct OutgoingDatagram
    {
        public int Socket, Buffer, Offset, Length;
        public NativeSocketAddress Target;
    }
}
