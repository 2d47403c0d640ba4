namespace Rtp.Core.Playout;

/// <summary>Lays sequence numbers and timestamps of a leg's sources on one line each, without wraps, jumps or other sources.</summary>
internal sealed class PlayoutTimeline
{
    private const int FarInSequence = 500;    // more is another numbering, or a stray

    private uint _ssrc;
    private ushort _sequence;
    private uint _timestamp;
    private long _end;
    private int _expectedAfterJump = -1;

    /// <summary>Number of the newest packet.</summary>
    public long Sequence { get; private set; }

    /// <summary>Position of the newest packet.</summary>
    public long Position { get; private set; }

    public void Start(in PlayoutPacket packet)
    {
        (_ssrc, _sequence, _timestamp, _expectedAfterJump) = (packet.Ssrc, packet.SequenceNumber, packet.Timestamp, -1);
        (Sequence, Position, _end) = (0, 0, packet.DurationTicks);
    }

    /// <summary>Places a packet.</summary>
    /// <param name="arrival">The position that a packet without any delay would have that came now.</param>
    /// <param name="farTicks">How far from it a timestamp makes no sense: the sender has set its clock, or has stood still.</param>
    /// <param name="fresh">It has nothing to do with the one before.</param>
    /// <returns>False for a stray of another time.</returns>
    public bool TryPlace(in PlayoutPacket packet, long arrival, long farTicks, out long sequence, out long position, out bool fresh)
    {
        fresh = packet.Ssrc != _ssrc;
        int ahead = unchecked((short)(packet.SequenceNumber - _sequence));
        if (!fresh && Math.Abs(ahead) > FarInSequence)
        {
            // Two in a row are a new numbering (RFC 3550 A.1); one is a stray.
            fresh = packet.SequenceNumber == _expectedAfterJump;
            _expectedAfterJump = unchecked((ushort)(packet.SequenceNumber + 1));
            if (!fresh)
            {
                sequence = position = 0;
                return false;
            }
        }

        if (fresh) ahead = 1;
        sequence = Sequence + ahead;
        position = Position + unchecked((int)(packet.Timestamp - _timestamp));
        if (ahead <= 0) return position <= Position && position > arrival - 10 * farTicks;
        if (fresh || Math.Abs(position - arrival) > farTicks)
        {
            fresh = true;
            position = Math.Max(arrival, _end + (ahead - 1L) * packet.DurationTicks);
        }

        (_ssrc, _sequence, _timestamp, _expectedAfterJump) = (packet.Ssrc, packet.SequenceNumber, packet.Timestamp, -1);
        (Sequence, Position, _end) = (sequence, position, position + packet.DurationTicks);
        return true;
    }
}
