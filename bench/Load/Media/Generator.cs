using System.Buffers.Binary;
using System.Net;

namespace Load.Media;

/// <summary>Both ends of every call: sends on time, takes what comes back and checks it. One thread, in the generator's namespace.</summary>
/// <remarks>All callers share one socket and all callees another: calls are told apart by the engine's ports. The engine's work does not depend on it.</remarks>
internal sealed class Generator : IDisposable
{
    public const int CallerPort = 40_000, CalleePort = 42_000;

    private const long Millisecond = 1_000_000, PacketTime = 20 * Millisecond, SmoothTick = Millisecond / 10;
    private static readonly long s_reportInterval = 5000 * Millisecond;

    private readonly bool _isPlayout;
    private readonly MediaStream[] _streams;
    private readonly int[] _sockets;                          // caller RTP, callee RTP, caller RTCP, callee RTCP
    private readonly MediaStream?[][] _byPort = [new MediaStream?[65536], new MediaStream?[65536]];
    private readonly bool[][] _reportsFrom = [new bool[65536], new bool[65536]];
    private readonly DatagramBatch[] _outgoing = [new(), new()];
    private readonly DatagramBatch _incoming = new();
    private readonly DatagramBatch _reports = new();
    private readonly int[] _warm;
    private int[]? _end;

    public Generator(IPAddress address, IReadOnlyList<MediaCall> calls)
    {
        _isPlayout = calls[0].ToCallee.Kind.IsPlayout;
        _sockets = [Open(address, CallerPort), Open(address, CalleePort), Open(address, CallerPort + 1), Open(address, CalleePort + 1)];
        _streams = [.. calls.SelectMany(call => (MediaStream[])[call.ToCallee, call.ToCaller])];
        Calls = calls;
        _warm = new int[_streams.Length];
        foreach (MediaCall call in calls)
        {
            _byPort[1][call.CalleePort] = call.ToCallee;
            _byPort[0][call.CallerPort] = call.ToCaller;
        }
    }

    public IReadOnlyList<MediaCall> Calls { get; }

    public IReadOnlyList<MediaStream> Streams => _streams;

    /// <summary>How late packets were sent; where only the engine sends, how late they were asked for.</summary>
    public Histogram Late { get; } = new();

    /// <summary>Packets of the measured part.</summary>
    public long Sent { get; private set; }

    public long Received { get; private set; }

    /// <summary>Packets that were not what was sent, or came from a port that no reply named.</summary>
    public long Wrong { get; private set; }

    public long OutOfOrder { get; private set; }

    public long Refused { get; private set; }

    /// <summary>Ports that a reply named for RTCP and from which a report came.</summary>
    public int ReportingPorts { get; private set; }

    /// <summary>RTP ports from which nothing came.</summary>
    public int SilentPorts => _streams.Count(stream => stream.Received == 0 && !(_isPlayout && stream.FromCaller));

    /// <summary>Sends for a time and takes what comes back.</summary>
    /// <param name="warmUp">Not measured.</param>
    /// <param name="length">Measured.</param>
    /// <param name="burst">All that is due within a millisecond at once; else each packet at its own time.</param>
    /// <param name="onMeasured">Called when the measured part begins and when it ends.</param>
    public void Run(TimeSpan warmUp, TimeSpan length, bool burst, Action<bool> onMeasured)
    {
        long interval = Math.Max(1, PacketTime / _streams.Length), tick = burst ? Millisecond : SmoothTick;
        long start = (Native.Now() / Millisecond + 5) * Millisecond, measureAt = start + (long)(warmUp.TotalMilliseconds * Millisecond);
        long end = measureAt + (long)(length.TotalMilliseconds * Millisecond);
        long packet = 0, nextReceive = 0, nextReport = start + 500 * Millisecond;
        bool measuring = false;
        int reporter = 0;
        for (long now = start; now < end; now = Native.Now())
        {
            if (!measuring && now >= measureAt)
            {
                measuring = true;
                for (int i = 0; i < _streams.Length; i++) _warm[i] = _streams[i].Sent;
                onMeasured(true);
            }
            long wall = Native.WallNow();
            long due = start + (packet / _streams.Length) * PacketTime + (packet % _streams.Length) * interval;
            while (!_isPlayout && due <= now)
            {
                Send(_streams[packet % _streams.Length], wall);
                if (measuring) Late.Add(now - due);
                packet++;
                due = start + (packet / _streams.Length) * PacketTime + (packet % _streams.Length) * interval;
            }
            for (int side = 0; side < 2; side++) Refused += _outgoing[side].Send(_sockets[side]);
            if (now >= nextReport)
            {
                SendReport(_streams[reporter]);
                reporter = (reporter + 1) % _streams.Length;
                nextReport += s_reportInterval / _streams.Length;
            }
            if (now >= nextReceive)
            {
                if (_isPlayout && measuring) Late.Add(now - nextReceive);
                Receive();
                nextReceive = now + Millisecond / 2;
            }
            long next = _isPlayout ? now + Millisecond / 2 : Math.Min(due, Math.Max(nextReceive, now + tick));
            Native.SleepUntil(Math.Max(burst ? (now / Millisecond + 1) * Millisecond : now + tick, Math.Min(next, end)));
        }
        onMeasured(false);
        // What an engine plays is known by its arrival: one that falls behind its own clock by more than 100 ms owes the rest.
        int owed = _isPlayout ? (int)(length.TotalMilliseconds * Millisecond / PacketTime) - 5 : 0;
        _end = [.. _streams.Select((stream, i) => _isPlayout && stream.FromCaller ? 0 : Math.Max(stream.Sent, _warm[i] + owed))];
        for (int i = 0; i < _streams.Length; i++) Sent += _end[i] - _warm[i];
        for (int i = 0; i < 100 && !_isPlayout; i++)    // what is still under way
        {
            Native.SleepUntil(Native.Now() + 3 * Millisecond);
            Receive();
        }
        // Where payloads cannot name their packet, one sent just before the measured part may count for it: no loss, and no gain.
        for (int i = 0; i < _streams.Length; i++) Received += Math.Min(_streams[i].Received, _end[i] - _warm[i]);
        ReportingPorts = _reportsFrom.Sum(ports => ports.Count(heard => heard));
    }

    public void Dispose()
    {
        foreach (int descriptor in _sockets) _ = Native.close(descriptor);
        foreach (DatagramBatch batch in (DatagramBatch[])[.. _outgoing, _incoming, _reports]) batch.Dispose();
    }

    private static int Open(IPAddress address, int port) => Native.OpenUdp(new IPEndPoint(address, port));

    private void Send(MediaStream stream, long wall)
    {
        int side = stream.FromCaller ? 0 : 1;
        DatagramBatch batch = _outgoing[side];
        if (batch.Count == DatagramBatch.Capacity) Refused += batch.Send(_sockets[side]);
        int index = stream.Sent++;
        stream.SentAt[index & 255] = wall;
        batch.Add(stream.Kind.Write(stream, index, wall, batch.Next), stream.Target);
    }

    /// <summary>A sender report with one SDES chunk, as every phone sends them.</summary>
    private void SendReport(MediaStream stream)
    {
        Span<byte> packet = _reports.Next;
        packet[..44].Clear();
        (packet[0], packet[1], packet[3]) = (0x80, 200, 6);
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], stream.Ssrc);
        BinaryPrimitives.WriteUInt64BigEndian(packet[8..], (ulong)Native.WallNow() << 2);
        BinaryPrimitives.WriteInt32BigEndian(packet[20..], stream.Sent);
        (packet[28], packet[29], packet[31]) = (0x81, 202, 2);
        BinaryPrimitives.WriteUInt32BigEndian(packet[32..], stream.Ssrc);
        (packet[36], packet[37], packet[38]) = (1, 1, (byte)'x');
        Native.SocketAddress target = stream.Target;
        target.PortBigEndian = BinaryPrimitives.ReverseEndianness((ushort)Calls[stream.Call].ReportPortFor(stream));
        _reports.Add(40, target);
        Refused += _reports.Send(_sockets[stream.FromCaller ? 2 : 3]);
    }

    private void Receive()
    {
        for (int side = 0; side < 4; side++)
        {
            int count;
            do
            {
                count = _incoming.Receive(_sockets[side]);
                for (int i = 0; i < count; i++)
                {
                    if (side < 2) Take(side, i);
                    else _reportsFrom[side - 2][_incoming.SourcePort(i)] |= Calls.Count > 0;
                }
            }
            while (count == DatagramBatch.Capacity);
        }
    }

    private void Take(int side, int i)
    {
        Span<byte> packet = _incoming.Datagram(i);
        if (packet.Length >= 2 && packet[1] is >= 192 and <= 223)    // RTCP, multiplexed
        {
            _reportsFrom[side][_incoming.SourcePort(i)] = true;
            return;
        }
        long at = _incoming.ReceivedAt(i);
        if (_byPort[side][_incoming.SourcePort(i)] is not { } stream || !stream.Kind.Check(stream, packet, at, out int index, out long sentAt))
        {
            Wrong++;
            return;
        }
        stream.Kept?.Add((at, BinaryPrimitives.ReadUInt32BigEndian(packet[4..]), packet[12..].ToArray()));
        int slot = stream.Call * 2 + (stream.FromCaller ? 0 : 1);
        int sequence = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        bool inOrder = index > stream.LastIndex;
        // An index and a sequence number go up together, or a packet was left out of the numbers, or put in.
        if (!inOrder || (stream.LastSequence >= 0 && unchecked((ushort)(sequence - stream.LastSequence)) != index - stream.LastIndex)) OutOfOrder++;
        if (inOrder) (stream.LastIndex, stream.LastSequence) = (index, sequence);
        if (index < _warm[slot] || _warm[slot] == 0 || (_end is not null && index >= _end[slot])) return;    // an engine that transcodes goes on for a while
        stream.Received++;
        stream.Kind.Delay.Add(at - sentAt);
    }
}
