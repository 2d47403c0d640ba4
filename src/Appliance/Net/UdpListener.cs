using System.Net;
using Tandem.Net.Interop;
using Tandem.Signalling;

namespace Tandem.Net;

/// <summary>One bound UDP socket: batches in, a batch out, and the channel of every flow that goes through it.</summary>
internal sealed class UdpListener : ShardSocket, IDisposable
{
    /// <summary>Batches taken in one turn, so that timers and other sockets get theirs under a flood.</summary>
    private const int BatchesPerTurn = 8;

    private const int BufferBytes = 16 * 1024 * 1024;
    private const int ClassSelector3 = 0x60;    // DSCP of signalling (RFC 4594 §2.3)

    private readonly SipTransports _owner;
    private readonly SignallingShard _shard;
    private readonly FileDescriptor _socket;
    private readonly UdpReceiveBatch _received;
    private readonly UdpErrors _errors;
    private readonly UdpSendBatch _unsent = new();
    private readonly NativeSocketAddress _bound;

    private UdpListener(SipTransports owner, SignallingShard shard, FileDescriptor socket, UdpReceiveBatch received, UdpErrors errors)
    {
        _owner = owner;
        _shard = shard;
        _socket = socket;
        (_received, _errors) = (received, errors);
        NativeSocketAddress bound = socket.LocalAddress();
        Address = bound.ToEndPoint();
        _bound = bound.WithPort(0);
        Channel = new UdpChannel(this);
    }

    public override int Descriptor => _socket.Number;

    /// <summary>As bound; the wildcard when it listens on every address.</summary>
    public IPEndPoint Address { get; }

    public bool IsWildcard => _bound.IsUnspecified;

    public UdpChannel Channel { get; }

    public bool IsClosed => _socket.IsClosed;

    /// <summary>Opens and binds; on failure null and the errno.</summary>
    public static UdpListener? Bind(
        SipTransports owner, SignallingShard shard, UdpReceiveBatch received, UdpErrors errors, IPAddress address, int port, out int error)
    {
        FileDescriptor socket = FileDescriptor.BindUdp(address, port, out error);
        if (socket.IsInvalid) return null;
        var listener = new UdpListener(owner, shard, socket, received, errors);
        bool ipv6 = listener._bound.IsIpv6;
        if (listener.IsWildcard && !PacketInfo.Enable(socket, ipv6))
        {
            error = Libc.LastError;
            listener.Dispose();
            return null;
        }

        UdpErrors.Enable(socket, ipv6);
        // Best effort: without CAP_NET_ADMIN the kernel's limit holds.
        _ = socket.SetOption(SocketOptions.LevelSocket, SocketOptions.ReceiveBufferForce, BufferBytes)
            || socket.SetOption(SocketOptions.LevelSocket, SocketOptions.ReceiveBuffer, BufferBytes);
        _ = socket.SetOption(SocketOptions.LevelSocket, SocketOptions.SendBuffer, BufferBytes);
        _ = ipv6
            ? socket.SetOption(SocketOptions.LevelIpv6, SocketOptions.Ipv6TrafficClass, ClassSelector3)
            : socket.SetOption(SocketOptions.LevelIp, SocketOptions.IpTos, ClassSelector3);
        return listener;
    }

    public override void Receive()
    {
        // A handler may dispose the transports; the batch's memory goes with them.
        for (int batch = 0; batch < BatchesPerTurn && !IsClosed; batch++)
        {
            int count = _received.Receive(Descriptor);
            for (int i = 0; i < count && !IsClosed; i++) Take(i);
            if (count < UdpReceiveBatch.Capacity) return;
        }
    }

    /// <summary>Datagrams that did not arrive, as ICMP says. What is left over is reported again.</summary>
    public override void TakeErrors()
    {
        int count = IsClosed ? 0 : _errors.Receive(Descriptor);
        for (int i = 0; i < count && !IsClosed; i++)
            if (_errors.IsUnreachable(i)) _owner.Undelivered?.Invoke(_errors.Target(i), _errors.Datagram(i));
    }

    public override void Flush()
    {
        int count = _unsent.Count;
        int refused = IsClosed ? count : _unsent.Send(Descriptor);
        _owner.Counters.Sent(count - refused, refused);
    }

    public bool Send(SipFlow flow, ReadOnlySpan<byte> message)
    {
        if (IsClosed || message.Length > UdpSendBatch.MaxDatagramBytes) return false;
        if (!_unsent.TryAdd(message, flow.NativeRemote, flow.NativeLocal, flow.InterfaceIndex))
        {
            Flush();
            if (!_unsent.TryAdd(message, flow.NativeRemote, flow.NativeLocal, flow.InterfaceIndex)) return false;
        }

        _shard.FlushLater(this);
        return true;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _unsent.Dispose();
    }

    private void Take(int index)
    {
        try
        {
            if (!_received.TryReadLocal(index, out NativeSocketAddress local, out int interfaceIndex)) local = _bound;
            _owner.Take(this, _received.Datagram(index), _received.Source(index), local, interfaceIndex);
        }
#pragma warning disable CA1031 // the worker's edge: one datagram fails, those behind it do not
        catch (Exception e)
#pragma warning restore CA1031
        {
            _shard.Failed(e);
        }
    }

    /// <summary>The face that flows see. One socket serves them all, so closing a flow does nothing to it.</summary>
    internal sealed class UdpChannel(UdpListener listener) : SipChannel
    {
        public UdpListener Listener => listener;

        public override bool IsOpen => !listener.IsClosed;

        public override bool Send(SipFlow flow, ReadOnlySpan<byte> message) => listener.Send(flow, message);

        public override void Close(string reason)
        {
        }
    }
}
