using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Interop.Peers;

namespace Interop.Impaired;

/// <summary>
/// A bad network between browsers and an appliance on this host: a port here for each media port there, as a NAT has them, with the same
/// impairment in both directions. The kernel of a test machine need have no queueing discipline for it.
/// </summary>
public sealed class ImpairedPath : IDisposable
{
    private readonly List<Socket> _sockets = [];
    private readonly Dictionary<Socket, Flow> _flows = [];
    private readonly Dictionary<(Socket Port, EndPoint Client), Socket> _upstream = [];
    private readonly PriorityQueue<(Socket From, EndPoint To, byte[] Datagram), (TimeSpan At, long Order)> _held = new();
    private readonly ImpairedDirection _toServer, _toClient;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Thread _thread;
    private long _order;
    private volatile bool _ended;

    /// <param name="serverPort">The first media port of the appliance, on loopback.</param>
    /// <param name="count">How many it has.</param>
    public ImpairedPath(int serverPort, int count, Impairment impairment, int seed)
    {
        (ServerPort, Count, Port) = (serverPort, count, Ports.Rtp(count));
        (_toServer, _toClient) = (new ImpairedDirection(impairment, seed), new ImpairedDirection(impairment, seed + 1000));
        for (int i = 0; i < count; i++) Add(Open(Port + i), new Flow(serverPort + i, null, null));
        _thread = new Thread(Run) { IsBackground = true, Name = "impaired path" };
        _thread.Start();
    }

    public int ServerPort { get; }

    public int Count { get; }

    /// <summary>The first of its own ports.</summary>
    public int Port { get; }

    /// <summary>How late packets left beyond their time at most: what this machine added of its own.</summary>
    public TimeSpan Latest { get; private set; }

    public string Summary => FormattableString.Invariant(
        $"{_toServer.Lost} of {_toServer.Lost + _toServer.Passed} lost to the server, {_toClient.Lost} of {_toClient.Lost + _toClient.Passed} to the browser, at most {Latest.TotalMilliseconds:F0} ms late");

    private TimeSpan Now => Stopwatch.GetElapsedTime(_started);

    public void Dispose()
    {
        _ended = true;
        _thread.Join();
        foreach (Socket socket in _sockets) socket.Dispose();
    }

    private static Socket Open(int port)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    private Socket Add(Socket socket, Flow flow)
    {
        _sockets.Add(socket);
        _flows[socket] = flow;
        return socket;
    }

    private void Run()
    {
        byte[] buffer = new byte[2048];
        List<TimeSpan> releases = [];
        while (!_ended)
        {
            Release();
            List<Socket> ready = [.. _sockets];
            Socket.Select(ready, null, null, (int)Math.Clamp(NextIn().TotalMicroseconds, 0, 20_000));
            foreach (Socket socket in ready)
            {
                while (TryReceive(socket, buffer, out int length, out EndPoint from)) Take(socket, from, buffer.AsSpan(0, length), releases);
            }
        }
    }

    private void Take(Socket socket, EndPoint from, ReadOnlySpan<byte> datagram, List<TimeSpan> releases)
    {
        Flow flow = _flows[socket];
        releases.Clear();
        (flow.Client is null ? _toServer : _toClient).Carry(datagram, Now, releases);
        if (releases.Count == 0) return;
        (Socket out_, EndPoint to) = flow.Client is null ? (UpstreamOf(socket, from, flow.ServerPort), new IPEndPoint(IPAddress.Loopback, flow.ServerPort)) : (flow.Port!, flow.Client);
        byte[] copy = datagram.ToArray();
        foreach (TimeSpan at in releases) _held.Enqueue((out_, to, copy), (at, _order++));
    }

    private Socket UpstreamOf(Socket port, EndPoint client, int serverPort)
    {
        if (!_upstream.TryGetValue((port, client), out Socket? upstream))
            _upstream[(port, client)] = upstream = Add(Open(0), new Flow(serverPort, port, client));
        return upstream;
    }

    private void Release()
    {
        TimeSpan now = Now;
        while (_held.TryPeek(out _, out (TimeSpan At, long) due) && due.At <= now)
        {
            (Socket from, EndPoint to, byte[] datagram) = _held.Dequeue();
            if (now - due.At > Latest) Latest = now - due.At;
            try
            {
                from.SendTo(datagram, to);
            }
            catch (SocketException)
            {
                // Nobody is there any more: the network loses it.
            }
        }
    }

    private TimeSpan NextIn() => _held.TryPeek(out _, out (TimeSpan At, long) due) ? due.At - Now : TimeSpan.FromMilliseconds(20);

    private static bool TryReceive(Socket socket, byte[] buffer, out int length, out EndPoint from)
    {
        from = new IPEndPoint(IPAddress.Any, 0);
        length = 0;
        if (socket.Available == 0) return false;
        try
        {
            length = socket.ReceiveFrom(buffer, ref from);
            return true;
        }
        catch (SocketException)
        {
            return false;    // the answer to something sent to a port that is closed
        }
    }

    /// <summary>What is to be done with what a socket receives.</summary>
    /// <param name="ServerPort">Where the appliance is.</param>
    /// <param name="Port">Of a socket towards it: the one that the client knows.</param>
    /// <param name="Client">Of a socket towards it: who is behind it.</param>
    private sealed record Flow(int ServerPort, Socket? Port, EndPoint? Client);
}
