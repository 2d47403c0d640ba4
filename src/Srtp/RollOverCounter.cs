namespace Srtp;

/// <summary>Counts the wraps of the sequence number that no packet carries: RFC 3711 §3.3.1.</summary>
/// <remarks>Estimate before authentication, accept after it: a forged packet must not move the counter.</remarks>
public struct RollOverCounter
{
    private const int HalfRange = 0x8000;

    private bool _started;
    private long _highest;    // index: counter × 65536 + highest sequence number accepted

    /// <summary>ROC, 32 bits.</summary>
    public readonly uint Value => (uint)(_highest >> 16);

    /// <summary>The index that the packet most likely has.</summary>
    /// <returns>48 bits; -1 for a number from before the stream's first wrap or behind its last, which no packet of this key can have.</returns>
    public readonly long Estimate(ushort sequenceNumber)
    {
        if (!_started) return sequenceNumber;
        int highest = (int)(_highest & 0xFFFF);
        long counter = _highest >> 16;
        if (highest < HalfRange)
        {
            if (sequenceNumber - highest > HalfRange) counter--;
        }
        else if (highest - HalfRange > sequenceNumber)
        {
            counter++;
        }

        return counter is < 0 or > uint.MaxValue ? -1 : counter << 16 | sequenceNumber;
    }

    /// <summary>Takes a packet whose tag verified.</summary>
    /// <param name="index">From <see cref="Estimate"/>.</param>
    public void Accept(long index)
    {
        if (_started && index <= _highest) return;
        _started = true;
        _highest = index;
    }

    /// <summary>Starts at a counter that was signalled, for a receiver that joins later (§3.3.1).</summary>
    /// <param name="counter">ROC.</param>
    /// <param name="sequenceNumber">The highest so far.</param>
    public void Start(uint counter, ushort sequenceNumber)
    {
        _started = true;
        _highest = (long)counter << 16 | sequenceNumber;
    }
}
