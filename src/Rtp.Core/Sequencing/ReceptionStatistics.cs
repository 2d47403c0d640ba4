using Rtp.Core.Packets;

namespace Rtp.Core.Sequencing;

/// <summary>What one leg receives: loss (RFC 3550 A.3) and inter-arrival jitter (A.8) of its present source, totals over all of them.</summary>
/// <remarks>
/// A leg hears one source at a time; another SSRC starts the count of a new one. One owner; not thread-safe.
/// </remarks>
public sealed class ReceptionStatistics
{
    private readonly SequenceTracker _tracker;
    private bool _hasTransit;
    private uint _transit;
    private uint _lastTimestamp;
    private uint _scaledJitter;           // 16 × the estimate, as in A.8
    private long _expectedPrior;
    private long _receivedPrior;
    private int _runStart;                // restarts seen by the last interval
    private int _sourceChanges;

    /// <param name="clockRateHz">Timestamp clock of the payload.</param>
    /// <param name="minSequential">Packets in a row that make a source valid (RFC 3550 A.1).</param>
    public ReceptionStatistics(int clockRateHz, int minSequential = SequenceTracker.DefaultMinSequential)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(clockRateHz);
        ClockRateHz = clockRateHz;
        _tracker = new SequenceTracker(minSequential);
    }

    public int ClockRateHz { get; private set; }

    /// <summary>The source being counted; meaningless before the first packet.</summary>
    public uint Ssrc { get; private set; }

    public bool HasSource { get; private set; }

    /// <summary>Whether the present source has passed its probation and can be reported.</summary>
    public bool IsValid => _tracker.IsValid;

    /// <summary>The present source's numbers; <see cref="SequenceTracker.Extended"/> is the packet just given.</summary>
    public SequenceTracker Sequence => _tracker;

    /// <summary>Inter-arrival jitter in timestamp units, as a report block carries it.</summary>
    public uint JitterUnits => _scaledJitter >> 4;

    public double JitterMs => _scaledJitter / 16.0 * 1000 / ClockRateHz;

    public long PacketsReceived => _tracker.TotalReceived;

    public long OctetsReceived { get; private set; }

    /// <summary>Distinct packets that never came; duplicates do not hide a loss here, unlike in a report block.</summary>
    public long PacketsLost => _tracker.TotalLost;

    /// <summary>
    /// How much losses cling together, for the E-model: the mean length of a run of them over that of losses which fall at random; at least 1.
    /// </summary>
    public double BurstRatio
    {
        get
        {
            long lost = PacketsLost, sent = lost + PacketsReceived - Duplicates;
            return lost == 0 || _tracker.TotalGaps == 0 ? 1 : Math.Max(1, (double)lost / _tracker.TotalGaps * (sent - lost) / sent);
        }
    }

    public long Duplicates => _tracker.TotalDuplicates;

    public long Late => _tracker.TotalLate;

    /// <summary>Times that the sender jumped in its numbers or changed its SSRC.</summary>
    public int Restarts => _sourceChanges + _tracker.Restarts;

    /// <summary>Counts one packet.</summary>
    /// <param name="view">A packet accepted from the leg's source.</param>
    /// <param name="now">Arrival, monotonic.</param>
    /// <returns>What to make of it; the caller drops <see cref="SequenceVerdict.Duplicate"/> and <see cref="SequenceVerdict.Jump"/>.</returns>
    public SequenceVerdict OnPacket(in RtpView view, TimeSpan now)
    {
        if (!HasSource || view.Ssrc != Ssrc) BeginSource(view.Ssrc);
        SequenceVerdict verdict = _tracker.Update(view.SequenceNumber);
        switch (verdict)
        {
            case SequenceVerdict.Jump or SequenceVerdict.Duplicate:
                break;
            case SequenceVerdict.Restart or SequenceVerdict.Probation:
                _hasTransit = false;
                MeasureJitter(view.Timestamp, now);
                break;
            default:
                MeasureJitter(view.Timestamp, now);
                break;
        }

        if (verdict != SequenceVerdict.Jump) OctetsReceived += view.Payload.Length;
        return verdict;
    }

    /// <summary>The codec changed to one with another clock: jitter starts again from the next packet.</summary>
    public void ChangeClockRate(int clockRateHz)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(clockRateHz);
        if (clockRateHz == ClockRateHz) return;
        ClockRateHz = clockRateHz;
        _hasTransit = false;
        _scaledJitter = 0;
    }

    /// <summary>Closes a reporting interval: the four figures of a report block (RFC 3550 §6.4.1, A.3).</summary>
    public ReceptionInterval TakeInterval()
    {
        if (_runStart != _tracker.Restarts)
        {
            _runStart = _tracker.Restarts;
            _expectedPrior = 0;
            _receivedPrior = 0;
        }

        long expected = _tracker.Expected - _expectedPrior;
        long lost = expected - (_tracker.Received - _receivedPrior);
        _expectedPrior = _tracker.Expected;
        _receivedPrior = _tracker.Received;
        return new ReceptionInterval(
            FractionLost: expected == 0 || lost <= 0 ? (byte)0 : (byte)Math.Min(255, (lost << 8) / expected),
            CumulativeLost: (int)Math.Clamp(_tracker.Expected - _tracker.Received, -0x80_0000, 0x7F_FFFF),
            ExtendedHighest: unchecked((uint)_tracker.ExtendedHighest),
            JitterUnits);
    }

    private void BeginSource(uint ssrc)
    {
        if (HasSource)
        {
            _sourceChanges++;
            _tracker.ForgetSource();
        }

        HasSource = true;
        Ssrc = ssrc;
        _hasTransit = false;
        _scaledJitter = 0;
        _expectedPrior = 0;
        _receivedPrior = 0;
        _runStart = _tracker.Restarts;
    }

    private void MeasureJitter(uint timestamp, TimeSpan now)
    {
        // Packets of one RFC 4733 event share a timestamp while time goes on: only the first of them says anything about the network.
        if (_hasTransit && timestamp == _lastTimestamp) return;
        _lastTimestamp = timestamp;
        uint transit = unchecked(Units(now) - timestamp);
        int moved = unchecked((int)(transit - _transit));
        bool measured = _hasTransit;
        _transit = transit;
        _hasTransit = true;
        // More than a second is no jitter but a sender whose clock was set or stood still (hold): start again from here.
        if (!measured || moved == int.MinValue || Math.Abs(moved) > ClockRateHz) return;
        _scaledJitter = unchecked(_scaledJitter + (uint)Math.Abs(moved) - ((_scaledJitter + 8) >> 4));
    }

    // Whole seconds apart: their product with the rate would not stay within 64 bits, and 128 bits divide slowly.
    private uint Units(TimeSpan now)
    {
        (long seconds, long rest) = Math.DivRem(now.Ticks, TimeSpan.TicksPerSecond);
        return unchecked((uint)(seconds * ClockRateHz + rest * ClockRateHz / TimeSpan.TicksPerSecond));
    }
}
