using System.Net;
using Tandem.Net.Interop;
using Tandem.Signalling;

namespace Tandem.Net;

/// <summary>
/// A second socket on the port of a listener, for the datagrams of strangers, so that they stand in a queue of their own: however many come, the
/// kernel drops what that queue has no room for, and those who are known never wait behind them.
/// </summary>
/// <remarks>Shard thread.</remarks>
internal sealed class UdpStrangers : ShardSocket, IDisposable
{
    /// <summary>With one turn a millisecond, 128,000 datagrams a second are looked at: a seventh of a processor. The rest costs us nothing.</summary>
    private const int BatchesPerTurn = 4;

    /// <summary>Some two thousand requests, so that a stranger waits for a fiftieth of a second at most.</summary>
    private const int BufferBytes = 1024 * 1024;

    private readonly FileDescriptor _socket;
    private readonly UdpListener _listener;

    private UdpStrangers(FileDescriptor socket, UdpListener listener) => (_socket, _listener) = (socket, listener);

    public override int Descriptor => _socket.Number;

    /// <summary>Opens the second socket; null: the kernel does not let a port be shared that way, and all stay in one queue.</summary>
    /// <param name="listener">The first.</param>
    /// <param name="first">Its socket; bound without sharing, so that a port in use is still refused.</param>
    /// <param name="address">What it was bound to.</param>
    public static UdpStrangers? Open(UdpListener listener, FileDescriptor first, IPAddress address)
    {
        if (!first.SetOption(SocketOptions.LevelSocket, SocketOptions.ReusePort, 1)) return null;
        FileDescriptor second = FileDescriptor.BindUdp(address, listener.Address.Port, out _, joins: true);
        if (!second.IsInvalid && first.SetReusePortFilter(new SourceSieve().Program(listener.IsIpv6)) && listener.Prepare(second, BufferBytes))
            return new UdpStrangers(second, listener);
        second.Dispose();
        first.SetOption(SocketOptions.LevelSocket, SocketOptions.ReusePort, 0);
        return null;
    }

    public override bool Receive()
    {
        _listener.Take(Descriptor, BatchesPerTurn);
        return false;    // what is left waits for the next turn, or is dropped
    }

    public override void TakeErrors() => _listener.TakeErrors(Descriptor);

    public override void Flush()
    {
    }

    public void Dispose() => _socket.Dispose();
}
