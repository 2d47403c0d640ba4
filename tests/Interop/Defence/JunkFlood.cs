using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Interop.Defence;

/// <summary>Junk from many loopback addresses, as fast as one thread sends.</summary>
internal static class JunkFlood
{
    private static readonly string[] s_methods = ["INVITE", "REGISTER", "OPTIONS", "MESSAGE", "SUBSCRIBE"];

    /// <returns>Datagrams that the kernel took.</returns>
    public static int Send(IPEndPoint server, int count, int sources)
    {
        Socket[] sockets = new Socket[sources];
        try
        {
            for (int i = 0; i < sources; i++)
            {
                sockets[i] = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                sockets[i].Bind(new IPEndPoint(new IPAddress([127, (byte)(20 + (i / 200)), (byte)(1 + (i % 200)), 9]), 0));
            }
            int sent = 0;
            for (int i = 0; i < count; i++)
            {
                string method = s_methods[i % s_methods.Length];
                byte[] junk = Encoding.ASCII.GetBytes($"{method} sip:{i % 9999}@tandem SIP/2.0\r\nVia: SIP/2.0/UDP 127.9.9.9:5060;branch=z9hG4bKjunk{i};rport\r\nMax-Forwards: 70\r\n" +
                    $"From: <sip:{i}@tandem>;tag={i}\r\nTo: <sip:{i % 9999}@tandem>\r\nCall-ID: junk{i}\r\nCSeq: 1 {method}\r\nContact: <sip:x@127.9.9.9>\r\nUser-Agent: phone\r\n" +
                    "Content-Length: 0\r\n\r\n");
                try
                {
                    sent += sockets[i % sources].SendTo(junk, server) > 0 ? 1 : 0;
                }
                catch (SocketException)
                {
                    // The kernel has no room just now: what it does not take is not sent.
                }
            }
            return sent;
        }
        finally
        {
            foreach (Socket? socket in sockets) socket?.Dispose();
        }
    }
}
