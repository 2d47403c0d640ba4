namespace Sip.Core.Authentication;

/// <summary>Remembers which nonce counts were used, so that no request can be played again (RFC 7616 §3.4, §5.5). Bounded.</summary>
/// <remarks>
/// Only a nonce that authenticated somebody is remembered, so strangers cannot fill the memory. When it is full the oldest is forgotten,
/// and every nonce not newer than that and not remembered counts as used up.
/// </remarks>
sealed class NonceUses(int capacity, TimeSpan lifetime)
{
    struct Use
    {
        public uint Highest;     // highest nc accepted
        public ulong Seen;       // bit n: Highest - n was used
    }

    readonly Dictionary<long, Use> _uses = [];
    readonly Queue<(long Serial, TimeSpan At)> _order = [];
    long _forgotten = -1;

    public int Count => _uses.Count;

    /// <summary>Marks <paramref name="nc"/> of a nonce as used. False when it was used before, is far behind, or the nonce is
    /// forgotten.</summary>
    public bool TryUse(long serial, uint nc, TimeSpan now)
    {
        Forget(now);
        if (!_uses.TryGetValue(serial, out Use use))
        {
            if (serial <= _forgotten) return false;
            if (_uses.Count >= capacity) ForgetOldest();
            _order.Enqueue((serial, now));
            _uses[serial] = new Use { Highest = nc, Seen = 1 };
            return true;
        }
        if (nc > use.Highest)
        {
            uint ahead = nc - use.Highest;
            use.Seen = ahead < 64 ? (use.Seen << (int)ahead) | 1 : 1;
            use.Highest = nc;
        }
        else
        {
            uint behind = use.Highest - nc;
            if (behind >= 64 || (use.Seen & (1ul << (int)behind)) != 0) return false;
            use.Seen |= 1ul << (int)behind;
        }
        _uses[serial] = use;
        return true;
    }

    /// <summary>A lifetime after its first use a nonce is refused for its age before anybody looks here.</summary>
    void Forget(TimeSpan now)
    {
        while (_order.TryPeek(out (long Serial, TimeSpan At) oldest) && now - oldest.At > lifetime)
        {
            _order.Dequeue();
            _uses.Remove(oldest.Serial);
        }
    }

    void ForgetOldest()
    {
        long serial = _order.Dequeue().Serial;
        _uses.Remove(serial);
        if (serial > _forgotten) _forgotten = serial;
    }
}
