using Rtp.Core.Packets;
using Rtp.Core.Sequencing;

namespace Rtp.Core.Payloads;

/// <summary>Turns telephone-event packets into key presses, each reported once, when it ends: RFC 4733 §2.5.2.</summary>
/// <remarks>
/// A press is told by its event and the timestamp of its start; sequence numbers only say which packets came late. It ends with an end
/// packet, with a packet of another press, or when nothing has come for the time-out. One owner; not thread-safe.
/// </remarks>
/// <param name="clockRateHz">Timestamp clock of the payload type.</param>
/// <param name="timeout">Silence after which a press whose end packets are lost is over.</param>
public sealed class TelephoneEventReceiver(int clockRateHz, TimeSpan timeout)
{
    /// <summary>Three updates of the recommended 50 ms (§2.5.1.2) lost, and their jitter.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMilliseconds(200);

    // A sequence number a little behind is a late packet only while that event is fresh: minutes later it is chance.
    private static readonly TimeSpan s_reorderingLimit = TimeSpan.FromSeconds(5);

    private const uint LongestSegment = 0xFFFF;
    private const uint ShortestSegment = 0xE000;    // of one that was split for its length; senders split a packet or more early

    private readonly DigitDetected[] _reports = new DigitDetected[4];
    private int _reportCount;
    private PressState _state;
    private uint _ssrc;
    private ushort _sequence;
    private TimeSpan _heardAt;
    private byte _event;
    private byte _volume;
    private uint _start;       // timestamp of the press
    private uint _segment;     // timestamp of its present segment (§2.5.1.3)
    private ushort _duration;  // of the present segment
    private uint _previous;    // last segment of the press before
    private bool _hasPrevious;

    public TelephoneEventReceiver(int clockRateHz)
        : this(clockRateHz, DefaultTimeout)
    {
    }

    private enum PressState : byte
    {
        Idle,
        Down,
        Ended,
        TimedOut,
    }

    /// <summary>The key that is down now, for barge-in before the press is over; '\0' for none.</summary>
    public char Pressed => _state == PressState.Down ? TelephoneEvent.KeyOf(_event) : '\0';

    /// <summary>When <see cref="OnTimer"/> has work; <see cref="TimeSpan.MaxValue"/>: never.</summary>
    public TimeSpan Deadline => _reportCount > 0 ? TimeSpan.Zero : _state == PressState.Down ? _heardAt + timeout : TimeSpan.MaxValue;

    /// <summary>Packets that were too short or no key.</summary>
    public long Ignored { get; private set; }

    /// <summary>Takes a packet of the telephone-event payload type from the leg's source.</summary>
    /// <returns>A press that is over. A packet that ends two leaves the second to <see cref="OnTimer"/>, due at once, or the next packet.</returns>
    public DigitDetected? OnPacket(in RtpView view, TimeSpan now)
    {
        if (!TelephoneEvent.TryParse(view.Payload, out TelephoneEvent telephoneEvent) || telephoneEvent.Event > TelephoneEvent.LastKey)
        {
            Ignored++;
            return TakeReport();
        }

        if (_state != PressState.Idle && view.Ssrc != _ssrc)
        {
            EndUnheard(PressState.Idle);
        }

        _ssrc = view.Ssrc;
        int behind = unchecked((short)(_sequence - view.SequenceNumber));
        if (_state != PressState.Idle && behind is >= 0 and < SequenceTracker.MaxMisorder && now - _heardAt < s_reorderingLimit)
        {
            OnLate(telephoneEvent, view.Timestamp);
            return TakeReport();
        }

        _sequence = view.SequenceNumber;
        if (IsSamePress(telephoneEvent, view.Timestamp, view.Marker)) _segment = view.Timestamp;
        else Begin(telephoneEvent, view.Timestamp);
        _heardAt = now;
        Extend(telephoneEvent);
        return TakeReport();
    }

    /// <summary>Ends a press that has gone silent.</summary>
    public DigitDetected? OnTimer(TimeSpan now)
    {
        if (_state == PressState.Down && now >= _heardAt + timeout) EndUnheard(PressState.TimedOut);
        return TakeReport();
    }

    private bool IsSamePress(in TelephoneEvent telephoneEvent, uint timestamp, bool marker)
    {
        if (_state == PressState.Idle || telephoneEvent.Event != _event) return false;
        if (timestamp == _segment) return true;
        uint advance = unchecked(timestamp - _segment);
        return _state != PressState.Ended && !marker && advance is >= ShortestSegment and <= LongestSegment;
    }

    private void Begin(in TelephoneEvent telephoneEvent, uint timestamp)
    {
        EndUnheard(PressState.Ended);
        _state = PressState.Down;
        _event = telephoneEvent.Event;
        _start = timestamp;
        _segment = timestamp;
        _duration = 0;
    }

    private void Extend(in TelephoneEvent telephoneEvent)
    {
        if (_state != PressState.Down) return;
        _duration = telephoneEvent.Duration;
        _volume = telephoneEvent.Volume;
        if (!telephoneEvent.End) return;
        _state = PressState.Ended;
        Report(Press(endLost: false));
    }

    // A late packet of the press that is down says nothing new. One of a press before it, of which nothing else came, can still be told
    // in its order as long as the one that is down has not been.
    private void OnLate(in TelephoneEvent telephoneEvent, uint timestamp)
    {
        if (_state != PressState.Down || unchecked((int)(timestamp - _start)) >= 0) return;
        if (_hasPrevious && unchecked((int)(timestamp - _previous)) <= 0) return;
        _previous = timestamp;
        _hasPrevious = true;
        Report(new DigitDetected(telephoneEvent.Key, Span(telephoneEvent.Duration), telephoneEvent.Volume, EndLost: !telephoneEvent.End));
    }

    private void EndUnheard(PressState next)
    {
        if (_state == PressState.Idle) return;
        if (_state == PressState.Down) Report(Press(endLost: true));
        _previous = _segment;
        _hasPrevious = next != PressState.Idle;
        _state = next;
    }

    private DigitDetected Press(bool endLost) =>
        new(TelephoneEvent.KeyOf(_event), Span((long)unchecked(_segment - _start) + _duration), _volume, endLost);

    private TimeSpan Span(long units) => TimeSpan.FromTicks(units * TimeSpan.TicksPerSecond / clockRateHz);

    // Two reports from one packet is the most, and needs a press left down by the packet before: four places never fill.
    private void Report(in DigitDetected digit) => _reports[_reportCount++] = digit;

    private DigitDetected? TakeReport()
    {
        if (_reportCount == 0) return null;
        DigitDetected digit = _reports[0];
        _reportCount--;
        Array.Copy(_reports, 1, _reports, 0, _reportCount);
        return digit;
    }
}
