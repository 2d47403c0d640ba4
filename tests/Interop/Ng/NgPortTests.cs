using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Interop.Peers;
using Xunit;

namespace Interop.Ng;

/// <summary>The delivered appliance with its ng port on, asked by a client of another make.</summary>
public sealed class NgPortTests
{
    [Fact]
    public async Task Every_port_that_a_reply_names_carries_media()
    {
        int port = Ports.Sip();
        await using TandemProcess tandem = await TandemProcess.StartAsync(new TandemSetup { Seeded = false, Settings = ["ng.enabled=true", $"ng.port={port}"] });
        using NgPeer ng = NgPeer.Open(null, new IPEndPoint(IPAddress.Loopback, port));
        using Phone alice = new(), bob = new();
        (int rtp, int rtcp) toBob = await ExchangeAsync(ng, "offer", alice), toAlice = await ExchangeAsync(ng, "answer", bob);
        for (int i = 0; i < 50; i++)
        {
            alice.Send(toAlice.rtp, i);
            bob.Send(toBob.rtp, i);
            await Clock.SecondsAsync(0.02);
        }
        await Clock.UntilAsync(() => Task.FromResult(alice.Rtp.Count == 50 && bob.Rtp.Count == 50), 2, () => $"{alice.Rtp.Count} and {bob.Rtp.Count} of 50 packets came");
        Assert.All(alice.Rtp, packet => Assert.Equal(toAlice.rtp, packet.From));
        Assert.All(bob.Rtp, packet => Assert.Equal(toBob.rtp, packet.From));
        Assert.Equal(Enumerable.Range(0, 50), alice.Rtp.Select(packet => (int)packet.Payload));
        Assert.Equal(Enumerable.Range(0, 50), bob.Rtp.Select(packet => (int)packet.Payload));
        await Clock.UntilAsync(() => Task.FromResult(alice.Rtcp.Contains(toAlice.rtcp) && bob.Rtcp.Contains(toBob.rtcp)), 12, () => "a port named for RTCP sent no report");

        using JsonDocument query = await ng.AskAsync(new Dictionary<string, object> { ["command"] = "query", ["call-id"] = "call" });
        Assert.Equal(100, query.RootElement.GetProperty("totals").GetProperty("RTP").GetProperty("packets").GetInt32());
        using JsonDocument deleted = await ng.AskAsync(new Dictionary<string, object> { ["command"] = "delete", ["call-id"] = "call", ["from-tag"] = "a" });
        Assert.Equal("ok", deleted.RootElement.GetProperty("result").GetString());
    }

    private static async Task<(int Rtp, int Rtcp)> ExchangeAsync(NgPeer ng, string command, Phone phone)
    {
        using JsonDocument reply = await ng.AskAsync(new Dictionary<string, object>
        {
            ["command"] = command,
            ["call-id"] = "call",
            ["from-tag"] = "a",
            ["to-tag"] = command == "answer" ? "b" : "",
            ["flags"] = new[] { "trust-address" },
            ["ICE"] = "remove",
            ["sdp"] = $"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {phone.RtpPort} RTP/AVP 0\r\na=rtcp:{phone.RtcpPort}\r\n",
        });
        string sdp = reply.RootElement.TryGetProperty("sdp", out JsonElement text) ? text.GetString()! : throw new InvalidDataException(reply.RootElement.ToString());
        return (Number(sdp, "m=audio "), Number(sdp, "a=rtcp:"));
    }

    private static int Number(string sdp, string start)
    {
        string rest = sdp[(sdp.IndexOf(start, StringComparison.Ordinal) + start.Length)..];
        return int.Parse(string.Concat(rest.TakeWhile(char.IsAsciiDigit)), CultureInfo.InvariantCulture);
    }

    private sealed class Phone : IDisposable
    {
        private readonly UdpClient _rtp = new(new IPEndPoint(IPAddress.Loopback, 0)), _rtcp = new(new IPEndPoint(IPAddress.Loopback, 0));

        public Phone()
        {
            _ = ReceiveAsync(_rtp, (packet, from) => Rtp.Enqueue((from, packet[12])));
            _ = ReceiveAsync(_rtcp, (_, from) => Rtcp.Add(from));
        }

        public int RtpPort => ((IPEndPoint)_rtp.Client.LocalEndPoint!).Port;

        public int RtcpPort => ((IPEndPoint)_rtcp.Client.LocalEndPoint!).Port;

        public ConcurrentQueue<(int From, byte Payload)> Rtp { get; } = [];

        public ConcurrentBag<int> Rtcp { get; } = [];

        public void Send(int port, int index)
        {
            byte[] packet = new byte[172];
            (packet[0], packet[3], packet[6], packet[7], packet[11]) = (0x80, (byte)index, (byte)(index * 160 >> 8), (byte)(index * 160 & 0xFF), 7);
            packet.AsSpan(12).Fill((byte)index);
            _rtp.Send(packet, new IPEndPoint(IPAddress.Loopback, port));
        }

        public void Dispose()
        {
            _rtp.Dispose();
            _rtcp.Dispose();
        }

        private static async Task ReceiveAsync(UdpClient socket, Action<byte[], int> take)
        {
            try
            {
                while (true)
                {
                    UdpReceiveResult received = await socket.ReceiveAsync();
                    take(received.Buffer, received.RemoteEndPoint.Port);
                }
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException)
            {
                // The test is over.
            }
        }
    }
}
