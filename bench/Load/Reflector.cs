using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Load;

/// <summary>Answers every request with 200 and does nothing else: what the generator reaches against it is the generator's own limit.</summary>
public sealed class Reflector : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    public Reflector(IPAddress address)
    {
        _socket.ReceiveBufferSize = 4 << 20;
        _socket.Bind(new IPEndPoint(address, 0));
        new Thread(Answer) { IsBackground = true, Name = "reflector" }.Start();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    public void Dispose() => _socket.Dispose();

    private void Answer()
    {
        byte[] buffer = new byte[65536];
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        try
        {
            while (true)
            {
                string text = Encoding.ASCII.GetString(buffer, 0, _socket.ReceiveFrom(buffer, ref from));
                if (text.StartsWith("ACK", StringComparison.Ordinal)) continue;
                int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
                string headers = string.Join("\r\n", text[..end].Split("\r\n").Where(h => h.StartsWith("Via", StringComparison.Ordinal) || h.StartsWith("From", StringComparison.Ordinal)
                    || h.StartsWith("Call-ID", StringComparison.Ordinal) || h.StartsWith("CSeq", StringComparison.Ordinal)).Append(text.Split("\r\n").First(h => h.StartsWith("To:", StringComparison.Ordinal))));
                _socket.SendTo(Encoding.ASCII.GetBytes($"SIP/2.0 200 OK\r\n{headers};tag=r\r\nContact: <sip:r@{EndPoint}>\r\nContent-Length: 0\r\n\r\n"), from);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed: the run is over.
        }
    }
}
