namespace Rtp.Core.Playout;

/// <summary>Keeps the packets of a leg until they are due, aiming at the least delay that nearly all of them keep.</summary>
/// <remarks>
/// A machine that is pulled: whoever sends a frame every 20 ms takes items until it has sound enough. The delay is that between the
/// quickest way through the network and the moment a packet is taken; where it leaves the wanted band, by jitter or by drifting
/// clocks, the items advise to shorten or lengthen the sound (Codecs.TimeScale does it), and between talk spurts it is set anew.
/// A packet that is missing when nothing is behind it may still come: it is concealed without giving it up, so the delay grows
/// rather than sound being lost. One owner; not thread-safe; allocates only when made: about 12 KB.
/// </remarks>
public sealed class JitterBuffer
{
    /// <summary>The longest payload taken.</summary>
    public const int MaxPayloadBytes = 1920;    // 60 ms of L16 at 16000 Hz

    private const int Slots = 64;
    private const float LossMemory = 1 / 256f;
    private const float WorthWaiting = 0.01f;    // loss from which on redundancy is worth waiting for

    private static readonly TimeSpan s_longestPeriod = TimeSpan.FromMilliseconds(12.5);    // that is left out
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);          // before the delay is lowered for less
    private static readonly TimeSpan s_far = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_tooLong = TimeSpan.FromMilliseconds(100);    // beyond the longest delay: sound is left out
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(120);    // packet of any codec
    private static readonly TimeSpan s_starved = TimeSpan.FromMilliseconds(200);    // of concealment: the sender has stopped

    private readonly PlayoutOptions _options;
    private readonly Slot[] _slots = new Slot[Slots];
    private readonly byte[] _payload = new byte[MaxPayloadBytes];
    private readonly PayloadStore _store;
    private readonly PlayoutTimeline _timeline = new();
    private readonly DelayEstimate _estimate = new();

    private int _clockRateHz;
    private int _waiting;            // slots in use
    private bool _started, _heard, _playing, _discontinuity;
    private long _nextSequence;      // to be heard
    private long _nextPosition;      // where it should stand, while playing
    private int _duration;           // of a packet, the last that was seen
    private long _stalled;           // ticks concealed without giving the next packet up
    private TimeSpan _roomy;         // for so long each frame could have been filled by a packet taken a frame earlier
    private bool _spurtEnded;        // by the last packet heard
    private float _loss;

    public JitterBuffer(PlayoutOptions options)
    {
        (_options, FrameTime) = (options, options.FrameTime);
        _store = new PayloadStore(options.CapacityBytes);
        Reset(options.ClockRateHz);
    }

    /// <summary>The delay that the network asks for now.</summary>
    public TimeSpan TargetDelay
    {
        get
        {
            TimeSpan wanted = _estimate.Delay;
            TimeSpan least = HasRedundancy && _loss > WorthWaiting ? _options.MinDelay + Time(_duration) : _options.MinDelay;
            return wanted > _options.MaxDelay ? _options.MaxDelay : wanted < least ? least : wanted;
        }
    }

    /// <summary>How long after the quickest way through the network the last packet was taken.</summary>
    public TimeSpan Delay { get; private set; }

    /// <summary>Packets carry the one before again (Opus with in-band FEC): under loss the delay is kept long enough for the packet behind a lost one to be there.</summary>
    public bool HasRedundancy { get; set; }

    /// <summary>Length of the outgoing frames that the sound is taken for: the delay cannot be kept finer than within one.</summary>
    public TimeSpan FrameTime { get; set; }

    /// <summary>Packets that wait.</summary>
    public int Waiting => _waiting;

    /// <summary>Packets taken for lost, each once.</summary>
    public long Lost { get; private set; }

    /// <summary>Packets that came when their time was over.</summary>
    public long Late { get; private set; }

    public long Duplicates { get; private set; }

    /// <summary>Packets left out because too much waited.</summary>
    public long LeftOut { get; private set; }

    /// <summary>Times that nothing was there in the midst of sound, whether the packet was lost or late.</summary>
    public long Stalls { get; private set; }

    /// <summary>Takes a packet off the network. Never throws on what is in it.</summary>
    /// <param name="now">When it came.</param>
    public PutResult Put(in PlayoutPacket packet, ReadOnlySpan<byte> payload, TimeSpan now)
    {
        if (packet.DurationTicks <= 0 || packet.DurationTicks > _clockRateHz || payload.Length > Math.Min(MaxPayloadBytes, _store.CapacityBytes)) return PutResult.Refused;
        long sequence = 0, position = 0;
        bool fresh = true;
        if (!_started)
        {
            _started = true;
            _timeline.Start(packet);
            _estimate.Start(now, _options.InitialDelay, now);
        }
        else if (!_timeline.TryPlace(packet, Ticks(now - _estimate.Base), Ticks(s_far), out sequence, out position, out fresh))
        {
            Late++;
            return PutResult.Late;
        }
        else
        {
            if (sequence >= _nextSequence - Slots && Holds(sequence))
            {
                Duplicates++;
                return PutResult.Duplicate;
            }

            _estimate.OnPacket(now - Time(position), now);
        }

        if (!_heard && sequence > _nextSequence - Slots / 2) _nextSequence = Math.Min(sequence, _nextSequence);
        if (sequence < _nextSequence)
        {
            Late++;
            return PutResult.Late;
        }

        while (_waiting > 0 && (sequence - _nextSequence >= Slots || !_store.HasRoom(payload.Length))) LeaveOutFirst();
        if (sequence - _nextSequence >= Slots) Resume(sequence);
        _duration = packet.DurationTicks;
        ref Slot slot = ref _slots[sequence & (Slots - 1)];
        slot = new Slot(sequence, position, packet.DurationTicks, _store.Add(payload), (short)payload.Length, packet.Tag, packet.Marker, packet.EndsSpurt, fresh);
        _waiting++;
        return PutResult.Stored;
    }

    /// <summary>The next piece to be heard; taken whenever the sound at hand does not fill the next outgoing frame.</summary>
    /// <param name="now">The playout clock: when that frame goes out.</param>
    /// <param name="queued">Sound at hand, decoded and not played.</param>
    public PlayoutItem Take(TimeSpan now, TimeSpan queued)
    {
        while (_waiting > 0)
        {
            long first = First();
            ref Slot slot = ref _slots[first & (Slots - 1)];
            TimeSpan delay = now - _estimate.Base - Time(slot.Position);
            if (_waiting > 1 && delay > _options.MaxDelay + s_tooLong)
            {
                LeaveOutFirst();
                continue;
            }

            if (!_playing)
            {
                if (delay < TargetDelay) return Silence();
                Resume(first);
                (_heard, _playing, _nextPosition) = (true, true, slot.Position);
            }

            long gap = slot.Position - _nextPosition;
            long missing = first - _nextSequence;
            if (gap > slot.Duration / 2 && (missing == 0 || slot.Marker))
            {
                (_playing, Lost) = (false, Lost + missing);    // nothing was sent in between: a pause
                continue;
            }

            if (missing == 0 || gap <= 0) return Play(first, now, queued);
            int lost = (int)Math.Min(gap, missing == 1 && gap <= Ticks(s_longest) ? gap : _duration);
            GiveUp(lost);
            if (_stalled < lost) return Miss(lost, missing == 1 ? first : -1);
            _stalled -= lost;    // was concealed while it could still have come
        }

        if (!_playing) return Silence();
        if (_spurtEnded || Time(_stalled) >= s_starved)
        {
            _playing = false;
            return Silence();
        }

        Stalls++;
        _stalled += _duration;
        return new PlayoutItem { Kind = PlayoutKind.Lost, DurationTicks = _duration };
    }

    /// <summary>Forgets the stream, for a new one or another clock rate. Counters stay.</summary>
    public void Reset(int clockRateHz)
    {
        _clockRateHz = clockRateHz;
        _store.Clear();
        Array.Clear(_slots);
        (_started, _heard, _playing, _discontinuity, _spurtEnded) = (false, false, false, false, false);
        (_waiting, _nextSequence, _nextPosition, _stalled, _roomy, _loss) = (0, 0, 0, 0, default, 0);
        _duration = (int)Ticks(_options.FrameTime);
        _estimate.Start(TimeSpan.Zero, _options.InitialDelay, TimeSpan.Zero);
        Delay = default;
    }

    private PlayoutItem Play(long sequence, TimeSpan now, TimeSpan queued)
    {
        ref Slot slot = ref _slots[sequence & (Slots - 1)];
        Delay = now - _estimate.Base - Time(slot.Position);
        bool discontinuity = _discontinuity || slot.Fresh;
        (_discontinuity, _spurtEnded, _stalled) = (false, slot.EndsSpurt, 0);
        (_nextSequence, _nextPosition) = (sequence + 1, slot.Position + slot.Duration);
        _loss -= _loss * LossMemory;
        Span<byte> payload = _payload.AsSpan(0, slot.Length);
        _store.Read(slot.Block, payload);
        var item = new PlayoutItem
        {
            Kind = PlayoutKind.Frame,
            Payload = payload,
            Tag = slot.Tag,
            DurationTicks = slot.Duration,
            Advice = Advise(Delay, queued, Time(slot.Duration)),
            Discontinuity = discontinuity,
        };
        Free(ref slot);
        return item;
    }

    private PlayoutItem Miss(int lost, long behind)
    {
        _stalled = 0;
        if (behind < 0 || _slots[behind & (Slots - 1)].Fresh) return new PlayoutItem { Kind = PlayoutKind.Lost, DurationTicks = lost };
        ref Slot slot = ref _slots[behind & (Slots - 1)];
        Span<byte> payload = _payload.AsSpan(0, slot.Length);
        _store.Read(slot.Block, payload);
        return new PlayoutItem { Kind = PlayoutKind.Lost, Payload = payload, Tag = slot.Tag, DurationTicks = lost };
    }

    // A packet is taken in time while its delay is above what the network asks for. What is left over when a frame is full is heard that
    // much later for nothing, and where the packet that fills it could be taken a frame earlier, all could be heard that much earlier: at
    // once where the way back is sure, else when that has been so for a while, as what the network asks for goes up and down by itself.
    private PlayoutAdvice Advise(TimeSpan delay, TimeSpan queued, TimeSpan piece)
    {
        TimeSpan spare = delay - TargetDelay;
        if (spare < TimeSpan.Zero)
        {
            _roomy = TimeSpan.Zero;
            return PlayoutAdvice.Lengthen;
        }

        if (queued + piece < FrameTime) return PlayoutAdvice.Keep;    // another one will fill the frame
        TimeSpan step = piece < FrameTime ? piece : FrameTime, left = TimeSpan.FromTicks(queued.Ticks % piece.Ticks);
        if (left >= s_longestPeriod || spare + left > step + s_longestPeriod) return PlayoutAdvice.Shorten;
        _roomy = spare < step ? TimeSpan.Zero : _roomy + FrameTime;
        return _roomy >= s_patience ? PlayoutAdvice.Shorten : PlayoutAdvice.Keep;
    }

    private PlayoutItem Silence() => new() { Kind = PlayoutKind.Silence, DurationTicks = (int)Ticks(_options.FrameTime) };

    private void GiveUp(int ticks)
    {
        Lost++;
        _loss += (1 - _loss) * LossMemory;
        _nextSequence++;
        _nextPosition += ticks;
    }

    // Sound before this packet is no longer waited for.
    private void Resume(long sequence)
    {
        if (sequence > _nextSequence && _playing) Lost += sequence - _nextSequence;
        (_nextSequence, _playing, _stalled) = (sequence, false, 0);
    }

    private void LeaveOutFirst()
    {
        long first = First();
        ref Slot slot = ref _slots[first & (Slots - 1)];
        LeftOut++;
        (_nextSequence, _nextPosition, _discontinuity) = (first + 1, slot.Position + slot.Duration, true);
        Free(ref slot);
    }

    private long First()
    {
        long sequence = _nextSequence;
        while (!Holds(sequence)) sequence++;
        return sequence;
    }

    private bool Holds(long sequence)
    {
        ref readonly Slot slot = ref _slots[sequence & (Slots - 1)];
        return slot.Duration > 0 && slot.Sequence == sequence;
    }

    private void Free(ref Slot slot)
    {
        _store.Remove(slot.Block);
        slot = default;
        _waiting--;
    }

    private TimeSpan Time(long ticks) => new(ticks * TimeSpan.TicksPerSecond / _clockRateHz);

    private long Ticks(TimeSpan time) => time.Ticks * _clockRateHz / TimeSpan.TicksPerSecond;

    /// <summary>A packet that waits; of no duration: an empty slot.</summary>
    private readonly record struct Slot(
        long Sequence, long Position, int Duration, short Block, short Length, byte Tag, bool Marker, bool EndsSpurt, bool Fresh);
}
