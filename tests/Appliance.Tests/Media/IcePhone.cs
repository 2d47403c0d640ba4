using System.Net;
using System.Net.Sockets;
using System.Text;
using Rtp.Core.Stun;
using Tandem.Media;
using Xunit;

namespace Appliance.Tests.Media;

/// <summary>A browser's one socket: makes checks, sends and takes media.</summary>
internal sealed class IcePhone : IDisposable
{
    public const string Fragment = "them", Password = "their-password-01234567";

    private static ulong s_transaction = 1;
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[2048];

    public IcePhone(string address = "127.0.0.1")
    {
        _socket = new Socket(IPAddress.Parse(address).AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 10_000 };
        _socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
    }

    public IPEndPoint Local => (IPEndPoint)_socket.LocalEndPoint!;

    public static MediaLegSettings Settings(bool lite = false, params IPEndPoint[] candidates) => TestLeg.Settings(remote: TestLeg.Phone) with
    {
        RemoteRtcp = TestLeg.Phone,
        Ice = new IceSettings(Fragment, Password, lite, lite,
            [.. candidates.Select(c => new Rtp.Core.Ice.IceCandidate("1", 1, 100, c.Address, c.Port, Rtp.Core.Ice.IceCandidateKind.Host))]),
    };

    public static byte[] Check(IceCredentials ours, bool useCandidate = true, string fragment = Fragment, bool controlling = true, string? password = null)
    {
        var packet = new byte[400];
        var writer = new StunWriter(packet, StunClass.Request, new StunTransactionId(7, Interlocked.Increment(ref s_transaction)));
        writer.AddUsername(Encoding.ASCII.GetBytes(ours.UsernameFragment), Encoding.ASCII.GetBytes(fragment));
        writer.AddPriority(0x6E0000FF);
        writer.AddRole(controlling, 1);
        if (useCandidate) writer.AddUseCandidate();
        writer.AddIntegrity(Encoding.ASCII.GetBytes(password ?? ours.Password));
        writer.AddFingerprint();
        return packet[..writer.Length];
    }

    public void Send(MediaLeg leg, byte[] datagram) => _socket.SendTo(datagram, leg.LocalRtp);

    /// <summary>Makes a check and waits for its answer.</summary>
    /// <returns>Its error code; 0: success.</returns>
    public int Ask(MediaLeg leg, byte[] check)
    {
        Send(leg, check);
        while (true)
        {
            byte[] answer = Receive(leg);
            if (!StunView.TryParse(answer, out StunView view) || view.TransactionId != StunTransactionId.Read(check.AsSpan(8))) continue;
            if (view.Class == StunClass.SuccessResponse) Assert.Equal(Local, view.XorMappedAddress.ToEndPoint());
            return view.ErrorCode;
        }
    }

    /// <summary>The next datagram; it must come from where the leg is.</summary>
    public byte[] Receive(MediaLeg leg)
    {
        EndPoint from = new IPEndPoint(Local.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        int length = _socket.ReceiveFrom(_buffer, ref from);
        Assert.Equal(leg.LocalRtp, from);
        return _buffer[..length];
    }

    public byte[] ReceiveRtp(MediaLeg leg)
    {
        while (true)
        {
            byte[] datagram = Receive(leg);
            if (datagram[0] >> 6 == 2 && (datagram[1] & 0x7F) is 0 or 8) return datagram;
        }
    }

    /// <summary>Nothing has come, and a moment later still nothing.</summary>
    public bool HearsNothing => !_socket.Poll(TimeSpan.FromMilliseconds(50), SelectMode.SelectRead);

    public void Dispose() => _socket.Dispose();
}
