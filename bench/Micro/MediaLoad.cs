using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Rtp.Core.Packets;
using Tandem.Configuration;
using Tandem.Media;

namespace Micro;

/// <summary>What the media plane costs with the kernel under it: processor time of its threads, for relayed packets and for prompts.</summary>
/// <remarks>
/// Generator and plane share the process and, on a small machine, the processors; only the plane's own threads are counted. A packet
/// that does not come back is shown: without that the figure would praise a plane that drops.
/// </remarks>
internal static class MediaLoad
{
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(2), s_measured = TimeSpan.FromSeconds(8);

    public static int Run(int pairs)
    {
        using MediaPlane plane = MediaPlane.Start(
            new MediaOptions { Ports = [new MediaPortRange(30800, 30800 + (pairs * 4) + 100, null)], Loops = 1 }, NullLoggerFactory.Instance);
        Relay(plane, pairs, AudioCodec.Pcmu, "relay PCMU");
        Relay(plane, pairs, AudioCodec.Pcma, "relay PCMU to PCMA");
        Play(plane, pairs);
        return 0;
    }

    private static void Relay(MediaPlane plane, int pairs, AudioCodec far, string name)
    {
        using Socket near = Open(), remote = Open();
        var a = new MediaLeg[pairs];
        var b = new MediaLeg[pairs];
        for (int i = 0; i < pairs; i++)
        {
            (a[i], b[i]) = (Create(plane), Create(plane));
            a[i].Configure(Settings(near, AudioCodec.Pcmu));
            b[i].Configure(Settings(remote, far));
            a[i].Connect(b[i]);
        }
        var counted = new Arrivals(near, remote);
        var packet = new byte[172];
        IPEndPoint[] targets = [.. a.Concat(b).Select(leg => leg.LocalRtp)];
        long sent = 0, sentBefore = 0, cpuBefore = 0, arrivedBefore = 0;
        var watch = Stopwatch.StartNew();
        for (long slot = 0; ; slot++)    // a millisecond each: a twentieth of the legs
        {
            TimeSpan due = TimeSpan.FromMilliseconds(slot);
            if (due > s_warmUp + s_measured) break;
            if (due == s_warmUp) (sentBefore, cpuBefore, arrivedBefore) = (sent, LoopProcessorMs(), counted.Count);
            while (watch.Elapsed < due) Thread.Sleep(0);
            for (long i = slot % 20; i < targets.Length; i += 20, sent++)
            {
                bool fromNear = i < pairs;
                byte type = (byte)(!fromNear && far == AudioCodec.Pcma ? 8 : 0);
                RtpWriter.WriteHeader(packet, type, false, (ushort)(slot / 20), (uint)(slot / 20 * 160), (uint)i);
                (fromNear ? near : remote).SendTo(packet, SocketFlags.None, targets[i]);
            }
        }
        long cpu = LoopProcessorMs() - cpuBefore, packets = sent - sentBefore;
        Thread.Sleep(200);
        long lost = packets - (counted.Count - arrivedBefore);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}, {2 * pairs} legs: {1000.0 * cpu / packets:F2} µs of processor a packet ({packets} packets, {lost} lost)"));
        foreach (MediaLeg leg in a.Concat(b)) leg.Close();
        Thread.Sleep(6000);    // the ports' rest
    }

    private static void Play(MediaPlane plane, int legs)
    {
        using Socket phone = Open();
        var counted = new Arrivals(phone);
        var prompt = new Prompt(new short[16_000], "load");
        MediaLeg[] playing = [.. Enumerable.Range(0, legs).Select(_ => Create(plane))];
        foreach (MediaLeg leg in playing)
        {
            leg.Configure(Settings(phone, AudioCodec.Pcmu));
            leg.Play(prompt, 1, loop: true);
        }
        Thread.Sleep(s_warmUp);
        long cpu = LoopProcessorMs(), before = counted.Count;
        var watch = Stopwatch.StartNew();
        Thread.Sleep(s_measured);
        double seconds = watch.Elapsed.TotalSeconds;
        cpu = LoopProcessorMs() - cpu;
        double expected = legs * seconds * 50;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"prompt, {legs} legs: {cpu / (legs * seconds):F3} ms of processor a playing second ({100 * (counted.Count - before) / expected:F1} % of the packets due)"));
    }

    private static MediaLeg Create(MediaPlane plane) =>
        plane.CreateLeg(new MediaLegRequest(IPAddress.Loopback, "load", static _ => { })) ?? throw new InvalidOperationException("no ports left");

    private static MediaLegSettings Settings(Socket phone, AudioCodec codec) => new(
        (IPEndPoint)phone.LocalEndPoint!, (IPEndPoint)phone.LocalEndPoint!, codec, (byte)(codec == AudioCodec.Pcma ? 8 : 0),
        [(AudioCodec.Pcmu, 0), (AudioCodec.Pcma, 8)], -1, -1, Send: true, Receive: true, 20, null, RelearnSource: false);

    private static Socket Open()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 8 << 20 };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    /// <summary>User and system time of the threads called media-*.</summary>
    private static long LoopProcessorMs()
    {
        long ticks = 0;
        foreach (string task in Directory.EnumerateDirectories("/proc/self/task"))
        {
            string stat = File.ReadAllText(Path.Combine(task, "stat"));
            if (!stat.Contains("(media-", StringComparison.Ordinal)) continue;
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            ticks += long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        }
        return ticks * 10;    // USER_HZ is 100 everywhere
    }

    private sealed class Arrivals
    {
        private long _count;

        public Arrivals(params Socket[] sockets)
        {
            foreach (Socket socket in sockets) new Thread(() => Receive(socket)) { IsBackground = true }.Start();
        }

        public long Count => Volatile.Read(ref _count);

        private void Receive(Socket socket)
        {
            var buffer = new byte[2048];
            try
            {
                while (true)
                {
                    // A receiver that sleeps in the socket is woken by the sender's call, at the sender's cost: no network does that.
                    Thread.Sleep(2);
                    while (socket.Available > 0)
                    {
                        if (socket.Receive(buffer) == 172) Interlocked.Increment(ref _count);
                    }
                }
            }
            catch (SocketException) { }
            catch (ObjectDisposedException) { }
        }
    }
}
