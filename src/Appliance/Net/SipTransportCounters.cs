namespace Tandem.Net;

/// <summary>What the transports of one shard have seen since the start. Written on the shard's thread, read on any.</summary>
public sealed class SipTransportCounters
{
    private long _received, _malformed, _keepAlives, _sent, _notSent, _accepted, _refused, _opened, _closed, _handshakesFailed, _overflows, _fromKnown, _fromStrangers;

    /// <summary>Messages that parsed.</summary>
    public long MessagesReceived => Volatile.Read(ref _received);

    public long MalformedReceived => Volatile.Read(ref _malformed);

    /// <summary>CRLF, NUL and STUN keep-alives, which go no further.</summary>
    public long KeepAlivesReceived => Volatile.Read(ref _keepAlives);

    /// <summary>Datagrams read from the queues that all stand in, or the known where strangers have their own.</summary>
    public long FromKnown => Volatile.Read(ref _fromKnown);

    /// <summary>Datagrams read from the queues of strangers.</summary>
    public long FromStrangers => Volatile.Read(ref _fromStrangers);

    public long MessagesSent => Volatile.Read(ref _sent);

    /// <summary>Datagrams that the kernel refused.</summary>
    public long MessagesNotSent => Volatile.Read(ref _notSent);

    public long ConnectionsAccepted => Volatile.Read(ref _accepted);

    /// <summary>Connections turned away by a limit.</summary>
    public long ConnectionsRefused => Volatile.Read(ref _refused);

    /// <summary>Connections that we began.</summary>
    public long ConnectionsOpened => Volatile.Read(ref _opened);

    public long ConnectionsClosed => Volatile.Read(ref _closed);

    /// <summary>Connects and TLS handshakes that failed or took too long.</summary>
    public long HandshakesFailed => Volatile.Read(ref _handshakesFailed);

    /// <summary>Connections dropped because the peer did not read.</summary>
    public long QueueOverflows => Volatile.Read(ref _overflows);

    internal void Received() => _received++;

    internal void Read(int count, bool areStrangers)
    {
        if (areStrangers) _fromStrangers += count;
        else _fromKnown += count;
    }

    internal void Malformed() => _malformed++;

    internal void KeepAlive() => _keepAlives++;

    internal void Sent(int count, int refused)
    {
        _sent += count;
        _notSent += refused;
    }

    internal void Accepted() => _accepted++;

    internal void Refused() => _refused++;

    internal void Opened() => _opened++;

    internal void Closed() => _closed++;

    internal void HandshakeFailed() => _handshakesFailed++;

    internal void Overflow() => _overflows++;
}
