using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Tandem.Net.Datagrams;
using Tandem.Net.Interop;

namespace Appliance.Tests.Net.Datagrams;

/// <summary>The other end of the sockets under test, on their owner's thread.</summary>
internal sealed partial class DatagramPeer : IDisposable
{
    private readonly Socket _socket;
    private readonly List<int> _held = [];

    public DatagramPeer(IPAddress address)
    {
        _socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 10_000, ReceiveBufferSize = 4 << 20 };
        _socket.Bind(new IPEndPoint(address, 0));
    }

    public IPEndPoint Local => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Delivers a signal that has a handler to one thread.</summary>
    public static void Interrupt(int thread) => _ = SendSignal(Environment.ProcessId, thread, 28);    // SIGWINCH

    /// <summary>Opens a socket on our address for the I/O under test.</summary>
    public IPEndPoint AddTo(IDatagramIo io, int number)
    {
        FileDescriptor socket = FileDescriptor.BindUdp(Local.Address, 0, out _);
        IPEndPoint local = socket.LocalAddress().ToEndPoint();
        if (!io.Add(number, socket)) throw new InvalidOperationException("not added");
        return local;
    }

    public void Send(IPEndPoint to, byte[] datagram) => _socket.SendTo(datagram, to);

    public byte[] Next()
    {
        var buffer = new byte[4096];
        return buffer[.._socket.Receive(buffer)];
    }

    /// <summary>Waits until so many have come. They stay with the caller; see <see cref="Release"/>.</summary>
    public ReceivedDatagram[] Await(IDatagramIo io, int count)
    {
        List<ReceivedDatagram> all = [];
        for (long start = Stopwatch.GetTimestamp(); ; io.Wait(TimeSpan.FromSeconds(1)))
        {
            do
            {
                all.AddRange(io.Receive());
            }
            while (io.HasMore);
            if (all.Count >= count || Stopwatch.GetElapsedTime(start).TotalSeconds > 10) break;
        }
        _held.AddRange(all.Select(datagram => datagram.Buffer));
        return all.Count == count ? [.. all] : throw new TimeoutException($"{all.Count} of {count} datagrams");
    }

    /// <summary>Gives back the buffers of all that was awaited.</summary>
    public void Release(IDatagramIo io)
    {
        foreach (int buffer in _held) io.Buffers.Return(buffer);
        _held.Clear();
    }

    public void Dispose() => _socket.Dispose();

    [LibraryImport("libc", EntryPoint = "tgkill")]
    private static partial int SendSignal(int process, int thread, int signal);
}
