using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Interop.Audio;

namespace Interop.Peers;

/// <summary>
/// Many RTP receivers, and a sender, on one thread. Arrival times are the kernel's (SO_TIMESTAMPNS), so how late this thread reads says nothing
/// about how late a packet was. Beside it runs a thread that does nothing but sleep 20 ms at a time: what the machine does to it
/// is what nobody on this machine can do better.
/// </summary>
public sealed partial class RtpPeer : IDisposable
{
    private const int SolSocket = 1, SoTimestampNs = 35, MsgDontWait = 0x40;

    private readonly Socket[] _sockets;
    private readonly RtpStream[] _streams;
    private readonly Thread _receiving, _sleeping;
    private readonly List<double> _ownErrorsMs = [];
    private readonly Lock _gate = new();
    private volatile bool _stop;

    /// <summary>Receivers on <paramref name="firstPort"/> and every <paramref name="step"/>th after it.</summary>
    public RtpPeer(IPAddress address, int firstPort, int count = 1, int step = 4)
    {
        _sockets = new Socket[count];
        _streams = new RtpStream[count];
        for (int i = 0; i < count; i++)
        {
            _sockets[i] = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            _sockets[i].Bind(new IPEndPoint(address, firstPort + i * step));
            _sockets[i].SetRawSocketOption(SolSocket, SoTimestampNs, BitConverter.GetBytes(1));
            _streams[i] = new RtpStream(firstPort + i * step);
        }
        _receiving = new Thread(Receive) { IsBackground = true, Name = "rtp receiver" };
        _sleeping = new Thread(MeasureSleep) { IsBackground = true, Name = "sleep measure" };
        _receiving.Start();
        _sleeping.Start();
    }

    /// <summary>What has come so far, a copy.</summary>
    public IReadOnlyList<RtpStream> Streams
    {
        get
        {
            lock (_gate)
            {
                return [.. _streams.Select(s =>
                {
                    RtpStream copy = new(s.Port);
                    foreach (RtpArrival packet in s.Packets) copy.Add(packet);
                    return copy;
                })];
            }
        }
    }

    /// <summary>How far each of this machine's own 20 ms sleeps was from 20 ms, in ms.</summary>
    public IReadOnlyList<double> OwnErrorsMs
    {
        get { lock (_gate) return [.. _ownErrorsMs]; }
    }

    public int Packets
    {
        get { lock (_gate) return _streams.Sum(s => s.Packets.Count); }
    }

    /// <summary>Value below which the given share of them lies.</summary>
    public static double Percentile(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
    }

    /// <summary>Sends PCMU from one of the receivers' ports, a packet every 20 ms by the clock, until the sound ends.</summary>
    public async Task SendAsync(IPEndPoint to, Sound sound, int from = 0, CancellationToken stop = default)
    {
        byte[] packet = new byte[12 + 160];
        packet[0] = 0x80;
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), (uint)(0x7a000000 + from));
        long start = Stopwatch.GetTimestamp();
        for (int n = 0; n < sound.Samples.Length / 160 && !stop.IsCancellationRequested; n++)
        {
            TimeSpan wait = TimeSpan.FromMilliseconds(20 * n) - Stopwatch.GetElapsedTime(start);
            if (wait > TimeSpan.Zero) await Task.Delay(wait, CancellationToken.None);
            packet[1] = (byte)(n == 0 ? 0x80 : 0);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)(n & 0xffff));
            BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), (uint)(n * 160));
            for (int i = 0; i < 160; i++) packet[12 + i] = MuLaw(sound.Samples[n * 160 + i]);
            _sockets[from].SendTo(packet, to);
        }
    }

    public void Dispose()
    {
        _stop = true;
        _receiving.Join();
        _sleeping.Join();
        foreach (Socket socket in _sockets) socket.Dispose();
    }

    private static byte MuLaw(short sample)
    {
        int sign = sample < 0 ? 0x80 : 0;
        int magnitude = Math.Min(Math.Abs((int)sample), 32635) + 0x84;
        int exponent = 7;
        for (int mask = 0x4000; (magnitude & mask) == 0 && exponent > 0; mask >>= 1) exponent--;
        return (byte)(0xff ^ (sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0f)));
    }

    private unsafe void Receive()
    {
        byte* data = stackalloc byte[2048];
        byte* control = stackalloc byte[256];
        while (!_stop)
        {
            lock (_gate)
            {
                for (int i = 0; i < _sockets.Length; i++)
                {
                    while (TryReceive(_sockets[i], data, control, out int length, out long at)) Keep(_streams[i], new ReadOnlySpan<byte>(data, length), at);
                }
            }
            Thread.Sleep(10);
        }
    }

    private static void Keep(RtpStream stream, ReadOnlySpan<byte> packet, long at)
    {
        if (packet.Length < 12 || packet[0] >> 6 != 2 || packet[1] is >= 192 and <= 223) return;
        int header = 12 + 4 * (packet[0] & 0x0f);
        stream.Add(new RtpArrival(at, BinaryPrimitives.ReadUInt16BigEndian(packet[2..]), BinaryPrimitives.ReadUInt32BigEndian(packet[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(packet[8..]), (byte)(packet[1] & 0x7f), (packet[1] & 0x80) != 0, packet[header..].ToArray()));
    }

    private static unsafe bool TryReceive(Socket socket, byte* data, byte* control, out int length, out long at)
    {
        IoVector vector = new() { Base = data, Length = 2048 };
        MessageHeader header = new() { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = 256 };
        length = (int)ReceiveMessage(socket.SafeHandle, &header, MsgDontWait);
        at = 0;
        if (length < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            return error is 11 or 4 or 111 ? false : throw new Win32Exception(error);
        }
        // One control message: 16 bytes of header, then seconds and nanoseconds.
        if (header.ControlLength >= 32 && *(int*)(control + 8) == SolSocket && *(int*)(control + 12) == SoTimestampNs)
            at = *(long*)(control + 16) * 1_000_000_000 + *(long*)(control + 24);
        return true;
    }

    private void MeasureSleep()
    {
        while (!_stop)
        {
            long before = Stopwatch.GetTimestamp();
            Thread.Sleep(20);
            double error = Math.Abs(Stopwatch.GetElapsedTime(before).TotalMilliseconds - 20);
            lock (_gate) _ownErrorsMs.Add(error);
        }
    }

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static unsafe partial nint ReceiveMessage(SafeHandle socket, MessageHeader* header, int flags);

    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }
}
