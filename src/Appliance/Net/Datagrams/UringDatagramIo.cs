using System.Runtime.InteropServices;
using Tandem.Net.Interop;
using Tandem.Net.Interop.Uring;

namespace Tandem.Net.Datagrams;

/// <summary>Datagrams through io_uring: a standing receive request a socket that fills the slab's buffers, sends submitted in one call.</summary>
/// <remarks>
/// The kernel does its part of receiving when this thread enters it, never by interrupting, and sends are over when the call that submits
/// them returns: the buffers are free then and only a failure is answered. A request carries its socket's generation, so that an answer
/// that comes after the socket was removed is known as stale. Needs what Linux 6.1 has; <see cref="TryOpen"/> tries it.
/// </remarks>
internal sealed unsafe class UringDatagramIo : IDatagramIo
{
    private const int Submissions = 1024, Completions = 8192;

    /// <summary>Datagrams taken before the loop must look at them.</summary>
    private const int BatchLimit = 1024;

    /// <summary>Times that one <see cref="Receive"/> enters the kernel: what is still there then waits for the next.</summary>
    private const int MaxRounds = 8;

    private readonly UringRing _ring;
    private readonly UringBufferRing _bufferRing;
    private readonly UringReceiveBuffers _receiveBuffers;
    private readonly UringSends _sends;
    private readonly UringSockets _sockets;
    private readonly EventSignal _signal = new();
    private readonly ReceivedDatagram[] _received = new ReceivedDatagram[BatchLimit];
    private readonly FailedSends _failed = new(BatchLimit);
    private readonly Queue<int> _unarmed = new();    // sockets whose receive request must be made, or made again
    private readonly MessageHeader* _receiveHeader;
    private int _count;            // datagrams taken from the ring
    private bool _handedOut;       // the loop has them
    private bool _watchesSignal;
    private int _standing;         // receive requests with the kernel, those of removed sockets included

    private UringDatagramIo(UringRing ring, UringBufferRing bufferRing)
    {
        _ring = ring;
        _bufferRing = bufferRing;
        _receiveBuffers = new UringReceiveBuffers(bufferRing, Buffers);
        _sends = new UringSends(ring.SubmissionCapacity, Buffers);
        _sockets = new UringSockets(ring);
        _receiveHeader = (MessageHeader*)NativeMemory.AllocZeroed((nuint)sizeof(MessageHeader));
        _receiveHeader->NameLength = NativeSocketAddress.Size;
        _receiveBuffers.Refill();
    }

    public string Name => DatagramIo.Uring;

    public DatagramBuffers Buffers { get; } = new();

    public bool HasMore { get; private set; }

    public long BufferShortages => _receiveBuffers.Shortages;

    /// <summary>Receive requests made since the start: one a socket, and one more whenever one ended.</summary>
    public long RequestsMade { get; private set; }

    /// <summary>See <see cref="UringSends.AddressInRequest"/>.</summary>
    public bool AddressInRequest { get => _sends.AddressInRequest; set => _sends.AddressInRequest = value; }

    /// <summary>errno of the last datagram that the kernel refused.</summary>
    public int LastSendError { get; private set; }

    /// <summary>Opens a ring and receives through it, so that what this kernel lacks is found out now and not in a call.</summary>
    /// <param name="refusal">With null: why not, in words.</param>
    /// <param name="setup">io_uring_setup; another one stands for a kernel that refuses.</param>
    /// <param name="buffers">The most buffers that wait for datagrams: a power of two.</param>
    public static UringDatagramIo? TryOpen(out string refusal, UringSetup? setup = null, int buffers = 4096)
    {
        if (UringRing.TryOpen(Submissions, Completions, setup ?? UringCalls.Setup, out refusal) is not { } ring) return null;
        refusal = UringRing.TooOld;
        if (!ring.Supports(UringOperations.All) || UringBufferRing.TryOpen(ring, buffers) is not { } bufferRing)
        {
            ring.Dispose();
            return null;
        }
        var io = new UringDatagramIo(ring, bufferRing);
        if (!UringTrial.Passes(io))
        {
            io.Dispose();
            return null;
        }
        UringTrial.ChooseSend(io);
        refusal = "";
        return io;
    }

    public bool Add(int socket, FileDescriptor descriptor, bool isBusy = false)
    {
        if (_sockets.IsLeaving(socket)) CloseLeaving();
        _sockets.Add(socket, descriptor);
        _unarmed.Enqueue(socket);
        return true;
    }

    public void Remove(int socket)
    {
        if (!_sockets.IsOpen(socket)) return;
        // In the ring's order: what is queued goes out, then receiving ends. Its last answers find another generation.
        if (_sockets.IsArmed(socket) && TryNext(out SubmissionEntry* entry, out _))
        {
            entry->Operation = UringOperations.AsyncCancel;
            entry->Key = _sockets.Token(UringRequest.Receive, socket).Value;
            entry->Flags = UringFlags.SkipCompletionOnSuccess;
            entry->UserData = new UringToken(UringRequest.Ignored, 0, 0).Value;
        }
        _sockets.Remove(socket);
        if (!_handedOut) Forget(socket);
    }

    public ReadOnlySpan<ReceivedDatagram> Receive()
    {
        Reuse();
        for (int round = 0; round < MaxRounds && _count < BatchLimit; round++)
        {
            _receiveBuffers.Refill();
            Rearm();
            if (_ring.Pending > 0 || _ring.NeedsEnter) _sends.OnSubmitted(_ring.SubmitAndCollect());
            else if (!_ring.HasCompletions) break;
            TakeCompletions();
        }
        HasMore = _ring.HasCompletions || _ring.NeedsEnter;
        _handedOut = true;
        return _received.AsSpan(0, _count);
    }

    public void Send(int socket, int buffer, int offset, int length, in NativeSocketAddress target)
    {
        if (!_sockets.IsOpen(socket) || !TryNext(out SubmissionEntry* entry, out int place))
        {
            _failed.Add(socket);
            Buffers.Return(buffer);
            return;
        }
        _sockets.Address(entry, socket);
        entry->UserData = _sockets.Token(UringRequest.Send, socket).Value;
        _sends.Fill(entry, place, buffer, offset, length, target);
    }

    public ReadOnlySpan<int> Flush()
    {
        Submit();
        if (_sockets.AnyLeaving && _ring.Pending == 0) _sockets.CloseLeaving();
        if (_ring.HasCompletions)    // failures
        {
            Reuse();
            TakeCompletions();
        }
        return _failed.Take();
    }

    public void Wait(TimeSpan? timeout)
    {
        Rearm();
        if (_ring.HasCompletions || (!_handedOut && _count > 0)) return;
        _sends.OnSubmitted(_ring.SubmitAndWait(1, timeout));    // an interruption ends it early, which is routine
    }

    public void Nap(TimeSpan until) => CurrentThread.SleepUntil(until.Ticks * TimeSpan.NanosecondsPerTick);

    public void Wake() => _signal.Set();

    public void Dispose()
    {
        for (int socket = 0; socket < _sockets.Count; socket++) Remove(socket);
        CloseLeaving();
        // A request that still stood when its memory is freed could write there.
        for (int tries = 0; _standing > 0 && tries < 100; tries++)
        {
            Reuse();
            TakeCompletions();
            foreach (ref readonly ReceivedDatagram datagram in _received.AsSpan(0, _count)) Buffers.Return(datagram.Buffer);
            _handedOut = true;
            if (_standing > 0) _sends.OnSubmitted(_ring.SubmitAndWait(1, TimeSpan.FromMilliseconds(10)));
        }
        _bufferRing.Dispose();
        _ring.Dispose();
        _sends.Dispose();
        _signal.Dispose();
        NativeMemory.Free(_receiveHeader);
        Buffers.Dispose();
    }

    private void CloseLeaving()
    {
        Submit();
        _sockets.CloseLeaving();
    }

    private void Submit() => _sends.OnSubmitted(_ring.Submit());

    private bool TryNext(out SubmissionEntry* entry, out int place)
    {
        entry = _ring.TryNext(out place);
        if (entry == null)
        {
            Submit();
            entry = _ring.TryNext(out place);
            if (entry == null) return false;
        }
        _sends.Skip(place);
        return true;
    }

    /// <summary>What was handed out is the loop's, and has been seen by it.</summary>
    private void Reuse()
    {
        if (_handedOut) (_count, _handedOut) = (0, false);
    }

    private bool TryArm(int socket)
    {
        if (!TryNext(out SubmissionEntry* entry, out _)) return false;
        _sockets.Register(socket);
        _sockets.Address(entry, socket);
        entry->Operation = UringOperations.ReceiveMessage;
        entry->Flags |= UringFlags.BufferSelect;
        entry->OperationOptions = UringFlags.ReceiveMultishot;
        entry->Address = _receiveHeader;
        entry->Length = 1;
        entry->UserData = _sockets.Token(UringRequest.Receive, socket).Value;
        _sockets.SetArmed(socket, true);
        _standing++;
        RequestsMade++;
        return true;
    }

    private void Rearm()
    {
        while (_unarmed.TryPeek(out int socket))
        {
            if (_sockets.IsOpen(socket) && !_sockets.IsArmed(socket) && !TryArm(socket)) return;
            _unarmed.Dequeue();
        }
        if (_watchesSignal || !TryNext(out SubmissionEntry* entry, out _)) return;
        entry->Operation = UringOperations.PollAdd;
        entry->Descriptor = _signal.Number;
        entry->Length = UringFlags.PollMultishot;
        entry->OperationFlags = EpollFlags.In;
        entry->UserData = new UringToken(UringRequest.Wake, 0, 0).Value;
        _watchesSignal = true;
    }

    private void TakeCompletions()
    {
        while (_count < BatchLimit && _ring.TryTake(out CompletionEntry completion))
        {
            var token = new UringToken(completion.UserData);
            switch (token.Request)
            {
                case UringRequest.Receive:
                    OnReceived(token, completion);
                    break;
                case UringRequest.Send:    // success is not answered
                    _failed.Add(token.Socket);
                    LastSendError = -completion.Result;
                    break;
                case UringRequest.Wake:
                    _signal.Clear();
                    _watchesSignal = completion.HasMore;
                    break;
            }
        }
    }

    private void OnReceived(UringToken token, in CompletionEntry completion)
    {
        bool current = _sockets.IsCurrent(token);
        if (!completion.HasMore)
        {
            _standing--;
            if (current) OnEnded(token.Socket, completion.Result);
        }
        if (!completion.HasBuffer) return;
        int buffer = _receiveBuffers.Take(completion.BufferId);
        ref ReceivedDatagram datagram = ref _received[_count];
        if (!current || completion.Result < 0 || !_receiveBuffers.TryRead(buffer, ref datagram))
        {
            Buffers.Return(buffer);
            return;
        }
        datagram.Socket = token.Socket;
        _count++;
    }

    /// <summary>A receive request ends for want of a buffer, by an empty datagram, by an error that the network reported, or for good.</summary>
    private void OnEnded(int socket, int result)
    {
        _sockets.SetArmed(socket, false);
        if (result == -Errno.NoBuffers) _receiveBuffers.OnShortage();
        if (-result is not (Errno.BadDescriptor or Errno.Invalid or Errno.NotSupported)) _unarmed.Enqueue(socket);
    }

    private void Forget(int socket)
    {
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            if (_received[i].Socket == socket) Buffers.Return(_received[i].Buffer);
            else _received[kept++] = _received[i];
        }
        _count = kept;
    }
}
