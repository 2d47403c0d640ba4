using System.Net;
using System.Net.Sockets;
using System.Text;
using Interop.Defence;
using Interop.Peers;

namespace Interop.Trunks;

/// <summary>A carrier's gateway over UDP that takes every call at once, and remembers what was asked of it.</summary>
internal sealed class PlainGateway : IAsyncDisposable
{
    private readonly UdpClient _socket;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _calls = [];
    private readonly Task _serving;

    /// <param name="network">The namespace that it is in.</param>
    public PlainGateway(string? network = null)
    {
        Port = Ports.Sip();
        _socket = Networks.Inside(network, () => new UdpClient(new IPEndPoint(Trunk.Carrier, Port)));
        _serving = ServeAsync();
    }

    public int Port { get; }

    /// <summary>Request lines of the INVITEs that came, one for each call.</summary>
    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_calls) return [.. _calls];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        HashSet<string> known = [];
        try
        {
            while (true)
            {
                UdpReceiveResult received = await _socket.ReceiveAsync(_stop.Token);
                string request = Encoding.UTF8.GetString(received.Buffer), method = request.Split(' ')[0];
                if (method is "ACK" or "SIP/2.0") continue;
                string id = request.Split("\r\n").First(line => line.StartsWith("Call-ID:", StringComparison.Ordinal));
                if (method == "INVITE" && known.Add(id))
                    lock (_calls) _calls.Add(request.Split("\r\n")[0]);
                string contact = $"Contact: <sip:{Trunk.Carrier}:{Port}>\r\n";
                string sdp = method == "INVITE" ? $"v=0\r\no=- 1 1 IN IP4 {Trunk.Carrier}\r\ns=-\r\nc=IN IP4 {Trunk.Carrier}\r\nt=0 0\r\nm=audio 40100 RTP/AVP 0\r\n" : "";
                await _socket.SendAsync(SipAnswer.To(request, "200 OK", contact, sdp), received.RemoteEndPoint, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
