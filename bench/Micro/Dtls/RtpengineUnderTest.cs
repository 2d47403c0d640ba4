using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Tandem.Media;

namespace Micro.Dtls;

/// <summary>rtpengine as a process, set up through ng: the caller speaks DTLS, the callee plain RTP.</summary>
internal sealed partial class RtpengineUnderTest : IDisposable
{
    private readonly Socket _ng = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 2000 };
    private readonly byte[] _buffer = new byte[65536];
    private readonly DtlsFingerprint _client;
    private readonly Process _process;
    private int _number;

    private RtpengineUnderTest(DtlsFingerprint client)
    {
        _client = client;
        _ng.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = FreePort();
        _process = Process.Start(new ProcessStartInfo("rtpengine",
            $"--table=-1 --foreground --log-stderr --log-level=1 --interface=127.0.0.1 --listen-ng=127.0.0.1:{port} --num-threads=2 --port-min=26000 --port-max=27999 --timeout=3600 --delete-delay=0 --config-file=none")
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        _ng.Connect(IPAddress.Loopback, port);
        for (int tries = 0; ; tries++)
        {
            try
            {
                if (Ask("d7:command4:pinge").Contains("pong", StringComparison.Ordinal)) return;
            }
            catch (SocketException) when (tries < 50)
            {
                Thread.Sleep(100);
            }
        }
    }

    /// <returns>Null: it is not installed.</returns>
    public static RtpengineUnderTest? TryStart(DtlsFingerprint client) => File.Exists("/usr/bin/rtpengine") ? new RtpengineUnderTest(client) : null;

    public double Measure(int handshakes, nint context)
    {
        List<(Socket Socket, IPEndPoint Engine, string Call)> calls = [];
        for (int i = 0; i < handshakes; i++)
        {
            Socket socket = UdpHandshake.Open();
            string call = $"dtls-{Environment.ProcessId}-{_number++}";
            calls.Add((socket, SetUp(call, ((IPEndPoint)socket.LocalEndPoint!).Port), call));
        }
        double before = Microseconds;
        foreach ((Socket socket, IPEndPoint engine, _) in calls) UdpHandshake.Run(socket, engine, context);
        double after = Microseconds;
        foreach ((Socket socket, _, string call) in calls)
        {
            Ask($"d7:command6:delete7:call-id{Text(call)}8:from-tag1:a5:flagsl4:fastee");
            socket.Dispose();
        }
        return (after - before) / handshakes;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _ng.Dispose();
    }

    [GeneratedRegex(@"m=audio (\d+)")]
    private static partial Regex AudioPort();

    private double Microseconds
    {
        get
        {
            string stat = File.ReadAllText($"/proc/{_process.Id}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) * 10_000.0;
        }
    }

    private static string Text(string text) => string.Create(CultureInfo.InvariantCulture, $"{text.Length}:{text}");

    private static int FreePort()
    {
        using Socket probe = UdpHandshake.Open();
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    private IPEndPoint SetUp(string call, int port)
    {
        string offer = $"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} UDP/TLS/RTP/SAVP 0\r\na=rtcp-mux\r\na=setup:active\r\na=fingerprint:{_client}\r\na=sendrecv\r\n";
        string answer = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\na=sendrecv\r\n";
        Ask($"d7:command5:offer7:call-id{Text(call)}8:from-tag1:a3:sdp{Text(offer)}3:ICE6:remove18:transport-protocol7:RTP/AVP8:rtcp-muxl5:demuxee");
        string reply = Ask($"d7:command6:answer7:call-id{Text(call)}8:from-tag1:a6:to-tag1:b3:sdp{Text(answer)}3:ICE6:removee");
        if (!reply.Contains("a=setup:passive", StringComparison.Ordinal)) throw new InvalidOperationException($"rtpengine is not passive: {reply}");
        return new IPEndPoint(IPAddress.Loopback, int.Parse(AudioPort().Match(reply).Groups[1].Value, CultureInfo.InvariantCulture));
    }

    private string Ask(string request)
    {
        string cookie = $"{Environment.ProcessId}_{_number++} ";
        _ng.Send(Encoding.Latin1.GetBytes(cookie + request));
        while (true)
        {
            string reply = Encoding.Latin1.GetString(_buffer, 0, _ng.Receive(_buffer));
            if (reply.StartsWith(cookie, StringComparison.Ordinal)) return reply;
        }
    }
}
