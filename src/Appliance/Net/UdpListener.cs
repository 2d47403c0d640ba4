using System.Net;
using Tandem.Net.Interop;
using Tandem.Signalling;

namespace Tandem.Net;

/// <summary>One bound UDP socket: batches in, a batch out, and the channel of every flow that goes through it.</summary>
internal sealed class UdpListener : ShardSocket, IDisposable
{
    /// <summary>Batches taken in one turn, so that timers and other sockets get theirs under a flood.</summary>
    private const int BatchesPerTurn = 8;

    /// <summary>Some six thousand requests: what a second of 1,000 calls brings, and read within 20 ms. A longer queue makes late what it saves from being lost.</summary>
    private const int ReceiveBufferBytes = 4 * 1024 * 1024;

    private const int SendBufferBytes = 16 * 1024 * 1024;
    private const int ClassSelector3 = 0x60;    // DSCP of signalling (RFC 4594 §2.3)

    private readonly SipTransports _owner;
    private readonly SignallingShard _shard;
    private readonly FileDescriptor _socket;
    private readonly UdpReceiveBatch _received;
    private readonly UdpErrors _errors;
    private readonly UdpSendBatch _unsent = new();
    private readonly NativeSocketAddress _bound;

    private UdpStrangers? _strangers;

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

    public bool IsIpv6 => _bound.IsIpv6;

    /// <summary>Strangers have a queue of their own.</summary>
    public bool IsSieved => _strangers is not null;

    public UdpChannel Channel { get; }

    public bool IsClosed => _socket.IsClosed;

    /// <summary>Opens and binds; on failure null and the errno.</summary>
    /// <param name="owner">Takes the datagrams.</param>
    /// <param name="shard">Whose thread reads.</param>
    /// <param name="received">Room for what is read.</param>
    /// <param name="errors">Room for what ICMP says.</param>
    /// <param name="address">Of ours.</param>
    /// <param name="port">0: any that is free.</param>
    /// <param name="sieves">Strangers get a queue of their own, where the kernel can do that.</param>
    /// <param name="error">The errno.</param>
    public static UdpListener? Bind(
        SipTransports owner, SignallingShard shard, UdpReceiveBatch received, UdpErrors errors, IPAddress address, int port, bool sieves, out int error)
    {
        FileDescriptor socket = FileDescriptor.BindUdp(address, port, out error);
        if (socket.IsInvalid) return null;
        var listener = new UdpListener(owner, shard, socket, received, errors);
        if (!listener.Prepare(socket, ReceiveBufferBytes))
        {
            error = Libc.LastError;
            listener.Dispose();
            return null;
        }

        _ = socket.SetOption(SocketOptions.LevelSocket, SocketOptions.SendBuffer, SendBufferBytes);
        _ = listener.IsIpv6
            ? socket.SetOption(SocketOptions.LevelIpv6, SocketOptions.Ipv6TrafficClass, ClassSelector3)
            : socket.SetOption(SocketOptions.LevelIp, SocketOptions.IpTos, ClassSelector3);
        if (sieves) listener._strangers = UdpStrangers.Open(listener, socket, address);
        return listener;
    }

    /// <summary>Makes a socket of this port ready to be read.</summary>
    /// <returns>False, with errno set: it would not say what it was sent to.</returns>
    public bool Prepare(FileDescriptor socket, int receiveBytes)
    {
        UdpErrors.Enable(socket, IsIpv6);    // they may come to either socket of a port
        // Best effort: without CAP_NET_ADMIN the kernel's limit holds.
        _ = socket.SetOption(SocketOptions.LevelSocket, SocketOptions.ReceiveBufferForce, receiveBytes)
            || socket.SetOption(SocketOptions.LevelSocket, SocketOptions.ReceiveBuffer, receiveBytes);
        return !IsWildcard || PacketInfo.Enable(socket, IsIpv6);
    }

    public void Attach()
    {
        _shard.Attach(this);
        if (_strangers is not null) _shard.Attach(_strangers);
    }

    public void Detach()
    {
        _shard.Detach(this);
        if (_strangers is not null) _shard.Detach(_strangers);
    }

    /// <summary>From now on the kernel tells strangers by this.</summary>
    public void Sieve(SourceSieve sieve)
    {
        if (IsSieved && !IsClosed) _socket.SetReusePortFilter(sieve.Program(IsIpv6));
    }

    public override bool Receive() => Take(Descriptor, BatchesPerTurn);

    /// <summary>Takes what waits in a socket of this port.</summary>
    /// <returns>Whether there may be more than that.</returns>
    public bool Take(int descriptor, int batches)
    {
        // A handler may dispose the transports; the batch's memory goes with them.
        for (int batch = 0; batch < batches && !IsClosed; batch++)
        {
            int count = _received.Receive(descriptor);
            _owner.Counters.Read(count, areStrangers: descriptor != Descriptor);
            for (int i = 0; i < count && !IsClosed; i++) Take(i);
            if (count < UdpReceiveBatch.Capacity) return false;
        }
        return !IsClosed;
    }

    /// <summary>Datagrams that did not arrive, as ICMP says. What is left over is reported again.</summary>
    public override void TakeErrors() => TakeErrors(Descriptor);

    /// <inheritdoc cref="TakeErrors()"/>
    public void TakeErrors(int descriptor)
    {
        int count = IsClosed ? 0 : _errors.Receive(descriptor);
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
        _strangers?.Dispose();
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
