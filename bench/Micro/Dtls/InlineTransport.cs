using Org.BouncyCastle.Tls;
using Tandem.Dtls;

namespace Micro.Dtls;

/// <summary>A peer that answers within the call, on the same thread; its time is counted apart.</summary>
internal sealed class InlineTransport(OpenSslPeer peer) : DatagramTransport
{
    private readonly byte[] _flight = new byte[1400];
    private byte[]? _arrived;
    private int _length;

    /// <summary>Of the peer.</summary>
    public double Microseconds { get; private set; }

    public void Begin() => _arrived = Ask([]);

    public void Flush()
    {
        if (_length == 0) return;
        byte[] answer = Ask(_flight.AsSpan(0, _length));
        _length = 0;
        if (answer.Length > 0) _arrived = answer;
    }

    public int GetReceiveLimit() => DtlsHandshake.MaxRecord;

    public int GetSendLimit() => 1200;

    public int Receive(byte[] buf, int off, int len, int waitMillis) => Receive(buf.AsSpan(off, len), waitMillis);

    public int Receive(Span<byte> buffer, int waitMillis)
    {
        Flush();
        if (_arrived is not { } datagram) return -1;
        _arrived = null;
        datagram.CopyTo(buffer);
        return datagram.Length;
    }

    public void Send(byte[] buf, int off, int len) => Send(buf.AsSpan(off, len));

    public void Send(ReadOnlySpan<byte> buffer)
    {
        if (_length + buffer.Length > _flight.Length) Flush();
        buffer.CopyTo(_flight.AsSpan(_length));
        _length += buffer.Length;
    }

    public void Close() => Flush();

    private byte[] Ask(ReadOnlySpan<byte> datagram)
    {
        double before = ThreadTime.Microseconds;
        byte[] answer = peer.Step(datagram);
        Microseconds += ThreadTime.Microseconds - before;
        return answer;
    }
}
