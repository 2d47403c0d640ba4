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
/// The backends take turns in one run, so that what else the machine does meets them alike; the median of the rounds counts. Generator
/// and plane share the process and, on a small machine, the processors; only the plane's own threads are counted. A packet that does not
/// come back is shown: without that the figure would praise a plane that drops.
/// </remarks>
internal static class MediaLoad
{
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(0.4);
    private static readonly string[] s_backends = ["epoll", "io_uring"];

    private delegate double Job(MediaPlane plane, out long lost);

    /// <param name="pairs">Relayed pairs of legs; as many legs play in the last job.</param>
    /// <param name="rounds">Turns of each backend.</param>
    /// <param name="seconds">Measured, of each job in each turn.</param>
    public static int Run(int pairs, int rounds, int seconds)
    {
        TimeSpan measured = TimeSpan.FromSeconds(seconds);
        (string Name, Job Job)[] jobs =
        [
            ("relay, smooth, us a packet", (MediaPlane plane, out long lost) => Relay(plane, pairs, TimeSpan.FromMilliseconds(20.0 / (2 * pairs)), measured, out lost)),
            ("relay, 1 ms bursts, us a packet", (MediaPlane plane, out long lost) => Relay(plane, pairs, TimeSpan.FromMilliseconds(1), measured, out lost)),
            ("prompt, ms a playing second", (MediaPlane plane, out long lost) => Play(plane, pairs, measured, out lost)),
        ];
        foreach ((string name, Job job) in jobs)
        {
            var costs = s_backends.ToDictionary(backend => backend, _ => new List<double>());
            long lostInAll = 0;
            for (int round = 0; round < rounds; round++)
            {
                foreach (string backend in s_backends)
                {
                    using MediaPlane plane = MediaPlane.Start(
                        new MediaOptions { Ports = [new MediaPortRange(30800, 30800 + (pairs * 4) + 100, null)], Loops = 1, Io = backend },
                        NullLoggerFactory.Instance);
                    costs[backend].Add(job(plane, out long lost));
                    lostInAll += lost;
                }
            }
            string figures = string.Join("; ", s_backends.Select(backend => string.Create(CultureInfo.InvariantCulture,
                $"{backend} {Median(costs[backend]):F3}, lowest {costs[backend].Min():F3} ({string.Join(' ', costs[backend].Select(cost => cost.ToString("F2", CultureInfo.InvariantCulture)))})")));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}, {2 * pairs} legs: {figures}; {lostInAll} lost"));
        }
        return 0;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <param name="step">Between two bursts; what is due in it is sent at once.</param>
    private static double Relay(MediaPlane plane, int pairs, TimeSpan step, TimeSpan measured, out long lost)
    {
        using Socket near = Open(), remote = Open();
        var a = new MediaLeg[pairs];
        var b = new MediaLeg[pairs];
        for (int i = 0; i < pairs; i++)
        {
            (a[i], b[i]) = (Create(plane), Create(plane));
            a[i].Configure(Settings(near));
            b[i].Configure(Settings(remote));
            a[i].Connect(b[i]);
        }
        var counted = new Arrivals(near, remote);
        var packet = new byte[172];
        IPEndPoint[] targets = [.. a.Concat(b).Select(leg => leg.LocalRtp)];
        SocketAddress[] addresses = [.. targets.Select(target => target.Serialize())];
        double packetsAStep = targets.Length * step.TotalMilliseconds / 20;
        long sent = 0, sentBefore = 0, cpuBefore = 0, arrivedBefore = 0;
        var watch = Stopwatch.StartNew();
        bool counting = false;
        while (watch.Elapsed < s_warmUp + measured)
        {
            if (!counting && watch.Elapsed >= s_warmUp)
                (counting, sentBefore, cpuBefore, arrivedBefore) = (true, sent, LoopProcessorNs(), counted.Count);
            long due = (long)((long)(watch.Elapsed / step) * packetsAStep);
            if (sent >= due) Thread.SpinWait(20);
            for (; sent < due; sent++)
            {
                long i = sent % targets.Length, number = sent / targets.Length;
                RtpWriter.WriteHeader(packet, 0, false, (ushort)number, (uint)(number * 160), (uint)i);
                (i < pairs ? near : remote).SendTo(packet, SocketFlags.None, addresses[i]);
            }
        }
        long packets = sent - sentBefore;
        Thread.Sleep(50);
        long cpu = LoopProcessorNs() - cpuBefore;
        Thread.Sleep(100);
        lost = packets - (counted.Count - arrivedBefore);
        return cpu / 1000.0 / packets;
    }

    private static double Play(MediaPlane plane, int legs, TimeSpan measured, out long lost)
    {
        using Socket phone = Open();
        var counted = new Arrivals(phone);
        var prompt = new Prompt(new short[16_000], "load");
        for (int i = 0; i < legs; i++)
        {
            MediaLeg leg = Create(plane);
            leg.Configure(Settings(phone));
            leg.Play(prompt, 1, loop: true);
        }
        Thread.Sleep(s_warmUp);
        long cpu = LoopProcessorNs(), before = counted.Count;
        var watch = Stopwatch.StartNew();
        Thread.Sleep(measured);
        double seconds = watch.Elapsed.TotalSeconds;
        cpu = LoopProcessorNs() - cpu;
        lost = Math.Max(0, (long)(legs * seconds * 50 * 0.99) - (counted.Count - before));
        return cpu / 1e6 / (legs * seconds);
    }

    private static MediaLeg Create(MediaPlane plane) =>
        plane.CreateLeg(new MediaLegRequest(IPAddress.Loopback, "load", static _ => { })) ?? throw new InvalidOperationException("no ports left");

    private static MediaLegSettings Settings(Socket phone) => new(
        (IPEndPoint)phone.LocalEndPoint!, (IPEndPoint)phone.LocalEndPoint!, AudioCodec.Pcmu, 0,
        [(AudioCodec.Pcmu, 0), (AudioCodec.Pcma, 8)], -1, -1, Send: true, Receive: true, 20, null, RelearnSource: false);

    private static Socket Open()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 8 << 20 };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    /// <summary>Time that the threads called media-* have run, to the nanosecond.</summary>
    public static long LoopProcessorNs()
    {
        long time = 0;
        foreach (string task in Directory.EnumerateDirectories("/proc/self/task"))
        {
            if (!File.ReadAllText(Path.Combine(task, "comm")).StartsWith("media-", StringComparison.Ordinal)) continue;
            time += long.Parse(File.ReadAllText(Path.Combine(task, "schedstat")).Split(' ')[0], CultureInfo.InvariantCulture);
        }
        return time;
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
