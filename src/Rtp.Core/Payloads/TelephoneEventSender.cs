namespace Rtp.Core.Payloads;

/// <summary>Makes the packets of queued key presses, one for each tick of the leg's send clock: RFC 4733 §2.5.1.</summary>
/// <remarks>
/// The leg sends audio in a tick that yields no packet, and counts its own sequence numbers on through both. One owner; not thread-safe.
/// </remarks>
/// <param name="clockRateHz">Timestamp clock of the payload type.</param>
public sealed class TelephoneEventSender(int clockRateHz)
{
    /// <summary>Keys that may wait.</summary>
    public const int Capacity = 64;

    /// <summary>Of each end packet (§2.5.1.4).</summary>
    public const int EndPackets = 3;

    /// <summary>The level of a real telephone's keys, in dB below 0 dBm0.</summary>
    public const byte DefaultVolume = 10;

    private const uint LongestSegment = 0xFFFF;

    private static readonly TimeSpan s_shortestPress = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(60);    // receivers of tones need 40 ms; this one becomes tones somewhere

    private readonly (byte Event, byte Volume, uint Units)[] _queue = new (byte, byte, uint)[Capacity];
    private int _head;
    private int _count;
    private bool _sending;
    private bool _first;
    private int _endsLeft;
    private uint _timestamp;      // of the present segment
    private uint _sent;           // units of the present segment told so far
    private uint _left;           // units of the press from the present segment's start on
    private uint _pauseLeft;      // units before the next press may start

    /// <summary>Whether a press is being sent or waits.</summary>
    public bool IsBusy => _sending || _count > 0;

    /// <summary>Queues a press.</summary>
    /// <param name="key">0–9, *, #, A–D.</param>
    /// <param name="duration">At least 40 ms are sent.</param>
    /// <param name="volume">Power below 0 dBm0, 0–63.</param>
    /// <returns>False for another character or a full queue.</returns>
    public bool TryEnqueue(char key, TimeSpan duration, byte volume = DefaultVolume)
    {
        int code = TelephoneEvent.CodeOf(key);
        if (code < 0 || _count == Capacity) return false;
        long ticks = Math.Clamp(duration.Ticks, s_shortestPress.Ticks, TimeSpan.TicksPerMinute);
        _queue[(_head + _count++) % Capacity] = ((byte)code, volume, Units(ticks));
        return true;
    }

    /// <summary>Forgets what waits, and ends the press that is being sent with the next packet.</summary>
    public void Clear()
    {
        _count = _sending ? 1 : 0;
        if (_sending && _endsLeft == 0) _left = Math.Min(_left, _sent);
    }

    /// <summary>The packet of this tick.</summary>
    /// <param name="timestamp">The leg's RTP timestamp of this tick.</param>
    /// <param name="units">Timestamp units of one tick.</param>
    /// <param name="packet">To be sent, instead of audio.</param>
    /// <returns>False: no event in this tick.</returns>
    public bool TryNext(uint timestamp, int units, out TelephoneEventPacket packet)
    {
        packet = default;
        if (!_sending)
        {
            bool pausing = _pauseLeft > 0;
            _pauseLeft -= Math.Min(_pauseLeft, (uint)units);
            if (pausing || _count == 0) return false;
            _sending = true;
            _first = true;
            _timestamp = timestamp;
            _sent = 0;
            _left = _queue[_head].Units;
        }

        (byte code, byte volume, _) = _queue[_head];
        if (_endsLeft == 0)
        {
            // A segment that is full has been told with its last packet: the next one starts where it ended, without a marker (§2.5.1.3).
            if (_sent == LongestSegment && _left > LongestSegment)
            {
                _timestamp = unchecked(_timestamp + LongestSegment);
                _left -= LongestSegment;
                _sent = 0;
            }

            _sent = Math.Min(Math.Min(_sent + (uint)units, LongestSegment), _left);
            if (_sent == _left) _endsLeft = EndPackets;
        }

        bool end = _endsLeft > 0;
        packet = new TelephoneEventPacket(new TelephoneEvent(code, end, volume, (ushort)_sent), _timestamp, _first);
        _first = false;
        if (end && --_endsLeft == 0) Finish();
        return true;
    }

    private void Finish()
    {
        _sending = false;
        _head = (_head + 1) % Capacity;
        _count--;
        _pauseLeft = Units(s_pause.Ticks);
    }

    private uint Units(long ticks) => (uint)(ticks * clockRateHz / TimeSpan.TicksPerSecond);
}
