namespace Srtp;

/// <summary>Remembers which of the last 64 packets have come: RFC 3711 §3.3.2. RTP and RTCP have one each.</summary>
/// <remarks>Ask before authentication, tell after it: a forged packet must not move the window.</remarks>
public sealed class ReplayWindow
{
    public const int Size = 64;

    private long _highest = -1;
    private ulong _seen;    // bit n: highest − n has come

    /// <summary>Whether the packet may still be taken.</summary>
    /// <param name="index">Packet index, 0 or more.</param>
    public bool IsNew(long index)
    {
        if (index > _highest) return true;
        long behind = _highest - index;
        return behind < Size && (_seen >> (int)behind & 1) == 0;
    }

    /// <summary>Takes a packet whose tag verified.</summary>
    public void Accept(long index)
    {
        long ahead = index - _highest;
        if (ahead <= 0)
        {
            if (-ahead < Size) _seen |= 1UL << (int)-ahead;
            return;
        }

        _seen = ahead < Size ? _seen << (int)ahead | 1 : 1;
        _highest = index;
    }
}
