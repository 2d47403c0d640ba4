namespace Tandem.Media.Recording;

/// <summary>Both directions of one leg brought to one time line: frames in the order of arrival go in, the sound of the file comes out.</summary>
/// <remarks>One owner; not thread-safe; reads no clock; allocates when made and when a codec changes.</remarks>
/// <param name="stereo">Left: what the peer said; right: what it heard. Otherwise both in one.</param>
/// <param name="start">Monotonic; the first sample.</param>
internal sealed class RecordedAudio(bool stereo, TimeSpan start) : IDisposable
{
    private const int Piece = 2048;
    private const int TicksPerSample = (int)(TimeSpan.TicksPerSecond / RecordedTrack.RateHz);

    private readonly RecordedTrack _received = new(), _sent = new();
    private readonly TrackDecoder _receivedDecoder = new(), _sentDecoder = new();
    private readonly short[] _left = new short[Piece], _right = new short[Piece];
    private readonly short[] _sound = new short[Piece * (stereo ? 2 : 1)];

    /// <summary>Interleaved samples out, a piece at a time. The span is the callee's during the call only.</summary>
    public delegate void Sink(ReadOnlySpan<short> sound);

    /// <summary>What is older than the time that frames may still need is given out, then this frame is taken.</summary>
    public void Put(in TappedFrame frame, ReadOnlySpan<byte> payload, Sink sink)
    {
        long arrival = PositionOf(frame.At);
        TakeUntil(arrival - RecordedTrack.HoldSamples, sink);
        ReadOnlySpan<short> pcm = (frame.IsSent ? _sentDecoder : _receivedDecoder).Decode(frame, payload);
        if (!pcm.IsEmpty) (frame.IsSent ? _sent : _received).Put(frame.Ssrc, frame.Timestamp, frame.Codec.ClockRateHz(), arrival, pcm);
    }

    /// <summary>Time has come this far: everything that arrived before has been put.</summary>
    public void Advance(TimeSpan now, Sink sink) => TakeUntil(PositionOf(now) - RecordedTrack.HoldSamples, sink);

    /// <summary>The recording ends here: gives out what is left.</summary>
    public void Finish(TimeSpan end, Sink sink) => TakeUntil(PositionOf(end), sink);

    public void Dispose()
    {
        _receivedDecoder.Dispose();
        _sentDecoder.Dispose();
    }

    private long PositionOf(TimeSpan time) => Math.Max(0, (time - start).Ticks / TicksPerSample);

    private void TakeUntil(long position, Sink sink)
    {
        while (_received.Take(position, _left) is > 0 and var count)
        {
            _sent.Take(position, _right);
            if (stereo) Interleave(count);
            else Mix(count);
            sink(_sound.AsSpan(0, stereo ? 2 * count : count));
        }
    }

    private void Interleave(int count)
    {
        for (int i = 0; i < count; i++) (_sound[2 * i], _sound[2 * i + 1]) = (_left[i], _right[i]);
    }

    private void Mix(int count)
    {
        for (int i = 0; i < count; i++) _sound[i] = (short)Math.Clamp(_left[i] + _right[i], short.MinValue, short.MaxValue);
    }
}
