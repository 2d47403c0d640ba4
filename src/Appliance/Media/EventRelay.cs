using System.Buffers.Binary;
using Rtp.Core.Payloads;

namespace Tandem.Media;

/// <summary>Brings another leg's key presses to this leg's clock: each keeps its start, and its duration is told in our units.</summary>
/// <remarks>
/// A press of more than 65535 of our units is cut into segments (RFC 4733 §2.5.1.3), as one of the other side may be. One owner; pure.
/// </remarks>
internal sealed class EventRelay
{
    private const uint LongestSegment = 0xFFFF, ShortestSegment = 0xE000;

    private bool _known;
    private bool _ended;
    private uint _ssrc;
    private byte _event;
    private uint _pressStart;      // timestamps of the other side
    private uint _segmentStart;
    private long _told;            // our units from the start of the press
    private long _ourSegment;      // our units from the start of the press to the start of our present segment

    /// <summary>The key of the packet taken last.</summary>
    public char Key => TelephoneEvent.KeyOf(_event);

    /// <summary>The press is not over as far as is known.</summary>
    public bool IsDown => _known && !_ended;

    /// <summary>Length of the press so far, in our units.</summary>
    public long Units => _told;

    /// <summary>Of the present press: the other side's timestamp of its start.</summary>
    public uint SourceStart => _pressStart;

    /// <summary>Takes an event packet and rewrites its duration.</summary>
    /// <param name="frame">Whose it is.</param>
    /// <param name="payload">At least four octets.</param>
    /// <param name="clockRateHz">Of our events.</param>
    /// <param name="offset">Our units from the start of the press to what its packet is timestamped with.</param>
    /// <param name="starts">It is the first of its press.</param>
    /// <returns>False: it says nothing new (it came late), or is no key.</returns>
    public bool TryTake(in RelayFrame frame, Span<byte> payload, int clockRateHz, out uint offset, out bool starts)
    {
        (offset, starts) = (0, false);
        if (!TelephoneEvent.TryParse(payload, out TelephoneEvent told) || told.Event > TelephoneEvent.LastKey) return false;
        int advance = unchecked((int)(frame.Timestamp - _segmentStart));
        bool sameSource = _known && frame.Ssrc == _ssrc;
        bool same = sameSource && told.Event == _event
            && (advance == 0 || (!_ended && !frame.Marker && advance is >= (int)ShortestSegment and <= (int)LongestSegment));
        if (!same && sameSource && advance < 0) return false;
        if (!same)
        {
            (_known, _ended, starts) = (true, false, true);
            (_ssrc, _event, _pressStart) = (frame.Ssrc, told.Event, frame.Timestamp);
            (_told, _ourSegment) = (0, 0);
        }
        _segmentStart = frame.Timestamp;
        long before = (long)unchecked(_segmentStart - _pressStart) * frame.EventClockRateHz / frame.Codec.ClockRateHz();
        long units = (before + told.Duration) * clockRateHz / frame.EventClockRateHz;
        if (units < _told && !told.End) return false;
        units = Math.Max(units, _told);
        if (units - _ourSegment > LongestSegment) _ourSegment = Math.Max(_told, units - LongestSegment);
        _told = units;
        _ended |= told.End;
        offset = unchecked((uint)_ourSegment);
        BinaryPrimitives.WriteUInt16BigEndian(payload[2..], (ushort)(units - _ourSegment));
        return true;
    }
}
