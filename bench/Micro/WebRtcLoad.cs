using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Rtp.Core.Packets;
using Rtp.Core.Stun;
using Tandem.Configuration;
using Tandem.Media;

namespace Micro;

/// <summary>One shared port beside a port a call: processor time of the media thread for each relayed packet, and of the process for each call.</summary>
/// <remarks>The ways take turns in one run; the median of the rounds counts. Plain RTP over ICE, so that the socket is what differs.</remarks>
internal static class WebRtcLoad
{
    private const int SharedPort = 33900;

    /// <param name="pairs">Relayed pairs of legs.</param>
    /// <param name="rounds">Turns of each way.</param>
    /// <param name="seconds">Measured in each turn.</param>
    public static int Run(int pairs, int rounds, int seconds)
    {
        (string Backend, int Port)[] ways = [("epoll", 0), ("epoll", SharedPort), ("io_uring", 0), ("io_uring", SharedPort)];
        var packet = ways.ToDictionary(way => way, _ => new List<double>());
        var setUp = ways.ToDictionary(way => way, _ => new List<double>());
        long lost = 0;
        for (int round = 0; round < rounds; round++)
        {
            foreach ((string Backend, int Port) way in ways)
            {
                MediaPortRange ports = new(34000, 34000 + (pairs * 4) + 3000, null);
                using MediaPlane plane = MediaPlane.Start(
                    new MediaOptions { Ports = [ports], Loops = 1, Io = way.Backend, WebRtcPort = way.Port }, NullLoggerFactory.Instance);
                setUp[way].Add(SetUp(plane));
                packet[way].Add(Relay(plane, pairs, TimeSpan.FromSeconds(seconds), out long missing));
                lost += missing;
            }
        }
        foreach ((string Backend, int Port) way in ways)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{way.Backend}, {(way.Port == 0 ? "a port a call" : "shared port  ")}: {Median(packet[way]):F2} us a packet ({string.Join(' ', packet[way].Select(cost => cost.ToString("F2", CultureInfo.InvariantCulture)))}), {Median(setUp[way]):F1} us a leg opened and closed"));
        }
        Console.WriteLine($"{2 * pairs} legs, {lost} lost");
        return 0;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>Processor time of opening and closing one leg, signalling's part and the loop's.</summary>
    private static double SetUp(MediaPlane plane)
    {
        const int Legs = 600;
        TimeSpan before = default;
        for (int i = 0; i < 2 * Legs; i++)
        {
            if (i == Legs) before = Process.GetCurrentProcess().TotalProcessorTime;
            using var closed = new ManualResetEventSlim();
            Create(plane).Close(_ => closed.Set());
            closed.Wait();
        }
        return (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMicroseconds / Legs;
    }

    private static double Relay(MediaPlane plane, int pairs, TimeSpan measured, out long lost)
    {
        MediaLeg[] legs = [.. Enumerable.Range(0, 2 * pairs).Select(_ => Create(plane))];
        Socket[] phones = [.. legs.Select(_ => Open())];
        SocketAddress[] targets = [.. legs.Select(leg => leg.LocalRtp.Serialize())];
        for (int i = 0; i < legs.Length; i++)
        {
            var at = (IPEndPoint)phones[i].LocalEndPoint!;
            legs[i].Configure(new MediaLegSettings(at, at, AudioCodec.Pcmu, 0, [(AudioCodec.Pcmu, 0)], -1, -1, Send: true, Receive: true, 20, null, RelearnSource: false)
            {
                Ice = new IceSettings("them", "their-password-01234567", RemoteIsLite: false, Controlling: false, []),
            });
            phones[i].SendTo(Check(legs[i].Ice!, (ulong)i), SocketFlags.None, targets[i]);
            phones[i].Receive(new byte[400]);
        }
        for (int i = 0; i < legs.Length; i += 2) legs[i].Connect(legs[i + 1]);
        var packet = new byte[172];
        double step = 20.0 / legs.Length;
        long sent = 0, sentBefore = 0, cpuBefore = 0, receivedBefore = 0;
        TimeSpan warmUp = TimeSpan.FromSeconds(0.5);
        var watch = Stopwatch.StartNew();
        for (bool counting = false; watch.Elapsed < warmUp + measured;)
        {
            if (!counting && watch.Elapsed >= warmUp) (counting, sentBefore, cpuBefore, receivedBefore) = (true, sent, MediaLoad.LoopProcessorNs(), plane.Status.Loops[0].PacketsReceived);
            long due = (long)(watch.Elapsed.TotalMilliseconds / step);
            if (sent >= due) Thread.SpinWait(20);
            for (; sent < due; sent++)
            {
                long i = sent % legs.Length, number = sent / legs.Length;
                RtpWriter.WriteHeader(packet, 0, false, (ushort)number, (uint)(number * 160), (uint)i);
                phones[i].SendTo(packet, SocketFlags.None, targets[i]);
                if (number % 25 == 24) Drain(phones[i], packet.Length);
            }
        }
        Thread.Sleep(50);
        long cpu = MediaLoad.LoopProcessorNs() - cpuBefore, packets = sent - sentBefore;
        lost = packets - (plane.Status.Loops[0].PacketsReceived - receivedBefore);
        foreach (Socket phone in phones) phone.Dispose();
        return cpu / 1000.0 / packets;
    }

    private static void Drain(Socket phone, int length)
    {
        Span<byte> buffer = stackalloc byte[length];
        while (phone.Available > 0) phone.Receive(buffer);
    }

    private static MediaLeg Create(MediaPlane plane) =>
        plane.CreateLeg(new MediaLegRequest(IPAddress.Loopback, "load", static _ => { }) { WebRtc = true }) ?? throw new InvalidOperationException("no ports left");

    private static Socket Open()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static byte[] Check(IceCredentials ours, ulong number)
    {
        var packet = new byte[400];
        var writer = new StunWriter(packet, StunClass.Request, new StunTransactionId(1, number));
        writer.AddUsername(Encoding.ASCII.GetBytes(ours.UsernameFragment), "them"u8);
        writer.AddPriority(0x6E0000FF);
        writer.AddRole(controlling: true, 1);
        writer.AddUseCandidate();
        writer.AddIntegrity(Encoding.ASCII.GetBytes(ours.Password));
        writer.AddFingerprint();
        return packet[..writer.Length];
    }
}
