using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Rtp.Core.Packets;
using Tandem.Media;

namespace Appliance.Tests.Media;

/// <summary>A phone's two sockets; a thread keeps what arrives.</summary>
internal sealed class LoopbackPhone : IDisposable
{
    private readonly Socket _rtp, _rtcp;
    private readonly bool _keep;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly List<Received> _received = [];
    private int _awaited;
    private readonly BlockingCollection<byte[]> _reports = [];

    public LoopbackPhone(IPAddress address, bool keep = true)
    {
        _keep = keep;
        _rtp = Open(address);
        _rtcp = Open(address);
        new Thread(ReceiveRtp) { IsBackground = true }.Start();
        new Thread(ReceiveRtcp) { IsBackground = true }.Start();
    }

    public IPEndPoint Local => (IPEndPoint)_rtp.LocalEndPoint!;

    public Received[] Rtp
    {
        get { lock (_lock) return [.. _received]; }
    }

    public MediaLegSettings Settings(AudioCodec codec = AudioCodec.Pcmu) =>
        TestLeg.Settings(codec, remote: Local) with { RemoteRtcp = (IPEndPoint)_rtcp.LocalEndPoint! };

    /// <summary>Reports that have come and that nobody has taken.</summary>
    public int Reports => _reports.Count;

    public void Send(IPEndPoint to, byte[] datagram) => _rtp.SendTo(datagram, to);

    public void SendRtcp(IPEndPoint to, byte[] datagram) => _rtcp.SendTo(datagram, to);

    /// <summary>Completes when so many packets have arrived in all.</summary>
    public async Task Expect(int packets)
    {
        for (; _awaited < packets; _awaited++)
        {
            if (!await _arrived.WaitAsync(TimeSpan.FromSeconds(10))) throw new TimeoutException($"{_awaited} of {packets} packets");
        }
    }

    public Task<byte[]> NextRtcp() => Task.Run(() =>
        _reports.TryTake(out byte[]? report, TimeSpan.FromSeconds(10)) ? report : throw new TimeoutException("no RTCP"));

    public void Dispose()
    {
        _rtp.Dispose();
        _rtcp.Dispose();
    }

    private static Socket Open(IPAddress address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }

    private void ReceiveRtp()
    {
        var buffer = new byte[4096];
        EndPoint from = new IPEndPoint(Local.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        try
        {
            while (true)
            {
                int length = _rtp.ReceiveFrom(buffer, ref from);
                TimeSpan now = MediaClock.Now;
                if (_keep)
                {
                    lock (_lock) _received.Add(new Received(buffer[..length], (IPEndPoint)from, now));
                }
                _arrived.Release();
            }
        }
        catch (SocketException) { }
        catch (ObjectDisposedException) { }
    }

    private void ReceiveRtcp()
    {
        var buffer = new byte[4096];
        try
        {
            while (true) _reports.Add(buffer[.._rtcp.Receive(buffer)]);
        }
        catch (SocketException) { }
        catch (ObjectDisposedException) { }
    }
}

internal sealed record Received(byte[] Bytes, IPEndPoint From, TimeSpan At)
{
    public byte PayloadType => (byte)(Bytes[1] & 0x7F);

    public uint Ssrc => RtpView.TryParse(Bytes, out RtpView view) ? view.Ssrc : 0;

    public byte[] Payload => Bytes[12..];
}
