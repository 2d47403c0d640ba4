namespace Rtp.Core.Sequencing;

/// <summary>Follows the sequence numbers of one source: RFC 3550 A.1, and beside it tells late packets from duplicates.</summary>
/// <remarks>One owner; not thread-safe. Totals survive a restart; the fields for a report block start anew with it, as A.1 has it.</remarks>
/// <param name="minSequential">Packets in a row that make a source valid; 1 trusts the first, for a source that was locked by other means.</param>
public sealed class SequenceTracker(int minSequential = SequenceTracker.DefaultMinSequential)
{
    public const int DefaultMinSequential = 2;    // the three constants of A.1
    public const int MaxDropout = 3000;
    public const int MaxMisorder = 100;

    private const int NoBadSequence = 0x1_0000;    // no 16-bit number equals it

    private readonly int _minSequential = Math.Max(1, minSequential);
    private bool _started;
    private int _probation;
    private ushort _highest;
    private int _bad = NoBadSequence;
    private long _cycles;
    private long _base;
    private UInt128 _seen;            // bit n: highest − n has come; MaxMisorder bits are in use
    private long _lostBefore;         // by sources before the last restart

    /// <summary>Whether the source has passed its probation.</summary>
    public bool IsValid => _started && _probation == 0;

    /// <summary>Number of 2^16 wraps times 65536, plus the highest number seen.</summary>
    public long ExtendedHighest => _cycles + _highest;

    /// <summary>The packet last given to <see cref="Update"/>, counted through wraps. May be below 0 for one late over the very first wrap.</summary>
    public long Extended { get; private set; }

    /// <summary>Packets of the present run that came, late ones and duplicates included (RFC 3550 §6.4.1).</summary>
    public long Received { get; private set; }

    /// <summary>Packets that the numbers of the present run say were sent.</summary>
    public long Expected => IsValid ? ExtendedHighest - _base + 1 : 0;

    /// <summary>Duplicates of the present run.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Distinct packets that never came, over all runs; late arrivals take theirs back.</summary>
    public long TotalLost => _lostBefore + Math.Max(0, Expected - (Received - Duplicates));

    /// <summary>Times that packets were missing before one that came: late ones among them fill a gap, but do not take it back.</summary>
    public long TotalGaps { get; private set; }

    public long TotalReceived { get; private set; }

    public long TotalDuplicates { get; private set; }

    public long TotalLate { get; private set; }

    public int Restarts { get; private set; }

    /// <summary>Takes the number of a packet that arrived.</summary>
    public SequenceVerdict Update(ushort sequenceNumber)
    {
        if (!_started)
        {
            _started = true;
            _highest = unchecked((ushort)(sequenceNumber - 1));
            _probation = _minSequential;
        }

        ushort ahead = unchecked((ushort)(sequenceNumber - _highest));
        if (_probation > 0) return OnProbation(sequenceNumber, ahead);
        if (ahead == 0) return OnDuplicate(ExtendedHighest);
        if (ahead < MaxDropout)
        {
            if (sequenceNumber < _highest) _cycles += 0x1_0000;
            _highest = sequenceNumber;
            _seen = ahead < 128 ? _seen << ahead | 1 : 1;
            Extended = ExtendedHighest;
            Count();
            if (ahead > 1) TotalGaps++;
            return ahead == 1 ? SequenceVerdict.Next : SequenceVerdict.Gap;
        }

        int behind = 0x1_0000 - ahead;
        if (behind >= MaxMisorder)
        {
            if (sequenceNumber == _bad)
            {
                _lostBefore = TotalLost;
                Restarts++;
                Begin(sequenceNumber);
                return SequenceVerdict.Restart;
            }

            _bad = unchecked((ushort)(sequenceNumber + 1));
            return SequenceVerdict.Jump;
        }

        UInt128 bit = UInt128.One << behind;
        if ((_seen & bit) != 0) return OnDuplicate(ExtendedHighest - behind);
        _seen |= bit;
        Extended = ExtendedHighest - behind;
        TotalLate++;
        Count();
        return SequenceVerdict.Late;
    }

    /// <summary>Another SSRC has taken over: probation starts again, totals stay.</summary>
    public void ForgetSource()
    {
        _lostBefore = TotalLost;
        _started = false;
        _bad = NoBadSequence;
        Received = 0;
        Duplicates = 0;
    }

    private SequenceVerdict OnProbation(ushort sequenceNumber, ushort ahead)
    {
        _probation = ahead == 1 ? _probation - 1 : _minSequential - 1;
        _highest = sequenceNumber;
        Extended = sequenceNumber;
        if (_probation > 0) return SequenceVerdict.Probation;
        Begin(sequenceNumber);
        return SequenceVerdict.First;
    }

    private SequenceVerdict OnDuplicate(long extended)
    {
        Extended = extended;
        Duplicates++;
        TotalDuplicates++;
        Count();
        return SequenceVerdict.Duplicate;
    }

    private void Begin(ushort sequenceNumber)    // init_seq, and the packet itself
    {
        _base = sequenceNumber;
        _highest = sequenceNumber;
        _bad = NoBadSequence;
        _cycles = 0;
        _seen = 1;
        Extended = sequenceNumber;
        Received = 0;
        Duplicates = 0;
        Count();
    }

    private void Count()
    {
        Received++;
        TotalReceived++;
    }
}
