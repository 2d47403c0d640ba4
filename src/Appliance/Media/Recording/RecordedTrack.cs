using System.Diagnostics;

namespace Tandem.Media.Recording;

/// <summary>One direction of a call on the time line of its recording: samples go in where they belong and come out in order.</summary>
/// <remarks>
/// Within a stream the RTP timestamp says where a frame belongs, so what comes out of order, late or not at all lands, or is missed, in
/// its own place. Where a stream starts, the time of arrival says it: at its first frame, when its SSRC or clock changes, and when its
/// timestamps jump away from the clock on the wall. A sender whose clock runs fast or slow, or whose first frame was late, is moved back
/// to the wall clock a little at a time, in a pause where there is one. What is not there is silence. Positions are samples at 8000 Hz
/// since the recording began. One owner; not thread-safe; allocates only when made.
/// </remarks>
internal sealed class RecordedTrack
{
    public const int RateHz = 8000;

    /// <summary>How long a frame may come after its time: what waits to be taken is at least as old.</summary>
    public const int HoldSamples = RateHz;

    private const int MaxAhead = RateHz / 5;             // timestamps further ahead of arrival have jumped: no network brings the future
    private const int Slack = RateHz / 25;               // 40 ms beside the wall clock are left alone
    private const int UrgentSlack = RateHz / 10;         // 100 ms are put right even inside a word
    private const int WatchSamples = 2 * RateHz;         // long enough for one frame to come through without delay
    private const int Quiet = 300;                       // peak of a pause, of 32768
    private const int Length = 1 << 14, Mask = Length - 1;    // HoldSamples, MaxAhead and the longest frame

    private readonly short[] _samples = new short[Length];
    private bool _started;
    private uint _ssrc;
    private int _clockRateHz;
    private uint _timestamp;       // of the newest frame
    private long _position;        // where that was put
    private long _watchedSince;
    private long _bestLead;        // of the frames watched: how far before its arrival the least delayed one was put
    private long _slip;            // still to be made good

    /// <summary>Everything before this has been taken.</summary>
    public long Taken { get; private set; }

    /// <summary>Puts a frame where it belongs.</summary>
    /// <param name="ssrc">Of its stream.</param>
    /// <param name="timestamp">In units of <paramref name="clockRateHz"/>.</param>
    /// <param name="clockRateHz">The stream's RTP clock.</param>
    /// <param name="arrival">When it came: at most <see cref="HoldSamples"/> after <see cref="Taken"/>.</param>
    /// <param name="pcm">At most 200 ms.</param>
    public void Put(uint ssrc, uint timestamp, int clockRateHz, long arrival, ReadOnlySpan<short> pcm)
    {
        Debug.Assert(arrival <= Taken + HoldSamples, "take first");
        long position = _position + (long)unchecked((int)(timestamp - _timestamp)) * RateHz / Math.Max(1, _clockRateHz);
        long lead = position - arrival;
        if (!_started || ssrc != _ssrc || clockRateHz != _clockRateHz || lead > MaxAhead || lead < -HoldSamples)
        {
            (_started, _ssrc, _clockRateHz) = (true, ssrc, clockRateHz);
            (_timestamp, _position) = (timestamp, arrival);
            (_watchedSince, _bestLead, _slip) = (arrival, long.MinValue, 0);
            position = arrival;
        }
        else
        {
            Watch(lead, arrival);
            if (_slip != 0 && (Math.Abs(_slip) > UrgentSlack || IsQuiet(pcm)))
            {
                position += _slip;
                _position += _slip;
                _slip = 0;
            }
            if (unchecked((int)(timestamp - _timestamp)) > 0) (_timestamp, _position) = (timestamp, position);
        }
        Write(position, pcm);
    }

    /// <summary>Takes the samples up to a position, silence where nothing came, as far as they fit.</summary>
    /// <returns>Samples written.</returns>
    public int Take(long until, Span<short> pcm)
    {
        int count = (int)Math.Clamp(until - Taken, 0, Math.Min(pcm.Length, Length));
        for (int done = 0; done < count;)
        {
            int at = (int)(Taken & Mask);
            Span<short> piece = _samples.AsSpan(at, Math.Min(count - done, Length - at));
            piece.CopyTo(pcm[done..]);
            piece.Clear();
            done += piece.Length;
            Taken += piece.Length;
        }
        return count;
    }

    private void Watch(long lead, long arrival)
    {
        _bestLead = Math.Max(_bestLead, lead);
        if (arrival - _watchedSince < WatchSamples) return;
        _slip = Math.Abs(_bestLead) > Slack ? -_bestLead : 0;
        (_watchedSince, _bestLead) = (arrival, long.MinValue);
    }

    private static bool IsQuiet(ReadOnlySpan<short> pcm) => !pcm.ContainsAnyExceptInRange((short)-Quiet, (short)Quiet);

    private void Write(long position, ReadOnlySpan<short> pcm)
    {
        int late = (int)Math.Clamp(Taken - position, 0, pcm.Length);
        pcm = pcm[late..];
        position += late;
        pcm = pcm[..(int)Math.Clamp(Taken + Length - position, 0, pcm.Length)];
        while (!pcm.IsEmpty)
        {
            int at = (int)(position & Mask), count = Math.Min(pcm.Length, Length - at);
            pcm[..count].CopyTo(_samples.AsSpan(at));
            pcm = pcm[count..];
            position += count;
        }
    }
}
