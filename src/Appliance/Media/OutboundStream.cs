using Rtp.Core.Packets;

namespace Tandem.Media;

/// <summary>
/// The one RTP stream that a leg sends for its whole life, whatever its content comes from: own packets (prompts, keys) and those of
/// another leg, one after the other, under one SSRC with numbers that never jump back.
/// </summary>
/// <remarks>
/// Timestamps follow the wall clock across silence (RFC 3550 §5.1), so that a receiver's buffer sees a pause for what it was. A relayed
/// source keeps its own spacing and its gaps: what was lost before us shows as lost behind us.
/// </remarks>
internal sealed class OutboundStream
{
    // A source that moves this far from its own clock or its own numbers has started anew without saying so by another SSRC.
    private const int RestartSeconds = 2, RestartSequence = 3000;

    private TimeSpan _start;
    private uint _firstTimestamp;        // of the moment _start
    private ushort _nextSequence;
    private uint _endTimestamp;          // where the latest packet's audio ends
    private bool _relaying;
    private uint _relaySsrc;
    private ushort _relaySequenceOffset;
    private uint _relayTimestampOffset;
    private ushort _relayHighest;
    private int _relaySpan;              // numbers between the first relayed one and the highest, held below the sequence's own half
    private uint _relayTimestamp;
    private TimeSpan _relayHeardAt;

    /// <param name="ssrc">For good.</param>
    /// <param name="firstSequence">Of the first packet.</param>
    /// <param name="firstTimestamp">Of the moment <paramref name="start"/>.</param>
    /// <param name="start">Monotonic.</param>
    public OutboundStream(uint ssrc, ushort firstSequence, uint firstTimestamp, TimeSpan start)
    {
        Ssrc = ssrc;
        _nextSequence = firstSequence;
        _firstTimestamp = firstTimestamp;
        _endTimestamp = firstTimestamp;
        _start = start;
    }

    public uint Ssrc { get; }

    /// <summary>The timestamp clock: that of the codec being sent.</summary>
    public int ClockRateHz { get; private set; } = 8000;

    public long PacketsSent { get; private set; }

    /// <summary>Payload octets.</summary>
    public long OctetsSent { get; private set; }

    /// <summary>Media time of the latest packet: its timestamp, or for an event how far it has come.</summary>
    public uint LastTimestamp { get; private set; }

    /// <summary>The timestamp of an own talkspurt that starts now: the wall clock's, but never inside what was sent already.</summary>
    public uint StartTimestamp(TimeSpan now) => Later(TimestampAt(now), _endTimestamp);

    /// <summary>The codec changed to one with another clock: timestamps go on from where they are, at the new pace (RFC 7160 §4.1).</summary>
    public void ChangeClockRate(int clockRateHz, TimeSpan now)
    {
        if (clockRateHz == ClockRateHz) return;
        _firstTimestamp = StartTimestamp(now);
        _start = now;
        ClockRateHz = clockRateHz;
        _relaying = false;
    }

    /// <summary>Writes the header of an own packet and counts it.</summary>
    /// <param name="packet">At least 12 bytes; the payload goes behind them.</param>
    /// <param name="payloadType">As agreed with the peer.</param>
    /// <param name="marker">The start of a talkspurt or of an event.</param>
    /// <param name="timestamp">From <see cref="StartTimestamp"/>, counted on.</param>
    /// <param name="payloadOctets">Length of the payload.</param>
    /// <param name="units">Timestamp units of audio, or the duration told by an event.</param>
    /// <param name="isEvent">An RFC 4733 event.</param>
    public void WriteOwn(Span<byte> packet, byte payloadType, bool marker, uint timestamp, int payloadOctets, int units, bool isEvent)
    {
        _relaying = false;
        RtpWriter.WriteHeader(packet, payloadType, marker, _nextSequence, timestamp, Ssrc);
        _nextSequence = unchecked((ushort)(_nextSequence + 1));
        Count(timestamp, payloadOctets, units, isEvent);
    }

    /// <summary>Writes the header of a relayed packet and counts it.</summary>
    /// <param name="packet">At least 12 bytes, directly before the payload.</param>
    /// <param name="payloadType">As agreed with our peer.</param>
    /// <param name="frame">What was received.</param>
    /// <param name="units">Timestamp units of audio, or the duration told by an event.</param>
    /// <param name="now">Monotonic.</param>
    /// <returns>False: older than the moment from which this source is relayed; not to be sent.</returns>
    public bool TryWriteRelayed(Span<byte> packet, byte payloadType, in RelayFrame frame, int units, TimeSpan now)
    {
        bool marker = frame.Marker;
        int ahead = unchecked((short)(frame.SequenceNumber - _relayHighest));
        if (!_relaying || frame.Ssrc != _relaySsrc || HasRestarted(frame, ahead, now))
        {
            StartRelaying(frame, now);
            marker = true;
        }
        else if (ahead > 0)
        {
            _relayHighest = frame.SequenceNumber;
            _relaySpan = Math.Min(_relaySpan + ahead, short.MaxValue);
            if (!frame.IsEvent) (_relayTimestamp, _relayHeardAt) = (frame.Timestamp, now);    // an event's stands still while it lasts
        }
        else if (-ahead > _relaySpan) return false;

        ushort sequence = unchecked((ushort)(frame.SequenceNumber + _relaySequenceOffset));
        uint timestamp = unchecked(frame.Timestamp + _relayTimestampOffset);
        RtpWriter.WriteHeader(packet, payloadType, marker, sequence, timestamp, Ssrc);
        if (unchecked((short)(sequence - _nextSequence)) >= 0) _nextSequence = unchecked((ushort)(sequence + 1));
        Count(timestamp, frame.PayloadLength, units, frame.IsEvent);
        return true;
    }

    /// <summary>The next relayed packet starts a talkspurt of its own: the source, or what it is heard through, changed.</summary>
    public void StopRelaying() => _relaying = false;

    private uint TimestampAt(TimeSpan now) => unchecked(_firstTimestamp + (uint)Units(now - _start));

    private long Units(TimeSpan time) => time.Ticks * ClockRateHz / TimeSpan.TicksPerSecond;

    private bool HasRestarted(in RelayFrame frame, int ahead, TimeSpan now)
    {
        if (Math.Abs(ahead) > RestartSequence) return true;
        long elapsed = Units(now - _relayHeardAt), limit = RestartSeconds * ClockRateHz;
        long moved = unchecked((int)(frame.Timestamp - _relayTimestamp));
        return moved - elapsed > limit || (!frame.IsEvent && ahead > 0 && elapsed - moved > limit);
    }

    private void StartRelaying(in RelayFrame frame, TimeSpan now)
    {
        _relaying = true;
        _relaySsrc = frame.Ssrc;
        _relayHighest = frame.SequenceNumber;
        _relaySpan = 0;
        _relayTimestamp = frame.Timestamp;
        _relayHeardAt = now;
        _relaySequenceOffset = unchecked((ushort)(_nextSequence - frame.SequenceNumber));
        _relayTimestampOffset = unchecked(StartTimestamp(now) - frame.Timestamp);
    }

    private void Count(uint timestamp, int payloadOctets, int units, bool isEvent)
    {
        LastTimestamp = isEvent ? unchecked(timestamp + (uint)units) : timestamp;
        _endTimestamp = Later(_endTimestamp, unchecked(timestamp + (uint)units));
        PacketsSent++;
        OctetsSent += payloadOctets;
    }

    private static uint Later(uint a, uint b) => unchecked((int)(a - b)) >= 0 ? a : b;
}
