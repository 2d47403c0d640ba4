using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Configuration;
using Tandem.Media;

namespace Micro.Dtls;

/// <summary>The media plane with its loops, sockets and handshake threads, in this process: all its time but the client's counts.</summary>
internal sealed class PlaneUnderTest(DtlsFingerprint client) : IDisposable
{
    private readonly MediaPlane _plane = MediaPlane.Start(new MediaOptions { Ports = [new MediaPortRange(28000, 29999, null)], Loops = 1 }, NullLoggerFactory.Instance);

    public double Measure(int handshakes, nint context)
    {
        int connected = 0;
        List<(Socket Socket, MediaLeg Leg)> calls = [];
        for (int i = 0; i < handshakes; i++)
        {
            Socket socket = UdpHandshake.Open();
            var remote = (IPEndPoint)socket.LocalEndPoint!;
            MediaLeg leg = _plane.CreateLeg(new MediaLegRequest(IPAddress.Loopback, "bench", raised =>
            {
                if (raised is DtlsConnected) Interlocked.Increment(ref connected);
            })) ?? throw new InvalidOperationException("no ports");
            leg.Configure(new MediaLegSettings(remote, remote, AudioCodec.Pcmu, 0, [(AudioCodec.Pcmu, 0)], -1, -1, Send: true, Receive: true, 20, null, RelearnSource: false)
            {
                Dtls = new DtlsSettings(DtlsRole.Server, [client]),
            });
            calls.Add((socket, leg));
        }
        double own = ThreadTime.Microseconds;
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
        foreach ((Socket socket, MediaLeg leg) in calls) UdpHandshake.Run(socket, leg.LocalRtp, context);
        SpinWait.SpinUntil(() => Volatile.Read(ref connected) == handshakes, 5000);
        own = ThreadTime.Microseconds - own;
        double all = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMicroseconds;
        foreach ((Socket socket, MediaLeg leg) in calls)
        {
            leg.Close();
            socket.Dispose();
        }
        return Volatile.Read(ref connected) == handshakes ? (all - own) / handshakes : throw new InvalidOperationException($"{connected} of {handshakes} connected");
    }

    public void Dispose() => _plane.Dispose();
}
