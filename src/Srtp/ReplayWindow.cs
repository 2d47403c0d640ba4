namespace Srtp;

/// <summary>Remembers which of the last 64 packets have come: RFC 3711 §3.3.2. RTP and RTCP have one each.</summary>
/// <remarks>Ask before authentication, tell after it: a forged packet must not move the window. The default is one that has seen nothing.</remarks>
public struct ReplayWindow
{
    public const int Size = 64;

    private long _next;     // the highest that has come, and one
    private ulong _seen;    // bit n: next − 1 − n has come

    /// <summary>Whether the packet may still be taken.</summary>
    /// <param name="index">Packet index, 0 or more.</param>
    public readonly bool IsNew(long index)
    {
        if (index >= _next) return true;
        long behind = _next - 1 - index;
        return behind < Size && (_seen >> (int)behind & 1) == 0;
    }

    /// <summary>Takes a packet whose tag verified.</summary>
    public void Accept(long index)
    {
        long ahead = index + 1 - _next;
        if (ahead <= 0)
        {
            if (-ahead < Size) _seen |= 1UL << (int)-ahead;
            return;
        }

        _seen = ahead < Size ? _seen << (int)ahead | 1 : 1;
        _next = index + 1;
    }
}
